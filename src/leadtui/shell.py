"""What every part of the app stands on: who is signed in, the frame's facts, errors, commands.

`Looks` (themes, language, density) → `Shell` → `Desk` (the open call) → `LeadtuiApp` (start, sign-in, modes,
live events). One class would be one file of everything; each of these has one job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from textual._context import active_message_pump
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.messages import Prune
from textual.reactive import reactive
from textual.screen import Screen

from leadtui import presenter
from leadtui.commands import (
    COMMANDS,
    LAYERS,
    Command,
    Where,
    bindings,
    disabled,
    everything,
    help_sections,
)
from leadtui.core.auth.permissions import Permission, allowed
from leadtui.formats import clock_zone
from leadtui.i18n import _
from leadtui.leaving import PART_IS_GONE, leaving
from leadtui.looks import Looks
from leadtui.modes import PERMISSIONS
from leadtui.terminal import clipboard_words
from leadtui.text import clean
from leadtui.widgets.facts import Status, Tab

if TYPE_CHECKING:
    from leadtui.core.ctx import Actor, Ctx

T = TypeVar("T")

_HERE: Final = Path(__file__).parent

SHOWN_MODES = ("leads", "tasks", "performance", "admin")
"""The modes of the tab bar, by the id of their command."""


class Shell(Looks):
    """Session facts, errors and commands. Holds no service calls of its own."""

    TITLE = "leadtui"
    # Only what the sign-in page needs: parsing the rest costs a tenth of the first paint (`style_the_rest`)
    CSS_PATH: ClassVar[Any] = [_HERE / "screens" / "login.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.GLOBAL)

    actor: reactive[Any] = reactive(None, init=False)
    """Who is signed in (`core.ctx.Actor`), or None."""

    live: reactive[bool | None] = reactive(None, init=False)
    """Whether changes by others arrive; None before the first connection."""

    notice: reactive[Status | None] = reactive(None, init=False)
    """What the status line says until it is settled: offline, unsaved calls."""

    mode: reactive[str] = reactive("", init=False)
    """The mode shown, as in the tab bar."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.ctx: Ctx | None = None
        """What every service takes first; None before signing in."""
        self.nearest: tuple[datetime, ...] = ()
        """The times that a refusal proposed last, for who asked for one at which nobody may be called."""
        self.badges: dict[str, tuple[str, bool]] = {}
        """mode → (badge, late) of the tab bar."""
        self.demo = False
        """Whether the database is the demo's: every screen says so."""
        self._zone: tzinfo = UTC
        self._away: Exception | None = None
        self._users = 0
        """How many users have signed in here, one after the other."""
        self._said, self._said_at = "", 0.0
        """The last toast, and when (s)."""

    def style_the_rest(self) -> None:
        """Load the stylesheets of everything behind the sign-in page at once, when that is painted.

        Textual would load a screen's own at its first opening, parse every other again and style every widget
        anew: the first customer of the day would wait for it.
        """
        paths = (_HERE / "app.tcss", *sorted((_HERE / "screens").rglob("*.tcss")))
        missing = [path for path in paths if not self.stylesheet.has_source(str(path))]
        for path in missing:
            self.stylesheet.read(path)
        if missing:
            self.refresh_css(animate=False)

    # who and when --------------------------------------------------------------------------------------

    def may(self, permission: str) -> bool:
        """Whether the signed-in role holds `permission`: for greying keys out, never for deciding."""
        return self.actor is not None and allowed(self.actor.role, Permission(permission))

    @property
    def zone(self) -> tzinfo:
        """The zone in which this user reads the clock."""
        return self._zone

    def now(self) -> datetime:
        """The clock of this session: real, or the one that a test or the demo injected into the context."""
        injected = self.ctx.now if self.ctx is not None else None
        return injected or datetime.now(UTC)

    def watch_actor(self, actor: Actor | None) -> None:
        """Take over the user's zone."""
        self._zone = _zone_of(actor)
        self.refresh_frames()

    # the frame's facts ---------------------------------------------------------------------------------

    def who(self) -> str:
        """`Sari W. · agen`."""
        actor = self.actor
        if actor is None:
            return ""
        from leadtui.wording import role_word

        who = f"{_short_name(clean(actor.name))} · {role_word(actor.role)}"
        return f"{_('DEMO')} · {who}" if self.demo else who

    def time(self) -> str:
        """`09.41 WIB`."""
        return clock_zone(self.now(), self.zone)

    def tabs(self) -> tuple[Tab, ...]:
        """The modes with their badges."""
        labels = {
            "leads": _("Leads"), "tasks": _("Tasks"), "performance": _("Performance"), "admin": _("Admin")
        }  # fmt: skip
        return tuple(
            Tab(mode, labels[mode], *self.badges.get(mode, ("", False)))
            for mode in SHOWN_MODES
            if self.may_see(mode)
        )

    def may_see(self, mode: str) -> bool:
        """Whether this mode is one of the role's."""
        return mode not in PERMISSIONS or self.may(PERMISSIONS[mode])

    def frames(self) -> Iterable[Any]:
        """Every screen with a frame, of every mode."""
        for stack in self._screen_stacks.values():
            yield from (screen for screen in stack if hasattr(screen, "refresh_frame"))

    def refresh_frames(self) -> None:
        """The frame of the screen on top; the others take over when they are shown again."""
        for screen in self.frames():
            if screen.is_current:
                screen.refresh_frame()

    def watch_live(self) -> None:
        """Show it."""
        self.refresh_frames()

    def watch_notice(self) -> None:
        """Show it."""
        self.refresh_frames()

    def watch_mode(self) -> None:
        """Show it."""
        self.refresh_frames()

    def badge(self, mode: str, text: str, *, late: bool = False) -> None:
        """Put a badge behind a mode: `badge("tasks", "2!", late=True)`; an empty text takes it away."""
        self.badges[mode] = (text, late)
        self.refresh_frames()

    # errors --------------------------------------------------------------------------------------------

    def say(self, sentence: str, *, late: bool = False) -> None:
        """A toast, for what passes. The same sentence again is the same toast."""
        at = monotonic()
        if self._said == sentence and at - self._said_at < self.NOTIFICATION_TIMEOUT:
            return
        self._said, self._said_at = sentence, at
        self.notify(sentence, severity="warning" if late else "information")

    def present(self, error: Exception, screen: Screen[Any] | None = None) -> None:
        """Show an error where it belongs (DESIGN §4.2); the one place that decides how."""
        presenter.present(self, error, screen or self.screen)

    def standing(self) -> Status | None:
        """What the status line says beside the open call."""
        return self.notice

    def away(self, error: Exception) -> None:
        """The database cannot be reached: a banner that stays until it answers again."""
        self._away = error
        self.notice = Status(
            _("No connection to the database."),
            _("What you type stays here. Trying again by itself."),
            late=True,
        )

    def reached(self) -> None:
        """The database answered: the banner goes."""
        if self._away is not None:
            self._away = None
            self.notice = None

    def ended(self, error: Exception) -> None:
        """The session is over; `LeadtuiApp` shows the sign-in."""

    def _handle_exception(self, error: Exception) -> None:
        """An error in a handler ends the program, unless it is only that what it looks for has gone."""
        node = active_message_pump.get(None)
        if isinstance(error, PART_IS_GONE) and leaving(node, self):
            self.log.debug(repr(error))
            if isinstance(node, DOMNode):
                for part in node.children:  # a node that fails at its beginning takes nobody along
                    part.post_message(Prune())
            return
        super()._handle_exception(error)

    # commands ------------------------------------------------------------------------------------------

    def where(self) -> Where | None:
        """The part of the command table that is live on the screen on top."""
        return getattr(self.screen, "WHERE", None)

    def refusal(self, command: Command, screen: Screen[Any] | None = None) -> str:
        """The sentence why a command cannot be used here and now, or the empty string."""
        off: Mapping[str, str] = {}
        off_keys = getattr(screen or self.screen, "off_keys", None)
        if off_keys is not None:
            off = off_keys()
        return disabled(command, self.may, off)

    async def run_action(
        self,
        action: Any,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Every key comes through here: a key that cannot be used now says why instead of doing nothing."""
        where = self.where()
        if getattr(self.screen, "TAKES_EVERY_KEY", False) and action in _OF_THE_TABLE:
            return False  # the key goes on to the screen
        if isinstance(action, str):
            command = _command_of(where, action)
            if command is not None and (reason := self.refusal(command)):
                self.say(reason)
                return True
            if command is None and action in _SIGNED_IN_ONLY:
                return False  # the sign-in page, or a dialog that wants an answer first
        return await super().run_action(action, default_namespace, namespaces)

    async def run_command(self, command: Command) -> bool:
        """What a click on a key hint or a choice in the palette does."""
        name = command.action.partition("(")[0]
        for target in (self.screen.focused, self.screen):
            if target is not None and hasattr(target, f"action_{name}"):
                return await self.run_action(command.action, target)
        return await self.run_action(command.action, self)

    def action_jump(self) -> None:
        """`;`: a letter on every place of the screen."""
        from leadtui.jump import JumpScreen, places

        if found := places(self.screen):
            self.push_screen(JumpScreen(found), self._jumped)

    def _jumped(self, go: Callable[[], object] | None) -> None:
        if go is not None:
            go()

    async def action_show_help(self) -> None:
        """`?`: what the part with the focus is for, then what every key does here."""
        from leadtui.parts import part_of, section
        from leadtui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            return
        where, part = self.where(), part_of(self.screen.focused or self.screen)
        sections = [section(part)] if part is not None else []
        if where is not None:
            sections += help_sections(where, self.may if self.actor else everything)
        if sections:
            facts: tuple[str, ...] = getattr(self.screen, "facts", tuple)()
            barrier = clipboard_words()
            self.push_screen(
                HelpScreen(sections, (*facts, *([barrier] if barrier else ()), *self.key_problems))
            )

    def action_command_palette(self) -> None:
        """`ctrl+p`, asked in the user's language."""
        if not isinstance(self.screen, CommandPalette):
            from leadtui.screens.palette import Palette

            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: the same table as keys and help."""
        where: Where | None = getattr(screen, "WHERE", None)  # on top is the palette itself
        seen = set()
        for layer in LAYERS.get(where, ()) if where is not None else ():
            for command in COMMANDS:
                if command.where is layer and command.help and command.action not in seen:
                    seen.add(command.action)
                    reason = self.refusal(command, screen)
                    yield SystemCommand(_(command.help), reason, partial(self._chosen, command))

    def _chosen(self, command: Command) -> None:
        self.call_later(self.run_command, command)

    # threads -------------------------------------------------------------------------------------------

    def in_thread(
        self,
        group: str,
        work: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[Exception], object],
        *,
        exclusive: bool = True,
    ) -> None:
        """Run `work` in a thread of the App: it survives every screen. Exactly one of the two is called,
        on the event loop; nothing is raised. Once somebody else is signed in, neither is."""
        asked = self._users

        def answer(callback: Callable[[Any], object], value: Any) -> None:
            if asked == self._users:
                callback(value)

        def run() -> None:
            try:
                value = work()
            except Exception as error:  # the presenter has a place for every kind
                self.call_from_worker(answer, failed, error)
            else:
                self.call_from_worker(answer, then, value)

        self.run_worker(run, group=group, thread=True, exclusive=exclusive, exit_on_error=False)

    def forget_requests(self) -> None:
        """Another user has signed in: what the one before asked for is answered to nobody."""
        self._users += 1

    def call_from_worker(self, callback: Callable[..., object], *args: Any) -> None:
        """Schedule a call on the event loop and do not wait for it; nothing once the app is closing."""
        if self.is_running:
            self.call_later(callback, *args)


def _zone_of(actor: Actor | None) -> tzinfo:
    if actor is None:
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(actor.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _short_name(name: str) -> str:
    """`Sari W.` for Sari Wulandari: the bar has little room."""
    first, _blank, rest = name.partition(" ")
    return f"{first} {rest[0]}." if rest else first


_ANYWHERE: Final = frozenset(
    {"quit", "next_theme", "switch_language", "command_palette", "show_help", "jump", "switch_density",
     "switch_motion", "switch_ascii"}
)  # fmt: skip
_SIGNED_IN_ONLY: Final = frozenset(
    command.action
    for command in COMMANDS
    if command.where is Where.GLOBAL and command.action not in _ANYWHERE
)


_OF_THE_TABLE: Final = frozenset(command.action for command in COMMANDS)


def _command_of(where: Where | None, action: str) -> Command | None:
    for layer in LAYERS[where] if where is not None else ():
        for command in COMMANDS:
            if command.where is layer and command.action == action:
                return command
    return None
