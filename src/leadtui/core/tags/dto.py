"""What the tag services take and give."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Tag:
    """A word that the team puts on customers."""

    id: int
    name: str
    leads: int
    """How many customers have it, counted to `COUNTED`; one more is "more"."""
    version: int


COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class TagLead:
    """Put a tag on a customer or take it off; a new name makes a new tag."""

    request_id: UUID
    lead_id: int
    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class RenameTag:
    """Another name; saved views that ask for the tag ask for the new one."""

    request_id: UUID
    tag_id: int
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class DeleteTag:
    """Take a tag off every customer, for good."""

    request_id: UUID
    tag_id: int
    version: int
