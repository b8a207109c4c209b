"""What the part with the focus is for, and its keys: the first thing that `?` says.

Found by the widget's id, else by its class, else by what it lies in. Keys here are those of the part itself
(a field's, a list's own); what the command table holds is written by `commands`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.dom import DOMNode

from leadtui.commands import Hint, key_of
from leadtui.i18n import N_, _
from leadtui.key_names import key_name


@dataclass(frozen=True, slots=True)
class Part:
    """A field, a list, a dialog."""

    name: str
    """Msgid: its name, as on the screen."""
    use: str
    """Msgid: a sentence or two."""
    keys: tuple[tuple[str, str], ...] = ()
    """(key, or `:id` of a command, msgid of what it does)."""


_EDIT: Final = (
    ("ctrl+w", N_("Delete the word before.")),
    ("ctrl+u", N_("Delete to the beginning of the line.")),
)
_SAVE: Final = (
    (":save_next", N_("Save the call and open the next best lead.")),
    (":save_stay", N_("Save the call and stay here.")),
)
_NEXT: Final = ("tab", N_("Next field."))
_CLOSE: Final = ("escape", N_("Close without doing anything."))
_SCROLL: Final = (("j", N_("One line down.")), ("k", N_("One line up.")), ("escape", N_("Back.")))

PARTS: Final[dict[str, Part]] = {
    # leads and tasks
    "LeadList": Part(
        N_("list of leads"),
        N_(
            "Who to call, best chance first; callbacks that are due stand on top. Rows never move by "
            "themselves: a changed one is marked."
        ),
    ),
    "#search": Part(
        N_("search"),
        N_("Part of a name, an e-mail, a city or a phone number; the list follows as you type."),
        (("enter", N_("To the list.")), ("escape", N_("Empty the search.")), *_EDIT),
    ),
    "TaskList": Part(
        N_("list of tasks"),
        N_("Your callbacks and follow-ups: late ones first, then today's, then later."),
    ),
    # the call form
    "#outcomes": Part(
        N_("outcome"),
        N_(
            "What came of the call. One digit sets status and outcome at once; the words at the right "
            "say what follows. Do not call has to be pressed twice."
        ),
        (
            ("0", N_("Nobody answered; again: busy, off, voicemail.")),
            ("1", N_("… to 6: the outcomes.")),
            _NEXT,
        ),
    ),
    "#when-field": Part(
        N_("when"),
        N_(
            "When to call back, by your own clock: besok jam 10, 30 menit lagi, next friday 9:30, "
            "25/11 10:00. What was understood stands below."
        ),
        (_NEXT, *_EDIT, *_SAVE),
    ),
    "#product": Part(
        N_("product"),
        N_("What was sold."),
        (("down", N_("Next one.")), ("up", N_("The one before.")), ("enter", N_("Take it."))),
    ),
    "#amount-field": Part(
        N_("amount"),
        N_("For how much, in your currency. Short forms work: 50k, 2m."),
        (_NEXT, *_EDIT, *_SAVE),
    ),
    "NoteArea": Part(
        N_("note"),
        N_(
            "What was said, in your own words: the next call begins with it. A call is not saved "
            "without one. It may hold several lines."
        ),
        (*_SAVE, ("enter", N_("New line.")), ("escape", N_("Out of the note; it stays.")), *_EDIT),
    ),
    # sign-in
    "#email": Part(N_("e-mail"), N_("What your administrator signed you up with."), (_NEXT, *_EDIT)),
    "#password": Part(
        N_("password"),
        N_("Not shown while you type, unless you ask for it."),
        ((":reveal", N_("Show or hide the password.")), ("enter", N_("Sign in."))),
    ),
    "DemoPeople": Part(
        N_("demo"),
        N_("Three people of the demo: an agent, a manager and an administrator."),
        (("1", N_("… to 3: sign in as this one.")), ("down", N_("Next one.")), ("enter", N_("Sign in."))),
    ),
    "#current": Part(N_("one-time password"), N_("The one you were given; it works once."), (_NEXT,)),
    "#new": Part(
        N_("new password"), N_("At least 12 characters; a sentence is easiest to remember."), (_NEXT,)
    ),
    "#again": Part(
        N_("new password, again"), N_("The same once more, so that no slip locks you out."), (_NEXT,)
    ),
    # dialogs
    "#due_at": Part(
        N_("when"),
        N_("When the task is due, in words: besok jam 10, 30 menit lagi, next friday 9:30, 25/11 10:00."),
        (("ctrl+y", N_("Take the nearest time that is allowed.")), _NEXT, *_EDIT),
    ),
    "AddTaskScreen": Part(
        N_("new task"),
        N_("A reminder on this customer; it stands in your list of tasks."),
        (
            ("ctrl+o", N_("Follow-up, call back or meeting.")),
            ("ctrl+b", N_("Mine, or for whoever takes it first.")),
            ("ctrl+s", N_("Store it.")),
            _CLOSE,
        ),
    ),
    "ChangeTaskScreen": Part(
        N_("change a task"),
        N_("Another time, another note; an empty time stays as it is."),
        (("ctrl+s", N_("Store it.")), _CLOSE),
    ),
    "SnoozeSheet": Part(
        N_("snooze"),
        N_("The task comes back at the time beside the digit, or at one in your own words."),
        (("1", N_("… to 4: put it off until then.")), ("5", N_("A time in your own words.")), _CLOSE),
    ),
    "ReassignSheet": Part(
        N_("give away"),
        N_("Type a name; the task is theirs from now on, a callback with its customer."),
        (("down", N_("Next one.")), ("enter", N_("Give it.")), _CLOSE),
    ),
    "GiveBackSheet": Part(
        N_("give back"),
        N_("The lead goes back to the queue, with your reason. Nothing is logged as a call."),
        (("down", N_("Next one.")), ("enter", N_("Take it.")), _CLOSE),
    ),
    "FilterPanel": Part(
        N_("filter"),
        N_("Narrows the list. Empty fields do not count; all conditions hold together."),
        (("ctrl+s", N_("Apply.")), ("space", N_("Choose.")), _NEXT, _CLOSE),
    ),
    "ConflictSheet": Part(
        N_("conflict"),
        N_("Somebody else has changed this lead meanwhile. Both versions; yours is not lost."),
        (_CLOSE,),
    ),
    "Sheet": Part(N_("page"), N_("Read only."), _SCROLL),
    "UnexpectedDialog": Part(
        N_("unexpected error"),
        N_("Something went wrong that nobody foresaw. The id is in the log too."),
        (("y", N_("Copy the id.")), ("escape", N_("Go on."))),
    ),
    # whatever has no entry of its own
    "Button": Part(N_("button"), N_("Does what stands on it."), (("enter", N_("Press it.")), _NEXT)),
    "SelectionList": Part(
        N_("choices"),
        N_("Any number of them."),
        (("space", N_("Choose.")), ("down", N_("Next one.")), ("up", N_("The one before.")), _NEXT),
    ),
    "Input": Part(N_("field"), N_("One line of text."), (_NEXT, *_EDIT)),
    "TextArea": Part(N_("field"), N_("Several lines of text."), (_NEXT, *_EDIT)),
    "ScrollableContainer": Part(N_("text"), N_("More than fits: it scrolls."), _SCROLL),
}


def part_of(node: DOMNode | None) -> Part | None:
    """The part that a widget belongs to: its own entry, else that of what it lies in."""
    while node is not None:
        if node.id is not None and (found := PARTS.get(f"#{node.id}")) is not None:
            return found
        for kind in type(node).__mro__:
            if (found := PARTS.get(kind.__name__)) is not None and (kind.__name__ not in _GENERAL):
                return found
        if (general := _general(node)) is not None and not _lies_in_an_own_part(node):
            return general
        node = node.parent
    return None


_GENERAL: Final = frozenset({"Button", "SelectionList", "Input", "TextArea", "ScrollableContainer"})


def _general(node: DOMNode) -> Part | None:
    return next((PARTS[kind.__name__] for kind in type(node).__mro__ if kind.__name__ in _GENERAL), None)


def _lies_in_an_own_part(node: DOMNode) -> bool:
    return any(
        kind.__name__ in PARTS and kind.__name__ not in _GENERAL
        for above in node.ancestors
        for kind in type(above).__mro__
    )


def section(part: Part) -> tuple[str, list[Hint]]:
    """The part as the first section of the help page: its use, then its keys."""
    lines = [Hint("", _(part.use), "")]
    for key, does in part.keys:
        shown = key_of(key[1:]) if key.startswith(":") else key_name(key)
        lines.append(Hint(shown, _(does), ""))
    return _(part.name), lines
