"""`f`: narrow the list by score, age, job and state."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Button, Input, SelectionList
from textual.widgets._toggle_button import ToggleButton
from textual.widgets.selection_list import Selection

from leadtui.core.leads.dto import LeadFilter, LeadState
from leadtui.i18n import _
from leadtui.scoring.codes import JOB
from leadtui.text import plain
from leadtui.widgets.fields import Field
from leadtui.widgets.heading import Heading
from leadtui.wording import job_word, state_word

T = TypeVar("T")

NUMBERS = ("min_score", "max_score", "min_age", "max_age")


class Choices(SelectionList[T]):
    """A list to tick: `●` chosen, `○` not. Textual's own draws the same X for both and tells them apart by
    colour alone, which the terminal's own sixteen colours do not."""

    def render_line(self, y: int) -> Strip:
        """One line, the mark by what it says."""
        drawn = super().render_line(y)
        if len(parts := list(drawn)) < 3 or parts[1].text != ToggleButton.BUTTON_INNER:
            return drawn  # below the last one
        _left, inner, _right, *rest = parts
        at = self.scroll_offset.y + y
        chosen = self.get_option_at_index(at).value in self.selected
        tone = rest[0].style if rest else inner.style
        mark = Segment("●" if chosen else "○", inner.style if chosen else tone)
        return Strip([Segment(" ", tone), mark, Segment(" ", tone), *rest])


class FilterPanel(ModalScreen[LeadFilter | None]):
    """Numbers for score and age, lists for the rest. Gives the filter, or None for "as it was"."""

    CSS_PATH = "leads_filter.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False),
        Binding("ctrl+s", "apply", show=False, priority=True),
    ]

    def __init__(self, wanted: LeadFilter, *, states: bool) -> None:
        super().__init__()
        self.wanted = wanted
        self.with_states = states

    def compose(self) -> ComposeResult:
        """Fields left, lists below, two buttons."""
        was = self.wanted
        with Vertical(id="panel"):
            yield Heading(_("filter"), _("esc leaves it as it was"))
            with Horizontal(classes="pair"):
                yield Field(
                    _("score from"), "%", self._number("min_score", _share(was.min_score)), id="f-min_score"
                )
                yield Field(_("to"), "%", self._number("max_score", _share(was.max_score)), id="f-max_score")
                yield Field(_("age from"), "", self._number("min_age", was.min_age), id="f-min_age")
                yield Field(_("to"), "", self._number("max_age", was.max_age), id="f-max_age")
            with Horizontal(id="lists"):
                with Vertical():
                    yield Heading(_("job"), _("space chooses"))
                    yield Choices[int](
                        *(Selection(plain(job_word(code)), code, code in was.jobs) for code in JOB.values()),
                        id="jobs", compact=True,
                    )  # fmt: skip
                if self.with_states:
                    with Vertical():
                        yield Heading(_("state"))
                        yield Choices[LeadState](
                            *(Selection(plain(state_word(s)), s, s in was.states) for s in LeadState),
                            id="states", compact=True,
                        )  # fmt: skip
            with Horizontal(id="buttons"):
                yield Button(plain(f"⏎  {_('apply')}"), id="apply", compact=True)
                yield Button(plain(_("clear all")), id="clear", compact=True)

    @staticmethod
    def _number(name: str, value: float | int | None) -> Input:
        return Input("" if value is None else f"{value:g}", id=name, max_length=5, compact=True)

    @on(Input.Submitted)
    @on(Button.Pressed, "#apply")
    def action_apply(self, event: Any = None) -> None:
        """Check and take."""
        values: dict[str, float | int | None] = {}
        wrong = False
        for name in NUMBERS:
            value, error = _read(self.query_one(f"#{name}", Input).value, share=name.endswith("score"))
            values[name] = value
            self.query_one(f"#f-{name}", Field).error = error
            wrong = wrong or bool(error)
        for low, high in (("min_score", "max_score"), ("min_age", "max_age")):
            first, last = values[low], values[high]
            if first is not None and last is not None and first > last:
                self.query_one(f"#f-{high}", Field).error = _("Below the first one.")
                wrong = True
        if wrong:
            return
        states = self.query_one("#states", SelectionList).selected if self.with_states else []
        self.dismiss(
            LeadFilter(
                search=self.wanted.search,
                min_score=values["min_score"],
                max_score=values["max_score"],
                min_age=_whole(values["min_age"]),
                max_age=_whole(values["max_age"]),
                jobs=tuple(sorted(self.query_one("#jobs", SelectionList).selected)),
                states=tuple(sorted(states)),
            )
        )

    @on(Button.Pressed, "#clear")
    def action_clear(self) -> None:
        """Everything but the search."""
        self.dismiss(LeadFilter(search=self.wanted.search))

    def action_cancel(self) -> None:
        """As it was."""
        self.dismiss(None)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value * 100, 1)


def _whole(value: float | int | None) -> int | None:
    return None if value is None else int(value)


def _read(text: str, *, share: bool) -> tuple[float | int | None, str]:
    """A number from a field: (value, error sentence)."""
    text = text.strip().rstrip("%").strip().replace(",", ".")
    if not text:
        return None, ""
    # float() would take Arabic digits, 1_0, inf and nan
    if not text.isascii() or not text.replace(".", "", 1).isdigit():
        return None, _("Not a number.")
    if share:
        value = float(text)
        return (value / 100, "") if value <= 100 else (None, _("0 to 100."))
    if "." in text:
        return None, _("A whole number.")
    return (int(text), "") if int(text) <= 120 else (None, _("0 to 120."))
