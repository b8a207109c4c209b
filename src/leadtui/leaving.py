"""What is being taken away: a screen that goes while it is still being put up, a program that ends.

Textual mounts nothing into a node that leaves, and yet hands it its messages: handlers would look for parts
that never came. `BaseScreen` handles nothing then but its own end; a widget's search for a part that is gone
is nobody's error (`Shell._handle_exception`). Who signs out takes along the screens that have not begun
(`LeadtuiApp._leave`): they would begin with nobody, and stay empty for whoever signs in next.
"""

from __future__ import annotations

from typing import Any, Final

from textual.app import App, ScreenStackError
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.events import Compose, Unmount
from textual.message_pump import MessagePump
from textual.messages import CloseMessages, Prune
from textual.screen import Screen

ITS_END: Final = (Compose, Prune, CloseMessages, Unmount)
"""What a node needs to come and to go."""

PART_IS_GONE: Final = (NoMatches, NoScreen, ScreenStackError)


def leaving(node: MessagePump | None, app: App[Any]) -> bool:
    """Whether `node`, what it lies in, or the whole program is on its way out."""
    if not app.is_running:
        return True
    around = node.ancestors_with_self if isinstance(node, DOMNode) else ()
    return any(part._pruning or part._closing or _taken_away(part, app) for part in around)


def _taken_away(part: DOMNode, app: App[Any]) -> bool:
    """Whether `part` is a screen of no stack any more: Textual takes the screens of a mode down later."""
    return isinstance(part, Screen) and all(part not in stack for stack in app._screen_stacks.values())
