"""`v`: saved views: show one, let `n` draw from one, save what the list shows, rename, share, delete."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from leadtui.core.auth.permissions import Permission
from leadtui.core.leads.dto import LeadFilter, Sort
from leadtui.core.views import rules
from leadtui.core.views import service as saved
from leadtui.core.views.dto import DeleteView, SaveView, View
from leadtui.i18n import _
from leadtui.query_sentences import view_name
from leadtui.screens.leads_words import chips
from leadtui.text import cut, plain, width
from leadtui.widgets.fields import Field
from leadtui.widgets.heading import Heading
from leadtui.widgets.lead_view import ORDERS

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp

_NAME: Final = 26
_WHOSE: Final = 8


class ViewForm(ModalScreen[View | None]):
    """A name and a key; stores the view and gives it, or None."""

    CSS_PATH = "dialog.tcss"
    AUTO_FOCUS = "#name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("ctrl+s", "store", show=False, priority=True),
    ]

    def __init__(self, wanted: SaveView) -> None:
        super().__init__()
        self.wanted = wanted
        self._busy = False

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    def compose(self) -> ComposeResult:
        """Two fields, and what the view holds."""
        wanted = self.wanted
        with Vertical(id="dialog"):
            title = _("Save this view") if wanted.view_id is None else _("Rename the view")
            yield Heading(title, classes="head")
            yield Static(plain(described(wanted.filter, wanted.sort)), classes="muted")
            name = Input(wanted.name, id="name", max_length=rules.NAME_MAX, compact=True)
            yield Field(_("name"), "", name, id="f-name")
            key = Input(wanted.key or "", id="key", max_length=1, compact=True)
            yield Field(_("key"), _("1–9 work in the list, letters in the sheet"), key, id="f-key")
            yield Button(plain(f"ctrl+s  {_('store')}"), id="store", compact=True)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(f"#f-{event.input.id}", Field).error = ""

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "name":
            self.query_one("#key", Input).focus()
        else:
            self.action_store()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_store()

    def action_store(self) -> None:
        """`ctrl+s`"""
        if self._busy:
            return
        self._busy = True
        command = replace(
            self.wanted,
            request_id=uuid.uuid4(),
            name=self.query_one("#name", Input).value,
            key=self.query_one("#key", Input).value.strip() or None,
        )
        ctx = self.desk.session
        self.desk.in_thread("save view", lambda: saved.save(ctx, command), self.dismiss, self._refused)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self.desk.present(error, self)

    def show_fields(self, fields: dict[str, str]) -> bool:
        """Sentences under the fields."""
        known = [name for name in ("name", "key") if name in fields]
        for name in known:
            self.query_one(f"#f-{name}", Field).error = fields[name]
        if known:
            self.query_one(f"#{known[0]}", Input).focus()
        return bool(known)


def described(filter: LeadFilter, sort: Sort) -> str:
    """What a view asks for, in one line."""
    parts = [chip.text for chip in chips(filter)]
    if filter.search:
        parts.insert(0, f"“{filter.search}”")
    return ", ".join(parts or [_("everybody")]) + f" · {_(ORDERS[sort])}"


class ViewsSheet(ModalScreen["tuple[str, View] | None"]):
    """The views there are. Gives ("show", view), ("queue", view) or None."""

    CSS_PATH = "views.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("v", "dismiss(None)", show=False, id="views"),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
        Binding("s", "save", show=False),
        Binding("r", "rename", show=False),
        Binding("d", "delete", show=False),
        Binding("h", "share", show=False),
        Binding("q", "queue", show=False),
        *(Binding(key, f"key('{key}')", show=False) for key in sorted(rules.KEYS)),
    ]

    def __init__(
        self,
        filter: LeadFilter,
        sort: Sort,
        *,
        shown: View | None,
        queue: View | None,
        views: tuple[View, ...] = (),
    ) -> None:
        """`views` are those that are known already; they are asked for anew."""
        super().__init__()
        self.filter, self.sort = filter, sort
        self._shown = None if shown is None else shown.id
        self._queue = None if queue is None else queue.id
        self.views = views
        self._asked_to_delete: int | None = None

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    def compose(self) -> ComposeResult:
        """The list, what the row under the cursor asks for, the keys."""
        with Vertical(id="sheet"):
            yield Heading(_("Views"), classes="head")
            yield OptionList()
            yield Static(id="about")
            yield Static(id="keys")

    def on_mount(self) -> None:
        """Ask for them."""
        self._say_keys()
        self._draw()
        self._load()

    def on_resize(self) -> None:
        """Rows are as wide as the sheet."""
        self.call_after_refresh(self._draw)

    def _load(self, at: int | None = None) -> None:
        ctx = self.desk.session

        def came(views: tuple[View, ...]) -> None:
            if self.is_running:
                self.views = views
                self._draw(at)

        self.desk.in_thread(
            "views", lambda: saved.listing(ctx), came, lambda error: self.desk.present(error, self)
        )

    @property
    def options(self) -> OptionList:
        """The rows."""
        return self.query_one(OptionList)

    @property
    def row(self) -> View | None:
        """The view under the cursor."""
        at = self.options.highlighted
        return self.views[at] if at is not None and at < len(self.views) else None

    def _draw(self, at: int | None = None) -> None:
        if not self.views:
            return
        options, here = self.options, self.row
        wanted = at if at is not None else here.id if here is not None else self._shown
        options.clear_options()
        options.add_options([Option(self._line(view)) for view in self.views])
        places = [n for n, view in enumerate(self.views) if view.id == wanted]
        options.highlighted = places[0] if places else 0
        self._tell()

    def _line(self, view: View) -> Content:
        name = cut(view_name(view), _NAME)
        whose = _("ours") if view.built_in else _("team") if view.shared else _("mine")
        whose = cut(whose, _WHOSE)
        room = max(8, self.options.size.width - _NAME - _WHOSE - 12)
        mark = "●" if view.id == self._shown else "○"
        draws = "n→" if view.id == self._queue else "  "
        return Content.assemble(
            (f"{view.key or '–'} ", "bold"), f"{mark} {name}{' ' * (_NAME - width(name))} ",
            (f"{whose}{' ' * (_WHOSE - width(whose))} {draws} ", "$muted"),
            (cut(described(view.filter, view.sort), room), "$muted"),
        )  # fmt: skip

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._asked_to_delete = None
        self._say_keys()
        self._tell()

    def _tell(self) -> None:
        view = self.row
        about = ""
        if view is not None:
            about = described(view.filter, view.sort)
            if view.owner_name and not view.mine:
                about = f"{about} · {_('made by {name}').format(name=view.owner_name)}"
        self.query_one("#about", Static).update(plain(about))

    def _say_keys(self) -> None:
        keys = [("⏎", _("show")), ("s", _("save this list")), ("r", _("rename")), ("d", _("delete"))]
        if self.desk.may(Permission.VIEWS_SHARE):
            keys.append(("h", _("share")))
        if self.desk.may(Permission.CALLS_WORK):
            keys.append(("q", _("queue for {key}").format(key="n")))
        keys.append(("esc", _("back")))
        self.query_one("#keys", Static).update(plain("   ".join(f"{key} {words}" for key, words in keys)))

    # --- keys -------------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Another row."""
        if self.views:
            self.options.highlighted = ((self.options.highlighted or 0) + step) % len(self.views)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.row is not None:
            self.dismiss(("show", self.row))

    def action_key(self, key: str) -> None:
        """The key of a view shows it."""
        view = next((view for view in self.views if view.key == key), None)
        if view is not None:
            self.dismiss(("show", view))

    def action_queue(self) -> None:
        """`q`: `n` draws from this one; again, from everybody."""
        if self.row is not None and self.desk.may(Permission.CALLS_WORK):
            self.dismiss(("queue", self.row))

    def action_save(self) -> None:
        """`s`: what the list shows, under a name."""
        free = next((key for key in "123456789" if all(view.key != key for view in self.views)), None)
        wanted = SaveView(uuid.uuid4(), "", free, self.filter, self.sort)
        self.app.push_screen(ViewForm(wanted), self._made)

    def _made(self, view: View | None) -> None:
        if view is not None:
            self.desk.say(_("Saved: {name}.").format(name=view_name(view)))
            self.dismiss(("show", view))

    def _changeable(self) -> View | None:
        """The row, where it may be changed; says why where not."""
        view = self.row
        if view is None:
            return None
        if view.built_in:
            self.desk.say(_("This view comes with the program; show it, then save it under your own name."))
            return None
        if view.shared and not self.desk.may(Permission.VIEWS_SHARE):
            self.desk.say(_("The team's views are changed by managers."))
            return None
        return view

    def _as_it_is(self, view: View) -> SaveView:
        return SaveView(
            uuid.uuid4(), view.name, view.key, view.filter, view.sort, view.shared, view.id, view.version
        )

    def action_rename(self) -> None:
        """`r`: name and key."""
        if (view := self._changeable()) is not None:
            self.app.push_screen(ViewForm(self._as_it_is(view)), self._renamed)

    def _renamed(self, view: View | None) -> None:
        if view is not None:
            self._load(view.id)

    def action_share(self) -> None:
        """`h`: the whole team has it; again, only its maker."""
        if not self.desk.may(Permission.VIEWS_SHARE) or (view := self._changeable()) is None:
            return
        ctx, command = self.desk.session, replace(self._as_it_is(view), shared=not view.shared)
        self.desk.in_thread(
            "save view", lambda: saved.save(ctx, command),
            lambda _view: self._load(view.id), lambda error: self._refused(error, view.id),
        )  # fmt: skip

    def action_delete(self) -> None:
        """`d`, twice."""
        if (view := self._changeable()) is None:
            return
        if self._asked_to_delete != view.id:
            self._asked_to_delete = view.id
            asked = _("{key} again deletes “{name}”; any other key keeps it.")
            self.query_one("#keys", Static).update(plain(asked.format(key="d", name=view_name(view))))
            return
        ctx, command = self.desk.session, DeleteView(uuid.uuid4(), view.id, view.version)
        self.desk.in_thread(
            "save view", lambda: saved.delete(ctx, command),
            lambda _nothing: self._load(), lambda error: self._refused(error, view.id),
        )  # fmt: skip

    def _refused(self, error: Exception, view_id: int) -> None:
        self.desk.present(error, self)
        self._load(view_id)
