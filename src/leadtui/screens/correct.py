"""One of my calls of today, put right: the same form, filled as it was logged. The old row stays."""

from __future__ import annotations

import uuid
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, ClassVar, cast

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from leadtui.commands import key_of
from leadtui.core.calls import after
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, CorrectCall, LogCall, MyCall, NoAnswer, Product
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.formats import moment
from leadtui.i18n import _, language
from leadtui.screens.customer_parts.view import when
from leadtui.screens.customer_parts.words import conflict_sentence, form_sentences
from leadtui.widgets.call_draft import Draft
from leadtui.widgets.call_form import CallForm
from leadtui.widgets.heading import Heading
from leadtui.widgets.notice import Notice
from leadtui.widgets.profile import shown_name

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp

SHORT = 30


def draft_of(call: MyCall, zone: tzinfo) -> Draft:
    """The form as it would be typed for this call, in the language in use."""
    digit = int(call.outcome or 0)
    amount = ""
    if call.amount is not None:
        amount = f"{call.amount:f}"
        if "." in amount:
            amount = amount.rstrip("0").rstrip(".")
        if language() == "id":
            amount = amount.replace(".", ",")
    at = "" if call.callback_at is None else f"{call.callback_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return Draft(digit, call.reason or NoAnswer.NO_ANSWER, at, call.product_id, amount, call.note)


class CorrectSheet(ModalScreen[bool]):
    """True once it is corrected."""

    CSS_PATH = "correct.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("ctrl+s", "store", show=False, priority=True, id="save_next"),
        Binding("enter", "canned", show=False),
        *(Binding(str(digit), f"outcome({digit})", show=False) for digit in range(7)),
    ]
    AUTO_FOCUS = ""

    form = getters.query_one(CallForm)

    def __init__(self, call: MyCall) -> None:
        super().__init__()
        self.call = call
        self._first: Draft | None = None
        self._sent: tuple[Draft, uuid.UUID] | None = None
        self._busy = False

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    def compose(self) -> ComposeResult:
        """Whose call, when, the form, the keys."""
        desk, call = self.desk, self.call
        with Vertical(id="sheet"):
            yield Heading(_("Correct"), shown_name(call.lead_name, call.lead_id))
            told = Notice(indent=0, id="told")
            at = moment(call.at, desk.zone, now=desk.now())
            kept = _("Your call of {time}. What was logged stays in the record, superseded.").format(time=at)
            told.say("", kept)
            yield told
            yield CallForm(
                zone=desk.zone, now=desk.now, parse_when=self._when, currency=desk.actor.currency, id="form"
            )
            yield Heading("", f"esc  {_('leave it as it is')}")

    def on_mount(self) -> None:
        """Fill it."""
        form = self.form
        form.opened = True
        self._first = draft_of(self.call, self.desk.zone)
        form.fill(self._first)
        form.show_bar(key_of("save_next"), _("correct it"))
        form.rows.focus()
        ctx = self.desk.session
        self.desk.in_thread("products", lambda: calls.products(ctx), self._know_products, self.desk.present)

    def on_resize(self) -> None:
        """Little height."""
        short = self.size.height < SHORT
        self.set_class(short, "-short")
        self.form.short = short

    def _know_products(self, products: tuple[Product, ...]) -> None:
        if self.is_mounted:
            self.form.show_products([(product.id, product.name(language())) for product in products])

    def _when(self, typed: str, now: datetime, zone: tzinfo) -> datetime:
        """A time that was agreed stays right when it has come."""
        kept = self.call.callback_at
        if kept is not None and self._first is not None and typed.strip() == self._first.when:
            return kept
        return when(typed, now, zone)

    # keys ----------------------------------------------------------------------------------------------

    def action_outcome(self, digit: int) -> None:
        """`0`–`6`"""
        self.form.choose(digit)

    def action_canned(self) -> None:
        """`⏎` after 0"""
        self.form.canned()

    def action_back(self) -> None:
        """`esc`: out of a field first."""
        if not self.form.leave_field():
            self.dismiss(False)

    @on(CallForm.Submit)
    def _bar_pressed(self, event: CallForm.Submit) -> None:
        event.stop()
        self.action_store()

    def action_store(self) -> None:
        """`ctrl+s`"""
        draft, desk = self.form.draft(), self.desk
        if self._busy:
            return
        if self._first is not None and draft.content() == self._first.content():
            desk.say(_("Nothing has changed."))
            return
        if self._sent is None or self._sent[0] != draft.content():
            self._sent = (draft.content(), uuid.uuid4())
        connected = self.call.status is CallStatus.CONNECTED
        try:
            said = draft.command(
                self._sent[1], uuid.UUID(int=0), answered=connected, now=desk.now(), zone=desk.zone,
                parse_when=self._when,
            )  # fmt: skip
        except Invalid as error:
            self.form.show_errors(form_sentences(error))
            return
        self.form.show_errors({})
        self._busy = True
        ctx, command = desk.session, _correction(said, self.call.id)
        desk.in_thread(
            "correct", lambda: after.correct(ctx, command), lambda _logged: self._corrected(), self._refused,
            exclusive=False,
        )  # fmt: skip

    def _corrected(self) -> None:
        self.desk.say(_("Corrected."))
        if self.is_attached:
            self.dismiss(True)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, Invalid) and self.form.show_errors(form_sentences(error)):
            return
        if isinstance(error, Conflict):
            self.desk.say(conflict_sentence(error), late=True)
        else:
            self.desk.present(error)
        if isinstance(error, NotFound):
            self.dismiss(False)


def _correction(said: LogCall, call_id: int) -> CorrectCall:
    return CorrectCall(
        said.request_id, call_id, said.status, said.note, said.reason, said.outcome, said.callback_at,
        said.product_id, said.amount,
    )  # fmt: skip
