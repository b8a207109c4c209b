"""What is typed for an open call, kept while its screen shows somebody else, is closed, or has died.

It lies in the journal of who is signed in; an open call's id belongs to one user, so nobody meets another's
note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from textual.app import App

from leadtui.core.calls.dto import NoAnswer
from leadtui.widgets.call_draft import Draft

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp
    from leadtui.core.drafts.journal import Journal

CALL: Final = "call"
TASK: Final = "task"


def keep(desk: LeadtuiApp, open_call_id: UUID, draft: Draft, *, lead_id: int, name: str) -> None:
    """Remember what is typed; an empty form is nothing to remember."""
    if draft.blank:
        desk.journal.drop(CALL, str(open_call_id))
        return
    said = {
        "digit": draft.digit,
        "reason": int(draft.reason),
        "when": draft.when,
        "product_id": draft.product_id,
        "amount": draft.amount,
        "note": draft.note,
        "macro_id": draft.macro_id,
        "lead_id": lead_id,
        "name": name,
    }
    desk.journal.put(CALL, str(open_call_id), said)


def kept(desk: LeadtuiApp, open_call_id: UUID) -> Draft:
    """What was typed, or an empty draft."""
    return _draft(desk.journal.get(CALL, str(open_call_id)) or {})


def forget(desk: LeadtuiApp, open_call_id: UUID) -> None:
    """The call is logged or given back."""
    desk.journal.drop(CALL, str(open_call_id))


def _draft(said: Mapping[str, Any]) -> Draft:
    digit, product, macro = said.get("digit"), said.get("product_id"), said.get("macro_id")
    reason = said.get("reason", 0)
    return Draft(
        digit if isinstance(digit, int) and 0 <= digit <= 6 else None,
        NoAnswer(reason) if reason in tuple(NoAnswer) else NoAnswer.NO_ANSWER,
        str(said.get("when", "")),
        product if isinstance(product, int) else None,
        str(said.get("amount", "")),
        str(said.get("note", "")),
        macro if isinstance(macro, int) else None,
    )


# what earlier sessions left ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something typed whose place is gone: the call is not open any more, or a task's sheet was."""

    kind: str
    ident: str
    at: datetime
    lead_id: int
    name: str
    draft: Draft
    """A task's time and note stand in `when` and `note`."""

    @property
    def text(self) -> str:
        """What is copied."""
        fields = (self.draft.when, self.draft.amount, self.draft.note)
        return self.draft.note.strip() or " ".join(field.strip() for field in fields if field.strip())


def leftovers(journal: Journal, open_call_id: UUID | None, queued: frozenset[str]) -> tuple[Leftover, ...]:
    """What nobody will come back to by themselves: not the open call's, and not of a call (`queued`, by id)
    that is still being sent."""
    found = []
    for kind in (CALL, TASK):
        for entry in journal.entries(kind):
            if kind == CALL and (entry.ident in queued or entry.ident == str(open_call_id)):
                continue
            draft, lead = _draft(entry.data), entry.data.get("lead_id")
            if draft.blank or not isinstance(lead, int):
                journal.drop(kind, entry.ident)
                continue
            name = str(entry.data.get("name", ""))
            found.append(Leftover(kind, entry.ident, entry.at, lead, name, draft))
    return tuple(sorted(found, key=lambda one: one.at))


_returned: WeakKeyDictionary[App[Any], set[int]] = WeakKeyDictionary()


def give_back(app: App[Any], lead_id: int) -> None:
    """Remember whom this session gave back."""
    _returned.setdefault(app, set()).add(lead_id)


def returned(app: App[Any]) -> frozenset[int]:
    """Whom this session gave back: they are not served again today."""
    return frozenset(_returned.get(app, ()))


class Sending:
    """One request id per content: what is sent twice is logged once, what was changed is a new request."""

    def __init__(self) -> None:
        self._last: tuple[UUID, Draft, bool, UUID] | None = None

    def request_id(self, open_call_id: UUID, draft: Draft, *, keep_mine: bool = False) -> UUID:
        """The id for this content of this call."""
        content = draft.content()
        if self._last is None or self._last[:3] != (open_call_id, content, keep_mine):
            self._last = (open_call_id, content, keep_mine, uuid4())
        return self._last[3]

    def fresh(self) -> UUID:
        """An id for a request that is made once."""
        return uuid4()
