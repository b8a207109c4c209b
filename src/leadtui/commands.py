"""ONE table of commands: who adds a key adds it here, and nowhere else.

From it come Textual's bindings, the key-hint line, the help page, the palette and the key table of the
docs. A screen takes `BINDINGS = bindings(Where.LIST)` and writes the `action_*` methods that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from textual.binding import Binding, BindingType

from leadtui.command_types import HEADINGS as HEADINGS
from leadtui.command_types import LAYERS as LAYERS
from leadtui.command_types import Command as Command
from leadtui.command_types import Where as Where
from leadtui.i18n import N_, _
from leadtui.key_names import key_name

_CALLERS_ONLY = N_("Only agents log calls.")
_G, _C, _L, _K, _U, _T, _P, _S = (
    Where.GLOBAL, Where.CURSOR, Where.LIST, Where.CUSTOMER, Where.LOOKUP, Where.TASKS, Where.PERFORMANCE,
    Where.LOGIN,
)  # fmt: skip

COMMANDS: Final[tuple[Command, ...]] = (
    # everywhere
    Command("next", ("n",), "next_lead", _G, N_("next"),
            N_("Take the next best lead, or go back to the open call."), 1,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("next_in_field", ("ctrl+n",), "next_lead", _G, N_("next"),
            N_("The same while typing in a field."),
            permission="calls.work", denied=_CALLERS_ONLY, priority=True),
    Command("lookup", ("i",), "look_up", _G, N_("incoming"),
            N_("Find any customer of your team, to look or to log a call that came in."), 14,
            permission="leads.lookup"),
    Command("undo_call", ("u",), "undo_call", _G, N_("undo"),
            N_("Take back the call that was saved a moment ago; it is open again."),
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("pause", ("p",), "pause", _G, N_("break"),
            N_("Take a break, with its reason; again: back to work."), 15,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("my_calls", ("m",), "my_calls", _G, N_("my calls"),
            N_("My calls of today, to look at and to correct."),
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("leads", ("f2",), "mode('leads')", _G, N_("leads"),
            N_("Leads: whom to call, best first."), priority=True),
    Command("tasks", ("f3",), "mode('tasks')", _G, N_("tasks"), N_("Tasks and callbacks."), priority=True),
    Command("performance", ("f4",), "mode('performance')", _G, N_("performance"),
            N_("Today's own figures."), priority=True),
    Command("admin", ("f8",), "mode('admin')", _G, N_("admin"),
            N_("Administration: the rules of the business, days off."), priority=True,
            permission="settings.manage", denied=N_("Only admins change the bank's rules.")),
    Command("theme", ("ctrl+t",), "next_theme", _G, N_("light / dark"), N_("Next theme."), priority=True),
    Command("language", ("ctrl+l",), "switch_language", _G, N_("language"),
            N_("Switch between Indonesian and English."), priority=True),
    Command("density", ("f12",), "switch_density", _G, N_("density"),
            N_("More rows, fewer blank lines; again: as before."), priority=True),
    Command("motion", (), "switch_motion", _G, N_("motion"),
            N_("Reduced motion: nothing moves or blinks.")),
    Command("bell", (), "switch_bell", _G, N_("bell"), N_("Reminders ring, or are silent.")),
    Command("ascii", (), "switch_ascii", _G, N_("plain signs"),
            N_("Plain ASCII signs instead of drawn ones.")),
    Command("jump", ("semicolon",), "jump", _G, N_("jump"),
            N_("A letter on every place; typing it goes there.")),
    Command("jump_in_field", ("ctrl+g",), "jump", _G, N_("jump"), N_("The same while typing in a field."),
            priority=True),
    Command("palette", ("ctrl+p",), "command_palette", _G, N_("commands"),
            N_("Find a command by name."), priority=True),
    Command("help", ("question_mark",), "show_help", _G, N_("help"), N_("This page."), 99),
    Command("help_in_field", ("f1",), "show_help", _G, N_("help"), "", priority=True),
    Command("own_password", (), "change_password", _G, N_("password"), N_("Change my password.")),
    Command("own_sessions", (), "show_sessions", _G, N_("my sessions"),
            N_("Where I am signed in; end a session elsewhere.")),
    Command("sign_out", (), "sign_out", _G, N_("sign out"), N_("Sign out; an open call stays yours.")),
    Command("quit", ("ctrl+q",), "quit", _G, N_("quit"), N_("Quit; an open call comes first."),
            priority=True),
    # moving in a list
    Command("down", ("j", "down"), "cursor_down", _C, N_("down"), N_("One row down."), shown="j ↓"),
    Command("up", ("k", "up"), "cursor_up", _C, N_("up"), N_("One row up."), shown="k ↑"),
    Command("page_down", ("pagedown", "ctrl+f"), "page_down", _C, N_("page down"), N_("One page down.")),
    Command("page_up", ("pageup", "ctrl+b"), "page_up", _C, N_("page up"), N_("One page up.")),
    Command("half_down", ("ctrl+d",), "half_down", _C, N_("half a page down"), N_("Half a page down.")),
    Command("half_up", ("ctrl+u",), "half_up", _C, N_("half a page up"), N_("Half a page up.")),
    Command("view_top", ("H",), "view_row(0)", _C, N_("top row"),
            N_("First, middle, last row in view."), shown="H M L"),
    Command("view_middle", ("M",), "view_row(1)", _C, N_("middle row"), ""),
    Command("view_bottom", ("L",), "view_row(2)", _C, N_("bottom row"), ""),
    Command("first", ("g", "home"), "cursor_first", _C, N_("first"), N_("First row."), shown="g"),
    Command("last", ("G", "end"), "cursor_last", _C, N_("last"), N_("Last row."), shown="G"),
    Command("select", ("enter",), "select", _C, N_("open"), N_("Look at the customer; takes nobody."), 2),
    # leads
    Command("call_row", ("c",), "call_row", _L, N_("call"), N_("Take this lead and open its call."), 3,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("add_task", ("t",), "add_task", _L, N_("task"), N_("New task on this lead."), 4,
            permission="tasks.own", denied=N_("Tasks belong to agents.")),
    Command("search", ("slash",), "search", _L, N_("search"),
            N_("Search as you type: name, city, e-mail, how a number begins or ends."), 5),
    Command("filter", ("f",), "filter", _L, N_("filter"),
            N_("Filter by score, age, balance, attempts, last contact, city, job and more."), 6),
    Command("sort", ("s",), "sort", _L, N_("order"),
            N_("Order by score, name, last contact or callback time."), 9),
    Command("go_to", ("colon",), "go_to", _L, N_("go to"),
            N_("Go to a place of the list; by name also to a letter.")),
    Command("clear", ("escape",), "clear_filter", _L, N_("clear"),
            N_("Clear the search, then the filters one by one; an unchanged view as a whole.")),
    Command("refresh", ("R",), "refresh_order", _L, N_("refresh"), N_("Load the order anew."), 8),
    Command("views", ("v",), "views", _L, N_("views"),
            N_("Saved views: show one, save this list, let n draw from one."), 9,
            permission="views.own", denied=N_("Views belong to people who are signed in.")),
    Command("view_1", ("1",), "view('1')", _L, N_("view"), N_("The saved view that has this digit."),
            shown="1–9", permission="views.own"),
    *(Command(f"view_{digit}", (str(digit),), f"view('{digit}')", _L, N_("view"), "", permission="views.own")
      for digit in range(2, 10)),
    Command("tags", ("T",), "tags", _L, N_("tags"), N_("The tags of this customer."), 12,
            permission="leads.tag"),
    Command("copy_phone", ("y",), "copy_phone", _L, N_("copy phone"), N_("Copy the phone number."), 7),
    # customer and call
    Command("call_this", ("c",), "call_this", _K, N_("call"), N_("Take this lead and open its call."), 2,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("dial", ("d",), "dial", _K, N_("dial"), N_("Dial the number."), 3,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("answered", ("space",), "answered", _K, N_("answered"),
            N_("The customer answered; then: the next line of the guide was said."), 4,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("hang_up", ("e",), "hang_up", _K, N_("hang up"),
            N_("The line was hung up: the clock of the talk stands, writing up begins."), 4,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("outcome_0", ("0",), "outcome(0)", _K, N_("outcome"),
            N_("Status and outcome at once; the focus goes to the note. 0 again: busy, off, voicemail."), 5,
            shown="0–6", permission="calls.work", denied=_CALLERS_ONLY),
    # a call that came in was answered: there the hint is this one
    Command("outcome_1", ("1",), "outcome(1)", _K, N_("outcome"), "", 5, shown="1–6",
            permission="calls.work", denied=_CALLERS_ONLY),
    *(Command(f"outcome_{digit}", (str(digit),), f"outcome({digit})", _K, N_("outcome"), "",
              permission="calls.work", denied=_CALLERS_ONLY) for digit in range(2, 7)),
    Command("macro_7", ("7",), "macro(7)", _K, N_("macro"),
            N_("The bank's own keys: outcome, ready-made note and when to call again at once."), shown="7–9",
            permission="calls.work", denied=_CALLERS_ONLY),
    *(Command(f"macro_{key}", (str(key),), f"macro({key})", _K, N_("macro"), "",
              permission="calls.work", denied=_CALLERS_ONLY) for key in (8, 9)),
    Command("save_next", ("ctrl+s",), "save_next", _K, N_("save, next"),
            N_("Save the call and open the next best lead."), 6,
            permission="calls.work", denied=_CALLERS_ONLY, priority=True),
    Command("save_stay", ("f9",), "save_stay", _K, N_("save"), N_("Save the call and stay here."),
            permission="calls.work", denied=_CALLERS_ONLY, priority=True),
    Command("take_nearest", ("ctrl+y",), "app.take_nearest", _K, N_("nearest time"),
            N_("Where nobody may be called at the time agreed: take the nearest one that is allowed."),
            permission="calls.work", denied=_CALLERS_ONLY, priority=True),
    Command("give_back", ("b",), "give_back", _K, N_("give back"),
            N_("Give the lead back before dialling, with a reason."), 8,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("hand_over", ("a",), "hand_over", _K, N_("hand over"),
            N_("Hand this customer to a colleague, with a note; they get a task."), 14,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("previous_lead", ("left_square_bracket",), "walk(-1)", _K, N_("other lead"),
            N_("Previous or next customer of the same list; takes nobody."), 7, shown="[ ]"),
    Command("following_lead", ("right_square_bracket",), "walk(1)", _K, N_("other lead"), ""),
    Command("canned_note", ("enter",), "canned_note", _K, N_("ready-made note"),
            N_("After 0: the ready-made note for a call that nobody answered."),
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("history", ("h",), "history", _K, N_("history"),
            N_("Every call with its note, and the whole profile."), 11),
    Command("why_not", ("x",), "why_not", _K, N_("why not"),
            N_("What speaks for and against calling them now, and when that changes."), 3,
            permission="leads.view"),
    Command("objections", ("o",), "objections", _K, N_("objections"),
            N_("What they may say, and what to answer."), 8),
    Command("objections_in_field", ("ctrl+o",), "objections", _K, N_("objections"),
            N_("The same while typing in a field."), priority=True),
    Command("whole_guide", ("g",), "whole_guide", _K, N_("guide"),
            N_("The whole guide for this customer."), 11),
    Command("untick", ("backspace",), "untick", _K, N_("untick"),
            N_("Take the guide's last tick back."), permission="calls.work", denied=_CALLERS_ONLY),
    Command("reasons", ("w",), "reasons", _K, N_("why"), N_("Every reason of the score."), 12),
    Command("task_here", ("t",), "add_task", _K, N_("task"), N_("New task on this lead."), 13,
            permission="tasks.own", denied=N_("Tasks belong to agents.")),
    Command("tags_here", ("T",), "tags", _K, N_("tags"), N_("The tags of this customer."), 14,
            permission="leads.tag"),
    Command("copy_phone_here", ("y",), "copy_phone", _K, N_("copy phone"), N_("Copy the phone number."), 9),
    Command("back", ("escape",), "back", _K, N_("back"), N_("Back to the list; an open call stays open."),
            10),
    # finding a customer
    Command("incoming", ("c",), "incoming", _U, N_("log a call that came in"),
            N_("The customer is on the line: open a call that came in, already answered."), 3,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("lookup_search", ("slash",), "search", _U, N_("search"), N_("Back to the field."), 4),
    Command("lookup_back", ("escape",), "back", _U, N_("back"),
            N_("Back to the field, then to where one was."), 5),
    # tasks
    Command("call_task", ("c",), "call_row", _T, N_("call"), N_("Take this lead and open its call."), 3,
            permission="calls.work", denied=_CALLERS_ONLY),
    Command("finish_task", ("space",), "finish_task", _T, N_("done"), N_("Mark the task as done."), 4,
            permission="tasks.own", denied=N_("Tasks belong to agents.")),
    Command("snooze_task", ("z",), "snooze_task", _T, N_("snooze"),
            N_("Put the task off: then a digit, or a time in words."), 5,
            permission="tasks.own", denied=N_("Tasks belong to agents.")),
    Command("change_task", ("e",), "change_task", _T, N_("change"), N_("Another time, another note."), 7,
            permission="tasks.own", denied=N_("Tasks belong to agents.")),
    Command("reassign_task", ("a",), "reassign_task", _T, N_("give away"),
            N_("Give the task to a colleague, to anyone, or take one that is anyone's."), 8,
            permission="tasks.own", denied=N_("Tasks belong to agents.")),
    Command("team_tasks", ("o",), "team_tasks", _T, N_("whose"),
            N_("My tasks, or everybody's of the team."), 10,
            permission="tasks.team", denied=N_("Only managers see everybody's tasks.")),
    Command("task_task", ("t",), "add_task", _T, N_("task"), N_("New task on this lead."), 6,
            permission="tasks.own", denied=N_("Tasks belong to agents.")),
    Command("refresh_tasks", ("R",), "refresh_order", _T, N_("refresh"), N_("Load the list anew."), 9),
    # performance
    Command("refresh_figures", ("R",), "refresh_order", _P, N_("refresh"), N_("Load the figures anew."), 2),
    # administration
    Command("edit_setting", ("enter", "e"), "edit_setting", Where.ADMIN, N_("change"),
            N_("Change the marked setting; what it comes to is said while you type."), 1,
            permission="settings.manage", denied=N_("Only admins change the bank's rules.")),
    Command("reset_setting", ("D",), "reset_setting", Where.ADMIN, N_("default"),
            N_("Take it back to its default; twice."), 2,
            permission="settings.manage", denied=N_("Only admins change the bank's rules.")),
    Command("days_off", ("h",), "days_off", Where.ADMIN, N_("days off"),
            N_("Every day on which nobody is called."), 4),
    Command("refresh_admin", ("R",), "refresh_order", Where.ADMIN, N_("refresh"),
            N_("Load the page anew."), 5),
    Command("setting_down", ("j", "down"), "cursor_down", Where.ADMIN, N_("down"), N_("One row down."),
            shown="j ↓"),
    Command("setting_up", ("k", "up"), "cursor_up", Where.ADMIN, N_("up"), N_("One row up."), shown="k ↑"),
    Command("setting_first", ("g", "home"), "cursor_first", Where.ADMIN, N_("first"), N_("First row."),
            shown="g"),
    Command("setting_last", ("G", "end"), "cursor_last", Where.ADMIN, N_("last"), N_("Last row."), shown="G"),
    Command("leave_field", ("escape",), "leave_field", Where.ADMIN, N_("leave it"),
            N_("Leave the field; nothing is changed."), 3),
    # sign-in
    Command("next_field", ("tab",), "app.focus_next", _S, N_("next field"), N_("Next field."), 2),
    Command("sign_in", ("enter",), "sign_in", _S, N_("sign in"), N_("Sign in."), 1),
    Command("reveal", ("ctrl+r",), "reveal", _S, N_("show password"), N_("Show or hide the password."), 5,
            priority=True),
    Command("login_language", ("ctrl+l",), "app.switch_language", _S, N_("language"),
            N_("Switch between Indonesian and English."), 3),
    Command("login_theme", ("ctrl+t",), "app.next_theme", _S, N_("light / dark"), N_("Next theme."), 4),
    Command("login_quit", ("ctrl+q",), "app.quit", _S, N_("quit"), N_("Quit."), 6),
)  # fmt: skip

BY_ID: Final[dict[str, Command]] = {command.id: command for command in COMMANDS}

RESERVED: Final[Mapping[Where, tuple[str, ...]]] = {
    Where.GLOBAL: ("f5", "f6", "f7"),
}
"""Keys that DESIGN §4 has given away and that nothing answers yet: nobody takes them for something else."""

_effective: dict[str, tuple[str, ...]] = {}
"""Command id → keys, where the user has chosen others (`keymap.py`)."""


def rebind(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Put other keys in force than the table's. They have been checked: see `keymap.check`."""
    _effective.clear()
    _effective.update(keys)


