"""Signs in ASCII and grounds as attributes: as wide as before, whatever comes."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from leadtui.filters import AsciiFilter, GroundFilter, to_ascii
from leadtui.key_names import key_name, write_plain
from leadtui.terminal import Abilities, abilities, clipboard_words, dumb, multiplexer
from leadtui.widgets.bars import bar, hundred_marks, left_bar, whisker
from leadtui.widgets.digits import _GLYPHS, big, big_width

BLACK = Color(0, 0, 0)


def ascii_of(*texts: str, letters: bool = True) -> list[str]:
    """What the filter makes of a line."""
    made = AsciiFilter(letters=letters).apply([Segment(text) for text in texts], BLACK)
    return [segment.text for segment in made]


@pytest.mark.parametrize(
    ("drawn", "plain"),
    [
        ("LEADS ────── 39", "LEADS ------ 39"), ("━━━", "---"), ("════", "===="),
        ("● langsung", "* langsung"),
        ("Rp1.234 – −4", "Rp1.234 - -4"), ("Dian Ayu…", "Dian Ayu~"), ("skor ≥ 20% ×", "skor > 20% x"),
        ("“Ya”", '"Ya"'), ("→ ▲ ▼", "> ^ v"),
    ],
)  # fmt: skip
def test_signs_have_a_plain_form(drawn: str, plain: str) -> None:
    assert ascii_of(drawn) == [plain]


def test_a_mark_is_no_bar() -> None:
    assert ascii_of("▌", " Ayu ", "███▌") == [">", " Ayu ", "####"]
    assert ascii_of("▏", "1") == ["|", "1"]
    assert ascii_of("██▌  ") == ["###  "]


@pytest.mark.parametrize(
    "drawn",
    [*(bar(n / 40, 9) for n in range(41)), *(left_bar(n / 20, 5) for n in range(21)), *hundred_marks(61),
     whisker(0.1, 0.4, 0.7, 20)[0], "日本 客户", "Ñandú Müller", "e\u0301", "🙂 ok", "\u2588\u00a0", "☎ ⚠ ✓"],
)  # fmt: skip
@pytest.mark.parametrize("letters", [True, False])
def test_nothing_changes_its_width(drawn: str, letters: bool) -> None:
    plain = to_ascii(drawn, letters=letters)
    assert cell_len(plain) == cell_len(drawn)
    assert all(sign.isascii() or (letters and sign.isalpha()) for sign in plain)


def test_names_keep_their_letters_where_they_can_be_shown() -> None:
    assert ascii_of("Ñandú") == ["Ñandú"]
    assert ascii_of("Ñandú", letters=False) == ["Nandu"]


def test_every_digit_has_a_plain_form_as_wide() -> None:
    text = "".join(_GLYPHS)
    rows = big(text, plain=True)
    assert {len(row) for row in rows} == {big_width(text)}
    assert all(row.isascii() for row in rows)
    assert len({big(digit, plain=True) for digit in "0123456789"}) == 10


def test_keys_are_words_in_ascii() -> None:
    write_plain(True)
    try:
        assert [key_name(key) for key in ("enter", "down", "escape", "question_mark")] == [
            "enter", "down", "esc", "?",
        ]  # fmt: skip
    finally:
        write_plain(False)
    assert key_name("enter") == "⏎"


def grounded(text: str, style: str, *, colors: bool = True) -> Segment:
    """What the filter makes of one piece."""
    return GroundFilter(colors=colors).apply([Segment(text, Style.parse(style))], BLACK)[0]


def attributes(text: str, style: str) -> tuple[bool, bool, int | None]:
    """(reversed, underlined, number of the ground's colour)."""
    made = grounded(text, style).style
    assert made is not None
    return bool(made.reverse), bool(made.underline), None if made.bgcolor is None else made.bgcolor.number


def test_a_selected_row_is_reversed_and_a_field_underlined() -> None:
    assert attributes("Ayu", "bold on bright_black") == (True, False, None)
    assert attributes("   ", "on color(0)") == (False, True, None)
    assert attributes("go", "default on cyan") == (True, False, None)
    bar = grounded("██▎", "cyan on bright_black").style
    assert bar is not None
    assert not bar.reverse
    hole = grounded("██▎", "cyan on bright_black", colors=False).style
    assert hole is not None
    assert hole.reverse
    assert grounded("plain", "red").style == Style.parse("red")


def test_the_edge_says_where_the_focus_is() -> None:
    away, here = grounded("▌", "color(0) on default"), grounded("▌", "cyan on color(0)")
    assert away.text == " "
    assert here.text == "▌"
    assert attributes("▌", "cyan on bright_black") == (False, False, None)


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, Abilities()),
        ({"NO_COLOR": ""}, Abilities()),
        ({"NO_COLOR": "1"}, Abilities(no_color=True)),
        ({"LEADTUI_ASCII": "1"}, Abilities(ascii=True)),
        ({"LEADTUI_ASCII": "0", "LANG": "id_ID.UTF-8"}, Abilities()),
        ({"LANG": "id_ID.ISO-8859-1"}, Abilities(ascii=True, utf8=False)),
        ({"LANG": "id_ID.ISO-8859-1", "LC_ALL": "C.utf8"}, Abilities()),
        ({"LANG": "C"}, Abilities()),
        ({"LEADTUI_REDUCED_MOTION": "yes"}, Abilities(calm=True)),
        ({"LEADTUI_REDUCED_MOTION": "off"}, Abilities()),
        ({"TEXTUAL_ANIMATIONS": "none"}, Abilities(calm=True)),
    ],
)
def test_what_the_environment_asks_for(environ: dict[str, str], found: Abilities) -> None:
    assert abilities(environ) == found


def test_terminals_that_are_none() -> None:
    assert dumb({"TERM": "dumb"})
    assert not dumb({"TERM": "xterm-256color"})
    assert not dumb({})
    assert multiplexer({"TMUX": "/run/tmux"}) == "tmux"
    assert multiplexer({}) == ""


def test_what_stands_between_a_copy_and_the_clipboard() -> None:
    assert "set -s set-clipboard on" in clipboard_words({"TMUX": "/run/tmux"})
    assert "screen" in clipboard_words({"STY": "1.pts"})
    assert clipboard_words({}) == ""
