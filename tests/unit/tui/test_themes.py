"""Every text pair that is used can be read: WCAG 2, ratio 4.5 and more."""

from __future__ import annotations

import itertools

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from leadtui.themes import (
    ANSI_DARK,
    ANSI_LIGHT,
    ANSI_THEMES,
    CONTRAST,
    DARK,
    LIGHT,
    THEME_LABELS,
    THEMES,
    contrast,
    palette_of,
)

TEXT = ("muted", "text", "strong", "accent", "alert")
GROUNDS = ("bg", "band", "surface", "field", "select")


def test_the_formula_on_its_ends() -> None:
    black, white = Color.parse("#000000"), Color.parse("#ffffff")
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, white) == 1
    assert contrast(Color.parse("#777777"), white) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize(("fg", "on"), [*itertools.product(TEXT, GROUNDS), ("on", "accent")])
def test_our_text_can_be_read(theme: object, fg: str, on: str) -> None:
    chosen = palette_of(theme)  # type: ignore[arg-type]
    assert contrast(Color.parse(getattr(chosen, fg)), Color.parse(getattr(chosen, on))) >= 4.5


@pytest.mark.parametrize(("fg", "on"), [*itertools.product(TEXT, GROUNDS), ("on", "accent")])
def test_high_contrast_is_high(fg: str, on: str) -> None:
    assert contrast(Color.parse(getattr(CONTRAST, fg)), Color.parse(getattr(CONTRAST, on))) >= 7


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_bars_can_be_seen(theme: object) -> None:
    chosen = palette_of(theme)  # type: ignore[arg-type]
    assert contrast(Color.parse(chosen.bar), Color.parse(chosen.bg)) >= 3


@pytest.mark.parametrize("name", [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi])
def test_text_in_somebody_elses_theme_can_be_read(name: str) -> None:
    chosen = palette_of(BUILTIN_THEMES[name])
    for fg, on in itertools.product(("text", "strong", "accent", "alert", "muted"), ("bg", "select")):
        assert contrast(Color.parse(getattr(chosen, fg)), Color.parse(getattr(chosen, on))) >= 4.4, (fg, on)
    assert contrast(Color.parse(chosen.on), Color.parse(chosen.accent)) >= 4.4


def test_terminal_colours_stay_the_terminals() -> None:
    assert [palette_of(theme) for theme in ANSI_THEMES] == [ANSI_DARK, ANSI_LIGHT]
    for theme in ANSI_THEMES:
        assert theme.ansi
        assert theme.name in BUILTIN_THEMES
        colors = {str(value) for name, value in theme.variables.items() if not name.endswith("-style")}
        assert all(color.startswith("ansi_") for color in colors), colors


def test_the_look_is_the_looks() -> None:
    assert (DARK.bg, DARK.accent, DARK.alert) == ("#141311", "#74C9B6", "#F2957C")
    assert (LIGHT.bg, LIGHT.accent, LIGHT.alert) == ("#FBF8F1", "#0A6252", "#9C2E17")
    assert {theme.name for theme in THEMES} <= set(THEME_LABELS)
