"""The search box, the filter panel and the chips of the leads screen: what narrows the list, one value."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual import getters, on

from leadtui.core.ctx import Ctx
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import LeadFilter, Scope
from leadtui.core.leads.query_complete import complete
from leadtui.core.leads.query_language import Completion, Known, Query, overlay, parse
from leadtui.core.tags import service as tags
from leadtui.i18n import language
from leadtui.query_sentences import misread_sentence
from leadtui.screens.leads_filter import FilterPanel
from leadtui.screens.leads_order import OrderedRows
from leadtui.screens.leads_words import chips, without
from leadtui.widgets.filter_bar import FilterBar, Narrowed, Narrowing
from leadtui.widgets.lead_list import LeadList

SEARCH_SECONDS: Final = 0.08
"""Pause after a key before the list is asked for."""


class SearchedRows(OrderedRows):
    """What `LeadsScreen` is built on, with a search.

    What is in force (`filter`) is what the chips stand for (`base`) with the box over it. Leaving the box
    makes chips of its filters; free words stay in it.
    """

    bar = getters.query_one(FilterBar)

    def __init__(self) -> None:
        super().__init__()
        self.base = LeadFilter()
        self._box = ""
        """What is typed."""
        self._listed = ""
        """The text of the box that the list answers to."""
        self._further = False
        """Whether `⏎` was faster than the answer to what was typed."""
        self._known_words: Known | None = None

    def narrowed(self) -> None:
        """The filter is another one: whoever follows it looks again."""

    def all_chips(self) -> tuple[Narrowed, ...]:
        """What stands over the list."""
        return chips(self.filter)

    # --- the box ----------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """`/`"""
        self.bar.field.completer = self._completions
        self.bar.field.focus()
        self.learn_words()

    def learn_words(self) -> None:
        """Tags, cities and provinces that there are: to judge and to complete what is typed."""

        def asked(ctx: Ctx, spoken: str) -> Known:
            there, places = tags.listing(ctx), leads.places(ctx)
            return Known(spoken, tuple(tag.name for tag in there), places.cities, places.provinces)

        self.load("words", asked, language(), then=self._learnt, failed=lambda _error: None)

    def _learnt(self, known: Known) -> None:
        self._known_words = known
        if self.bar.field.has_focus and ":" in self._box:
            self._judge(self._read())

    @property
    def _words(self) -> Known:
        known = self._known_words
        return Known(language()) if known is None else replace(known, language=language())

    def _read(self) -> Query:
        return parse(self._box, self._words)

    def _completions(self, text: str, at: int) -> tuple[Completion, ...]:
        return complete(text, at, self._words)

    @on(FilterBar.Searched)
    def _searched(self, event: FilterBar.Searched) -> None:
        event.stop()
        answered = not self.looking
        self._box, self._further = event.text.strip(), False
        found = parse(event.text, self._words)
        self._judge(found)
        wanted = overlay(self.base, found.filter)
        if wanted == self.filter and answered:
            self._listed = self._box  # only a part that is not understood yet has changed
            return
        other = replace(wanted, search="") != replace(self.filter, search="")
        self.filter = wanted
        if other:
            self.bar.show(self.all_chips(), "")
            self.narrowed()
        self.later("search", SEARCH_SECONDS, self.restart)

    def _judge(self, found: Query) -> None:
        """Say what was not understood; while it is being typed, what it could become."""
        field = self.bar.field
        caret = field.cursor_position
        offered = complete(field.value, caret, self._words) if ":" in field.value else ()
        offered = tuple(one for one in offered if not one.text.endswith(":"))
        begun = [wrong for wrong in found.misread if wrong.start < caret <= wrong.end]
        wrong = next((one for one in found.misread if one not in begun or not offered), None)
        if wrong is not None:
            self.bar.tell(misread_sentence(wrong), late=True)
        elif begun:
            self.bar.tell("tab  " + " · ".join(one.text for one in offered))
        else:
            self.bar.tell("")

    @on(FilterBar.Left)
    def _search_left(self, event: FilterBar.Left) -> None:
        event.stop()
        found = self._read()
        if event.entered and found.misread:
            self.bar.tell(misread_sentence(found.misread[0]), late=True)
            return
        if not found.misread:
            self.absorb()
        self.rows.focus()
        if event.entered:
            self._look_further()

    def absorb(self) -> None:
        """The box's filters become chips of their own; free words stay in it."""
        self.base = replace(self.filter, search="")
        if ":" in self._box:
            up_to_date = self._listed == self._box
            self._box = self.filter.search
            if up_to_date:
                self._listed = self._box
            self.bar.put(self._box)

    @property
    def looking(self) -> bool:
        """Whether the list does not answer to what is typed yet."""
        return self.waits("search") or self._listed != self._box

    @on(LeadList.NobodySelected)
    def _nobody(self, event: LeadList.NobodySelected) -> None:
        event.stop()
        self._look_further()

    def _look_further(self) -> None:
        """Who is not in my queue may still be a customer of ours: `⏎` looks among all of them."""
        found = self.total is not None and (self.total.n or self.rows.count)
        self._further = self.looking
        if self.scope is Scope.QUEUE and self.filter.search and not found and not self._further:
            self.desk.look_up(self.filter.search)

    # --- panel and chips --------------------------------------------------------------------------------

    def action_clear_filter(self) -> None:
        """`esc` clears the search, then the filters, the last one first."""
        if self._box:
            self.bar.field.value = ""
        elif last := chips(self.filter)[-1:]:
            self._narrow(without(self.filter, last[0].part))

    def action_filter(self) -> None:
        """`f`"""
        self.absorb()
        self.app.push_screen(FilterPanel(self.filter, scope=self.scope), self._filtered)

    def _filtered(self, chosen: LeadFilter | None) -> None:
        if chosen is not None:
            self._narrow(replace(chosen, search=self.filter.search))

    @on(Narrowing.Removed)
    def _chip_removed(self, event: Narrowing.Removed) -> None:
        event.stop()
        self.absorb()
        self._narrow(without(self.filter, event.part))

    def _narrow(self, wanted: LeadFilter) -> None:
        if wanted != self.filter:
            self.filter, self.base = wanted, replace(wanted, search="")
            if self._box != wanted.search:
                self._box = wanted.search
                self.bar.put(wanted.search)
            self.bar.show(self.all_chips(), "")
            self.restart()
            self.remember_soon()
            self.narrowed()
