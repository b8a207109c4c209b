"""Every way a command can end: exit code, sentence, hint. Never a traceback.

0 ok · 1 the user's input or setting, usage errors and Ctrl+C too · 2 ours, or a database that has gone away.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from typing import Final

from leadtui.core.errors import Invalid, LeadtuiError, Unavailable
from leadtui.i18n import _
from leadtui.text import clean

OK: Final = 0
INPUT: Final = 1
OURS: Final = 2

_SETTING_CODES: Final = frozenset({"no_connection", "schema_old", "schema_new"})
"""`Unavailable` that the user can put right: a wrong URL, a database that wants `db upgrade`."""


def say(line: str) -> None:
    """A line on stderr, where everything but data goes."""
    # whoever reads stderr may be gone, or the disk may be full: then there is nobody left to tell
    with contextlib.suppress(OSError, ValueError):
        print(clean(line, lines=True), file=sys.stderr, flush=True)  # noqa: T201


def fail(sentence: str, hint: str = "") -> None:
    """`error:` and `hint:` lines."""
    say(f"error: {sentence}")
    if hint:
        say(f"hint: {hint}")


def guarded(work: Callable[[], int | None]) -> int:
    """Run `work` and give the process's exit code, whatever happens in it."""
    _open_closed()
    _quiet()
    for stream in (sys.stdout, sys.stderr):
        # a terminal that cannot write a letter shows "?", it does not end the program
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    _tell_language()
    try:
        code = work() or OK
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        say("")
        fail(_("stopped"))
        return INPUT
    except BrokenPipeError:
        return _reader_gone()
    except SystemExit as stop:
        # Typer turns a closed pipe into 1, whatever it is asked
        if isinstance(stop.__context__, BrokenPipeError):
            return _reader_gone()
        raise
    except LeadtuiError as error:
        return show(error)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF) and error.filename is None:
            _silence_stdout()
            fail(_("The output cannot be written: {why}.").format(why=clean(error.strerror)))
            return INPUT
        return unexpected(error)
    except Exception as error:
        try:
            return _typers(error)
        except Exception as another:
            return unexpected(another)


def show(error: LeadtuiError) -> int:
    """An expected error in words, and its exit code."""
    from leadtui import error_words
    from leadtui.wording import field_sentence

    error_words.register()
    if isinstance(error, Invalid) and error.code == "invalid":
        for name, code in error.fields.items():
            say(f"error: {clean(name)}: {field_sentence(code, error.data)}")
            known = error.data.get(f"known {name}")
            if hint := error_words.field_hint(code, {**error.data, **({"known": known} if known else {})}):
                say(f"hint: {hint}")
    else:
        fail(error_words.sentence(error), error_words.hint_of_command(error))
    ours = isinstance(error, Unavailable) and error.code not in _SETTING_CODES
    return OURS if ours else INPUT


def unexpected(error: BaseException) -> int:
    """A defect of ours: an id that stands in the log too, and where the log is."""
    from leadtui import logs
    from leadtui.core.settings import read

    path = None
    with contextlib.suppress(Exception):
        path = logs.open_for(read())
    ident = logs.log_unexpected(error)
    fail(
        _("Something unexpected happened in leadtui ({kind}); it is not your input. Error id {id}.").format(
            kind=type(error).__name__, id=ident
        ),
        _("The log says where: {path}").format(path=path) if path else "",
    )
    return OURS


def _open_closed() -> None:
    """Put something where the caller closed a stream (`>&-`): Python has None there, and the next file or
    socket that is opened would get its number and what is printed.

    What cannot be read is empty, what cannot be told is lost, but data that cannot be written is an error.
    """
    for number, mode, way in ((0, "r", os.O_RDONLY), (1, "w", os.O_RDONLY), (2, "w", os.O_WRONLY)):
        name = ("stdin", "stdout", "stderr")[number]
        if getattr(sys, name) is not None:
            continue
        opened = os.open(os.devnull, way)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _quiet() -> None:
    from leadtui.quiet import quiet_threads

    quiet_threads()


def _tell_language() -> None:
    """A language that was asked for by our own variable and that we do not speak."""
    from leadtui import i18n

    asked = os.environ.get("LEADTUI_LANG", "")
    if asked.strip() and i18n.spoken(asked) is None:
        said = _("There is no language “{value}” (LEADTUI_LANG), only {known}; going on in {language}.")
        say(said.format(value=clean(asked), known=", ".join(i18n.LANGUAGES), language=i18n.language()))


def _reader_gone() -> int:
    # `leadtui leads list | head`: the reader has what it wanted
    _silence_stdout()
    return OK


def _silence_stdout() -> None:
    # or Python's own last flush would complain about the same pipe again
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _typers(error: Exception) -> int:
    """Typer's own exceptions, where a command line was parsed at all; anything else is a defect."""
    if "typer" not in sys.modules:
        return unexpected(error)
    import typer
    from typer.exceptions import TyperException

    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, typer.Abort):
        fail(_("stopped"))
        return INPUT
    if isinstance(error, TyperException):
        from leadtui.cli import usage

        if usage.asks_for_help(error):
            say(usage.help_text(error))
        else:
            fail(*usage.words(error))
        return INPUT
    return unexpected(error)
