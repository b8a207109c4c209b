"""What consent services take and give: frozen values, no wording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leadtui.core.leads.dto import Consent


@dataclass(frozen=True, slots=True)
class SetConsent:
    """Record what a customer agreed to, or took back, outside a call."""

    request_id: UUID
    lead_id: int
    agreed: bool
    source: str
    """Where they said so: kept as evidence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a customer, as it was recorded."""

    consent: Consent | None
    """None: nothing known."""
    source: str | None
    at: datetime | None
    """None: from before it was recorded."""
    by_name: str | None
    import_id: int | None
    """The import it came with."""
    file_name: str | None


@dataclass(frozen=True, slots=True)
class ConsentHistory:
    """Everything that a customer ever said about being called."""

    lead_id: int
    answers: tuple[Answer, ...]
    """Newest first; the first one holds. Empty where nobody ever asked."""


@dataclass(frozen=True, slots=True)
class ConsentSet:
    """What recording an answer did."""

    lead_id: int
    before: Consent | None
    callable: bool
    """Whether they may be called now, as far as consent goes."""
