"""Line filters: one choke point each for ASCII signs and for terminals without grounds or colours.

Like the gate against hostile text they stand in `App.get_line_filters`, so no widget knows of them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from leadtui.themes import FIELD

_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("─━╸╺╴╶┄┈╌", "-"), **dict.fromkeys("│┃╹╻╵╷┆┊", "|"), **dict.fromkeys("═", "="),
        **dict.fromkeys("┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╭╮╯╰╔╗╚╝╠╣╦╩╬", "+"), **dict.fromkeys("█▉▊▋▐▌", "#"),
        **dict.fromkeys("▍▎▏▕", "|"), **dict.fromkeys("▁▂▃", "_"), **dict.fromkeys("▄▅▆▇", "#"),
        **dict.fromkeys("▀▔", "^"), **dict.fromkeys("▖▗", "."), **dict.fromkeys("▘▝", "'"),
        **dict.fromkeys("░▒▓", ":"), **dict.fromkeys("•◆●◉■", "*"), **dict.fromkeys("○◦◇□", "o"),
        **dict.fromkeys("▸▶►→›⟶", ">"), **dict.fromkeys("◂◀←‹", "<"), **dict.fromkeys("▲↑", "^"),
        **dict.fromkeys("▼↓", "v"), **dict.fromkeys("–—−‐‑", "-"), **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’‚", "'"), "…": "~", "×": "x", "·": ".", "✓": "v", "✔": "v", "✗": "x", "✘": "x",
        "↺": "@", "⏎": ">", "↵": ">", "≥": ">", "≤": "<", "±": "~", "≈": "~", "÷": "/", "°": "o",
        "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "§": "S", "€": "E", "Σ": "S", "σ": "s",
        "δ": "d", "¶": " ",
    }
)  # fmt: skip
"""Sign → one ASCII character: every line stays as wide as it was."""

_EDGE: Final = {"▌": ">", "▏": "|", "▐": "#"}
"""What the marks in column 0 become: there `▌` is the cursor, not half a bar."""


class AsciiFilter(LineFilter):
    """Every sign in ASCII. Letters of names stay where the locale can show them, else lose their accents."""

    def __init__(self, *, letters: bool = True) -> None:
        super().__init__()
        self._letters = letters

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in ASCII."""
        if all(segment.text.isascii() for segment in segments):
            return segments
        made = []
        for place, (text, style, control) in enumerate(segments):
            if not text.isascii():
                first = _EDGE.get(text[0]) if place == 0 else None
                # a mark stands alone; a bar that begins a line goes on
                if first is not None and (len(text) == 1 or text[1] == " "):
                    text = first + text[1:]
                text = to_ascii(text, letters=self._letters)
            made.append(Segment(text, style, control))
        return made


@lru_cache(4096)
def to_ascii(text: str, *, letters: bool = True) -> str:
    """`text` with ASCII signs, as many cells wide. With `letters` those of any script stay."""
    text = text.translate(_SIGNS)
    if text.isascii():
        return text
    return "".join(
        sign if sign.isascii() or (letters and sign.isalpha()) else _nearest(sign) for sign in text
    )


def _nearest(sign: str) -> str:
    cells = cell_len(sign)
    bare = "".join(c for c in unicodedata.normalize("NFKD", sign) if c.isascii() and c.isprintable())
    return bare if bare and len(bare) == cells else "?" * cells


class GroundFilter(LineFilter):
    """Grounds as attributes: a field is underlined, the selected row and what stands on the accent reversed.

    For the themes of terminal colours and for NO_COLOR: nobody knows the shades that a terminal gives its
    sixteen colours. The palette names two of them as stand-ins (`themes.FIELD`, `themes.SELECT`).
    """

    def __init__(self, *, colors: bool = True) -> None:
        super().__init__()
        self._colors = colors
        """Whether ink may have a colour."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with attributes in the place of grounds."""
        return [_grounded(segment, self._colors) for segment in segments]


_PLAIN: Final = RichColor.default()


def _grounded(segment: Segment, colors: bool) -> Segment:
    text, style, control = segment
    if style is None or text == "":
        return segment
    ink = None if style.color is None else style.color.number
    if ink == _FIELD_NUMBER and text in _EDGES:
        # the edge of a field without the focus is drawn in the field's own tone, so that nobody sees it
        text, style = " ", style + Style(color=_PLAIN)
    ground = None if style.bgcolor is None else style.bgcolor.number
    # an edge or a bar reversed would be a hole; without colours a hole is what shows a bar at all
    drawn = text in _EDGES or (colors and not text.strip(_BLOCKS))
    if drawn and ground not in (None, _FIELD_NUMBER):
        return Segment(text, style + Style(bgcolor=_PLAIN), control)
    return Segment(text, _attributes(style), control)


@lru_cache(1024)
def _attributes(style: Style) -> Style:
    if style.color is not None and style.color.number == _FIELD_NUMBER:
        style += _QUIET
    ground = None if style.bgcolor is None else style.bgcolor.number
    if ground is None:
        return style
    if ground == _FIELD_NUMBER:
        return style + Style(bgcolor=_PLAIN, underline=True)
    return style + Style(color=_PLAIN, bgcolor=_PLAIN, reverse=True)


_EDGES: Final = ("▌", "▏", "▐")
_BLOCKS: Final = "█▉▊▋▌▍▎▏▐"
_QUIET: Final = Style.parse("bright_black")
_FIELD_NUMBER: Final = Color.parse(FIELD).rich_color.number
