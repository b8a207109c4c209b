"""The call form: outcome by one digit, the callback time, what was sold, and the note. It never calls a
service: it asks for `Submit` and shows what comes back. What was typed is only ever cleared by `clear`."""

from __future__ import annotations

from textual import on
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from leadtui.core.calls.dto import NoAnswer, Outcome
from leadtui.text import clean
from leadtui.widgets.call_draft import NOT_ANSWERED, Draft, canned_note, is_canned
from leadtui.widgets.call_fields import Choice, SaveBar
from leadtui.widgets.form_parts import FormParts
from leadtui.widgets.outcome_rows import DIGITS, OutcomeRows


class CallForm(FormParts):
    """What to log. Disabled rows say nothing is open; `notice` says why and what to do."""

    DEFAULT_CSS = """
    CallForm { background: $surface; height: 1fr; width: 1fr; }
    CallForm > Heading, CallForm > Notice, CallForm > Echo, CallForm > Vertical { padding: 0 2; }
    CallForm > Vertical { height: auto; }
    CallForm > #writing { height: 1fr; min-height: 4; max-height: 11; }
    CallForm #note { height: 1fr; min-height: 2; }
    CallForm #outcome-wrong, CallForm #product-wrong { display: none; }
    CallForm #outcome-wrong.-said, CallForm #product-wrong.-said { display: block; }
    CallForm #when, CallForm #sale { display: none; }
    CallForm.-when #when, CallForm.-sale #sale { display: block; }
    CallForm.-closed #writing, CallForm.-closed #when, CallForm.-closed #sale { display: none; }
    CallForm.-readonly #saving { display: none; }
    """

    class Submit(Message):
        """The save bar was clicked."""

        def __init__(self, form: CallForm) -> None:
            super().__init__()
            self.form = form

        @property
        def control(self) -> CallForm:
            """The form."""
            return self.form

    class Edited(Message):
        """Something in the form changed."""

        def __init__(self, form: CallForm) -> None:
            super().__init__()
            self.form = form

        @property
        def control(self) -> CallForm:
            """The form."""
            return self.form

    # content -------------------------------------------------------------------------------------------

    def draft(self) -> Draft:
        """What is in the form now. The note comes without control characters."""
        return Draft(
            self.rows.chosen, self.rows.reason, self.when.value, self.product.chosen, self.amount.value,
            clean(self.note.text, lines=True), self.rows.macro,
        )  # fmt: skip

    def fill(self, draft: Draft) -> None:
        """Put a draft back."""
        self.rows.chosen, self.rows.reason, self.rows.armed = draft.digit, draft.reason, False
        self.rows.macro = draft.macro_id
        self.when.value, self.amount.value = draft.when, draft.amount
        self.product.chosen = draft.product_id
        # whoever goes on writes behind what is there
        self.when.cursor_position, self.amount.cursor_position = len(draft.when), len(draft.amount)
        if self.note.text != draft.note:
            self.note.load_text(draft.note)
            self.note.move_cursor(self.note.document.end)
        self.show_errors({})
        self._show()

    def clear(self) -> None:
        """Empty the form: after a save, and for another lead."""
        self.fill(Draft())

    # choosing ------------------------------------------------------------------------------------------

    def choose(self, digit: int) -> None:
        """A digit: status and outcome at once, then the focus to what is still to be written.

        0 again steps through why nobody answered; 6 counts when it is pressed twice.
        """
        if not self.opened:
            return
        rows = self.rows
        if digit == Outcome.DO_NOT_CALL and rows.chosen != digit and not rows.armed:
            rows.armed = True
            rows.focus()
            return
        rows.armed = False
        ours = self._ready_made()
        if rows.macro is not None:
            rows.macro, rows.chosen = None, None
            if ours:
                self._write("")
        if digit == NOT_ANSWERED and rows.chosen == NOT_ANSWERED:
            rows.reason = NoAnswer((rows.reason + 1) % len(NoAnswer))
            if is_canned(self.note.text):
                self._write(canned_note(rows.reason))
        elif digit == NOT_ANSWERED:
            rows.reason = NoAnswer.NO_ANSWER
        elif rows.chosen == NOT_ANSWERED and is_canned(self.note.text):
            self._write("")  # "No answer." is not true of a call that was answered
        rows.chosen = digit
        self._wrong("outcome", "")
        self._show()
        self._echo_when()
        self._echo_amount()
        following = self._next_field()
        following.focus()
        rows.writing = following is rows
        self.post_message(self.Edited(self))

    def choose_macro(self, key: int) -> None:
        """7–9: status, outcome, reason and the macro's note, the cursor behind it. A typed note stays."""
        macro = self.rows.macro_of(key)
        if not self.opened or macro is None or not self.rows.possible(macro):
            return
        rows = self.rows
        rows.armed = False
        if self._ready_made() or not self.note.text.strip():
            self._write(f"{macro.note} " if macro.digit else macro.note)
        rows.chosen, rows.reason, rows.macro = macro.digit, macro.reason, macro.id
        self._wrong("outcome", "")
        self._show()
        self._echo_when()
        self._echo_amount()
        self.note.focus()
        self.post_message(self.Edited(self))

    def answered(self) -> None:
        """Somebody answered after all: "not answered" is not true any more, nor is its ready-made note."""
        rows = self.rows
        if not self.opened or rows.chosen != NOT_ANSWERED:
            return
        ours = self._ready_made()
        rows.chosen, rows.macro, rows.writing = None, None, False
        if ours:
            self._write("")
        self._show()
        rows.focus()
        self.post_message(self.Edited(self))

    def ready_made(self) -> frozenset[str]:
        """The notes of the macros: nobody's own words."""
        return frozenset(macro.note.strip() for macro in self.rows.macros)

    def _ready_made(self) -> bool:
        """Whether the note is a macro's or a one-key one, to which nobody has added anything."""
        return is_canned(self.note.text) or self.note.text.strip() in self.ready_made()

    def canned(self) -> None:
        """The one-key note of a call that nobody answered; never over a typed one."""
        self.rows.writing = False
        if self.opened and self.rows.chosen == NOT_ANSWERED:
            if not self.note.text.strip() or is_canned(self.note.text):
                self._write(canned_note(self.rows.reason))
            else:
                self.note.focus()

    def _write(self, text: str) -> None:
        self.note.load_text(text)
        self.note.move_cursor(self.note.document.end)
        self._echo_note()
        self._show()

    def _next_field(self) -> Widget:
        """Where to go on: what the outcome asks for and is not there yet, else the note; 0 stays on the rows,
        so that its second key is not typed into the note."""
        draft = self.draft()
        if draft.digit == NOT_ANSWERED:
            return self.rows
        if draft.wants_when and not self.when.value.strip():
            return self.when
        if draft.wants_sale and self.product.chosen is None:
            return self.product
        if draft.wants_sale and not self.amount.value.strip():
            return self.amount
        return self.note

    def leave_field(self) -> bool:
        """`esc`: out of a field, back to the digits. False where no field has the focus."""
        focused = self.screen.focused
        if focused is None or focused is self.rows or self not in focused.ancestors:
            if self.rows.armed or self.rows.writing:
                self.rows.armed = self.rows.writing = False
                self.post_message(self.Edited(self))  # letters are keys again
                return True
            return False
        self.rows.focus()
        return True

    # what happens in the fields ------------------------------------------------------------------------

    @on(OutcomeRows.Picked)
    def _picked(self, event: OutcomeRows.Picked) -> None:
        event.stop()
        self.choose_macro(event.digit) if event.digit >= DIGITS else self.choose(event.digit)

    @on(OutcomeRows.Wrote)
    def _begun(self, event: OutcomeRows.Wrote) -> None:
        """The note begins with the letter that was typed on the rows; a ready-made one goes on."""
        event.stop()
        self.note.focus()
        text = self.note.text
        self.note.move_cursor(self.note.document.end)
        self.note.insert(f"{' ' if text.strip() and not text[-1:].isspace() else ''}{event.letter}")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input is self.when:
            self._echo_when()
        else:
            self._echo_amount()
        self.post_message(self.Edited(self))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._next_after(event.input).focus()

    @on(Choice.Changed)
    def _product_changed(self, event: Choice.Changed) -> None:
        event.stop()
        self._wrong("product", "")
        self.post_message(self.Edited(self))

    @on(Choice.Done)
    def _product_done(self, event: Choice.Done) -> None:
        event.stop()
        self._next_field().focus()

    @on(TextArea.Changed)
    def _noted(self, event: TextArea.Changed) -> None:
        event.stop()
        self._echo_note()
        self._show()
        self.post_message(self.Edited(self))

    @on(SaveBar.Pressed)
    def _pressed(self, event: SaveBar.Pressed) -> None:
        event.stop()
        self.post_message(self.Submit(self))

    def _next_after(self, field: Input) -> Widget:
        following = self._next_field()
        return self.note if following is field else following
