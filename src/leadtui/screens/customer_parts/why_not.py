"""`x`: why a customer may or may not be called, and what an admin can lift."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input

from leadtui.commands import key_of
from leadtui.core.eligibility import service as eligibility
from leadtui.core.eligibility.dto import REASON_MOST, Lifted, Override, WhyNot
from leadtui.core.errors import Conflict, Invalid, LeadtuiError
from leadtui.eligibility_words import headline, label, register
from leadtui.i18n import _
from leadtui.messages import Changed
from leadtui.screens.customer_parts.guide_keys import GuideKeys
from leadtui.text import clean
from leadtui.widgets.fields import Field
from leadtui.widgets.heading import Heading
from leadtui.widgets.notice import Notice
from leadtui.widgets.profile import shown_name
from leadtui.widgets.why_rows import WhyRows
from leadtui.wording import error_sentence, field_sentence

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp

register()


class WhyNotSheet(ModalScreen[None]):
    """The answer in one sentence, then every predicate. An admin lifts the marked row with a reason."""

    CSS_PATH = "why_not.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("q", "dismiss", show=False),
        Binding("x", "dismiss", show=False, id="why_not"),
        Binding("enter", "choose", show=False),
        Binding("R", "again", show=False),
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]
    AUTO_FOCUS = ""

    rows = getters.query_one(WhyRows)
    answer = getters.query_one("#answer", Notice)
    field = getters.query_one(Field)
    reason = getters.query_one(Input)

    def __init__(self, lead_id: int, name: str) -> None:
        super().__init__()
        self.lead_id = lead_id
        self.shown = name
        self.why: WhyNot | None = None
        self._lifting = ""
        """The predicate for which a reason is being typed."""
        self._request = uuid.uuid4()
        self._busy = False

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    @property
    def lifts(self) -> bool:
        """Whether this role may override."""
        return self.desk.may("leads.override")

    def compose(self) -> ComposeResult:
        """The name, the answer, the table, the field for a reason, the keys."""
        with Vertical(id="sheet"):
            yield Heading(self.shown, id="who")
            yield Notice(indent=0, id="answer")
            with VerticalScroll(id="scroll", can_focus=False):
                yield WhyRows()
            with Field(id="reason"):
                yield Input(max_length=REASON_MOST, compact=True)
            yield Heading(classes="foot")

    def on_mount(self) -> None:
        """Ask."""
        self.rows.zone, self.rows.choosing = self.desk.zone, self.lifts
        self.relabel()
        self.action_again()

    def relabel(self) -> None:
        """Another language: everything anew, but for what was typed."""
        self._foot()
        if self.why is None:
            self.answer.say("", _("Looking …"))
            return
        self.answer.say("", headline(self.why, self.desk.zone))
        self.rows.why = self.why
        self.rows.refresh(layout=True)
        self._name_field()

    def _foot(self) -> None:
        keys = f"{key_of('why_not')} / esc  {_('back')}"
        if self._lifting:
            keys = f"⏎  {_('lift it')}   esc  {_('leave it')}"
        elif self.rows.liftable:
            keys = f"⏎  {_('lift the marked row, with a reason')}   {keys}"
        self.query_one(".foot", Heading).label = ""
        self.query_one(".foot", Heading).fact = keys

    def _name_field(self) -> None:
        self.field.label = _("Why lift “{what}”").format(what=label(self._lifting)) if self._lifting else ""
        self.field.fact = _("kept for good") if self._lifting else ""

    # asking --------------------------------------------------------------------------------------------

    def action_again(self) -> None:
        """`R`: look again."""
        ctx, ident = self.desk.session, self.lead_id
        self.desk.in_thread("why-not", lambda: eligibility.why_not(ctx, ident), self._known, self._failed)

    def _known(self, why: WhyNot) -> None:
        if not self.is_mounted:
            return
        self.why = why
        if why.name:
            self.query_one("#who", Heading).label = shown_name(why.name, why.lead_id)
        self.rows.why = why
        if self.rows.cursor not in self.rows.liftable:
            self.rows.cursor = ""
            self.rows.move(0)
        self.relabel()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if self.is_mounted and self.why is None and isinstance(error, LeadtuiError):
            self.answer.say("", error_sentence(error))
        elif isinstance(error, LeadtuiError) or self.is_mounted:
            self.desk.present(error, self)

    # lifting -------------------------------------------------------------------------------------------

    def action_choose(self) -> None:
        """`⏎`: the marked row; where nothing can be lifted the sheet goes."""
        if self.rows.liftable:
            self._open(self.rows.cursor)
        else:
            self.dismiss()

    @on(WhyRows.Chosen)
    def _clicked(self, event: WhyRows.Chosen) -> None:
        event.stop()
        self.rows.cursor = event.code
        self._open(event.code)

    def _open(self, code: str) -> None:
        self._lifting = code
        self.field.error = ""
        self.add_class("-lifting")
        self._name_field()
        self._foot()
        self.reason.focus()

    def _close(self) -> None:
        self._lifting = ""
        self.reason.value = ""
        self.field.error = ""
        self.remove_class("-lifting")
        self.set_focus(None)
        self._foot()

    @on(Input.Changed)
    def _typed(self) -> None:
        self.field.error = ""
        self._request = uuid.uuid4()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.why is None or not self._lifting or self._busy:
            return
        command = Override(self._request, self.lead_id, self._lifting, event.value, self.why.version)
        ctx, self._busy = self.desk.session, True
        self.desk.in_thread(
            "override", lambda: eligibility.override(ctx, command), self._lifted, self._refused
        )

    def _lifted(self, lifted: Lifted) -> None:
        self._busy = False
        self.desk.say(_("Lifted: {what}.").format(what=label(lifted.code)))
        if self.is_mounted:
            self._close()
            self.action_again()

    def _refused(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, Invalid) and self.is_mounted:
            code = next(iter(error.fields.values()), "blank")
            self.field.error = field_sentence(code, error.data)
        elif isinstance(error, Conflict) and self.is_mounted:
            # what was typed stays; the table is as it is now
            self.field.error = error_sentence(error)
            self.action_again()
        elif isinstance(error, LeadtuiError) or self.is_mounted:
            self.desk.present(error, self)

    # moving --------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """`esc`: out of the field first."""
        if self._lifting:
            self._close()
        else:
            self.dismiss()

    def action_move(self, step: int) -> None:
        """The next row that may be lifted; else a line."""
        scroll = self.query_one("#scroll", VerticalScroll)
        if self.rows.move(step):
            scroll.scroll_to_region(self.rows.region_of(self.rows.cursor), animate=False)
        else:
            scroll.scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        """A page."""
        scroll = self.query_one("#scroll", VerticalScroll)
        scroll.scroll_relative(y=step * max(1, scroll.size.height - 1), animate=False)


class WhyNotKeys(GuideKeys):
    """What the eligibility sheet adds to the customer view."""

    def hidden_keys(self) -> Iterable[str]:
        """The hint stands there where something stands against calling."""
        hidden = super().hidden_keys()
        pressing = self.call is None and self.lead is not None and self.lead.not_callable
        return hidden if pressing else (*hidden, "why_not")

    def action_why_not(self) -> None:
        """`x`"""
        name = clean(self.lead.row.name) if self.lead is not None else ""
        self.app.push_screen(WhyNotSheet(self.lead_id, shown_name(name, self.lead_id)))

    @on(Changed)
    def _stopped(self, event: Changed) -> None:
        """They may not be called any more: what stands here says so at once."""
        if event.kind == "stop" and event.ident == self.lead_id:
            self.reload()
