"""What of a compact query was not understood, in sentences, and the names of the views that come with us."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from leadtui.i18n import N_, _
from leadtui.text import clean, cut

if TYPE_CHECKING:
    from leadtui.core.leads.query_language import Misread
    from leadtui.core.views.dto import View

_SHOWN: Final = 24
"""Cells of a typed word in a sentence."""

_SENTENCES: Final[dict[str, str]] = {
    "key_unknown": N_("“{key}:” is no filter."),
    "value_missing": N_("{key}: needs a value."),
    "value_unknown": N_("{key}: does not know “{text}”."),
    "value_ambiguous": N_("{key}: “{text}” could mean several."),
    "number": N_("{key}: “{text}” is no number here."),
    "out_of_range": N_("{key}: “{text}” is out of range."),
    "crossed": N_("{key}: the second number is below the first one."),
    "one_value": N_("{key}: takes one value only."),
    "not_negated": N_("-{key}: is not possible; turn the bound round, as in {key}:<30."),
    "said_twice": N_("{key}: stands there twice; put several values behind one, with commas."),
    "quote_open": N_("A quotation mark is not closed."),
    "too_long": N_("That is too long."),
}


def misread_sentence(wrong: Misread) -> str:
    """What was not understood, where, and what may have been meant."""
    sentence = _(_SENTENCES[wrong.code]).format(key=_word(wrong.key), text=_word(wrong.text))
    if wrong.code == "out_of_range":
        return (
            f"{sentence} {_('From {low} to {high}.').format(low=wrong.near[0], high=wrong.near[1])}"
            if (wrong.near)
            else sentence
        )
    if not wrong.near:
        return sentence
    meant: Callable[[str], str] = (lambda key: f"{key}:") if wrong.code == "key_unknown" else clean
    return f"{sentence} {_('Did you mean {words}?').format(words=', '.join(map(meant, wrong.near)))}"


def _word(text: str) -> str:
    return cut(clean(text), _SHOWN)


_BUILT_IN: Final[dict[str, str]] = {
    "callbacks_today": N_("My callbacks today"),
    "never_called": N_("Never called"),
    "score_60": N_("Score from 60%"),
}


def view_name(view: View) -> str:
    """A view's name, for a line of text."""
    return _(_BUILT_IN[view.name]) if view.built_in else clean(view.name)
