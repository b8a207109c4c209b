"""Somebody worked on the customer since this call was opened: both versions, and the note is safe.

Nothing was written when this is shown. Keeping mine records the call; the lead stays as the colleague left
it, unless mine is final (closed, do not call).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen

from leadtui.core.calls.dto import CallStatus
from leadtui.core.leads.dto import Lead, LeadState
from leadtui.formats import clock, moment
from leadtui.i18n import _
from leadtui.text import clean
from leadtui.widgets.call_draft import NOT_ANSWERED, Draft
from leadtui.widgets.call_fields import SaveBar
from leadtui.widgets.heading import Heading
from leadtui.widgets.notice import Notice
from leadtui.widgets.profile import Entries, Entry
from leadtui.widgets.timeline import Timeline
from leadtui.wording import no_answer_word, outcome_word, state_word, status_word

SHORT: Final = 30
"""Lines below which blank ones go."""


def draft_entries(draft: Draft) -> tuple[Entry, ...]:
    """What I was about to log, a line a field."""
    if draft.digit is None:
        outcome = Entry(_("Outcome"), "–", "muted")
    elif draft.digit == NOT_ANSWERED:
        told = f"{status_word(CallStatus.NOT_ANSWERED)}, {no_answer_word(draft.reason)}"
        outcome = Entry(_("Outcome"), told)
    else:
        outcome = Entry(_("Outcome"), outcome_word(draft.digit), "strong")
    entries = [outcome]
    if draft.takes_when and draft.when.strip():
        entries.append(Entry(_("When"), draft.when.strip()))
    if draft.wants_sale:
        entries.append(Entry(_("Amount"), draft.amount.strip() or "–"))
    return tuple(entries)


class ConflictSheet(ModalScreen[bool | None]):
    """True keeps mine, False drops it; None goes back to the form, where everything still is."""

    CSS_PATH = "conflict.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "dismiss(True)", show=False),
        Binding("x", "drop", show=False),
        Binding("escape,q", "dismiss(None)", show=False),
    ]

    def __init__(
        self,
        facts: Mapping[str, Any],
        draft: Draft,
        name: str,
        lead: Lead | None,
        *,
        zone: tzinfo,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._facts = facts
        self._draft = draft
        self._name_shown = name
        self._lead = lead
        self._zone = zone
        self._now = now
        self._sure = False

    def sentence(self) -> str:
        """Who, when, what: `Rina mengubah lead ini 09.40: tertarik.`"""
        who = clean(self._facts.get("by_name")).strip() or _("A colleague")
        at, state = self._facts.get("at"), self._facts.get("state")
        told = state_word(LeadState(state)) if state is not None else _("changed")
        if at is None:
            return _("{who} has worked on this customer: {state}.").format(who=who, state=told)
        same = at.astimezone(self._zone).date() == self._now().astimezone(self._zone).date()
        when = clock(at, self._zone) if same else moment(at, self._zone, now=self._now())
        return _("{who} worked on this customer at {time}: {state}.").format(who=who, time=when, state=told)

    def compose(self) -> ComposeResult:
        """What happened, theirs beside mine, what can be done."""
        with Vertical(id="sheet"):
            yield Heading(_("Somebody was faster"), self._name_shown)
            told = Notice(indent=0, id="told")
            told.say("", f"{self.sentence()} {_('Your note is safe, not saved yet.')}")
            yield told
            with Horizontal(id="both"):
                with VerticalScroll(classes="side", can_focus=False):
                    yield Heading(_("As it is now"))
                    if self._lead is not None:
                        yield Entries(self._theirs(self._lead), id="theirs")
                        latest = self._lead.calls[:3]
                        yield Timeline(latest, len(latest), zone=self._zone, now=self._now, full=True)
                with VerticalScroll(classes="side", can_focus=False):
                    yield Heading(_("Yours"))
                    yield Entries(draft_entries(self._draft), id="mine")
                    note = Notice(indent=0)
                    note.say("", self._draft.note.strip() or "–")
                    yield note
            rule = Notice(indent=0)
            kept = _("Keeping yours records the call; the customer stays as they are, unless yours is final.")
            rule.say("", kept)
            yield rule
            mine = SaveBar()
            mine.key, mine.label = "k", _("keep mine")
            yield mine
            yield Heading("", self._other_keys(), id="keys")

    def on_resize(self) -> None:
        """Few lines: the keys stay in sight."""
        self.set_class(self.size.height < SHORT, "-short")

    def _other_keys(self) -> str:
        drop = _("again: throw mine away") if self._sure else _("drop mine, copied")
        return f"x  {drop} · esc  {_('back to the form')}"

    def _theirs(self, lead: Lead) -> tuple[Entry, ...]:
        """Who, when, and how the customer stands since."""
        who, at = clean(self._facts.get("by_name")).strip(), self._facts.get("at")
        found = [Entry(_("By"), who, "strong")] if who else []
        if at is not None:
            found.append(Entry(_("At"), moment(at, self._zone, now=self._now())))
        found.append(Entry(_("State"), state_word(lead.row.state), "strong"))
        if lead.row.callback_at is not None:
            promised = moment(lead.row.callback_at, self._zone, now=self._now())
            found.append(Entry(_("Callback"), promised))
        elif lead.hidden_until is not None and lead.hidden_until > self._now():
            found.append(Entry(_("Rests until"), moment(lead.hidden_until, self._zone, now=self._now())))
        if lead.claimed_by_name:
            found.append(Entry(_("On the phone"), clean(lead.claimed_by_name)))
        return tuple(found)

    def action_drop(self) -> None:
        """`x`, twice: mine goes, its words to the clipboard."""
        if self._sure:
            self.dismiss(False)
            return
        self._sure = True
        self.query_one("#keys", Heading).fact = self._other_keys()

    def on_save_bar_pressed(self) -> None:
        """The bar is its key."""
        self.dismiss(True)
