"""The guide beside a call: its lines, ticks and objections, and their keys."""

from __future__ import annotations

from leadtui.screens.customer_parts.state import CallState


class GuideKeys(CallState):
    """What the guide adds to the customer view."""

    def tick_guide(self) -> None:
        """`space` once the call is answered: the next required line was said."""

    def guide_said(self) -> tuple[int | None, tuple[str, ...]]:
        """(the guide's version, codes of the required lines that were ticked) for the call that is logged."""
        return None, ()
