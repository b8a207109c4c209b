"""The look's colours: three themes of our own, and the same tokens for every other theme of Textual.

Stylesheets use the tokens as variables (`$bg $band $surface $field $select $rule $rule2 $muted $text
$strong $accent $bar $alert $on`); Line-API widgets take them from `palette(app)`. Any App that mounts our
widgets derives from `LedgerApp`, which knows the tokens whatever the theme.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Final

from rich.style import Style
from textual.app import App, ReturnType
from textual.color import Color
from textual.filter import LineFilter, NoColor
from textual.notifications import SeverityLevel
from textual.reactive import Reactive
from textual.theme import Theme

from leadtui.i18n import N_
from leadtui.terminal import abilities
from leadtui.text import clean
from leadtui.widgets.hostile import HostileFilter


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme's tokens as Textual colours (`#RRGGBB` or `ansi_*`)."""

    bg: str
    band: str
    surface: str
    field: str
    select: str
    rule: str
    rule2: str
    muted: str
    text: str
    strong: str
    accent: str
    bar: str
    alert: str
    on: str

    def style(self, fg: str, on: str | None = None, *, bold: bool = False, italic: bool = False) -> Style:
        """A Rich style from tokens: `palette.style("strong", "select", bold=True)`; without `on` the ground
        that it is put on stays."""
        return _style(getattr(self, fg), None if on is None else getattr(self, on), bold, italic)

    def ground(self, on: str) -> Style:
        """A Rich style that is only a ground: `palette.ground("select")`."""
        return _style(self.text, getattr(self, on), False, False)


TOKENS: Final[tuple[str, ...]] = tuple(token.name for token in fields(Palette))

DARK: Final = Palette(
    bg="#141311", band="#191715", surface="#1C1A17", field="#25221E", select="#2A2722",
    rule="#35312B", rule2="#5C554B", muted="#A0978A", text="#DDD6C9", strong="#FBF6EA",
    accent="#74C9B6", bar="#3C8577", alert="#F2957C", on="#0F1F1B",
)  # fmt: skip
LIGHT: Final = Palette(
    bg="#FBF8F1", band="#F6F1E6", surface="#F3EEE3", field="#EAE3D5", select="#E9E2D2",
    rule="#DDD4C3", rule2="#A79B87", muted="#655D50", text="#35302A", strong="#12100D",
    accent="#0A6252", bar="#3F8E7E", alert="#9C2E17", on="#F4FBF8",
)  # fmt: skip
CONTRAST: Final = Palette(
    bg="#000000", band="#000000", surface="#0A0A0A", field="#1C1C1C", select="#2B2B2B",
    rule="#6E6E6E", rule2="#B0B0B0", muted="#D6D6D6", text="#F4F4F4", strong="#FFFFFF",
    accent="#66F2D9", bar="#2E9E8C", alert="#FFA48F", on="#000000",
)  # fmt: skip

FIELD: Final = "ansi_black"
SELECT: Final = "ansi_bright_black"
"""Stand-ins for two grounds (`filters.GroundFilter`); no text of ours has these colours on such a ground."""

# A terminal's own sixteen colours: which shades they are nobody knows, so text keeps the default colour,
# hierarchy is left to weight, and only accent, alert and rules take a colour.
_ANSI: Final = {
    "bg": "ansi_default", "band": "ansi_default", "surface": "ansi_default",
    "rule": "ansi_bright_black", "rule2": "ansi_default", "muted": "ansi_default", "text": "ansi_default",
    "strong": "ansi_default", "accent": "ansi_cyan", "bar": "ansi_cyan", "alert": "ansi_red",
}  # fmt: skip
# Nor does anybody know a shade that the default text can be read on: the grounds of fields and of the
# selected row become an underline and reverse video (`filters.GroundFilter`).
ANSI_DARK: Final = Palette(**_ANSI, field=FIELD, select=SELECT, on="ansi_default")
ANSI_LIGHT: Final = Palette(**_ANSI, field=FIELD, select=SELECT, on="ansi_default")


