"""Three-row digits, heavy and square, for the phone number and the KPIs (Textual's own 5 reads as S)."""

from __future__ import annotations

import re
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.text import clean
from leadtui.themes import palette

_TEL: Final = re.compile(r"tel:\+[1-9][0-9]{6,14}")

_GLYPHS: Final[dict[str, tuple[str, str, str]]] = {
    "0": ("┏━┓", "┃ ┃", "┗━┛"),
    "1": ("╺┓ ", " ┃ ", "╺┻╸"),
    "2": ("╺━┓", "┏━┛", "┗━╸"),
    "3": ("╺━┓", "╺━┫", "╺━┛"),
    "4": ("╻ ╻", "┗━┫", "  ╹"),
    "5": ("┏━╸", "┗━┓", "╺━┛"),
    "6": ("┏━╸", "┣━┓", "┗━┛"),
    "7": ("╺━┓", "  ┃", "  ╹"),
    "8": ("┏━┓", "┣━┫", "┗━┛"),
    "9": ("┏━┓", "┗━┫", "╺━┛"),
    "+": ("   ", "╺╋╸", "   "),
    "-": ("   ", "╺━╸", "   "),
    "−": ("   ", "╺━╸", "   "),
    "–": ("   ", "╺━╸", "   "),
    "(": ("┏", "┃", "┗"),
    ")": ("┓", "┃", "┛"),
    ".": (" ", " ", "▖"),
    ",": (" ", " ", "▗"),
    ":": ("▖", " ", "▖"),
    " ": ("  ", "  ", "  "),
}

# The same widths in ASCII, as a clock shows them: corners made of "+" would be read as letters.
_ASCII: Final[dict[str, tuple[str, str, str]]] = {
    "0": (" _ ", "| |", "|_|"), "1": ("   ", " | ", " | "), "2": (" _ ", " _|", "|_ "),
    "3": (" _ ", " _|", " _|"), "4": ("   ", "|_|", "  |"), "5": (" _ ", "|_ ", " _|"),
    "6": (" _ ", "|_ ", "|_|"), "7": (" _ ", "  |", "  |"), "8": (" _ ", "|_|", "|_|"),
    "9": (" _ ", "|_|", " _|"), "+": ("   ", "_|_", " | "), "-": ("   ", "___", "   "),
    "−": ("   ", "___", "   "), "–": ("   ", "___", "   "), "(": ("/", "|", "\\"),
    ")": ("\\", "|", "/"), ".": (" ", " ", "."), ",": (" ", " ", ","), ":": (" ", ".", "."),
    " ": ("  ", "  ", "  "),
}  # fmt: skip


def big(text: str, gap: int = 0, *, plain: bool = False) -> tuple[str, str, str]:
    """`text` in three rows, `plain` in ASCII. What has no big form (letters, `%`) stands small on the last
    row."""
    rows, glyphs = ["", "", ""], _ASCII if plain else _GLYPHS
    for place, character in enumerate(text):
        glyph = glyphs.get(character, (" ", " ", character))
        for row in range(3):
            rows[row] += (" " * gap if place else "") + glyph[row]
    return rows[0], rows[1], rows[2]


def blanks_that_fit(text: str, cells: int) -> int | None:
    """How wide a blank between the groups of `text` may be, 2 to 0; None where not even the digits fit."""
    spare = cells - big_width(text.replace(" ", ""))
    groups = text.count(" ")
    return next((blank for blank in (2, 1, 0) if blank * groups <= spare), None)


def big_width(text: str) -> int:
    """How many cells `big` takes."""
    return sum(len(_GLYPHS.get(character, (" ",))[0]) for character in text)


class BigDigits(Widget):
    """A phone number or a KPI in three rows. In a narrower place the blanks between groups give way first,
    and where none are left every second group is lighter; then it falls back to one bold row."""

    DEFAULT_CSS = """
    BigDigits { height: 3; width: 1fr; }
    """

    value: reactive[str] = reactive("")
    """Digits, blanks and `+ − . , : ( )`; data is cleaned."""

    unit: reactive[str] = reactive("")
    """A small word behind the last digit: `%`, `miliar`."""

    link: reactive[str] = reactive("")
    """Where a click in the terminal leads (OSC 8); anything but `tel:` and a number is none."""

    def __init__(self, value: str = "", unit: str = "", *, tone: str = "accent", id: str | None = None,
                 classes: str | None = None) -> None:  # fmt: skip
        super().__init__(id=id, classes=classes)
        self._tone = tone
        self.set_reactive(BigDigits.value, value)
        self.set_reactive(BigDigits.unit, unit)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as the digits and the unit."""
        return big_width(clean(self.value)) + (len(self.unit) + 1 if self.unit else 0)

    def render_line(self, y: int) -> Strip:
        """One of the three rows."""
        colors, ground, room = palette(self.app), self.rich_style, self.size.width
        if _TEL.fullmatch(self.link):
            ground += Style(link=self.link)
        value = clean(self.value)
        blank = blanks_that_fit(value, room)
        if blank is None:
            text = value if y == 1 else ""
            return Strip([Segment(text, ground + colors.style(self._tone, bold=True))]).adjust_cell_length(
                room, ground
            )
        ascii_only, pieces = getattr(self.app, "plain_signs", False), []
        for place, group in enumerate(value.split(" ")):
            if place and blank:
                pieces.append(Segment(" " * blank, ground))
            tone = "strong" if not blank and place % 2 else self._tone
            pieces.append(Segment(big(group, plain=ascii_only)[y], ground + colors.style(tone)))
        if self.unit and y == 2:
            pieces.append(Segment(f" {clean(self.unit)}", ground + colors.style("muted")))
        return Strip(pieces).adjust_cell_length(room, ground)
