"""The floor for keys and first paint: the smallest Textual app that paints something when a key is pressed."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Floor(App[None]):
    BINDINGS = [("j", "step", "step"), ("ctrl+q", "quit", "quit")]
    count = 0

    def compose(self) -> ComposeResult:
        yield Static("floor 0")

    def action_step(self) -> None:
        self.count += 1
        self.query_one(Static).update(f"floor {self.count}")


if __name__ == "__main__":
    Floor().run()
