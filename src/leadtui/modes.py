"""The modes and the screen of each, imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from textual.screen import Screen


def _leads() -> Screen[Any]:
    from leadtui.screens.leads import LeadsScreen

    return LeadsScreen()


def _tasks() -> Screen[Any]:
    from leadtui.screens.tasks import TasksScreen

    return TasksScreen()


def _performance() -> Screen[Any]:
    from leadtui.screens.performance import PerformanceScreen

    return PerformanceScreen()


MODES: Final[Mapping[str, Callable[[], Screen[Any]]]] = {
    "leads": _leads,
    "tasks": _tasks,
    "performance": _performance,
}
"""The id of a mode's command → its screen."""
