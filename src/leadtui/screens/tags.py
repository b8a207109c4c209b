"""`T`: the tags of one customer: type to find, `⏎` puts on or takes off, a new name makes a tag."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Ctx
from leadtui.core.fold import fold
from leadtui.core.tags import rules
from leadtui.core.tags import service as tags
from leadtui.core.tags.dto import COUNTED, DeleteTag, RenameTag, Tag, TagLead
from leadtui.formats import count
from leadtui.i18n import _
from leadtui.text import clean, cut, plain, width
from leadtui.widgets.fields import Field
from leadtui.widgets.heading import Heading

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp

_NAME: Final = rules.NAME_MAX


class TagsSheet(ModalScreen[bool]):
    """Gives whether anything was changed."""

    CSS_PATH = "views.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("ctrl+r", "rename", show=False, priority=True),
        Binding("ctrl+d", "delete", show=False, priority=True),
    ]

    def __init__(self, lead_id: int, name: str) -> None:
        super().__init__()
        self.lead_id = lead_id
        self._who = name
        self._has: tuple[str, ...] = ()
        self._every: tuple[Tag, ...] = ()
        self._shown: list[Tag | str] = []
        """The rows: tags, and what was typed where no tag is called so."""
        self._renaming: Tag | None = None
        self._asked_to_delete: int | None = None
        self._changed = False
        self._busy = False

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    @property
    def field(self) -> Input:
        """Where one types."""
        return self.query_one(Input)

    def compose(self) -> ComposeResult:
        """Whom, the field, the tags, the keys."""
        with Vertical(id="sheet"):
            yield Heading(_("Tags"), self._who, classes="head")
            field = Input(id="name", max_length=_NAME, compact=True)
            yield Field(_("find or add"), "", field, id="f-name")
            options = OptionList()
            options.can_focus = False
            yield options
            yield Static(id="keys")

    def on_mount(self) -> None:
        """What it has, and what there is."""
        self._say_keys()
        self._load()

    def _load(self) -> None:
        ctx, lead_id = self.desk.session, self.lead_id

        def asked(ctx: Ctx) -> tuple[tuple[Tag, ...], tuple[str, ...]]:
            return tags.listing(ctx), tags.of_lead(ctx, lead_id)

        self.desk.in_thread("tags of lead", lambda: asked(ctx), self._came, self._refused)

    def _came(self, found: tuple[tuple[Tag, ...], tuple[str, ...]]) -> None:
        if self.is_running:
            self._every, self._has = found
            self._draw()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(Field).error = ""
        if self._renaming is None:
            self._draw(first=True)

    def _draw(self, *, first: bool = False) -> None:
        typed, has = fold(self.field.value), set(map(fold, self._has))
        if self._renaming is not None:
            typed = ""
        fitting = [tag for tag in self._every if typed in fold(tag.name)]
        # what the customer has stands first
        fitting.sort(key=lambda tag: (fold(tag.name) not in has, not fold(tag.name).startswith(typed)))
        self._shown = [*fitting]
        name = rules.name_of(self.field.value)
        if typed and all(fold(tag.name) != typed for tag in fitting) and not rules.wrong_name(name):
            self._shown.append(name)
        options = self.query_one(OptionList)
        at = 0 if first else options.highlighted or 0
        options.clear_options()
        options.add_options([Option(self._line(one, has)) for one in self._shown])
        options.highlighted = min(at, len(self._shown) - 1) if self._shown else None
        self._asked_to_delete = None
        self._say_keys()

    def _line(self, one: Tag | str, has: set[str]) -> Content:
        if isinstance(one, str):
            return Content.assemble("+ ", (clean(one), "bold"), (f"  {_('new tag')}", "$muted"))
        on = fold(one.name) in has
        name = cut(clean(one.name), _NAME)
        return Content.assemble(
            "● " if on else "○ ",
            (name + " " * (_NAME - width(name) + 1), "bold" if on else ""),
            (f"{count(min(one.leads, COUNTED), one.leads > COUNTED):>8}", "$muted"),
        )

    def _say_keys(self) -> None:
        if self._renaming is not None:
            told = _("⏎ renames “{name}”   esc keeps it").format(name=clean(self._renaming.name))
        else:
            told = f"⏎ {_('on / off')}   ↑ ↓   esc {_('back')}"
            if self.desk.may(Permission.TAGS_MANAGE):
                told += f"   ctrl+r {_('rename')}   ctrl+d {_('delete')}"
        self.query_one("#keys", Static).update(plain(told))

    @property
    def row(self) -> Tag | str | None:
        """What is under the cursor."""
        at = self.query_one(OptionList).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    # --- keys -------------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Another row."""
        options = self.query_one(OptionList)
        if self._shown:
            options.highlighted = ((options.highlighted or 0) + step) % len(self._shown)
            self._asked_to_delete = None
            self._say_keys()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self._renaming is not None:
            self._rename(self._renaming)
        elif (row := self.row) is not None:
            self._toggle(row if isinstance(row, str) else row.name)
        elif self.field.value.strip():
            self._toggle(self.field.value)  # the service says what is wrong with it

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self._shown[event.option_index]
        self._toggle(row if isinstance(row, str) else row.name)

    def _toggle(self, name: str) -> None:
        on = fold(name) not in set(map(fold, self._has))
        command = TagLead(uuid.uuid4(), self.lead_id, name, on)
        self._do(lambda ctx: tags.put(ctx, command))

    def _do(self, work: Callable[[Ctx], object]) -> None:
        if self._busy:
            return
        self._busy = True
        ctx = self.desk.session
        self.desk.in_thread("tag", lambda: work(ctx), self._done, self._refused)

    def _done(self, _answer: object) -> None:
        self._busy, self._changed = False, True
        if self.is_running:
            self._renaming = None
            with self.prevent(Input.Changed):
                self.field.value = ""
            self._load()

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self.desk.present(error, self)

    def show_fields(self, fields: dict[str, str]) -> bool:
        """The sentence under the field."""
        if "name" in fields:
            self.query_one(Field).error = fields["name"]
        return "name" in fields

    def action_rename(self) -> None:
        """`ctrl+r`: another name for the tag under the cursor."""
        row = self.row
        if isinstance(row, Tag) and self.desk.may(Permission.TAGS_MANAGE):
            self._renaming = row
            self.field.value = row.name
            self.field.cursor_position = len(row.name)
            self._say_keys()

    def _rename(self, tag: Tag) -> None:
        command = RenameTag(uuid.uuid4(), tag.id, self.field.value, tag.version)
        self._do(lambda ctx: tags.rename(ctx, command))

    def action_delete(self) -> None:
        """`ctrl+d`, twice: off every customer."""
        row = self.row
        if not isinstance(row, Tag) or not self.desk.may(Permission.TAGS_MANAGE):
            return
        if self._asked_to_delete != row.id:
            self._asked_to_delete = row.id
            told = _("{key} again takes “{name}” off every customer.")
            self.query_one("#keys", Static).update(plain(told.format(key="ctrl+d", name=clean(row.name))))
            return
        command = DeleteTag(uuid.uuid4(), row.id, row.version)
        self._do(lambda ctx: tags.delete(ctx, command))

    @on(events.Click)
    def _click(self, event: events.Click) -> None:
        """The field keeps the keys."""
        self.field.focus()

    def action_leave(self) -> None:
        """`esc`"""
        if self._renaming is not None:
            self._renaming = None
            self.field.value = ""
            self._draw()
        else:
            self.dismiss(self._changed)
