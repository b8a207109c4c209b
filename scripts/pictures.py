"""The README's pictures, made by the program itself on the demo's data.

    python scripts/pictures.py OUTDIR [--size 120x36] [--lang en] [--theme leadtui-dark] [--role 1]

Needs a LEADTUI_HOME that `leadtui demo --setup-only` has filled. Every picture is the real program on the real
database, driven by keys.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
from pathlib import Path

from textual.pilot import Pilot

SCENES = {
    "1": (
        ("login", ()),
        ("leads", ("1",)),
        ("search", ("slash", "s", "a", "r", "i")),
        ("filter", ("escape", "escape", "f")),
        ("views", ("escape", "v")),
        ("tags", ("escape", "T")),
        ("look", ("escape", "j", "enter")),
        ("customer", ("escape", "n")),
        ("why-not", ("x",)),
        ("objections", ("escape", "d", "space", "o")),
        ("guide", ("escape", "g")),
        ("answered", ("escape", "2")),
        ("hand-over", ("escape", "a")),
        ("break", ("escape", "p")),
        ("my-calls", ("escape", "m")),
        ("tasks", ("escape", "escape", "f3")),
        ("snooze", ("z",)),
        ("performance", ("escape", "f4")),
        ("help", ("question_mark",)),
    ),
    "2": (("manager-leads", ("2",)), ("manager-customer", ("j", "enter")), ("manager-tasks", ("f3",))),
    "3": (
        ("admin-leads", ("3",)),
        ("admin-customer", ("j", "enter")),
        ("admin-why-not", ("x",)),
        ("settings", ("escape", "f8")),
        ("setting", ("j", "j", "enter")),
        ("days-off", ("escape", "h")),
    ),
}
"""By role: the name of a picture and the keys that lead to it from the one before."""


async def settle(pilot: Pilot[None], seconds: float = 1.2) -> None:
    """Let threads and paints finish."""
    for _ in range(int(seconds / 0.1)):
        await pilot.pause(0.1)


async def shoot(out: Path, size: tuple[int, int], theme: str, role: str) -> None:
    """Drive the program through one role's scenes."""
    from leadtui.app import LeadtuiApp
    from leadtui.core import settings

    app = LeadtuiApp(settings.load())
    async with app.run_test(size=size, notifications=True) as pilot:
        app.theme = theme
        while app.runtime is None:
            await pilot.pause(0.1)
        await settle(pilot, 2)
        for name, keys in SCENES[role]:
            for key in keys:
                await pilot.press(key)
                await settle(pilot, 0.4)
            await settle(pilot, 1.5)
            app.theme = theme
            await settle(pilot, 0.3)
            svg = app.export_screenshot(title="leadtui")
            # no font from somewhere else: a README is read without asking anybody
            (out / f"{name}.svg").write_text(re.sub(r"@font-face\s*\{[^}]*\}", "", svg), encoding="utf-8")


def main() -> None:
    """Parse and shoot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="120x36")
    parser.add_argument("--lang", default="en")
    parser.add_argument("--theme", default="leadtui-dark")
    parser.add_argument("--role", default="1", choices=sorted(SCENES))
    given = parser.parse_args()
    os.environ["LEADTUI_LANG"] = given.lang
    given.out.mkdir(parents=True, exist_ok=True)
    columns, rows = given.size.split("x")
    asyncio.run(shoot(given.out, (int(columns), int(rows)), given.theme, given.role))


if __name__ == "__main__":
    main()
