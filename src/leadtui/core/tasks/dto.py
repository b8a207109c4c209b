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
    """One task of mine."""

    id: int
    kind: TaskKind
    due_at: datetime
    lead_id: int
    lead_name: str | None
    rank_key: int
    note: str
    tries: int
    version: int


@dataclass(frozen=True, slots=True)
class AddTask:
    """A task of my own on a lead of my team."""

    request_id: UUID
    lead_id: int
    due_at: datetime
    note: str
    kind: TaskKind = TaskKind.FOLLOW_UP


@dataclass(frozen=True, slots=True)
class FinishTask:
    """Mark one of my tasks done."""

    request_id: UUID
    task_id: int
    version: int


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """What the tab shows."""

    open: int
    overdue: int
