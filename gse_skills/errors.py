"""The family of errors, by what the caller can do about them.

    GseSkillsError
    ├── InputError          the input is wrong: mend it and call again     (HTTP 400, 422; exit 2)
    │   ├── NotFoundError   nothing has that name                          (404)
    │   ├── AmbiguousError  several things have that name: choose one      (300 as a 409 problem)
    │   └── TooLargeError   over a limit: ask for less                     (413)
    ├── RefusedError        this caller may not                            (401, 403)
    ├── ConflictError       somebody else is at it, or it changed meanwhile (409)
    ├── LimitError          it ran over its time or memory: ask for less   (503, 507)
    └── UnavailableError    not now: try again                             (503)

Every error carries the rule that fired, what was wrong, and the way out, so that each door (command line, HTTP,
page) shows the same three things.
"""

from __future__ import annotations

from collections.abc import Mapping


class GseSkillsError(Exception):
    """The root of the family.

    `rule` is a stable slug that tests and clients may rely on, `remedy` says what would mend it, `extra` holds the
    offending things themselves for machines.
    """

    default_rule = "error"

    def __init__(
        self, message: str, *, rule: str | None = None, remedy: str = "", extra: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.rule = rule or self.default_rule
        self.remedy = remedy
        self.extra: dict[str, object] = dict(extra or {})

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class InputError(GseSkillsError):
    """The input is wrong; the caller can mend it."""

    default_rule = "bad-input"


class NotFoundError(InputError):
    """Nothing has that name."""

    default_rule = "not-found"


class AmbiguousError(InputError):
    """Several things have that name; `extra["choices"]` lists them."""

    default_rule = "ambiguous"


class TooLargeError(InputError):
    """The input or the answer is over a limit."""

    default_rule = "too-large"


class RefusedError(GseSkillsError):
    """This caller may not do that."""

    default_rule = "refused"


class ConflictError(GseSkillsError):
    """Somebody else holds it, or it changed meanwhile."""

    default_rule = "conflict"


class LimitError(GseSkillsError):
    """The work ran over its time, memory, CPU or output limit and was stopped."""

    default_rule = "over-limit"


class UnavailableError(GseSkillsError):
    """It cannot be done now; trying again may help."""

    default_rule = "unavailable"


def of_file(error: OSError) -> InputError:
    """What the operating system says of a file that somebody named, with the rule `file-error`.

    >>> of_file(FileExistsError(17, "File exists", "notes.txt")).message
    'notes.txt: File exists.'
    """
    where = f"{error.filename}: " if error.filename else ""
    remedy = "Check the path, and who may read and write there."
    return InputError(f"{where}{error.strerror or error}.", rule="file-error", remedy=remedy)
