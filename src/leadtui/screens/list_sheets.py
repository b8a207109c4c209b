"""Two small questions about a list: in which order, and where to."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from leadtui.commands import key_of
from leadtui.core.leads.dto import Sort
from leadtui.formats import count
from leadtui.i18n import N_, _
from leadtui.widgets.fields import Field
from leadtui.widgets.heading import Heading
from leadtui.widgets.lead_view import ORDERS

MEANINGS: Final[dict[Sort, str]] = {
    Sort.SCORE: N_("most likely to buy first"),
    Sort.NAME: N_("A to Z"),
    Sort.LAST_CONTACT: N_("never called, then longest ago"),
    Sort.DUE: N_("soonest callback first"),
}
"""What each order begins with. Msgids."""

_PLACE_DIGITS: Final = 9


class SortSheet(ModalScreen[Sort | None]):
    """`s`: four orders; a digit takes one, `s` again goes to the next, `⏎` takes it."""

    CSS_PATH = "list_sheets.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False),
        Binding("s", "further(1)", show=False, id="sort"),
        Binding("j", "further(1)", show=False),
        Binding("k", "further(-1)", show=False),
        *(Binding(str(n), f"take({n})", show=False) for n in range(1, len(Sort) + 1)),
    ]

    def __init__(self, now: Sort) -> None:
        super().__init__()
        self.now = now

    def compose(self) -> ComposeResult:
        """The orders, the one in force under the cursor."""
        with Vertical(id="sheet"):
            yield Heading(_("Order of the list"), classes="head")
            size = max(len(_(ORDERS[one])) for one in Sort)
            yield OptionList(*(Option(self._words(place, one, size)) for place, one in enumerate(Sort, 1)))

    def _words(self, place: int, one: Sort, size: int) -> Content:
        mark = "●" if one is self.now else "○"
        return Content.assemble(
            (f"{place} ", "bold"), f"{mark} {_(ORDERS[one]):<{size}}  ", (_(MEANINGS[one]), "$muted")
        )

    def on_mount(self) -> None:
        """The cursor stands on the order in force."""
        self.query_one(OptionList).highlighted = list(Sort).index(self.now)

    def action_further(self, step: int) -> None:
        """The next one."""
        options = self.query_one(OptionList)
        options.highlighted = ((options.highlighted or 0) + step) % len(Sort)

    def action_take(self, place: int) -> None:
        """A digit."""
        self.dismiss(list(Sort)[place - 1])

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_take(event.option_index + 1)

    def action_cancel(self) -> None:
        """`esc`"""
        self.dismiss(None)


class GoToSheet(ModalScreen[int | str | None]):
    """`:`: a place of the list, 1-based, or in the order by name how a name begins."""

    CSS_PATH = "list_sheets.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", show=False)]

    def __init__(self, sort: Sort, n: int, *, capped: bool, reach: int) -> None:
        super().__init__()
        self.sort, self.n, self.capped = sort, n, capped
        self.reach = reach
        """The last place that can be gone to."""

    def compose(self) -> ComposeResult:
        """One field."""
        with Vertical(id="sheet"):
            yield Heading(_("Go to"), classes="head")
            fact = _("of {n}").format(n=count(self.n, self.capped))
            label = _("place, or how the name begins") if self.sort is Sort.NAME else _("place")
            yield Field(label, fact, Input(id="place", compact=True, max_length=40), id="f-place")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(Field).error = ""

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        digits = text.lstrip("#").replace(".", "").replace(",", "").replace(" ", "")
        if not text:
            self.dismiss(None)
        elif digits.isascii() and digits.isdigit():
            place = int(digits) if len(digits) <= _PLACE_DIGITS else self.reach + 1
            if 1 <= place <= self.reach:
                self.dismiss(place)
            elif self.capped and self.reach < self.n:
                self._refuse(_("Only the first {n} places are counted here.").format(n=count(self.reach)))
            else:
                self._refuse(_("The places go from 1 to {n}.").format(n=count(self.reach)))
        elif self.sort is Sort.NAME:
            self.dismiss(text)
        else:
            self._refuse(
                _("A place, please. Letters work in the order by name ({key}).").format(key=key_of("sort"))
            )

    def _refuse(self, sentence: str) -> None:
        self.query_one(Field).error = sentence

    def action_cancel(self) -> None:
        """`esc`"""
        self.dismiss(None)
