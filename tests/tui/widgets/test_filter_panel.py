"""What is ticked in the filter is told by its mark, in every theme."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.widgets.selection_list import Selection

from leadtui.themes import THEME_LABELS, LedgerApp
from leadtui.widgets.filter_fields import Choices


class Host(LedgerApp[None]):
    """A list with the second of three ticked."""

    def compose(self) -> ComposeResult:
        yield Choices[int](Selection("a", 1), Selection("b", 2, True), Selection("c", 3), compact=True)


@pytest.mark.parametrize("theme", THEME_LABELS)
async def test_the_mark_says_what_is_chosen_without_colour(theme: str) -> None:
    app = Host()
    async with app.run_test(size=(30, 8)) as pilot:
        app.theme = theme
        await pilot.pause()
        choices = app.query_one(Choices)

        def marks() -> list[str]:
            rows = ["".join(part.text for part in choices.render_line(y)).split() for y in range(4)]
            return [row[row.index(name) - 1] for name in "abc" for row in rows if name in row]

        assert marks() == ["○", "●", "○"]
        choices.focus()
        await pilot.press("space")
        assert marks() == ["●", "●", "○"]
