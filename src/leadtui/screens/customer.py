"""The customer view and the call: who → why → log. Looking claims nothing; `c` and `n` do.

What is typed belongs to the open call, not to this screen: it is kept (`customer_parts.drafts`) while the
screen shows somebody else, and is let go only when the call is logged or given back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from textual import on

from leadtui.commands import Where, bindings
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import GiveBack, LogCall, OpenCall, Outcome
from leadtui.core.errors import Conflict, Invalid, LeadtuiError, NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import Lead
from leadtui.formats import elapsed
from leadtui.i18n import _
from leadtui.messages import CallChanged, Resync, Saved, SaveFailed
from leadtui.screens.base import Walk
from leadtui.screens.conflict import ConflictSheet
from leadtui.screens.customer_parts import drafts
from leadtui.screens.customer_parts.view import CustomerView, when
from leadtui.screens.customer_parts.words import conflict_sentence, consequence_row, form_sentences
from leadtui.screens.give_back import GiveBackSheet
from leadtui.widgets.call_form import CallForm
from leadtui.widgets.profile import why_not
from leadtui.wording import outcome_word

CALLING: Final = ("dial", "answered", "outcome_0", "save_next", "give_back")
"""Hints that mean something only while the call is open."""
LOOKING: Final = ("next", "call_this", "select", "previous_lead", "back")
"""Hints that give way to those while it is."""


class CustomerScreen(CustomerView):
    """One customer: looked at, or on the phone."""

    WHERE = Where.CUSTOMER
    CSS_PATH = "customer.tcss"
    BINDINGS = bindings(Where.CUSTOMER)
    AUTO_FOCUS = ""

    def __init__(self, lead_id: int, walk: Walk | None = None) -> None:
        super().__init__(lead_id, walk)
        self._shown_call: UUID | None = None
        """The open call whose draft is in the form."""
        self._orphan = False
        """That call went away without having been logged here; what was typed for it is still in the form."""
        self._sending: LogCall | None = None
        self._then_next = False
        self._waiting = False
        """The database is away; the app sends `_sending` again by itself."""
        self._ids = drafts.Sending()

    def hidden_keys(self) -> Iterable[str]:
        """Only what the moment needs: calling keys while calling, looking keys while looking."""
        call = self.call
        if call is None:
            return CALLING
        # ctrl+s stands on the form's big key; from a field `esc` leads to the outcomes, so it stands there
        done = [
            "save_next",
            *(["dial", "give_back"] if call.dialled_at is not None else []),
            *(["answered"] if call.answered_at is not None else []),
        ]
        looking = LOOKING[:-1] if self.typing else LOOKING
        return (*looking, *done)

    def off_keys(self) -> dict[str, str]:
        """What cannot be done now, and why."""
        call, off = self.call, {}
        if call is None:
            first = _("Take this customer first: c.")
            off = dict.fromkeys(("dial", "answered", "give_back", "canned_note"), first)
            if not self._orphan:
                off |= dict.fromkeys((f"outcome_{digit}" for digit in range(7)), first)
                off |= dict.fromkeys(("save_next", "save_stay"), first)
            if self.lead is not None and not self.lead.callable and self.desk.open_call is None:
                off["call_this"] = why_not(self.lead)
        elif call.dialled_at is not None:
            off["give_back"] = _("Already dialled: log the outcome.")
        return off

    def relabel(self) -> None:
        """Another language."""
        super().relabel()
        if self.works:
            self._load_consequences()

    def show_fields(self, fields: Any) -> bool:
        """Sentences under the form's fields."""
        return self.form.opened and self.form.show_errors(fields)

    # --- the open call ---------------------------------------------------------------------------------

    @on(CallChanged)
    def _call_changed(self) -> None:
        self.follow_call()

    def left_for_another(self) -> None:
        """What was typed for an open call is kept; for one that is gone it goes with its customer."""
        self._orphan = False

    def follow_call(self) -> None:
        """Put the form beside the call: opened with what was typed for it, or closed."""
        call, form = self.call, self.form
        was = self._shown_call
        if call is None:
            typed = was is not None and not drafts.kept(self.app, was).blank
            saving = self._sending is not None and self._sending.open_call_id == was
            if was is not None and self.desk.open_call is None and typed and not saving:
                self._orphan = True
            elif not self._orphan and not saving:
                self._close_form()
        elif call.id != was:
            self._shown_call, self._orphan = call.id, False
            if self._sending is not None and self._sending.open_call_id != call.id:
                self._sending, self._waiting = None, False
            form.opened = True
            form.fill(drafts.kept(self.app, call.id))
            form.rows.focus()
            self._load_consequences()
            if self.lead is not None:
                self.desk.name_call(self.lead_id, self.title_name())
        self.tick()
        self.explain()
        self.refresh_frame()

    def _close_form(self) -> None:
        self._shown_call, self._orphan = None, False
        self._sending, self._waiting = None, False
        self.form.opened = False
        self.form.clear()
        if self.focused is not None:
            self.set_focus(None)

    def _load_consequences(self) -> None:
        self.load(
            "consequences", calls.consequences, self.lead_id,
            then=self._know_consequences, failed=lambda _error: None,
        )  # fmt: skip

    def _know_consequences(self, found: dict[Outcome | None, Any]) -> None:
        self.form.show_consequences({int(key or 0): consequence_row(said) for key, said in found.items()})

    def tick(self) -> None:
        """The running time in the form's heading."""
        call = self.call
        if call is None:
            self.form.show_timer("")
            return
        seconds = (self.desk.now() - (call.answered_at or call.dialled_at or call.opened_at)).total_seconds()
        # the phase in words stands in the status line; here there is room for the mark only
        if call.answered_at is not None:
            self.form.show_timer(f"{elapsed(seconds)} ●", "accent")
        else:
            self.form.show_timer(f"{elapsed(seconds)} ○", "muted" if call.dialled_at is None else "strong")

    def explain(self) -> None:
        """What stands above the outcomes, and what the big key does now."""
        form, lead, other = self.form, self.lead, self.desk.open_call
        if form.readonly:
            form.show_notice(_("Read only"), _("Only agents log what came of a call."))
        elif self._orphan:
            told = _("This call was closed elsewhere. Your note is still here.")
            form.show_notice(_("Not open any more"), told)
            form.show_bar("ctrl+s", _("try to save"))
        elif self._waiting:
            form.show_notice("")
            form.show_bar("ctrl+s", _("waiting for the database"))
        elif self._sending is not None:
            form.show_bar("ctrl+s", _("saving …"), enabled=False)
        elif self.call is not None:
            moved = not self.call.live
            text = _("The reservation has ended; a colleague may have called. Saving checks it.")
            form.show_notice(_("Late") if moved else "", text if moved else "")
            form.show_bar("ctrl+s", _("save, open the next"))
        elif other is not None:
            form.show_notice(_("Another call is open"), _("n goes back to it."))
            form.show_bar("n", _("back to the open call"))
        elif lead is not None and not lead.callable:
            form.show_notice(_("Not now"), why_not(lead))
            form.show_bar("n", _("the next best lead"))
        else:
            form.show_notice(_("Only looking"), _("Nobody is taken yet."))
            form.show_bar("c", _("call this customer"))

    # --- keys ------------------------------------------------------------------------------------------

    @on(CallForm.Submit)
    def _bar_pressed(self, event: CallForm.Submit) -> None:
        event.stop()
        if self.call is not None or self._orphan:
            self.action_save_next()
        elif self.desk.open_call is not None or (self.lead is not None and not self.lead.callable):
            self.desk.next_lead()
        else:
            self.action_call_this()

    def action_call_this(self) -> None:
        """`c`"""
        self.desk.claim(self.lead_id)

    def action_dial(self) -> None:
        """`d`: the number goes to the clipboard once the database has the time."""
        if self.call is not None:
            self.load("mark", calls.dialled, self.call.id, then=self._dialled, failed=self._not_marked)

    def _dialled(self, call: OpenCall) -> None:
        self.desk.take_call(call)
        if call.synthetic:
            self.form.show_hint(_("synthetic: time noted, not dialled"))
            return
        self.app.copy_to_clipboard(call.phone)
        self.form.show_hint(_("number copied: dial it"))

    def action_answered(self) -> None:
        """`space`: the talk timer runs."""
        call = self.call
        if call is not None and call.answered_at is None:
            self.load("mark", calls.answered, call.id, then=self.desk.take_call, failed=self._not_marked)

    def _not_marked(self, error: Exception) -> None:
        if isinstance(error, Conflict) and error.code != "lead_moved_on":
            self.desk.say(conflict_sentence(error), late=True)
        elif isinstance(error, Conflict):
            self._met(error)
        else:
            self.desk.present(error, self)

    def action_outcome(self, digit: int) -> None:
        """`0`–`6`"""
        self.form.choose(digit)

    def action_canned_note(self) -> None:
        """`⏎` after 0"""
        self.form.canned()

    def action_give_back(self) -> None:
        """`b`"""
        call = self.call
        if call is not None:
            self.app.push_screen(
                GiveBackSheet(self.title_name()), lambda reason: self._give_back(call.id, reason)
            )

    def _give_back(self, open_call_id: UUID, reason: str | None) -> None:
        if reason is not None:
            drafts.forget(self.app, open_call_id)
            drafts.give_back(self.app, self.lead_id)
            self.desk.give_back(GiveBack(self._ids.fresh(), open_call_id, reason))

    # --- saving ----------------------------------------------------------------------------------------

    @on(CallForm.Edited)
    def _edited(self, event: CallForm.Edited) -> None:
        event.stop()
        if self._shown_call is not None:
            drafts.keep(self.app, self._shown_call, self.form.draft())

    def action_save_next(self) -> None:
        """`ctrl+s`"""
        self._save(then_next=True)

    def action_save_stay(self) -> None:
        """`f9`"""
        self._save(then_next=False)

    def _save(self, *, then_next: bool, keep_mine: bool = False) -> None:
        ident = self._shown_call
        if ident is None:
            return
        draft, call = self.form.draft(), self.call
        drafts.keep(self.app, ident, draft)
        request_id = self._ids.request_id(ident, draft, keep_mine=keep_mine)
        if self._sending is not None and self._sending.request_id == request_id:
            if self._waiting:
                self.desk.send_again()
            return  # the same content is under way: it is logged once
        try:
            command = draft.command(
                request_id, ident, answered=call is not None and call.answered_at is not None,
                now=self.desk.now(), zone=self.desk.zone, parse_when=when,
            )  # fmt: skip
        except Invalid as error:
            self.form.show_errors(form_sentences(error))
            return
        self.form.show_errors({})
        if self._waiting and self._sending is not None:
            self.desk.unsent = [kept for kept in self.desk.unsent if kept.command.open_call_id != ident]
        self._sending = replace(command, keep_mine=keep_mine)
        self._then_next, self._waiting = then_next, False
        self.explain()
        self.desk.save_call(self._sending, then_next)

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        ident = event.command.open_call_id
        mine = self._shown_call == ident
        typed, sent = drafts.kept(self.app, ident), event.command.note
        drafts.forget(self.app, ident)
        if not mine:
            return
        if typed.note.strip() != sent and typed.note.strip().startswith(sent):
            rest = typed.note.strip()[len(sent) :].strip()
            self.app.copy_to_clipboard(rest)
            self.desk.say(_("Saved without what was typed afterwards; that was copied."), late=True)
        self._close_form()
        self.follow_call()
        if event.logged.lead_id == self.lead_id and not self._then_next:
            outcome = event.command.outcome
            told = outcome_word(outcome) if outcome is not None else _("not answered")
            self.desk.say(_("Saved: {outcome}.").format(outcome=told))
            self.reload()

    @on(SaveFailed)
    def _save_failed(self, event: SaveFailed) -> None:
        sending = self._sending
        if sending is None or sending.request_id != event.command.request_id:
            if self.is_current and not event.retrying and self._shown_call is None:
                self.desk.present(event.error, self)
            return
        if event.retrying:
            self._waiting = True
            self.explain()
            return
        self._sending, self._waiting = None, False
        error = event.error
        if isinstance(error, Conflict) and error.code == "lead_moved_on":
            self._met(error)
        elif isinstance(error, NotFound):
            self._orphan = True
            self.desk.say(_("This call is not open any more. Your note is still here."), late=True)
        elif isinstance(error, Invalid):
            self.form.show_errors(form_sentences(error))
        else:
            self.desk.present(error, self)
        self.explain()

    # --- somebody was faster ---------------------------------------------------------------------------

    def _met(self, error: LeadtuiError) -> None:
        """The lead has moved on: look at how it is now, then ask."""
        self.load(
            "conflict", leads.get, self.lead_id,
            then=lambda lead: self._confront(error, lead),
            failed=lambda _error: self._confront(error, self.lead),
        )  # fmt: skip

    def _confront(self, error: LeadtuiError, lead: Lead | None) -> None:
        if lead is not None:
            self.show_lead(lead)
        sheet = ConflictSheet(
            error.data, self.form.draft(), self.title_name(), lead, zone=self.desk.zone, now=self.desk.now
        )
        self.app.push_screen(sheet, self._answered)

    def _answered(self, keep: bool | None) -> None:
        if keep:
            self._save(then_next=self._then_next, keep_mine=True)

    @on(Resync)
    def _look_again(self) -> None:
        self.follow_call()
