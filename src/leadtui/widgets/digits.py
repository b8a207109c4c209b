"""Three-row digits, heavy and square, for the phone number and the KPIs (Textual's own 5 reads as S)."""

from __future__ import annotations

from typing import Final

from rich.segment import Segment
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.text import clean
from leadtui.themes import palette

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


def big_width(text: str) -> int:
    """How many cells `big` takes."""
    return sum(len(_GLYPHS.get(character, (" ",))[0]) for character in text)


class BigDigits(Widget):
    """A phone number or a KPI in three rows; in a narrower place it falls back to one bold row."""

    DEFAULT_CSS = """
    BigDigits { height: 3; width: 1fr; }
    """

    value: reactive[str] = reactive("")
    """Digits, blanks and `+ − . , : ( )`; data is cleaned."""

    unit: reactive[str] = reactive("")
    """A small word behind the last digit: `%`, `miliar`."""

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
        value = clean(self.value)
        if big_width(value) > room:
            text = value if y == 1 else ""
            return Strip([Segment(text, ground + colors.style(self._tone, bold=True))]).adjust_cell_length(
                room, ground
            )
        pieces = [
            Segment(
                big(value, plain=getattr(self.app, "plain_signs", False))[y],
                ground + colors.style(self._tone),
            )
        ]
        if self.unit and y == 2:
            pieces.append(Segment(f" {clean(self.unit)}", ground + colors.style("muted")))
        return Strip(pieces).adjust_cell_length(room, ground)
