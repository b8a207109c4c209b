"""The bank's settings in their groups, a line each: name, value, and who changed it when, or that it is the
default. Drawn line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Final

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from leadtui.core.bank_settings.dto import Setting
from leadtui.formats import moment
from leadtui.i18n import _
from leadtui.setting_words import group_word, setting_name, value_words
from leadtui.text import cell, clean, cut
from leadtui.themes import palette
from leadtui.widgets.line import Line, ruled

NAME_CELLS: Final = 29
VALUE_CELLS: Final = 16

_Shown = Setting | str | None
"""A line: a setting, the heading of a group, or a blank one."""


class SettingList(ScrollView, can_focus=True):
    """The list and its cursor; the screen has the keys."""

    DEFAULT_CSS = """
    SettingList { background: $bg; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """

    class Highlighted(Message):
        """The cursor stands on another setting, or that one is another now."""

        def __init__(self, setting: Setting | None) -> None:
            super().__init__()
            self.setting = setting

    class Selected(Message):
        """A second click on a setting."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.zone: tzinfo = UTC
        self.dense = False
        """Few lines: no blank ones between the groups."""
        self._now: datetime | None = None
        self._settings: tuple[Setting, ...] = ()
        self._lines: list[_Shown] = []
        self._place = 0

    # state down ----------------------------------------------------------------------------------------

    def show(self, settings: Sequence[Setting], now: datetime) -> None:
        """Show these; the cursor stays on its setting."""
        was = self.setting
        self._settings, self._now = tuple(settings), now
        same = [at for at, one in enumerate(settings) if was is not None and _same(one, was)]
        self._place = same[0] if same else max(0, min(self._place, len(settings) - 1))
        self.lay_out()
        self.post_message(self.Highlighted(self.setting))

    @property
    def setting(self) -> Setting | None:
        """The one under the cursor."""
        return self._settings[self._place] if self._settings else None

    def lay_out(self) -> None:
        """The lines anew: other settings, other words, another height."""
        lines: list[_Shown] = []
        group = None
        for one in self._settings:
            if one.group != group:
                if lines and not self.dense:
                    lines.append(None)
                lines.append(one.group)
                group = one.group
            lines.append(one)
        self._lines = lines
        self.virtual_size = Size(self.size.width, len(lines))
        self.refresh()
        self._keep_in_sight()

    # drawing -------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight."""
        at, cells = y + self.scroll_offset.y, self.size.width
        shown = self._lines[at] if at < len(self._lines) else None
        if shown is None:
            return Strip.blank(cells, self.rich_style)
        if isinstance(shown, str):
            line = Line(cells, self.rich_style)
            return ruled(line, 2, cells - 2, group_word(shown), "", palette(self.app)).strip()
        return self._setting_line(shown, cells)

    def _setting_line(self, one: Setting, cells: int) -> Strip:
        colors, lit, end = palette(self.app), one is self.setting, cells - 2
        line = Line(cells, self.rich_style + colors.ground("select") if lit else self.rich_style)
        if lit:
            line.put(0, "▌" if self.has_focus else "▏", colors.style("accent" if self.has_focus else "muted"))
        name = setting_name(one.key)
        if one.team_id is not None:
            name = f"  {_('team {team}').format(team=clean(one.team))}"
        line.put(2, cell(name, NAME_CELLS), colors.style("strong" if lit else "text", bold=lit))
        value = value_words(one.key, one.value)
        tone = "accent" if one.changed else "strong"
        line.put(2 + NAME_CELLS + 1, cell(value, VALUE_CELLS), colors.style(tone, bold=one.changed))
        line.right(end, cut(self._about(one), end - line.at - 2), colors.style("muted"))
        return line.strip()

    def _about(self, one: Setting) -> str:
        """`default`, or by whom and when."""
        if one.updated_at is None:
            return _("default") if not one.changed else _("changed")
        at = moment(one.updated_at, self.zone, now=self._now)
        who = clean(one.updated_by_name)
        return f"{who}, {at}" if who else at

    def on_resize(self) -> None:
        """The lines are as wide as the list."""
        self.virtual_size = Size(self.size.width, len(self._lines))
        self._keep_in_sight()

    # the cursor ----------------------------------------------------------------------------------------

    def move(self, step: int) -> None:
        """So many settings down."""
        self.move_to(self._place + step)

    def move_to(self, place: int) -> None:
        """Put the cursor on a setting."""
        place = max(0, min(place, self.last))
        if self._settings and place != self._place:
            self._place = place
            self.refresh()
            self._keep_in_sight()
            self.post_message(self.Highlighted(self.setting))

    @property
    def last(self) -> int:
        """The place of the last setting."""
        return len(self._settings) - 1

    def _keep_in_sight(self) -> None:
        one = self.setting
        if one is None or not self.size.height:
            return
        at = next((y for y, shown in enumerate(self._lines) if shown is one), 0)
        # the heading of its group too, where it is the first of it
        top = at - 1 if at and isinstance(self._lines[at - 1], str) else at
        self.scroll_to_region(Region(0, top, 1, at - top + 1), animate=False, force=True)

    def jump_places(self) -> list[tuple[int, int, Callable[[], object]]]:
        """Every setting in view."""
        top = self.scroll_offset.y
        places = {id(one): place for place, one in enumerate(self._settings)}
        return [
            (0, y, partial(self._jump_to, places[id(shown)]))
            for y, shown in enumerate(self._lines[top : top + self.size.height])
            if isinstance(shown, Setting)
        ]

    def _jump_to(self, place: int) -> None:
        self.focus()
        self.move_to(place)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; twice on a setting changes it."""
        at = event.y + self.scroll_offset.y
        shown = self._lines[at] if 0 <= at < len(self._lines) else None
        if not isinstance(shown, Setting):
            return
        if shown is self.setting and event.chain > 1:
            self.post_message(self.Selected())
            return
        self.move_to(next(place for place, one in enumerate(self._settings) if one is shown))


def _same(one: Setting, other: Setting) -> bool:
    return one.key == other.key and one.team_id == other.team_id
