"""What can go wrong in the core, as types with a code. Front doors word them; nothing here is a sentence.

Every error carries `code` (stable, snake_case, what a front door looks up in its catalogue) and `data`
(values for the sentence: numbers, ids and words of our own, or text from outside that the front door
must pass through `text.plain()`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class LeadtuiError(Exception):
    """Base of every expected failure. Whatever is not one of these is a defect of ours."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data: Mapping[str, Any] = data

    def __str__(self) -> str:
        detail = ", ".join(f"{key}={value!r}" for key, value in self.data.items())
        return f"{self.code} ({detail})" if detail else self.code


class Unauthenticated(LeadtuiError):
    """No valid session: never signed in, expired, ended, or the user was disabled."""

    whose: object = None
    """The context whose session is over: an answer that comes late must not end the session after it."""


class NotAllowed(LeadtuiError):
    """The session is valid and its role may not do this. `data["permission"]` names it."""


class NotFound(LeadtuiError):
    """It does not exist, or it is outside the caller's scope: the two are not told apart."""


class Conflict(LeadtuiError):
    """The row has moved on (`version`), or somebody else holds it. `data` carries the current facts."""


class Invalid(LeadtuiError):
    """The input is wrong. `fields` maps a field's name to an error code."""

    def __init__(self, fields: Mapping[str, str], code: str = "invalid", **data: Any) -> None:
        super().__init__(code, **data)
        self.fields: Mapping[str, str] = dict(fields)

    def __str__(self) -> str:
        return f"{super().__str__()}: " + ", ".join(f"{name} {code}" for name, code in self.fields.items())


class Unavailable(LeadtuiError):
    """The database cannot be reached now. Trying again later may help; nothing was half done."""
