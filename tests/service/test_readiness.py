"""`/readyz` tells the truth: of the store, of the audit log, of the disk."""

from __future__ import annotations

import shutil
from collections import namedtuple
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

Usage = namedtuple("Usage", "total used free")


def state(service: Service) -> tuple[int, str]:
    """Status and rule."""
    response = service.by("anonymous").get("/readyz")
    assert service.by("anonymous").get("/healthz").status_code == 200
    return response.status_code, response.json().get("rule", response.json()["status"])


def test_it_is_ready(service: Service) -> None:
    assert state(service) == (200, "ready")


@pytest.mark.parametrize(("free", "answer"), [(4, (503, "disk-nearly-full")), (5, (200, "ready"))])
def test_a_disk_that_is_nearly_full(
    free: int, answer: tuple[int, str], service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gse_skills_service.api.health.shutil.disk_usage", lambda path: Usage(100, 100 - free, free))
    assert state(service) == answer


def test_an_audit_log_that_went_away(changing: Service) -> None:
    log = changing.register.folder.audit
    before = changing.register.audit.anchor
    shutil.move(log, log.with_name("audit-elsewhere"))
    assert state(changing) == (503, "audit-failed")
    shutil.move(log.with_name("audit-elsewhere"), log)
    assert state(changing) == (200, "ready")
    assert changing.register.audit.anchor == before, "asking leaves no entry"


def test_an_audit_log_that_is_closed(changing: Service) -> None:
    changing.register.audit.close()
    assert state(changing) == (503, "audit-failed")


def test_an_audit_log_whose_disk_failed(changing: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("gse_skills.audit.log.os.pwrite", fail)
        assert state(changing) == (503, "audit-failed")
    # What the disk has is not known any more, until the log is read again.
    assert state(changing) == (503, "audit-failed")


def test_a_store_that_is_damaged(serve: Serve) -> None:
    with serve() as service:
        for path in service.register.folder.store.glob("*.sst"):
            path.write_bytes(bytes(path.stat().st_size))
        asked = service.by("operator").post("/operator/backup", json={"target": "/nowhere/made.tar"})
        assert asked.json()["rule"] == "no-such-folder"
        target = service.register.folder.path.parent / "made.tar"
        asked = service.by("operator").post("/operator/backup", json={"target": str(target)})
        assert (asked.status_code, asked.json()["rule"]) == (503, "store-damaged")
        assert not target.exists()
        assert state(service) == (503, "store-damaged")
        assert "sst" not in asked.text
