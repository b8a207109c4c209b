"""Where I am signed in: every session that works now; one elsewhere, or all of them, can be ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from leadtui.core.auth import service as auth
from leadtui.core.errors import LeadtuiError, NotFound
from leadtui.formats import moment
from leadtui.i18n import _, ngettext
from leadtui.session_words import place_words
from leadtui.text import cut, plain

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp
    from leadtui.core.auth.dto import Session


class SessionsScreen(ModalScreen[None]):
    """`⏎` twice ends the marked one, `o` twice all others, `esc` closes."""

    CSS_PATH = "sessions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("o", "end_others", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    options = getters.query_one(OptionList)

    def __init__(self) -> None:
        super().__init__()
        self._sessions: tuple[Session, ...] = ()
        self._asked: int | str | None = None
        """What the next press of the same key ends: a session's id, or "others"; 0 where it ends nothing."""
        self._busy = False

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    def compose(self) -> ComposeResult:
        """Title, sessions, what happened, keys."""
        with Vertical(id="dialog"):
            yield Static(id="title")
            yield OptionList(markup=False)
            yield Static(id="said")
            yield Static(id="keys")

    def on_mount(self) -> None:
        """Ask."""
        self.relabel()
        self._load()

    def relabel(self) -> None:
        """In the language in use."""
        self.query_one("#title", Static).update(plain(_("Where I am signed in")))
        keys = (("⏎", _("end this one")), ("o", _("end all others")), ("esc", _("back")))
        words = [plain(f"{key} ").stylize("$strong bold") + plain(label) for key, label in keys]
        self.query_one("#keys", Static).update(Content("   ").join(words))
        self._show(self._sessions)

    def _load(self) -> None:
        ctx = self.desk.session
        self.desk.in_thread("sessions", lambda: auth.sessions(ctx), self._show, self._failed)

    def _show(self, sessions: tuple[Session, ...]) -> None:
        self._busy, self._sessions = False, sessions
        if not self.is_mounted:
            return
        kept = self.options.highlighted or 0
        self.options.clear_options()
        self.options.add_options([Option(self._words(session)) for session in sessions])
        if sessions:
            self.options.highlighted = min(kept, len(sessions) - 1)
            self.options.focus()

    def _words(self, session: Session) -> Content:
        now, zone = self.desk.now(), self.desk.zone
        width = max(20, self.options.size.width - 2)
        place = plain(cut(place_words(session.origin, session.os_user, session.host), width - 16))
        head = place.stylize("bold $strong") if session.mine else place
        if session.mine:
            head += plain(f"  {_('this one')}").stylize("$accent")
        since = _("since {time}").format(time=moment(session.opened_at, zone, now=now))
        seen = _("last seen {time}").format(time=moment(session.last_seen_at, zone, now=now))
        return head + plain(f"\n{since} · {seen}").stylize("$muted")

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(plain(sentence))

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        if isinstance(self._asked, int):
            self._asked = None
            self._say("")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if not self._busy and event.option_index < len(self._sessions):
            self._ask(self._sessions[event.option_index])

    def _ask(self, session: Session) -> None:
        if session.mine:
            self._asked = 0
            self._say(_("You are in this one: the palette signs you out."))
        elif self._asked != session.id:
            self._asked = session.id
            self._say(_("Press ⏎ again to end it."))
        else:
            ctx = self.desk.session
            self._busy, self._asked = True, None
            self.desk.in_thread(
                "end session", lambda: auth.end_session(ctx, session.id),
                lambda _none: self._ended(1), self._failed,
            )  # fmt: skip

    def action_end_others(self) -> None:
        """`o`"""
        if self._busy:
            return
        if all(session.mine for session in self._sessions):
            self._say(_("There is no other session."))
        elif self._asked != "others":
            self._asked = "others"
            self._say(_("Press o again to end all but this one."))
        else:
            ctx = self.desk.session
            self._busy, self._asked = True, None
            self.desk.in_thread(
                "end session", lambda: auth.end_other_sessions(ctx), self._ended, self._failed
            )

    def action_move(self, step: int) -> None:
        """`j` `k`"""
        if step > 0:
            self.options.action_cursor_down()
        else:
            self.options.action_cursor_up()

    def _ended(self, number: int) -> None:
        if self.is_mounted:
            self._say(ngettext("{n} session ended.", "{n} sessions ended.", number).format(n=number))
            self._load()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, NotFound) and self.is_mounted:
            self._say(_("It had ended already."))
            self._load()
        elif isinstance(error, LeadtuiError) or self.is_mounted:
            self.desk.present(error, self)
