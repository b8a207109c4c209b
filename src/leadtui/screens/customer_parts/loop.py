"""The call loop beyond the form: dialling, hanging up, macros, undo, corrections, handing over."""

from __future__ import annotations

from leadtui.screens.customer_parts.why_not import WhyNotKeys


class LoopKeys(WhyNotKeys):
    """What the loop adds to the customer view."""
