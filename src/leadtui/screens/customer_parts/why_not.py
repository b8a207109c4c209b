"""`x`: why a customer may or may not be called, and what an admin can lift."""

from __future__ import annotations

from leadtui.screens.customer_parts.guide_keys import GuideKeys


class WhyNotKeys(GuideKeys):
    """What the eligibility sheet adds to the customer view."""
