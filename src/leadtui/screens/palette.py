"""`ctrl+p`: Textual's command palette, in the user's language to the last word."""

from __future__ import annotations

from functools import partial

from textual.command import CommandList, CommandPalette
from textual.widgets.option_list import Option

from leadtui.i18n import _
from leadtui.text import plain


class Palette(CommandPalette):
    """The app's commands; what they are comes from `Shell.get_system_commands`."""

    def __init__(self) -> None:
        super().__init__(placeholder=_("Find a command by name."), id="--command-palette")

    def _start_no_matches_countdown(self, search_value: str) -> None:
        # Textual's own says it in English, and offers no other way to say it; a test would notice another way
        self._stop_no_matches_countdown()
        self._no_matches_timer = self.set_timer(
            self._NO_MATCHES_COUNTDOWN, partial(self._say_nothing_matches, search_value)
        )

    def _say_nothing_matches(self, search_value: str) -> None:
        if search_value:
            sentence = plain(_("No command is called that."))
            self.query_one(CommandList).add_option(Option(sentence, disabled=True, id=self._NO_MATCHES))
        self._list_visible = bool(search_value)