def _theme(name: str, p: Palette, *, dark: bool, ansi: bool = False) -> Theme:
    """Our tokens, and Textual's own variables set from them so that stock widgets look the same."""
    return Theme(
        name=name, dark=dark, ansi=ansi, primary=p.accent, secondary=p.bar, accent=p.accent, warning=p.alert,
        error=p.alert, success=p.accent, foreground=p.text, background=p.bg, surface=p.surface,
        panel=p.surface, boost=p.field,
        variables={
            **{token: getattr(p, token) for token in TOKENS},
            "text-muted": p.muted, "text-disabled": p.muted, "foreground-muted": p.muted,
            "foreground-disabled": p.muted, "text-primary": p.accent, "text-secondary": p.text,
            "text-accent": p.accent, "text-success": p.accent, "text-warning": p.alert, "text-error": p.alert,
            "primary-muted": p.select, "secondary-muted": p.select, "accent-muted": p.select,
            "warning-muted": p.field, "error-muted": p.field, "success-muted": p.field,
            "block-cursor-foreground": p.strong, "block-cursor-background": p.select,
            "block-cursor-text-style": "bold", "block-cursor-blurred-foreground": p.text,
            "block-cursor-blurred-background": p.select, "block-cursor-blurred-text-style": "none",
            "block-hover-background": p.field, "border": p.accent, "border-blurred": p.rule,
            "surface-active": p.field, "scrollbar": p.rule2, "scrollbar-hover": p.muted,
            "scrollbar-active": p.accent, "scrollbar-background": p.bg, "scrollbar-corner-color": p.bg,
            "scrollbar-background-hover": p.band, "scrollbar-background-active": p.band,
            "link-color": p.accent, "link-color-hover": p.on, "link-background-hover": p.accent,
            "footer-foreground": p.muted, "footer-background": p.bg, "footer-key-foreground": p.strong,
            "footer-description-foreground": p.muted, "input-cursor-background": p.accent,
            "input-cursor-foreground": p.on, "input-selection-background": p.rule2,
            "input-selection-foreground": p.strong if dark else p.on, "button-foreground": p.strong,
            "button-color-foreground": p.on, "button-focus-text-style": "bold",
            "screen-selection-background": p.rule2,
            "ansi-background": p.bg, "ansi-foreground": p.text,
            "screen-selection-foreground": p.strong if dark else p.on,
        },
    )  # fmt: skip


THEMES: Final[tuple[Theme, ...]] = (
    _theme("leadtui-dark", DARK, dark=True),
    _theme("leadtui-light", LIGHT, dark=False),
    _theme("leadtui-contrast", CONTRAST, dark=True),
)
ANSI_THEMES: Final[tuple[Theme, ...]] = (
    _theme("ansi-dark", ANSI_DARK, dark=True, ansi=True),
    _theme("ansi-light", ANSI_LIGHT, dark=False, ansi=True),
)
"""Textual's two by name, with our tokens in place of its green and magenta."""
DEFAULT_THEME: Final = "leadtui-dark"

THEME_LABELS: Final[dict[str, str]] = {
    "leadtui-dark": N_("dark"),
    "leadtui-light": N_("light"),
    "leadtui-contrast": N_("high contrast"),
    "ansi-dark": N_("terminal colours, dark"),
    "ansi-light": N_("terminal colours, light"),
}
"""The themes that the interface offers, in the order that `ctrl+t` walks, with their msgids."""


def palette_of(theme: Theme) -> Palette:
    """The tokens of any theme: our own exactly, others derived from what they define."""
    own = theme.variables
    if all(token in own for token in TOKENS):
        return Palette(**{token: own[token] for token in TOKENS})
    if theme.ansi:
        return ANSI_DARK if theme.dark else ANSI_LIGHT
    return _derived(theme)


