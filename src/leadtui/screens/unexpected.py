"""What nobody expected: an id that is also in the log, to copy and pass on. Never the error's own text."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from leadtui.i18n import _
from leadtui.text import plain


class UnexpectedDialog(ModalScreen[None]):
    """`y` copies the id, `esc` goes on working."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss", show=False, priority=True),
        Binding("y", "copy", show=False),
    ]

    def __init__(self, ident: str, kind: str) -> None:
        super().__init__()
        self.ident = ident
        self.kind = kind

    def compose(self) -> ComposeResult:
        """What happened, the id, what to do."""
        with Vertical(id="dialog"):
            yield Static(plain(_("Something went wrong in leadtui.")), classes="title")
            yield Static(plain(_("What you typed is still here. This id stands in the log:")))
            yield Static(plain(f"{self.ident} · {self.kind}"), id="ident")
            yield Button(plain(_("y copies the id · esc goes on")), id="close", compact=True)

    def action_copy(self) -> None:
        """`y`"""
        self.app.copy_to_clipboard(self.ident)

    @on(Button.Pressed)
    def _close(self) -> None:
        self.dismiss()
