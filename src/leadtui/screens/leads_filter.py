"""`f`: narrow the list by what is known of a lead. How many are left stands above while one chooses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Button, Input, SelectionList, Static
from textual.widgets.selection_list import Selection

from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import Count, LeadFilter, LeadState, Places, Scope
from leadtui.core.leads.filter_dto import NO, UNKNOWN, YES
from leadtui.core.tags import service as tags
from leadtui.core.tags.dto import Tag
from leadtui.i18n import _
from leadtui.scoring.codes import EDUCATION, JOB, MARITAL
from leadtui.screens.filter_rules import BY_FIELD, LISTS, RANGES, read, typed
from leadtui.screens.leads_words import how_many
from leadtui.text import MISSING, clean, plain
from leadtui.widgets.filter_fields import ChoiceRow, Choices, RangeRow, choices
from leadtui.widgets.heading import Heading

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp

COUNT_SECONDS: Final = 0.2
"""Pause after a key before the fields are judged and the leads counted."""

IN_QUEUE: Final = (LeadState.PENDING, LeadState.QUALIFIED, LeadState.CONTACTED)
"""States of leads that can be called now."""


class FilterPanel(ModalScreen[LeadFilter | None]):
    """Numbers and words left, the list of a choice right. Gives the filter, or None for "as it was"."""

    CSS_PATH = "leads_filter.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False),
        Binding("enter,ctrl+s", "apply", show=False, priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("ctrl+r", "clear", show=False, priority=True),
    ]

    def __init__(self, wanted: LeadFilter, *, scope: Scope) -> None:
        super().__init__()
        self.wanted = wanted
        self.scope = scope
        self._timer: Timer | None = None
        self._asked = 0
        self._rows = {
            name: ChoiceRow(_(label), self._list(name), id=f"f-{name}")
            for name, (label, _word) in LISTS.items()
        }

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    def compose(self) -> ComposeResult:
        """The rows, the lists of the choices beside them, a line of help, what the keys do."""
        texts = typed(self.wanted)
        with Vertical(id="panel"):
            yield Heading(_("filter"), "…", tone="strong", id="head")
            with Horizontal(id="both"):
                with VerticalScroll(id="rows", can_focus=False):
                    for row in RANGES:
                        inputs = ((row.low, texts[row.low]), (row.high, texts[row.high]))
                        unit = _(row.unit) if row.unit else ""
                        yield RangeRow(_(row.label), unit, *inputs, id=f"f-{row.name}")
                    yield RangeRow(_("city"), "", ("city", texts["city"]), id="f-city")
                    yield from self._rows.values()
                with Vertical(id="lists"):
                    yield Heading(id="listed")
                    for choice in self._rows.values():
                        yield choice.choices
            yield Static(id="hint")
            with Horizontal(id="buttons"):
                for ident, key, words in (
                    ("apply", "⏎", _("apply")),
                    ("empty", "ctrl+u", _("clear this")),
                    ("clear", "ctrl+r", _("clear all")),
                    ("cancel", "esc", _("as it was")),
                ):
                    button = Button(plain(f"{key} {words}"), id=ident, compact=True)
                    button.can_focus = False
                    yield button

    def _list(self, name: str) -> Choices[Any]:
        options: dict[str, list[Any]] = {
            "jobs": list(JOB.values()),
            "states": list(LeadState if self.scope is Scope.ALL else IN_QUEUE),
            "marital": list(MARITAL.values()),
            "education": list(EDUCATION.values()),
            "provinces": list(self.wanted.provinces),
            "tags": list(self.wanted.tags),
            "housing": [YES, NO, UNKNOWN],
            "loan": [YES, NO, UNKNOWN],
        }
        return choices(options[name], getattr(self.wanted, name), LISTS[name][1], id=name)

    def on_mount(self) -> None:
        """The first list, the count of what is asked already, and the provinces that there are."""
        self._show_list("jobs")
        ctx = self.desk.session
        self.desk.in_thread("provinces", lambda: leads.places(ctx), self._know_places, lambda _error: None)
        self.desk.in_thread("tags", lambda: tags.listing(ctx), self._know_tags, lambda _error: None)
        self.call_after_refresh(self._told_all)
        self._judge()

    def on_resize(self) -> None:
        """Room between the rows where there is any."""
        self.set_class(self.size.height >= 36, "-roomy")
        self.call_after_refresh(self._told_all)

    def _know_places(self, places: Places) -> None:
        self._know("provinces", places.provinces)

    def _know_tags(self, found: tuple[Tag, ...]) -> None:
        self._know("tags", tuple(tag.name for tag in found))

    def _know(self, name: str, there: tuple[str, ...]) -> None:
        row = self._rows[name]
        chosen = set(row.choices.selected)
        names = sorted({*there, *chosen}, key=clean)
        with self.prevent(SelectionList.SelectedChanged):
            row.choices.clear_options()
            row.choices.add_options([Selection(plain(name), name, name in chosen) for name in names])

    # --- what is chosen ---------------------------------------------------------------------------------

    @on(Input.Changed)
    @on(SelectionList.SelectedChanged)
    def _changed(self, event: Input.Changed | SelectionList.SelectedChanged[Any]) -> None:
        event.stop()
        if isinstance(event, SelectionList.SelectedChanged):
            self._told(event.selection_list.id or "")
        self._asked += 1  # what is being counted is not what is asked now
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(COUNT_SECONDS, self._judge)

    def _told_all(self) -> None:
        for name in self._rows:
            self._told(name)

    def _told(self, name: str) -> None:
        row = self._rows[name]
        row.say([LISTS[name][1](value) for value in row.choices.selected])

    def _read(self) -> LeadFilter | None:
        """The filter that the fields ask for; None where one is wrong, which says so under it."""
        values, errors = read({field.id or "": field.value for field in self.query(Input)})
        for row in self.query(RangeRow):
            row.error = errors.get((row.id or "").removeprefix("f-"), "")
        if errors:
            return None
        chosen: dict[str, Any] = {
            name: tuple(sorted(row.choices.selected)) for name, row in self._rows.items()
        }
        return replace(self.wanted, **values, **chosen)  # what only the search box asks stays

    def _judge(self) -> None:
        """Say what is wrong, or count what is asked."""
        head = self.query_one("#head", Heading)
        wanted = self._read()
        self._asked += 1
        if wanted is None:
            head.fact = MISSING
            return
        head.fact = "…"
        asked, ctx, scope = self._asked, self.desk.session, self.scope

        def told(found: Count) -> None:
            if asked == self._asked and self.is_running:
                head.fact = how_many(found, scope)

        def failed(error: Exception) -> None:
            if asked == self._asked and self.is_running:
                head.fact = MISSING
                self.desk.present(error, self)

        self.desk.in_thread("filter count", lambda: leads.count(ctx, wanted, scope), told, failed)

    # --- where one is -----------------------------------------------------------------------------------

    @on(events.DescendantFocus)
    def _entered(self, event: events.DescendantFocus) -> None:
        field = event.widget
        hint = ""
        if isinstance(field, Input):
            row = BY_FIELD.get(field.id or "")
            hint = _(row.hint) if row is not None else _("How the city's name begins.")
        elif isinstance(field, ChoiceRow):
            hint = _("↑ ↓ move, space chooses, a letter goes to the next one.")
            self._show_list((field.id or "").removeprefix("f-"))
        self.query_one("#hint", Static).update(plain(hint))

    def _show_list(self, shown: str) -> None:
        self.query_one("#listed", Heading).label = _(LISTS[shown][0])
        for name, row in self._rows.items():
            row.choices.display = name == shown

    @on(events.Click)
    def _list_clicked(self, event: events.Click) -> None:
        """A click into a list is a click on its row too."""
        for row in self._rows.values():
            if event.widget is row.choices:
                row.focus()

    # --- keys -------------------------------------------------------------------------------------------

    @on(Button.Pressed)
    async def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        await self.run_action(event.button.id or "")

    def action_apply(self) -> None:
        """`⏎`: check and take."""
        wanted = self._read()
        if wanted is not None:
            self.dismiss(wanted)
            return
        for row in self.query(RangeRow):
            if row.error:
                row.query(Input).first().focus()
                return

    def action_empty(self) -> None:
        """`ctrl+u`: nothing is asked of the field with the focus any more."""
        field = self.focused
        if isinstance(field, ChoiceRow):
            field.empty()
        elif isinstance(field, Input):
            field.value = ""

    def action_clear(self) -> None:
        """`ctrl+r`: nothing is asked any more, but for the search."""
        for row in self.query(RangeRow):
            row.empty()
        for choice in self._rows.values():
            choice.empty()
        self.wanted = LeadFilter(search=self.wanted.search)
        self._judge()

    def action_cancel(self) -> None:
        """`esc`: as it was."""
        self.dismiss(None)
