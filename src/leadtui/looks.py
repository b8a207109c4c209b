"""How the program looks and moves for this user: theme, language, density, motion, signs, and what is kept.

`OrderedKeys` → `Looks` → `Shell`. What the environment asks for (`terminal.abilities`) wins over what a user
has chosen; what a user chooses is kept with their account.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textual import constants, events, on
from textual.geometry import Size
from textual.screen import Screen

from leadtui import i18n
from leadtui.commands import rebind
from leadtui.i18n import _
from leadtui.key_names import write_plain
from leadtui.key_order import OrderedKeys
from leadtui.terminal import too_small
from leadtui.themes import THEME_LABELS

if TYPE_CHECKING:
    from leadtui.core.ctx import Ctx

DENSITIES: Final = ("comfortable", "compact")


class Looks(OrderedKeys):
    """The user's look. Knows two services: reading what is remembered, and adding to it."""

    ctx: Ctx | None
    actor: Any

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        write_plain(self.plain_signs)
        self._room: Size | None = None
        """The terminal's size, ahead of what Textual has laid out."""
        self.compact = False
        """Fewer blank lines, so that more rows fit."""
        self._calm = False
        self._chose_language = False
        self._unkept: dict[str, Any] = {}
        """Chosen and not yet on its way to the database."""
        self._keeping = False
        self.remembered: dict[str, Any] = {}
        """What the database remembered at sign-in, and every choice since."""
        self.keymap_in_force: dict[str, str] = {}
        """Command id → keys, for Textual: the user's own."""
        self.key_problems: tuple[str, ...] = ()
        """Why lines of `keys.toml` are not used, a sentence each."""

    def settle(self) -> None:
        """Once mounted: put in force what was found before the first paint."""
        self.set_keymap(self.keymap_in_force)
        self.settle_motion()
        self.screen_change_signal.subscribe(self, self.measure)

    # room ----------------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Too little room is said, not painted over."""
        self._room = event.size
        self.measure(self.screen)

    def measure(self, screen: Screen[Any]) -> None:
        """Cover a screen that has too little room, uncover it where there is enough again."""
        small, was_small = too_small(*(self._room or self.size)), screen.has_class("-tiny")
        screen.set_class(small, "-tiny")
        if not small and not was_small:
            return
        from leadtui.widgets.too_small import TooSmall

        covered = screen.query_children(TooSmall)
        if small and not covered and screen.is_attached:
            screen.mount(TooSmall())
        elif covered and not small:
            covered.remove()

    # keys ----------------------------------------------------------------------------------------------

    def take_keys(self, home: Path) -> None:
        """The user's keys, before the first key line is painted; without a file nothing is imported."""
        rebind({})
        if (home / "keys.toml").exists():
            from leadtui.keymap import read, textual_keymap

            found = read(home)
            rebind(found.keys)
            self.keymap_in_force, self.key_problems = textual_keymap(found.keys), found.problems

    def say_key_problems(self) -> None:
        if self.key_problems:
            more = len(self.key_problems) - 1
            rest = " " + _("{n} more; help (?) has them all.").format(n=more) if more else ""
            self.say(self.key_problems[0] + rest, late=True)

    # motion --------------------------------------------------------------------------------------------

    @property
    def calm(self) -> bool:
        """Whether nothing may move or blink."""
        return self._calm or self.abilities.calm

    def settle_motion(self) -> None:
        """Put the choice in force: animations, and the caret of every field."""
        self.animation_level = "none" if self.calm else constants.TEXTUAL_ANIMATIONS
        for screen in self._every_screen():
            for field in screen.query("Input, TextArea"):
                field.cursor_blink = not self.calm  # type: ignore[attr-defined]

    @on(events.DescendantFocus)
    def _caret(self, event: events.DescendantFocus) -> None:
        if self.calm and hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

    def action_switch_motion(self) -> None:
        """Reduced motion, or as usual."""
        if self.abilities.calm:
            self.say(_("The environment asks for reduced motion."))
            return
        self._calm = not self._calm
        self.settle_motion()
        self.say(_("Reduced motion.") if self._calm else _("Motion as usual."))
        self.remember("motion", "reduced" if self._calm else "full")

    # density -------------------------------------------------------------------------------------------

    def action_switch_density(self) -> None:
        """`f12`: compact, or comfortable."""
        self.pack(not self.compact)
        self.say(_("Compact.") if self.compact else _("Comfortable."))
        self.remember("density", DENSITIES[self.compact])

    def pack(self, compact: bool) -> None:
        """Lay every screen out anew, losing nothing."""
        if compact == self.compact:
            return
        self.compact = compact
        for screen in self._every_screen():
            screen.set_class(compact, "-compact")
            for node in (screen, *screen.query("LeadList, TaskList")):
                node.post_message(events.Resize(node.size, node.size))

    # signs ---------------------------------------------------------------------------------------------

    def action_switch_ascii(self) -> None:
        """ASCII signs, or drawn ones."""
        if self.abilities.ascii:
            self.say(_("The environment asks for plain signs."))
            return
        self.use_ascii(not self.plain_signs)
        self.say(_("Plain signs.") if self.plain_signs else _("Drawn signs."))
        self.remember("signs", "ascii" if self.plain_signs else "drawn")

    def use_ascii(self, plain: bool) -> None:
        """Paint everything again."""
        if plain != self.plain_signs:
            self.chose_ascii = plain
            write_plain(self.plain_signs)
            self.paint_again()

    # themes and language -------------------------------------------------------------------------------

    def action_next_theme(self) -> None:
        """The next of our themes."""
        if self.abilities.no_color:
            self.say(_("NO_COLOR is set: there is one theme, without colours."))
            return
        names = list(THEME_LABELS)
        at = names.index(self.theme) + 1 if self.theme in names else 0
        self.theme = names[at % len(names)]
        self.clear_notifications()  # who steps through the themes reads the last one's name only
        self.say(_(THEME_LABELS[self.theme]))
        self.remember("theme", self.theme)

    def action_switch_language(self) -> None:
        """Indonesian or English, everywhere, losing nothing that was typed. What is chosen by hand stays,
        whatever was remembered."""
        self._chose_language = True
        chosen = "en" if i18n.language() == "id" else "id"
        self.speak(chosen)
        self.remember("language", chosen)

    def speak(self, language: str) -> None:
        """Word every screen in `language`."""
        if language == i18n.language():
            return
        i18n.use(language)
        for screen in self._every_screen():
            relabel = getattr(screen, "relabel", None)
            if relabel is not None and screen.is_mounted:
                relabel()
            elif relabel is not None:
                screen.call_later(relabel)  # some of its parts are not there yet
        self.paint_again()

    def paint_again(self) -> None:
        """Every widget of every screen, and the frames."""
        for screen in self._every_screen():
            screen.refresh(layout=True)
            for widget in screen.query("*"):
                widget.refresh(layout=False)
        self.refresh_frames()

    def _every_screen(self) -> list[Screen[Any]]:
        return [screen for stack in self._screen_stacks.values() for screen in stack]

    # what is remembered --------------------------------------------------------------------------------

    def take_preferences(self, found: Mapping[str, Any]) -> None:
        """What the database remembers of this user. A value that means nothing any more is passed over."""
        self.remembered = {**found, **self._unkept}
        if found.get("theme") in THEME_LABELS and not self.abilities.no_color:
            self.theme = found["theme"]
        if found.get("language") in i18n.LANGUAGES and not self._chose_language:
            self.speak(found["language"])
        self.pack(found.get("density") == "compact")
        self._calm = found.get("motion") == "reduced"
        self.settle_motion()
        self.use_ascii(self.abilities.ascii or found.get("signs") == "ascii")

    def remember(self, name: str, value: Any) -> None:
        """Keep a preference of the signed-in user: any value that JSON can hold. A look is never worth an
        error. What is chosen while one write is under way goes together into the next, in order; the
        database adds to what is there, so two terminals of one user do not undo each other."""
        if self.ctx is None or self.actor is None:
            return
        self.remembered[name] = value
        self._unkept[name] = value
        if not self._keeping:
            self._keep()

    def _keep(self) -> None:
        ctx, changes, self._unkept = self.ctx, self._unkept, {}
        if ctx is None or not changes:
            self._keeping = False
            return
        self._keeping = True

        def keep() -> None:
            from leadtui.core.auth import service as auth

            auth.merge_preferences(ctx, changes)

        self.in_thread("preferences kept", keep, self._kept, self._kept, exclusive=False)

    def _kept(self, _answer: object) -> None:
        self._keep()

    def forget_look(self) -> None:
        """Somebody leaves: what was theirs is not the next one's."""
        self.remembered, self._unkept, self._keeping = {}, {}, False

    def unkept(self) -> dict[str, Any]:
        """Choices that no thread has taken yet: the end of the program writes them."""
        changes, self._unkept = self._unkept, {}
        return changes

    # what `Shell` has ----------------------------------------------------------------------------------

    def say(self, sentence: str, *, late: bool = False) -> None:
        """A toast."""
        raise NotImplementedError

    def refresh_frames(self) -> None:
        """The frame of the screen on top."""
        raise NotImplementedError

    def in_thread(self, group: str, work: Any, then: Any, failed: Any, *, exclusive: bool = True) -> None:
        """Work in a thread of the App."""
        raise NotImplementedError
