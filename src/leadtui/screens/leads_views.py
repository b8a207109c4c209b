"""Saved views on the leads screen: one is shown, one may be the queue that `n` draws from; a row's tags."""

from __future__ import annotations

from dataclasses import replace

from textual import on

from leadtui.commands import key_of
from leadtui.core.auth.permissions import Permission
from leadtui.core.leads.dto import LeadFilter, Sort
from leadtui.core.views import service as saved
from leadtui.core.views.dto import View
from leadtui.i18n import _
from leadtui.messages import Changed
from leadtui.query_sentences import view_name
from leadtui.screens.leads_search import SearchedRows
from leadtui.screens.leads_words import chips
from leadtui.text import clean, cut
from leadtui.widgets.filter_bar import Narrowed, Narrowing

QUEUE: str = "queue"
"""The chip of the view that `n` draws from."""


class ViewedRows(SearchedRows):
    """What `LeadsScreen` is built on, with views."""

    def __init__(self) -> None:
        super().__init__()
        self.view: View | None = None
        self.views: tuple[View, ...] = ()
        self._recalled: int | None = None

    @property
    def view_id(self) -> int | None:
        """The saved view that the list shows, to be remembered."""
        return self._recalled if self.view is None else self.view.id

    # --- knowing them -----------------------------------------------------------------------------------

    def load_views(self) -> None:
        """Names and keys; again when somebody of the team changes one."""
        if self.desk.may(Permission.VIEWS_OWN):
            self.load("views", saved.listing, then=self._know_views, failed=lambda _error: None)

    def _know_views(self, views: tuple[View, ...]) -> None:
        self.views = views
        there = {view.id: view for view in views}
        if self._recalled is not None:
            self.view, self._recalled = there.get(self._recalled), None
        elif self.view is not None:
            self.view = there.get(self.view.id)
        queue = self.desk.queue_view
        if queue is not None:
            self.desk.draw_from(there.get(queue.id))
        self.entitle()

    def recall_view(self, view_id: int | None) -> None:
        """The list opens as it was left: it showed this view."""
        self._recalled = view_id
        self.load_views()

    @on(Changed)
    def _view_changed(self, event: Changed) -> None:
        if event.kind == "view":
            self.later("views", 0.3, self.load_views, restart=False)

    # --- showing one ------------------------------------------------------------------------------------

    def action_views(self) -> None:
        """`v`"""
        from leadtui.screens.views import ViewsSheet

        self.absorb()
        sheet = ViewsSheet(
            self.filter, self.sort, shown=self.view, queue=self.desk.queue_view, views=self.views
        )
        self.app.push_screen(sheet, self._chosen)

    def _chosen(self, chosen: tuple[str, View] | None) -> None:
        self.load_views()
        if chosen is None:
            return
        what, view = chosen
        if what == "queue":
            same = self.desk.queue_view is not None and self.desk.queue_view.id == view.id
            self.desk.draw_from(None if same else view)
            told = _("{key} takes from everybody again.") if same else _("{key} draws from {view} now.")
            self.desk.say(told.format(key=key_of("next"), view=view_name(view)))
            self.say_count()
            if same:
                return
        self.apply(view)

    def apply(self, view: View) -> None:
        """Show a view: its filter and order."""
        self.view, self._recalled = view, None
        changed = self.sort is not view.sort and view.filter == self.filter
        self.sort = view.sort
        self._narrow(view.filter)
        if changed:
            self.restart()
        self.remember_soon()
        self.entitle()

    def action_view(self, key: str) -> None:
        """A digit: the view that has it."""
        view = next((view for view in self.views if view.key == key), None)
        if view is not None:
            self.apply(view)
        elif self.views:
            self.desk.say(_("No view has the key {n}; {key} saves one.").format(n=key, key=key_of("views")))

    def narrowed(self) -> None:
        """With the last filter the view goes, too."""
        if self.view is not None and self.filter.empty and not self.view.filter.empty:
            self._leave()
        self.entitle()

    def _leave(self) -> None:
        if self.view is not None and self.sort is self.view.sort:
            self.sort = Sort.SCORE
        self.view = None
        self.remember_soon()

    def action_clear_filter(self) -> None:
        """`esc`: a view that nobody has changed goes as a whole."""
        if self.view is not None and self.filter == self.view.filter:
            self._leave()
            if self.filter.empty:
                self.restart()
            self._narrow(LeadFilter())
            self.entitle()
        else:
            super().action_clear_filter()

    def entitle(self) -> None:
        """Which view it is, in the head line."""
        view = self.view
        if view is None:
            self.rows.title = ""
            return
        as_saved = replace(self.filter, search=view.filter.search) == view.filter and self.sort is view.sort
        told = _("view: {name}") if as_saved else _("view, changed: {name}")
        self.rows.title = told.format(name=view_name(view))

    def all_chips(self) -> tuple[Narrowed, ...]:
        """What `n` draws from, then what narrows the list."""
        queue = self.desk.queue_view
        found = chips(self.filter)
        if queue is None:
            return found
        name = view_name(queue)
        return (Narrowed(QUEUE, f"{key_of('next')} → {name}", f"{key_of('next')} → {cut(name, 16)}"), *found)

    @on(Narrowing.Removed)
    def _queue_left(self, event: Narrowing.Removed) -> None:
        if event.part == QUEUE:
            event.stop()
            event.prevent_default()
            self.desk.draw_from(None)
            self.desk.say(_("{key} takes from everybody again.").format(key=key_of("next")))
            self.say_count()

    # --- tags -------------------------------------------------------------------------------------------

    def action_tags(self) -> None:
        """`T`"""
        from leadtui.screens.tags import TagsSheet

        if (row := self.rows.row) is not None:
            self.app.push_screen(TagsSheet(row.id, clean(row.name) or f"#{row.id}"), self._tagged)

    def _tagged(self, changed: bool | None) -> None:
        if changed:
            self.learn_words()
            self.look_again()
