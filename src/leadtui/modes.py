"""The modes and the screen of each, imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from textual.screen import Screen


def _styled(screen: Screen[Any]) -> Screen[Any]:
    """Textual takes a mode's new screen for one of an older look, and has every stylesheet parsed again for
    it, twice. It is styled as it is mounted, like any other: `Shell.style_the_rest` has loaded them all."""
    screen._css_update_count = screen.app._css_update_count
    return screen


def _leads() -> Screen[Any]:
    from leadtui.screens.leads import LeadsScreen

    return _styled(LeadsScreen())


def _tasks() -> Screen[Any]:
    from leadtui.screens.tasks import TasksScreen

    return _styled(TasksScreen())


def _performance() -> Screen[Any]:
    from leadtui.screens.performance import PerformanceScreen

    return _styled(PerformanceScreen())


def _admin() -> Screen[Any]:
    from leadtui.screens.admin import AdminScreen

    return _styled(AdminScreen())


MODES: Final[Mapping[str, Callable[[], Screen[Any]]]] = {
    "leads": _leads,
    "tasks": _tasks,
    "performance": _performance,
    "admin": _admin,
}
"""The id of a mode's command → its screen."""

PERMISSIONS: Final[Mapping[str, str]] = {"admin": "settings.manage"}
"""Mode → what a role must hold to be shown it; the others are everybody's."""
