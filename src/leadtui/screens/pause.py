"""Why somebody takes no calls for a while: one digit."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from leadtui.call_words import pause_word
from leadtui.commands import key_of
from leadtui.core.pauses.dto import REASONS
from leadtui.i18n import _
from leadtui.screens.give_back import ReasonRows
from leadtui.widgets.heading import Heading
from leadtui.widgets.notice import Notice


class PauseSheet(ModalScreen[str | None]):
    """Asks for one of `REASONS`; None stays at work."""

    CSS_PATH = "pause.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("p", "dismiss(None)", show=False, id="pause"),
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("enter", "pick", show=False),
        *(Binding(str(n), f"pick({n - 1})", show=False) for n in range(1, len(REASONS) + 1)),
    ]

    def __init__(self, *, after_call: bool) -> None:
        super().__init__()
        self._after_call = after_call

    def compose(self) -> ComposeResult:
        """Why, when it begins, and that it is counted."""
        with Vertical(id="sheet"):
            yield Heading(_("Break"), _("after this call") if self._after_call else _("now"))
            yield ReasonRows([pause_word(reason) for reason in REASONS])
            told = (
                _("It begins when this call is saved; nobody follows it.")
                if self._after_call
                else _("Nobody is served to you until it ends: {key}.").format(key=key_of("pause"))
            )
            said = Notice()
            said.say("", f"{told} {_('It is counted.')}")
            yield said
            yield Heading("", f"esc  {_('stay at work')}")

    @property
    def rows(self) -> ReasonRows:
        """The reasons."""
        return self.query_one(ReasonRows)

    def action_move(self, step: int) -> None:
        """Another row."""
        self.rows.at = (self.rows.at + step) % len(REASONS)

    def action_pick(self, place: int | None = None) -> None:
        """This reason."""
        self.dismiss(REASONS[self.rows.at if place is None else place])

    def on_reason_rows_picked(self, event: ReasonRows.Picked) -> None:
        """A click."""
        self.action_pick(event.place)
