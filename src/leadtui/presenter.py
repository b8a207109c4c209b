"""Where an error is shown (DESIGN §4.2): field errors under the field, what passes as a toast, no database as
a banner, the unexpected as a dialog with an id that is also in the log.

The words are imported when there is something to say: the sign-in page is painted without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from leadtui.core.errors import Invalid, LeadtuiError, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from leadtui.shell import Shell


def sentence(error: LeadtuiError) -> str:
    """The error in words, with what to try."""
    from leadtui.wording import error_hint, error_sentence

    _know_words()
    hint = error_hint(error)
    return f"{error_sentence(error)} {hint}".strip()


def field_sentences(error: Invalid) -> dict[str, str]:
    """What stands under each field: field → sentence."""
    from leadtui.wording import field_sentence

    _know_words()
    return {field: field_sentence(code, error.data) for field, code in error.fields.items()}


def _know_words() -> None:
    from leadtui import call_words, error_words

    error_words.register()
    call_words.register()


def present(app: Shell, error: Exception, screen: Screen[Any]) -> None:
    """Show `error` on `screen`. Never raises, and never shows a text that came with the exception."""
    if isinstance(error, Unauthenticated):
        app.ended(error)
    elif isinstance(error, Unavailable):
        app.away(error)
    elif isinstance(error, Invalid):
        app.nearest = error.data.get("nearest") or ()
        show_fields = getattr(screen, "show_fields", None)
        if show_fields is None or not screen.is_mounted or not show_fields(field_sentences(error)):
            app.say(sentence(error), late=True)
    elif isinstance(error, LeadtuiError):
        app.say(sentence(error), late=True)
    else:
        from leadtui.logs import log_unexpected
        from leadtui.screens.unexpected import UnexpectedDialog

        app.push_screen(UnexpectedDialog(log_unexpected(error), type(error).__name__))
