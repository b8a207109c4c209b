"""What the frame is told: a mode, a thing that stays. Apart from the widgets that draw them, because the App
knows these facts from the start and the sign-in page is painted without a frame."""

from __future__ import annotations

from dataclasses import dataclass

from leadtui.commands import Hint


@dataclass(frozen=True, slots=True)
class Tab:
    """One mode in the bar."""

    mode: str
    """What `TopBar.Selected` carries."""
    label: str
    badge: str = ""
    """Behind the label, bold: `2!` for two overdue tasks."""
    late: bool = False
    """Whether the badge is about something late."""


@dataclass(frozen=True, slots=True)
class Status:
    """One thing that stays."""

    lead: str
    """Bold: what it is. `Terputus dari server.`, `Panggilan terbuka: Budi Santoso`."""
    rest: str = ""
    """What is safe, and what happens next."""
    keys: tuple[Hint, ...] = ()
    """What can be done about it, at the right end."""
    late: bool = False
    """In the alert colour: offline, a conflict."""
