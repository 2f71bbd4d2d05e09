"""Telling the end of incidents while the service runs, whether or not anybody looks at them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import FastAPI

from gse_skills.callout import settle
from gse_skills.register import Register

SECONDS = 30.0
"""Between two looks. What responders see does not wait for it: that ends by the clock at once."""
log = logging.getLogger("gse_skills_service")


def settling(register: Register, seconds: float = SECONDS) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The lifespan of an application over `register`."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        looking = asyncio.create_task(_look(register, seconds))
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    return lifespan


async def _look(register: Register, seconds: float) -> None:
    while True:
        try:
            await asyncio.to_thread(settle, register)
        except Exception:
            # Whatever it was, a disk that is full or a fault of ours, the next look may go well; one that ended this
            # loop would leave all later ends untold.
            log.exception("the end of an incident could not be told")
        await asyncio.sleep(seconds)
