"""What settings services take and give: frozen values, no wording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it holds for the bank, or for one team where that has a value of its own.

    `value` and `default` are written as `rules.typed` reads them (`on`, `08:00`, `mon-sat`, `1,7,30`);
    `setting_words` says them to people.
    """

    key: str
    value: str
    default: str
    kind: str
    """`rules.Kind`."""
    unit: str
    """`rules.Unit`."""
    low: int
    high: int
    """Of a number, or of each of several; both 0 where there are no numbers."""
    updated_at: datetime | None
    """None: never changed."""
    updated_by_name: str | None
    version: int
    """Of its row; 0 where there is none."""
    team_id: int | None = None
    """None: the whole bank's."""
    team: str | None = None
    """Code of that team."""
    group: str = ""
    """`rules.Group`."""
    description: str = ""
    """What it changes, one sentence (msgid)."""
    choices: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether it is not as the program brings it."""
        return self.value != self.default


@dataclass(frozen=True, slots=True)
class SetSetting:
    """Give a setting a value."""

    request_id: UUID
    key: str
    value: str
    """As somebody typed it, in either language."""
    version: int | None = None
    """Of the row that was looked at (0: there was none); None does not ask."""
    team: str | None = None
    """Code of the team it is for; None is the whole bank."""


@dataclass(frozen=True, slots=True)
class ResetSetting:
    """Take a setting back to what it was made with; a team's back to the bank's."""

    request_id: UUID
    key: str
    version: int | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did."""

    setting: Setting
    """As it is now, in the scope it was changed for (the bank's, where a team has none of its own)."""
    before: str
    leads: int
    """Leads that may be called now and might not before, or the other way round."""
