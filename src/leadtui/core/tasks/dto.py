"""What the task services take and give."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


class TaskKind(enum.IntEnum):
    """What a task asks for."""

    CALLBACK = 1
    FOLLOW_UP = 2
    MEETING = 3


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One open task: mine, anyone's, or for a manager one of the team's."""

    id: int
    kind: TaskKind
    due_at: datetime
    lead_id: int
    lead_name: str | None
    rank_key: int
    note: str
    tries: int
    """Unanswered tries of a callback so far."""
    version: int
    owner_id: int | None = None
    """None: anyone's."""
    owner_name: str | None = None
    released_from: str | None = None
    """Whose it was before it went back to the team."""
    tries_of: int = 0
    """After so many unanswered tries a callback goes back to the team; 0: not a callback."""
    blocked: str | None = None
    """Why its customer may not be called when it is due: `do_not_call`, `consent`, `no_phone`, `state`."""
    anyones: bool = False
    """Nobody's own: whoever takes it first has it."""


@dataclass(frozen=True, slots=True)
class AddTask:
    """A task on a lead of my team: my own, or anyone's."""

    request_id: UUID
    lead_id: int
    due_at: datetime
    note: str
    kind: TaskKind = TaskKind.FOLLOW_UP
    anyone: bool = False
    """Whoever takes it first has it."""


@dataclass(frozen=True, slots=True)
class FinishTask:
    """Mark a task done."""

    request_id: UUID
    task_id: int
    version: int


@dataclass(frozen=True, slots=True)
class ChangeTask:
    """Another time, other words, or both; None stays as it is."""

    request_id: UUID
    task_id: int
    version: int
    due_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SnoozeTask:
    """Put a task off until `due_at`."""

    request_id: UUID
    task_id: int
    version: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ReassignTask:
    """Give a task to a colleague, to myself, or (None) to anyone."""

    request_id: UUID
    task_id: int
    version: int
    to: int | None


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """What the tab shows."""

    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class TimeCheck:
    """Whether a customer may be called at a time that somebody wants to agree on."""

    at: datetime
    why: str | None
    """None: they may; else `window` or `holiday`."""
    nearest: tuple[datetime, ...]
    """Where they may not: the nearest times that are allowed, the closest first; at most two."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One of my tasks that is due soon, or has been."""

    id: int
    kind: TaskKind
    due_at: datetime
    lead_id: int
    lead_name: str | None
    note: str
    version: int
    rung: bool
    """I was reminded of this due time."""
    announced: bool
    """It was announced some minutes before."""
    blocked: str | None
    """Why its customer may not be called; also `window`, where the hours have ended."""


@dataclass(frozen=True, slots=True)
class Rang:
    """Reminders that were shown: not again for the same due time."""

    task_ids: tuple[int, ...]
    early: tuple[int, ...] = ()
    """Announced some minutes before."""


@dataclass(frozen=True, slots=True)
class Released:
    """What a sweep gave back to the team."""

    tasks: int
    cancelled: int
    """Callbacks of customers whom nobody may call any more."""
