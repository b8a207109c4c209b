"""A password of one's own: before anything else instead of a one-time one, and later from the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from leadtui.commands import Where
from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import ChangePassword
from leadtui.core.auth.rules import MIN_LENGTH
from leadtui.i18n import N_, _
from leadtui.text import plain
from leadtui.widgets.fields import Field

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp

FIELDS = ("current", "new", "again")


class ChangePasswordScreen(ModalScreen[bool]):
    """Gives True when the password was changed, False when the user would rather sign out."""

    WHERE: ClassVar[Where | None] = Where.LOGIN
    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False),
        Binding("ctrl+r", "reveal", show=False, priority=True),
    ]

    TITLE_WORDS = N_("Choose a password of your own.")
    CURRENT = N_("one-time password")
    BUTTON = N_("change it and go on")

    def __init__(self) -> None:
        super().__init__()
        self._busy = False

    def compose(self) -> ComposeResult:
        """Three fields and a button."""
        least = _("{n} characters or more").format(n=MIN_LENGTH)
        with Vertical(id="dialog"):
            yield Static(plain(_(self.TITLE_WORDS)), classes="title")
            yield Field(_(self.CURRENT), "", Input(id="current", password=True, compact=True), id="f-current")
            yield Field(_("new password"), least, Input(id="new", password=True, compact=True), id="f-new")
            yield Field(_("again"), "", Input(id="again", password=True, compact=True), id="f-again")
            yield Button(plain(f"⏎  {_(self.BUTTON)}"), id="change", compact=True)

    def on_mount(self) -> None:
        """Typing starts at the first field."""
        self.query_one("#current", Input).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(f"#f-{event.input.id}", Field).error = ""

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        following = FIELDS.index(event.input.id or "current") + 1
        if event.value and following < len(FIELDS):
            self.query_one(f"#{FIELDS[following]}", Input).focus()
        else:
            self._change()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self._change()

    def action_reveal(self) -> None:
        """Show or hide all three."""
        for field in self.query(Input):
            field.password = not field.password

    def action_cancel(self) -> None:
        """Sign out instead."""
        self.dismiss(False)

    def show_fields(self, fields: dict[str, str]) -> bool:
        """Sentences under the fields they are about."""
        for name in FIELDS:
            self.query_one(f"#f-{name}", Field).error = fields.get(name, "")
        first = next((name for name in FIELDS if name in fields), None)
        if first is not None:
            self.query_one(f"#{first}", Input).focus()
        return first is not None

    def _change(self) -> None:
        values = {name: self.query_one(f"#{name}", Input).value for name in FIELDS}
        wrong = {name: _("Needed.") for name in FIELDS if not values[name]}
        if not wrong and values["new"] != values["again"]:
            wrong["again"] = _("The two are not the same.")
        if wrong or self._busy:
            self.show_fields(wrong)
            return
        self._busy = True
        desk = cast("LeadtuiApp", self.app)
        ctx, command = desk.session, ChangePassword(values["current"], values["new"])

        def change() -> Any:
            auth.change_password(ctx, command)
            return auth.me(ctx)

        desk.in_thread("password", change, lambda _actor: self.dismiss(True), self._refused)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        cast("LeadtuiApp", self.app).present(error, self)


class OwnPasswordScreen(ChangePasswordScreen):
    """The same by one's own wish: `esc` leaves everything as it was."""

    WHERE = None
    TITLE_WORDS = N_("Change my password")
    CURRENT = N_("current password")
    BUTTON = N_("change it; other sessions end")
