"""What somebody does with their own account while they are signed in: password, sessions, signing out."""

from __future__ import annotations

from leadtui.i18n import _
from leadtui.reminding import Reminding


class Account(Reminding):
    """From the palette; there are no keys for what is done once a month."""

    def sign_out(self) -> None:
        """`LeadtuiApp` ends the session and shows the sign-in page."""
        raise NotImplementedError

    def action_sign_out(self) -> None:
        """An open call stays open for its agent, and what is typed is kept for them."""
        self.sign_out()

    def action_change_password(self) -> None:
        """The dialog; the other sessions end with the old password."""
        from leadtui.screens.signin_password import OwnPasswordScreen

        self.push_screen(OwnPasswordScreen(), self._password_changed)

    def _password_changed(self, changed: bool | None) -> None:
        if changed:
            self.say(_("Password changed. Your other sessions have ended."))

    def action_show_sessions(self) -> None:
        """Where I am signed in."""
        from leadtui.screens.sessions import SessionsScreen

        self.push_screen(SessionsScreen())
