"""What the macro services take and give; `Macro` itself is a word of the call form (`core.calls.dto`)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from leadtui.core.calls.dto import CallStatus, Macro, NoAnswer, Outcome


@dataclass(frozen=True, slots=True)
class SaveMacro:
    """Put a macro on a key of the form: a new one, or another one in its place."""

    request_id: UUID
    key: int
    label_id: str
    label_en: str
    status: CallStatus
    note_id: str
    note_en: str
    reason: NoAnswer | None = None
    """Where not answered; no answer where none is given."""
    outcome: Outcome | None = None
    follow_minutes: int | None = None
    active: bool = True
    team: str | None = None
    """Code of the team whose macro this is; None: the whole bank's."""
    version: int | None = None
    """The version that is to be replaced; None: whatever is there."""


@dataclass(frozen=True, slots=True)
class RemoveMacro:
    """Take the macro off a key; a team then has the bank's again."""

    request_id: UUID
    key: int
    team: str | None = None


@dataclass(frozen=True, slots=True)
class ListedMacro:
    """A macro and whose it is."""

    macro: Macro
    team: str | None
    """Code of the team; None: the whole bank's."""
