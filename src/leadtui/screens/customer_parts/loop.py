"""The call loop beyond the form: dialling, hanging up, macros, handing over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events, on

from leadtui.core.calls import after
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import Macro, NoAnswer, OpenCall, Outcome
from leadtui.core.calls.rules import Consequence
from leadtui.core.macros import service as macros
from leadtui.i18n import _, language
from leadtui.messages import Changed
from leadtui.screens.customer_parts.sheets import HistorySheet
from leadtui.screens.customer_parts.why_not import WhyNotKeys
from leadtui.screens.customer_parts.words import consequence_row, macro_row
from leadtui.screens.hand_over import HandOverSheet
from leadtui.text import clean
from leadtui.widgets.call_draft import MacroKey
from leadtui.widgets.digits import BigDigits


class LoopKeys(WhyNotKeys):
    """What the loop adds to the customer view."""

    _macros: tuple[Macro, ...] = ()
    _leads_to: Mapping[Outcome | None, Sequence[Consequence]] = {}

    @on(events.Mount)
    def _loop_begins(self) -> None:
        if self.works:
            self._load_macros()

    # what each key leads to ----------------------------------------------------------------------------

    def load_consequences(self) -> None:
        """What each outcome would do to this customer."""
        self.load(
            "consequences", calls.consequences, self.lead_id,
            then=self._know_consequences, failed=lambda _error: None,
        )  # fmt: skip

    def _know_consequences(self, found: Mapping[Outcome | None, Sequence[Consequence]]) -> None:
        self._leads_to = found
        self.form.show_consequences({int(key or 0): consequence_row(said) for key, said in found.items()})
        self._show_macros()

    def _load_macros(self) -> None:
        self.load("macros", macros.active, then=self._know_macros, failed=lambda _error: None)

    def _know_macros(self, found: tuple[Macro, ...]) -> None:
        self._macros = found
        self._show_macros()

    def _show_macros(self) -> None:
        self.form.show_macros([self._macro_key(macro) for macro in self._macros])

    def _macro_key(self, macro: Macro) -> MacroKey:
        leads_to = self._leads_to.get(macro.outcome, ())
        return MacroKey(
            macro.id, macro.key, clean(macro.label(language())), int(macro.outcome or 0),
            macro.reason or NoAnswer.NO_ANSWER, clean(macro.note(language())), macro_row(macro, leads_to),
        )  # fmt: skip

    def relabel(self) -> None:
        """Another language: the macros have both."""
        super().relabel()
        self._show_macros()

    @on(Changed)
    def _setting_changed(self, event: Changed) -> None:
        if event.kind == "setting" and self.works:
            self._load_macros()
            if self.call is not None:
                self.load_consequences()

    # dialling and hanging up ---------------------------------------------------------------------------

    def action_dial(self) -> None:
        """`d`: dialled once the database has the time."""
        if self.call is not None:
            self.load("mark", calls.dialled, self.call.id, then=self._dialled, failed=self.not_marked)

    def _dialled(self, call: OpenCall) -> None:
        self.desk.take_call(call)
        if call.synthetic:
            self.form.show_hint(_("synthetic: noted, not dialled"))
            return
        self.show_link()
        self.desk.dial_number(call.phone, self.form.show_hint)

    def show_link(self) -> None:
        """The number is a link only while it is the one that is being dialled."""
        call = self.call
        dialled = call is not None and call.dialled_at is not None and not call.synthetic
        link = self.desk.dial_link(call.phone) if call is not None and dialled else ""
        self.query_one("#phone", BigDigits).link = link

    def action_answered(self) -> None:
        """`space`: the talk timer runs; then it ticks the guide."""
        call = self.call
        if call is not None and call.answered_at is not None:
            self.tick_guide()
        elif call is not None:
            self.load("mark", calls.answered, call.id, then=self._answered_now, failed=self.not_marked)

    def _answered_now(self, call: OpenCall) -> None:
        self.desk.take_call(call)
        self.form.answered()

    def action_hang_up(self) -> None:
        """`e`: the clock of the talk stands; what remains is writing up."""
        call = self.call
        if call is not None and call.ended_at is None:
            self.load("mark", calls.hung_up, call.id, then=self.desk.take_call, failed=self.not_marked)

    def not_marked(self, error: Exception) -> None:
        """The time could not be recorded; `CustomerScreen` says why."""
        self.desk.present(error, self)

    # the history, and what can be put right in it -------------------------------------------------------

    def action_history(self) -> None:
        """`h`"""
        if self.lead is None:
            return
        sheet = HistorySheet(self.lead, zone=self.desk.zone, now=self.desk.now, corrected=self.reload)
        self.app.push_screen(sheet)
        if self.works:
            self.load("mine", after.mine_today, then=sheet.know_mine, failed=lambda _error: None)

    # macros --------------------------------------------------------------------------------------------

    def action_macro(self, key: int) -> None:
        """`7`–`9`"""
        if self.form.opened and self.form.rows.macro_of(key) is None:
            self.desk.say(_("Key {key} has no macro here; an admin sets them.").format(key=key))
        self.form.choose_macro(key)

    # handing over --------------------------------------------------------------------------------------

    def action_hand_over(self) -> None:
        """`a`"""
        if self.lead is not None:
            self.app.push_screen(HandOverSheet(self.lead_id, self.title_name()), self._handed_over)

    def _handed_over(self, to: str | None) -> None:
        if to is not None:
            self.desk.say(_("Handed over to {name}.").format(name=clean(to)))
            self.desk.look_at_call()
            self.reload()