def _derived(theme: Theme) -> Palette:
    """Tokens for a theme of somebody else: its colours, moved until text can be read (WCAG 4.5)."""
    made = theme.to_color_system().generate()

    def opaque(name: str, over: Color) -> Color:
        color = Color.parse(made[name])
        return over.blend(color.with_alpha(1.0), color.a) if color.a < 1 else color

    bg = opaque("background", Color.parse("#000000" if theme.dark else "#ffffff"))
    ink = bg.get_contrast_text(1.0)
    select = bg.blend(ink, 0.14)

    def readable(color: Color) -> Color:
        for step in range(11):
            shade = color.blend(ink, step / 10)
            if all(contrast(shade, ground) >= 4.5 for ground in (bg, select)):
                return shade
        return ink

    text = readable(opaque("foreground", bg))
    accent = readable(opaque("accent", bg))
    colors = {
        "bg": bg, "band": bg.blend(ink, 0.03), "surface": bg.blend(ink, 0.05), "field": bg.blend(ink, 0.10),
        "select": select, "rule": bg.blend(ink, 0.18), "rule2": bg.blend(ink, 0.35),
        "muted": readable(bg.blend(text, 0.6)), "text": text, "strong": ink, "accent": accent,
        "bar": bg.blend(accent, 0.6), "alert": readable(opaque("error", bg)),
        "on": accent.get_contrast_text(1.0),
    }  # fmt: skip
    return Palette(**{token: color.hex6 for token, color in colors.items()})


def contrast(a: Color, b: Color) -> float:
    """The WCAG 2 contrast ratio of two opaque colours, 1–21.

    Source: WCAG 2.2, definitions of "contrast ratio" and "relative luminance".
    """

    def luminance(color: Color) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palette(app: App[Any]) -> Palette:
    """The resolved tokens of the theme in use. Cheap: one dictionary look-up after the first call."""
    theme = app.current_theme
    found = _palettes.get(theme.name)
    if found is None:
        found = _palettes[theme.name] = palette_of(theme)
    return found


_palettes: dict[str, Palette] = {}


@lru_cache(512)
def _style(fg: str, on: str | None, bold: bool, italic: bool) -> Style:
    return Style(
        color=Color.parse(fg).rich_color,
        bgcolor=None if on is None else Color.parse(on).rich_color,
        bold=bold or None,
        italic=italic or None,
    )


_OWN: Final = {theme.name: theme for theme in (*THEMES, *ANSI_THEMES)}


class LedgerApp(App[ReturnType]):
    """What every App with our widgets needs: the themes, the tokens, and the gate against hostile text."""

    theme: Reactive[str] = Reactive(DEFAULT_THEME)
    """As Textual's, but with ours from the beginning: a theme that is set later has every stylesheet parsed
    again before the first paint."""

    def __init__(self, **arguments: Any) -> None:
        self.abilities = abilities()
        # Textual takes NO_COLOR for set even where it is empty, and paints in greys where it is not
        os.environ.pop("NO_COLOR", None)
        super().__init__(**arguments)
        self.chose_ascii = False
        self._hostile = HostileFilter()
        self._ascii: LineFilter | None = None
        self._grounds: LineFilter | None = None
        self._colorless: LineFilter | None = None
        if self.abilities.no_color:
            self.theme = "ansi-dark"

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Textual's, and ours in their place or beside them."""
        return {**super().available_themes, **_OWN}

    @property
    def plain_signs(self) -> bool:
        """Whether every sign is ASCII."""
        return self.abilities.ascii or self.chose_ascii

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our tokens for themes that do not define them, or the stylesheets would not parse."""
        chosen = palette(self)
        return {token: getattr(chosen, token) for token in TOKENS}

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters behind ours: control characters out, signs in ASCII, grounds as attributes."""
        filters: list[LineFilter] = [self._hostile]
        if self.plain_signs:
            if self._ascii is None:
                from leadtui.filters import AsciiFilter

                self._ascii = AsciiFilter(letters=self.abilities.utf8)
            filters.append(self._ascii)
        if self.current_theme.ansi:
            if self._grounds is None:
                from leadtui.filters import GroundFilter

                self._grounds = GroundFilter(colors=not self.abilities.no_color)
            filters.append(self._grounds)
        if self.abilities.no_color:
            if self._colorless is None:
                self._colorless = NoColor()
            filters.append(self._colorless)
        return [*filters, *super().get_line_filters()]

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """A toast. Never reads markup, whatever the caller says: a name in it may hold some."""
        super().notify(
            clean(message, lines=True), title=clean(title), severity=severity, timeout=timeout, markup=False
        )
