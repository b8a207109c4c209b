"""What is typed for an open call, kept while its screen shows somebody else or is closed.

In memory, per app; an open call's id belongs to one user, so nobody meets another's note.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from textual.app import App

from leadtui.widgets.call_draft import Draft

_drafts: WeakKeyDictionary[App[Any], dict[UUID, Draft]] = WeakKeyDictionary()


def keep(app: App[Any], open_call_id: UUID, draft: Draft) -> None:
    """Remember what is typed."""
    _drafts.setdefault(app, {})[open_call_id] = draft


def kept(app: App[Any], open_call_id: UUID) -> Draft:
    """What was typed, or an empty draft."""
    return _drafts.get(app, {}).get(open_call_id, Draft())


def forget(app: App[Any], open_call_id: UUID) -> None:
    """The call is logged or given back."""
    _drafts.get(app, {}).pop(open_call_id, None)


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
