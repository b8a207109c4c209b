"""The parts of the call form and the words on them: what it is made of, what is said below each field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from leadtui.core.calls.validate import NOTE_LIMIT
from leadtui.formats import long_moment, money, number
from leadtui.i18n import _, ngettext
from leadtui.widgets.amounts import parse_amount
from leadtui.widgets.call_draft import NOT_ANSWERED, Draft, MacroKey, ParseWhen, canned_note
from leadtui.widgets.call_fields import Choice, Echo, LineField, NoteArea, SaveBar, understood
from leadtui.widgets.field_label import FieldLabel
from leadtui.widgets.heading import Heading
from leadtui.widgets.notice import Notice
from leadtui.widgets.outcome_rows import OutcomeRows
from leadtui.wording import field_sentence

FIELDS: Final = ("outcome", "callback_at", "product_id", "amount", "note")
"""The fields that an error may name, in the order in which they are put right."""


class FormParts(Vertical):
    """Heading, notice, outcomes, fields, note, the big key. What is done with them is in `CallForm`."""

    rows = getters.query_one(OutcomeRows)
    when = getters.query_one("#when-field", LineField)
    when_echo = getters.query_one("#when-echo", Echo)
    product = getters.query_one("#product", Choice)
    amount = getters.query_one("#amount-field", LineField)
    amount_echo = getters.query_one("#amount-echo", Echo)
    note = getters.query_one("#note", NoteArea)
    note_echo = getters.query_one("#note-echo", Echo)
    bar = getters.query_one(SaveBar)

    opened: reactive[bool] = reactive(False)
    """Whether the call of the lead that is shown is open."""

    readonly: reactive[bool] = reactive(False)
    """Whether this role never logs a call."""

    saving: reactive[bool] = reactive(False)
    short: reactive[bool] = reactive(False)
    """Little height: labels beside their fields, the product on one row."""

    def __init__(
        self,
        *,
        zone: tzinfo,
        now: Callable[[], datetime],
        parse_when: ParseWhen,
        currency: str | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.zone = zone
        self.currency = currency
        self._now = now
        self._parse_when = parse_when

    def compose(self) -> ComposeResult:
        """Heading, notice, outcomes, the fields that the outcome asks for, the note, the big key."""
        yield Heading(id="form-heading")
        yield Notice(id="form-notice")
        yield OutcomeRows(id="outcomes")
        yield Echo(id="outcome-wrong")
        with Vertical(id="when"):
            yield FieldLabel(id="when-label")
            yield LineField(id="when-field")
            yield Echo(id="when-echo")
        with Vertical(id="sale"):
            yield FieldLabel(id="product-label")
            yield Choice(id="product")
            yield Echo(id="product-wrong")
            yield FieldLabel(id="amount-label")
            yield LineField(id="amount-field")
            yield Echo(id="amount-echo")
        with Vertical(id="writing"):
            yield FieldLabel(id="note-label")
            yield NoteArea(id="note")
            yield Echo(id="note-echo")
        with Vertical(id="saving"):
            yield SaveBar()

    def on_mount(self) -> None:
        """Word everything."""
        self.relabel()

    def relabel(self) -> None:
        """Put every word in the language in use; nothing typed is touched."""
        self.query_one("#form-heading", Heading).label = _("Log the call")
        self.query_one("#when-label", FieldLabel).label = _("When")
        self.query_one("#amount-label", FieldLabel).label = _("Amount")
        self.query_one("#note-label", FieldLabel).label = _("Note")
        self.query_one("#product-label", FieldLabel).label = _("Product")
        self.when.placeholder = _("10:00 or tomorrow 10:00")
        self.amount.placeholder = _("50000000 or 50 million")
        self._show()
        self._echo_when()
        self._echo_amount()
        self._echo_note()

    # state down ----------------------------------------------------------------------------------------

    def show_timer(self, text: str, tone: str = "strong") -> None:
        """The running time in the heading: `02.14 ●`."""
        heading = self.query_one("#form-heading", Heading)
        heading.fact, heading.tone = text, tone

    def show_notice(self, title: str, text: str = "") -> None:
        """What stands above the outcomes while nothing can be logged; empty takes it away."""
        self.query_one(Notice).say(title, text)

    def show_hint(self, text: str) -> None:
        """A word under the note that the next key takes away: a toast would lie over the form."""
        self.note_echo.say(text)

    def show_bar(self, key: str, label: str, *, enabled: bool = True) -> None:
        """What the big key does now."""
        self.bar.key, self.bar.label, self.bar.enabled = key, label, enabled

    def show_products(self, products: Sequence[tuple[int, str]]) -> None:
        """What can be sold: (id, words)."""
        self.product.options = tuple(products)

    def show_consequences(self, consequences: Mapping[int, str]) -> None:
        """Digit → what it leads to."""
        self.rows.consequences = dict(consequences)

    def show_macros(self, macros: Sequence[MacroKey]) -> None:
        """The bank's own keys; one that was chosen and is gone since is let go."""
        self.rows.macros = tuple(macros)
        if self.rows.macro not in {None, *(macro.id for macro in macros)}:
            self.rows.macro = None
            self._show()

    def draft(self) -> Draft:
        """What is in the form now."""
        raise NotImplementedError

    def watch_opened(self) -> None:
        """Fields only where a call is open."""
        self._show()

    def watch_readonly(self) -> None:
        """No key at all for who never logs."""
        self._show()

    def watch_short(self, short: bool) -> None:
        """One row for the product where space is short."""
        if self.is_mounted:
            self.product.compact = self.rows.short = short

    def _show(self) -> None:
        if not self.children:
            return  # a reactive was set before there was anything to show it on
        draft = self.draft()
        self.set_class(draft.takes_when, "-when")
        self.query_one("#when-label", FieldLabel).fact = _("needed") if draft.wants_when else _("if agreed")
        self.set_class(draft.wants_sale, "-sale")
        self.rows.folded = draft.wants_sale
        self.set_class(not self.opened, "-closed")
        self.set_class(self.readonly, "-readonly")
        self.rows.enabled = self.opened
        self.rows.can_focus = self.opened
        note = self.query_one("#note-label", FieldLabel)
        if draft.digit == NOT_ANSWERED and not draft.note.strip():
            note.fact = f"⏎ “{canned_note(draft.reason)}”"
        else:
            note.fact = _("needed")

    # errors --------------------------------------------------------------------------------------------

    def show_errors(self, fields: Mapping[str, str]) -> bool:
        """Sentences under the fields (field → sentence), the focus to the first wrong one; an empty mapping
        takes them away. False where a field is none of ours."""
        about_outcome = [fields[name] for name in ("outcome", "status", "reason") if fields.get(name)]
        self._wrong("outcome", about_outcome[0] if about_outcome else "")
        self._wrong("product", fields.get("product_id", ""))
        self._echo_when(fields.get("callback_at", ""))
        self._echo_amount(fields.get("amount", ""))
        self._echo_note(fields.get("note", ""))
        places = {
            "outcome": self.rows, "callback_at": self.when, "product_id": self.product, "amount": self.amount,
            "note": self.note,
        }  # fmt: skip
        for name in FIELDS:
            if fields.get(name):
                places[name].focus()
                break
        return all(name in (*FIELDS, "status", "reason") for name in fields)

    def _wrong(self, place: str, sentence: str) -> None:
        echo = self.query_one(f"#{place}-wrong", Echo)
        echo.say(sentence, "alert")
        echo.set_class(bool(sentence), "-said")

    def _echo_when(self, wrong: str = "") -> None:
        self.when_echo.say(
            *understood(self.when.value, wrong, lambda typed: long_moment(
                self._parse_when(typed, self._now(), self.zone), self.zone
            ))
        )  # fmt: skip

    def _echo_amount(self, wrong: str = "") -> None:
        self.amount_echo.say(
            *understood(self.amount.value, wrong, lambda typed: money(parse_amount(typed), self.currency))
        )

    def _echo_note(self, wrong: str = "") -> None:
        size = len(self.note.text)
        if not wrong and size > NOTE_LIMIT:
            wrong = field_sentence("too_long")
        self.note_echo.say(wrong, "alert" if wrong else "muted")
        counted = ngettext("{n} character", "{n} characters", size).format(n=number(size))
        self.note_echo.aside = counted if size else ""
