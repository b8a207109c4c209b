"""What the view services take and give."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from leadtui.core.leads.dto import LeadFilter, Sort


@dataclass(frozen=True, slots=True)
class View:
    """A filter and an order under a name."""

    id: int
    """Below zero: one that comes with the program (`rules.BUILT_IN`); its name is a code, not words."""
    name: str
    key: str | None
    """`1`–`9` or a letter; None where it has none, or a nearer view has the same (mine, the team's, ours)."""
    filter: LeadFilter
    sort: Sort
    mine: bool
    """Whether the reader made it."""
    shared: bool
    """The whole team has it."""
    owner_name: str
    version: int

    @property
    def built_in(self) -> bool:
        """Whether it comes with the program: nobody changes it."""
        return self.id < 0


@dataclass(frozen=True, slots=True)
class SaveView:
    """A new view, or `view_id` as it shall be from now on."""

    request_id: UUID
    name: str
    key: str | None
    filter: LeadFilter
    sort: Sort
    shared: bool = False
    view_id: int | None = None
    version: int | None = None
    """The one that was seen; needed with `view_id`."""


@dataclass(frozen=True, slots=True)
class DeleteView:
    """Take a view away."""

    request_id: UUID
    view_id: int
    version: int