def keys_of(command: Command) -> tuple[str, ...]:
    """The keys in force."""
    return _effective.get(command.id, command.keys)


def key_of(ident: str) -> str:
    """How the key of a command is written, for a sentence or a label: `ctrl+s`."""
    return shown_keys(BY_ID[ident])


_TOGETHER: Final = {
    "previous_lead": ("previous_lead", "following_lead"),
    "view_top": ("view_top", "view_middle", "view_bottom"),
}  # fmt: skip
"""Commands whose one line of help stands for several."""


def shown_keys(command: Command) -> str:
    """How the command's key stands in hints and help; the palette's for what has no key."""
    together = _TOGETHER.get(command.id, (command.id,))
    if not any(ident in _effective for ident in together):
        if command.keys:
            return command.shown or key_name(command.keys[0])
        return key_of("palette")
    first = [key_name(keys_of(BY_ID[ident])[0]) for ident in together]
    return " ".join(first)


def bindings(*where: Where) -> list[BindingType]:
    """Textual bindings of these parts, for a `BINDINGS` class variable."""
    return [
        Binding(
            ",".join(command.keys), command.action, command.label, show=False,
            id=command.id, priority=command.priority,
        )
        for command in COMMANDS
        if command.where in where and command.keys
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hint:
    """One key of the hint line."""

    key: str
    label: str
    command: str
    """The command's id: what a click on the hint runs."""
    reason: str = ""
    """Why it is disabled, as a sentence; empty while it works."""


def everything(_permission: str) -> bool:
    """A role that may do all."""
    return True


def hints(
    screen: Where,
    may: Callable[[str], bool] = everything,
    off: Mapping[str, str] | None = None,
    hide: Iterable[str] = (),
    *,
    typing: bool = False,
) -> list[Hint]:
    """The hint line of a screen, most important first, `?` last.

    `may` says whether the role holds a permission; `off` maps a command's id to the sentence why it cannot
    be used now; `hide` leaves commands out that mean nothing here. While `typing` in a field every letter is
    text: only what works there stands, and help under its other key.
    """
    hidden = set(hide)
    if typing:
        chosen = [c for c in _live(screen) if c.id not in hidden and _in_a_field(c, screen)]
        return [
            *(Hint(shown_keys(c), _(c.label), c.id, disabled(c, may, off)) for c in chosen),
            Hint(key_of("help_in_field"), _(BY_ID["help"].label), "help"),
        ]
    chosen = [c for c in _live(screen) if c.hint and c.id not in hidden]
    return [
        Hint(shown_keys(c), _(c.label), c.id, disabled(c, may, off))
        for c in sorted(chosen, key=lambda c: c.hint)
    ]


def _in_a_field(command: Command, screen: Where) -> bool:
    """Whether a command of this screen works while a text field has the focus."""
    return command.where is screen and (command.priority or keys_of(command)[:1] == ("escape",))


def disabled(command: Command, may: Callable[[str], bool], off: Mapping[str, str] | None = None) -> str:
    """The sentence why a command cannot be used, or the empty string."""
    if command.permission is not None and not may(command.permission):
        return _(command.denied) if command.denied else _("Your role may not do this.")
    return (off or {}).get(command.id, "")


def help_sections(screen: Where, may: Callable[[str], bool] = everything) -> list[tuple[str, list[Hint]]]:
    """The help page of a screen: (heading, lines), its own keys first; a line's label is the sentence."""
    return [
        (
            _(HEADINGS[layer]),
            [
                Hint(shown_keys(c), _(c.help), c.id, disabled(c, may))
                for c in COMMANDS
                if c.where is layer and c.help
            ],
        )
        for layer in LAYERS[screen]
    ]


def docs_table() -> str:
    """The key table of the documentation, as Markdown, in the language in use."""
    rows = [f"| {_('where')} | {_('key')} | {_('does')} |", "|---|---|---|"]
    for where, heading in HEADINGS.items():
        rows += [
            f"| {_(heading)} | `{shown_keys(c)}` | {_(c.help)} |"
            for c in COMMANDS
            if c.where is where and c.help
        ]
    return "\n".join(rows) + "\n"


def _live(screen: Where) -> list[Command]:
    layers = LAYERS[screen]
    return [command for command in COMMANDS if command.where in layers]
