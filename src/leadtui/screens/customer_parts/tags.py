"""`T` on the customer view: the tags of whom one sees."""

from __future__ import annotations

from leadtui.screens.customer_parts.state import CallState
from leadtui.widgets.profile import shown_name


class TagKeys(CallState):
    """What tags add to the customer view."""

    def action_tags(self) -> None:
        """`T`"""
        from leadtui.screens.tags import TagsSheet

        lead = self.lead
        if lead is not None:
            name = shown_name(lead.row.name, lead.row.id)
            self.app.push_screen(TagsSheet(lead.row.id, name), self._tagged)

    def _tagged(self, changed: bool | None) -> None:
        if changed:
            self.reload()
