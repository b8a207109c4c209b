"""The customer view and the call: who → why → log. Looking claims nothing; `c` and `n` do.

What is typed belongs to the open call, not to this screen: it is kept (`customer_parts.drafts`) while the
screen shows somebody else, is closed or killed, and is let go only when the call is logged or given back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from textual import on

from leadtui.commands import Where, bindings
from leadtui.core.calls.dto import GiveBack, LogCall, OpenCall
from leadtui.core.errors import Conflict, Invalid, LeadtuiError, NotFound
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import Lead
from leadtui.i18n import _
from leadtui.messages import CallChanged, GiveBackFailed, Resync, Saved, SaveFailed
from leadtui.screens.conflict import ConflictSheet
from leadtui.screens.customer_parts import drafts
from leadtui.screens.customer_parts.loop import LoopKeys
from leadtui.screens.customer_parts.words import conflict_sentence, form_sentences
from leadtui.screens.give_back import GiveBackSheet
from leadtui.text import clean
from leadtui.widgets.call_draft import is_canned
from leadtui.widgets.call_form import CallForm
from leadtui.wording import outcome_word


class CustomerScreen(LoopKeys):
    """One customer: looked at, or on the phone."""

    WHERE = Where.CUSTOMER
    CSS_PATH = "customer.tcss"
    BINDINGS = bindings(Where.CUSTOMER)
    AUTO_FOCUS = ""

    def relabel(self) -> None:
        """Another language."""
        super().relabel()
        if self.works:
            self.load_consequences()

    def show_fields(self, fields: Any) -> bool:
        """Sentences under the form's fields."""
        return self.form.opened and self.form.show_errors(fields)

    # --- the open call ---------------------------------------------------------------------------------

    @on(CallChanged)
    def _call_changed(self) -> None:
        self.follow_call()

    def left_for_another(self) -> None:
        """What was typed for an open call is kept; for one that is gone it is offered at the next sign-in."""
        if self._orphan:
            self.desk.say(_("The note of the closed call is kept; it is offered at your next sign-in."))
        self._orphan = False

    def holds(self, command: LogCall) -> bool:
        """Whether this screen waits for what becomes of this save."""
        return self._sending is not None and self._sending.request_id == command.request_id

    def follow_call(self) -> None:
        """Put the form beside the call: opened with what was typed for it, or closed."""
        call, was = self.call, self._shown_call
        if call is None:
            elsewhere = self.desk.open_call is not None
            gone = was is not None and not elsewhere
            typed = gone and was is not None and not drafts.kept(self.desk, was).blank
            saving = self._sending is not None and self._sending.open_call_id == was and not elsewhere
            if typed and not saving and was != self._returning:
                self._orphan = True
            elif not self._orphan and not saving:
                self._close_form()
        elif call.id != was:
            self._open_form(call)
        else:
            self._orphan = False  # it was out of sight only: a session ended, and its user is back
        self.tick()
        self.explain()
        self.refresh_frame()

    def _open_form(self, call: OpenCall) -> None:
        """The form of this call, with what was typed for it, in whatever session."""
        form = self.form
        self._shown_call, self._orphan, self._returning = call.id, False, None
        if self._sending is None or self._sending.open_call_id != call.id:
            # what was queued for this call, seen from another screen or before a restart
            self._sending = self.desk.queued(call.id)
            self._waiting = self._sending is not None
        form.opened = True
        draft = drafts.kept(self.desk, call.id)
        form.fill(draft)
        self.show_link()
        # whoever was writing goes on writing, and no letter is a key; after undoing the outcome comes first
        writing = draft.note.strip() and not is_canned(draft.note) and call.id != self.desk.came_back
        (form.note if writing else form.rows).focus()
        self.load_consequences()
        if self.lead is not None:
            self.desk.name_call(self.lead_id, self.title_name())
        if (settled := self.desk.unsettled(call.id)) is not None:
            self._sending, self._waiting = settled[0], False
            self._failed_with(settled[1])

    def _close_form(self) -> None:
        self._shown_call, self._orphan = None, False
        self._sending, self._waiting = None, False
        self.show_link()
        self.form.opened = False
        self.form.clear()
        if self.focused is not None:
            self.set_focus(None)

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

    def not_marked(self, error: Exception) -> None:
        """Somebody was faster, or the customer may not be called any more."""
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
            self._returning = open_call_id
            drafts.give_back(self.app, self.lead_id)
            self.desk.give_back(GiveBack(self._ids.fresh(), open_call_id, reason))

    @on(GiveBackFailed)
    def _not_given_back(self, event: GiveBackFailed) -> None:
        if self._returning == event.command.open_call_id:
            self._returning = None

    # --- saving ----------------------------------------------------------------------------------------

    @on(CallForm.Edited)
    def _edited(self, event: CallForm.Edited) -> None:
        event.stop()
        self._keys_again()  # after 0 a letter is text, and the focus has not moved
        if self._shown_call is not None:
            self._keep()
            if self._waiting:
                self.explain()

    def _keep(self) -> None:
        if self._shown_call is not None:
            # the name itself: words for "no name" belong to the language in which it is read
            name = clean(self.lead.row.name) if self.lead is not None else ""
            drafts.keep(self.desk, self._shown_call, self.form.draft(), lead_id=self.lead_id, name=name)

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
        draft = self.form.draft()
        self._keep()
        if self._waiting and not keep_mine and self.unchanged():
            self.desk.send_again()
            return
        request_id = self._ids.request_id(ident, draft, keep_mine=keep_mine)
        if self._sending is not None and self._sending.request_id == request_id:
            return  # the same content is under way: it is logged once
        try:
            command = self.command(draft, request_id, ident)
        except Invalid as error:
            self.form.show_errors(form_sentences(error))
            return
        self.form.show_errors({})
        if self._waiting and self._sending is not None:
            self.desk.forget_unsent(self._sending.request_id)
        self._sending = replace(command, keep_mine=keep_mine)
        self._then_next, self._waiting = then_next, False
        self.explain()
        self.desk.save_call(self._sending, then_next)

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        self.desk.nearest = ()
        ident = event.command.open_call_id
        if self._shown_call != ident:
            return
        typed, sent = self.form.draft().note.strip(), event.command.note
        drafts.forget(self.desk, ident)  # a key that came after the app had done so
        if typed and typed != sent:
            self.app.copy_to_clipboard(typed[len(sent) :].strip() if typed.startswith(sent) else typed)
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
            return
        if event.retrying:
            self._waiting = True
            self.explain()
            return
        self._failed_with(event.error)

    def _failed_with(self, error: Exception) -> None:
        self._sending, self._waiting = None, False
        if isinstance(error, Conflict) and error.code == "lead_moved_on":
            self._met(error)
        elif isinstance(error, NotFound):
            self._orphan = True
            self.desk.say(_("This call is not open any more. Your note is still here."), late=True)
        elif isinstance(error, Invalid):
            self.desk.nearest = error.data.get("nearest") or ()
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
        elif keep is False and (ident := self._shown_call) is not None:
            draft = self.form.draft()
            self.app.copy_to_clipboard(draft.note.strip() or draft.when.strip() or draft.amount.strip())
            self._returning = ident
            command = GiveBack(self._ids.fresh(), ident, "other")
            self.desk.give_back(command, _("Dropped; your words are copied."))

    @on(Resync)
    def _look_again(self) -> None:
        self.follow_call()
