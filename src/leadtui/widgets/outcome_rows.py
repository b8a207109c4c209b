"""The seven outcomes, a row each: digit, choice, words, what it leads to; below them the bank's macros."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, Final

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.core.calls.dto import CallStatus, NoAnswer, Outcome
from leadtui.i18n import _
from leadtui.text import MISSING, clean, cut, width
from leadtui.themes import palette
from leadtui.widgets.call_draft import MacroKey
from leadtui.widgets.line import Line
from leadtui.widgets.profile import fields_that_fit
from leadtui.wording import no_answer_word, outcome_word, status_word

DIGITS: Final = 7
PAD: Final = 2


class OutcomeRows(Widget, can_focus=True):
    """Rows 0–6, a rule, and 7–9. It draws and reports; what is chosen lies in the form."""

    DEFAULT_CSS = """
    OutcomeRows { height: auto; width: 1fr; }
    """

    chosen: reactive[int | None] = reactive(None)
    reason: reactive[NoAnswer] = reactive(NoAnswer.NO_ANSWER)
    """Shown on row 0 once it is chosen."""

    armed: reactive[bool] = reactive(False)
    """6 was pressed once."""

    enabled: reactive[bool] = reactive(False)
    """Without an open call the rows are there, muted, with `–` in place of the digits."""

    impossible: reactive[frozenset[int]] = reactive(frozenset())
    """Digits that cannot be true of this call: nobody fails to answer a call that they made themselves."""

    consequences: reactive[Mapping[int, str]] = reactive({})
    """Digit → what it leads to, in a few words; it gives way before the outcome does."""

    macros: reactive[tuple[MacroKey, ...]] = reactive((), layout=True)
    """The macros that are in force, by key."""

    macro: reactive[int | None] = reactive(None)
    """The id of the macro that was chosen; `chosen` is then its digit."""

    short: reactive[bool] = reactive(False, layout=True)
    """Little height: no rule above the macros."""

    folded: reactive[bool] = reactive(False, layout=True)
    """The outcome's own fields need the room: the macros are not shown, their keys work."""

    writing: reactive[bool] = reactive(False)
    """0 was just chosen: a letter begins the note, as it does after every other digit. Otherwise the first
    word of a note would be read as keys: `p` a break, `b` given back."""

    class Wrote(Message):
        """The first letter of the note."""

        def __init__(self, rows: OutcomeRows, letter: str) -> None:
            super().__init__()
            self.rows = rows
            self.letter = letter

    class Picked(Message):
        """A row was clicked: 0–6, or a macro's 7–9."""

        def __init__(self, rows: OutcomeRows, digit: int) -> None:
            super().__init__()
            self.rows = rows
            self.digit = digit

        @property
        def control(self) -> OutcomeRows:
            """The rows."""
            return self.rows

    BINDINGS: ClassVar = []

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The outcomes, and the macros where there are any."""
        return DIGITS if not self._below else self._first + len(self._below)

    @property
    def _below(self) -> tuple[MacroKey, ...]:
        return () if self.folded else self.macros

    @property
    def _first(self) -> int:
        """The row of the first macro."""
        return DIGITS if self.short else DIGITS + 1

    def macro_at(self, y: int) -> MacroKey | None:
        """The macro on a row."""
        return self._below[y - self._first] if 0 <= y - self._first < len(self._below) else None

    def macro_of(self, key: int) -> MacroKey | None:
        """The macro of a key, shown or folded."""
        return next((macro for macro in self.macros if macro.key == key), None)

    def possible(self, macro: MacroKey) -> bool:
        """Whether it can be true of this call."""
        return macro.digit not in self.impossible

    def word(self, digit: int) -> str:
        """The outcome of a digit in words."""
        if digit:
            return outcome_word(Outcome(digit))
        if self.chosen == 0 and self.macro is None and self.reason is not NoAnswer.NO_ANSWER:
            return no_answer_word(self.reason)
        return status_word(CallStatus.NOT_ANSWERED)

    def beside(self, digit: int) -> str:
        """What stands at the right end of a row."""
        if digit == 0 and self.chosen == 0 and self.macro is None:
            following = NoAnswer((self.reason + 1) % len(NoAnswer))
            return _("0 again: {reason}").format(reason=no_answer_word(following))
        if digit == Outcome.DO_NOT_CALL and self.armed:
            return _("6 again: sure")
        return self.consequences.get(digit, "")

    def render_line(self, y: int) -> Strip:
        """One outcome, or one macro."""
        if y >= DIGITS:
            return self._macro_line(y)
        colors, cells = palette(self.app), self.size.width
        chosen = self.chosen == y and self.macro is None
        armed = self.armed and y == Outcome.DO_NOT_CALL
        lit = chosen or armed
        ground = self.rich_style + colors.ground("select") if lit else self.rich_style
        line = Line(cells, ground)
        if chosen:
            line.put(0, "▌" if self.has_focus else "▏", colors.style("accent" if self.has_focus else "muted"))
        works = self.enabled and y not in self.impossible
        tone = "alert" if armed else "strong" if chosen else "text" if works else "muted"
        line.put(PAD, str(y) if works else MISSING, colors.style("strong" if works else "muted", bold=works))
        line.put(PAD + 2, "●" if chosen else "○", colors.style("accent" if chosen else "muted"))
        end = cells - PAD
        # how to confirm must be read, whatever the width: there the outcome gives way
        room = width(self.beside(y)) + 1 if armed else 0
        word = cut(self.word(y), end - line.at - 1 - room)
        line.put(line.at + 1, word, colors.style(tone, bold=lit))
        beside = fields_that_fit(self.beside(y), end - line.at - 1) if works else ""
        if beside:
            line.right(end, beside, colors.style("alert" if armed else "muted", bold=armed))
        return line.strip()

    def _macro_line(self, y: int) -> Strip:
        colors, cells, macro = palette(self.app), self.size.width, self.macro_at(y)
        if macro is None:
            ruled = Line(cells, self.rich_style)
            return ruled.put(PAD, "─" * (cells - 2 * PAD), colors.style("rule")).strip()
        lit = self.macro == macro.id
        line = Line(cells, self.rich_style + colors.ground("select") if lit else self.rich_style)
        if lit:
            line.put(0, "▌" if self.has_focus else "▏", colors.style("accent" if self.has_focus else "muted"))
        works = self.enabled and self.possible(macro)
        tone = "strong" if lit else "text" if works else "muted"
        key = str(macro.key) if works else MISSING
        line.put(PAD, key, colors.style("strong" if works else "muted", bold=works))
        line.put(PAD + 2, "●" if lit else "○", colors.style("accent" if lit else "muted"))
        end = cells - PAD
        line.put(line.at + 1, cut(clean(macro.label), end - line.at - 1), colors.style(tone, bold=lit))
        beside = fields_that_fit(clean(macro.beside), end - line.at - 1) if works else ""
        if beside and beside.casefold() not in clean(macro.label).casefold():  # its name may say it already
            line.right(end, beside, colors.style("muted"))
        return line.strip()

    def jump_places(self) -> list[tuple[int, int, Callable[[], object]]]:
        """Every outcome, as its digit would."""
        if not self.enabled:
            return []
        keys = [(digit, digit) for digit in range(DIGITS) if digit not in self.impossible]
        keys += [
            (self._first + place, macro.key)
            for place, macro in enumerate(self._below)
            if self.possible(macro)
        ]
        return [(0, y, partial(self.post_message, self.Picked(self, key))) for y, key in keys]

    def on_key(self, event: events.Key) -> None:
        """A letter after 0 is text."""
        letter = event.character
        if self.writing and letter is not None and event.is_printable and letter.isalpha():
            event.stop()
            event.prevent_default()
            self.writing = False
            self.post_message(self.Wrote(self, letter))

    def on_blur(self) -> None:
        """Whoever went elsewhere and comes back finds keys here."""
        self.writing = False

    def on_click(self, event: events.Click) -> None:
        """A click is the digit."""
        macro = self.macro_at(event.y)
        if self.enabled and 0 <= event.y < DIGITS and event.y not in self.impossible:
            event.stop()
            self.post_message(self.Picked(self, event.y))
        elif self.enabled and macro is not None and self.possible(macro):
            event.stop()
            self.post_message(self.Picked(self, macro.key))
