"""Text in lines of so many cells, broken between words."""

from __future__ import annotations

from rich.cells import chop_cells

from leadtui.text import clean, cut, width


def wrap(text: str, cells: int, most: int | None = None) -> list[str]:
    """`text` (cleaned; its line breaks stay) in lines of at most `cells` cells.

    A word that is longer than a line is broken. Beyond `most` lines the last one ends in `…`.
    """
    if cells <= 0:
        return []
    lines: list[str] = []
    for paragraph in clean(text, lines=True).split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if width(longer) <= cells:
                line = longer
                continue
            if line:
                lines.append(line)
            *whole, line = [word] if width(word) <= cells else chop_cells(word, cells)
            lines.extend(whole)
        lines.append(line)
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    if most is not None and len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], cut(rest, cells)] if most > 0 else []
    return lines
