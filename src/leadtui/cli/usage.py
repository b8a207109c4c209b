"""What is wrong with a command line, in our words: Typer and pydantic speak English and of types."""

from __future__ import annotations

import re
from typing import Any, Final

from leadtui.formats import number
from leadtui.i18n import _
from leadtui.text import clean

_NO_COMMAND: Final = re.compile(r"No such command '(?P<name>.*?)'\.(?: Did you mean (?P<near>.*)\?)?")
_TOO_MANY: Final = re.compile(r"Got unexpected extra argument\(?s?\)? \((?P<words>.*)\)", re.DOTALL)
_NEEDS_VALUE: Final = re.compile(r"Option '(?P<name>[^']*)' requires .*")
_NO_VALUE: Final = re.compile(r"Option '(?P<name>[^']*)' does not take a value\.")
_LEAST: Final = re.compile(r"Input should be greater than or equal to (?P<limit>-?[0-9]+)")
_MOST: Final = re.compile(r"Input should be less than or equal to (?P<limit>-?[0-9]+)")
_WHOLE: Final = re.compile(r"Input should be a valid integer.*|.* is not a valid int(eger)?.*", re.DOTALL)
"""How Typer says it; these have no type of their own."""


def asks_for_help(error: Any) -> bool:
    """Whether a group was named without a command: what there is is the answer."""
    return type(error).__name__ == "NoArgsIsHelpError"


def help_text(error: Any) -> str:
    """The help page of that group."""
    return str(error.ctx.get_help())


def words(error: Any) -> tuple[str, str]:
    """(sentence, hint) of a usage error."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "leadtui"
    hint = _("{command} --help shows what it takes.").format(command=command)
    option = getattr(error, "option_name", None)
    near = ", ".join(getattr(error, "possibilities", None) or ())
    name = clean(_name_of(getattr(error, "param", None)))
    kind = type(error).__name__
    if kind == "NoSuchOption":
        sentence = _("There is no option {name}.").format(name=clean(option))
        return sentence, _("Did you mean {near}?").format(near=near) if near else hint
    if kind == "MissingParameter":
        return _("{name} is missing.").format(name=name or "?"), hint
    message = clean(error.message)
    if kind == "BadParameter" and name:
        return _("{name}: {why}").format(name=name, why=_value(message)), hint
    if found := _NO_COMMAND.fullmatch(message):
        near = (found["near"] or "").replace("'", "")
        sentence = _("There is no command {name}.").format(name=found["name"])
        return sentence, _("Did you mean {near}?").format(near=near) if near else hint
    if found := _TOO_MANY.fullmatch(message):
        return _("Too much: {words}").format(words=found["words"]), hint
    if found := _NEEDS_VALUE.fullmatch(message):
        return _("{name} needs a value.").format(name=found["name"]), hint
    if found := _NO_VALUE.fullmatch(message):
        return _("{name} takes no value.").format(name=found["name"]), hint
    return clean(error.format_message()), hint


def _value(message: str) -> str:
    if found := _LEAST.fullmatch(message):
        return _("At least {limit}.").format(limit=number(int(found["limit"])))
    if found := _MOST.fullmatch(message):
        return _("At most {limit}.").format(limit=number(int(found["limit"])))
    if _WHOLE.fullmatch(message):
        return _("It is not a whole number.")
    return message.rstrip(".") + "."


def _name_of(parameter: Any) -> str:
    if parameter is None:
        return ""
    if getattr(parameter, "param_type_name", "") == "argument":
        return str(parameter.metavar or parameter.name).upper()
    return str(max(parameter.opts, key=len, default=""))
