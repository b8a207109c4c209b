"""Process settings: defaults, `leadtui.toml`, the environment, in this order. Pure but for reading that file.

Business settings live in the database (`core/policy.py`). The file is TOML: keys at the top hold for every
environment, those under `[profile.NAME]` for `LEADTUI_ENV=NAME` only; a `LEADTUI_…` variable beats both.

Read before the sign-in page is painted: what only a file, or production, needs is imported for them.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leadtui.core.errors import Invalid
from leadtui.i18n import LANGUAGES, spoken

if TYPE_CHECKING:
    from leadtui.core.settings_file import FileSettings

ENVIRONMENTS: Final = ("dev", "staging", "production")
LOG_LEVELS: Final = ("debug", "info", "warning", "error")
DIALLING: Final = ("copy", "link", "command")
NUMBER: Final = "{number}"
"""Where the number stands in `dial_command`."""
MAIL_SECURITY: Final = ("none", "starttls", "tls")
FILE_NAME: Final = "leadtui.toml"
PREFIX: Final = "LEADTUI_"

OTHER_VARIABLES: Final = frozenset({"LEADTUI_CONFIG", "LEADTUI_UCI_DIR", "LEADTUI_BENCH_LEADS"})
"""Variables of ours that are no setting."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What this process runs with. Nothing here is a secret but the two URLs and the mail password."""

    home: Path
    """The embedded server, token file, logs and drafts (0700)."""
    database_url: str | None
    """The app role on a real server; None is the embedded one."""
    admin_url: str | None
    """The owner role, for migrations and the `system` actor."""
    env: str
    """dev, staging or production."""
    lang: str | None = None
    """id or en; None is the locale's."""
    theme: str | None = None
    """The theme of whoever has not chosen one."""
    ascii: bool | None = None
    """Draw with ASCII only; None: as the terminal can."""
    reduced_motion: bool | None = None
    """No animation; None: as usual."""
    log_level: str = "info"
    log_bytes: int = 1_000_000
    """Size at which the log is rotated."""
    log_files: int = 5
    """How many files of it are kept, the current one included."""
    pool_size: int = 2
    """Database connections of a process at most, beside the one that listens."""
    dial: str = "copy"
    """What the dial key does: copy the number, make it a `tel:` link, or run `dial_command`."""
    dial_command: tuple[str, ...] = ()
    """Program and arguments, one of them with `{number}`; run without a shell."""
    mail_host: str | None = None
    """The mail server; None: nothing is mailed."""
    mail_port: int | None = None
    """None: 25, 587 or 465, as `mail_security` has it."""
    mail_security: str = "starttls"
    """none, starttls or tls; certificates are always checked."""
    mail_user: str | None = None
    mail_password: str | None = field(default=None, repr=False)
    mail_password_file: Path | None = None
    """Read when something is sent, its first line."""
    mail_sender: str | None = None
    """The address that mail comes from."""
    mail_ca: Path | None = None
    """The bank's own certificate authority, PEM."""
    mail_timeout: int = 30
    """Seconds that each step with the mail server may take."""
    config_file: Path | None = None
    """The file that was read."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Setting → "environment" or the place in the file; absent: the default."""

    @property
    def production(self) -> bool:
        """Whether the demo, injected clocks and other conveniences are refused."""
        return self.env == "production"

    @property
    def embedded(self) -> bool:
        """Whether leadtui runs its own PostgreSQL."""
        return self.database_url is None

    def for_terminal(self) -> dict[str, str]:
        """What the file says of the terminal, as the variables by which the interface reads it."""
        given = {"LEADTUI_ASCII": self.ascii, "LEADTUI_REDUCED_MOTION": self.reduced_motion}
        return {name: str(int(value)) for name, value in given.items() if value is not None}


# one setting's value ---------------------------------------------------------------------------------------


class _Wrong(Exception):
    """A value that a setting cannot have: a code, and what its sentence needs."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code, self.data = code, data


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("setting_text")
    return value


def _path(value: Any) -> Path:
    if not _text(value) or "\0" in value:
        raise _Wrong("setting_text")
    try:
        return Path(value).expanduser()
    except RuntimeError as error:  # ~somebody who does not exist
        raise _Wrong("setting_text") from error


def _url(value: Any) -> str:
    if not _text(value).startswith(("postgresql://", "postgres://")):
        raise _Wrong("not_a_postgresql_url")
    return str(value)


def _address(value: Any) -> str:
    name, _at, domain = _text(value).rpartition("@")
    if not name or not domain or any(c.isspace() or not c.isprintable() or c in "<>," for c in value):
        raise _Wrong("email_format")
    return str(value)


def _one_of(code: str, known: tuple[str, ...]) -> Any:
    def convert(value: Any) -> str:
        if _text(value) not in known:
            raise _Wrong(code, value=value, known=", ".join(known))
        return str(value)

    return convert


_YES: Final = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False,
               "off": False}  # fmt: skip


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _YES:
        return _YES[value.lower()]
    raise _Wrong("setting_flag")


def _whole(least: int, most: int) -> Any:
    def convert(value: Any) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _Wrong("setting_whole", least=least, most=most)
        return value

    return convert


def _arguments(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError as error:
            raise _Wrong("setting_command", place=NUMBER) from error
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise _Wrong("setting_command", place=NUMBER)
    found = tuple(value)
    # the program itself is never made of a number, and nothing else may be asked for
    holds = sum(one.count(NUMBER) for one in found[1:])
    if not found or not found[0] or NUMBER in found[0] or not holds or any("\0" in one for one in found):
        raise _Wrong("setting_command", place=NUMBER)
    return found


_KEYS: Final[dict[str, Any]] = {
    "home": _path,
    "database_url": _url,
    "admin_url": _url,
    "env": _one_of("unknown_environment", ENVIRONMENTS),
    "lang": _one_of("setting_one_of", LANGUAGES),
    "theme": _text,
    "ascii": _flag,
    "reduced_motion": _flag,
    "log_level": _one_of("setting_one_of", LOG_LEVELS),
    "log_bytes": _whole(10_000, 1_000_000_000),
    "log_files": _whole(2, 100),
    "pool_size": _whole(1, 20),
    "mail_host": _text,
    "mail_port": _whole(1, 65_535),
    "mail_security": _one_of("setting_one_of", MAIL_SECURITY),
    "mail_user": _text,
    "mail_password": _text,
    "mail_password_file": _path,
    "mail_sender": _address,
    "mail_ca": _path,
    "mail_timeout": _whole(1, 600),
    "dial": _one_of("setting_one_of", DIALLING),
    "dial_command": _arguments,
}
"""Every setting and what makes a value of it; `LEADTUI_` and its name in capitals is the variable."""

VARIABLES: Final = frozenset(PREFIX + name.upper() for name in _KEYS) | OTHER_VARIABLES


# putting it together ---------------------------------------------------------------------------------------


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings, refused where production forbids them. Raises what `read` and `refuse` raise."""
    settings = read(environ)
    refuse(settings)
    return settings


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of file and environment.

    Raises Invalid naming the variable, or file and key: "config_…" for a file that cannot be read, is no
    TOML, has an unknown key or holds a password that others may read; a code of its own for a wrong value.
    """
    env = os.environ if environ is None else environ
    file = config_path(env)
    given = _from_file(file, required=bool(env.get("LEADTUI_CONFIG"))) if file else None
    top = given.top if given else {}
    found: dict[str, Any] = {}
    sources: dict[str, str] = {}

    def take(name: str, value: Any, source: str, label: str) -> None:
        found[name] = _value(name, value, label)
        sources[name] = source

    def from_environment(name: str) -> bool:
        variable = PREFIX + name.upper()
        value = env.get(variable, "")
        if name == "lang":  # as `i18n.detect` reads it: what is none of ours is passed over
            value = spoken(value) or ""
        if not value:
            return False
        take(name, value, "environment", variable)
        return True

    if not from_environment("env") and "env" in top:
        take("env", top["env"], str(file), f"{file}: env")
    profile = found.get("env", "dev")
    if given is not None:
        _check_values(given, str(file))
    inner = given.profiles.get(profile, {}) if given else {}
    for name in _KEYS:
        if name == "env" or from_environment(name):
            continue
        if name in inner:
            place = f"{file}: profile.{profile}.{name}"
            take(name, inner[name], place, place)
        elif name in top:
            take(name, top[name], f"{file}: {name}", f"{file}: {name}")
    if "home" not in found:
        found["home"] = _default_home()
    found.setdefault("database_url", None)
    found.setdefault("admin_url", None)
    found["env"] = profile
    if found.get("dial") == "command" and not found.get("dial_command"):
        label = sources["dial"]
        raise Invalid(
            {"LEADTUI_DIAL" if label == "environment" else label: "dial_command_needed"}, place=NUMBER
        )
    return Settings(**found, config_file=file if given else None, sources=sources)


def _from_file(file: Path, *, required: bool) -> FileSettings | None:
    from leadtui.core.settings_file import read_file

    return read_file(file, required=required, known=frozenset(_KEYS))


def _value(name: str, value: Any, label: str) -> Any:
    try:
        return _KEYS[name](value)
    except _Wrong as wrong:
        raise Invalid({label: wrong.code}, **wrong.data) from None


def _check_values(given: FileSettings, file: str) -> None:
    """Every value, of profiles that are not in force and where the environment wins too."""
    for name, value in given.top.items():
        _value(name, value, f"{file}: {name}")
    for profile, table in given.profiles.items():
        if profile not in ENVIRONMENTS:
            known = ", ".join(ENVIRONMENTS)
            raise Invalid({f"{file}: profile.{profile}": "unknown_environment"}, value=profile, known=known)
        for name, value in table.items():
            _value(name, value, f"{file}: profile.{profile}.{name}")


def refuse(settings: Settings) -> None:
    """Raises Invalid("tls_needed") for a production that would speak to another machine in the clear."""
    if not settings.production:
        return
    from leadtui.core.settings_url import away_without_tls

    for name in ("database_url", "admin_url"):
        if (url := getattr(settings, name)) and (host := away_without_tls(url, os.environ)) is not None:
            label = settings.sources.get(name, "environment")
            label = PREFIX + name.upper() if label == "environment" else label
            raise Invalid({label: "tls_needed"}, host=host)


def config_path(environ: Mapping[str, str]) -> Path | None:
    """Where the file is looked for: `LEADTUI_CONFIG`, else in `LEADTUI_HOME`, else where the platform keeps
    a user's settings. None where that one has nothing: only a file that was named has to exist."""
    if named := environ.get("LEADTUI_CONFIG"):
        return Path(named).expanduser()
    if home := environ.get("LEADTUI_HOME"):
        path = Path(home).expanduser() / FILE_NAME
    else:
        import platformdirs

        path = Path(platformdirs.user_config_dir("leadtui", appauthor=False)) / FILE_NAME
    return path if os.path.lexists(path) else None


def _default_home() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("leadtui", appauthor=False))


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """`LEADTUI_…` variables that mean nothing here: most likely mistyped."""
    return sorted(name for name in environ if name.startswith(PREFIX) and name not in VARIABLES)


def effective(settings: Settings) -> list[tuple[str, str, str]]:
    """(setting, value in words with passwords masked, source) of every setting."""
    from leadtui.core.settings_url import masked

    rows = []
    for name in _KEYS:
        value = getattr(settings, name)
        if name in ("database_url", "admin_url") and value is not None:
            value = masked(value)
        if name == "mail_password" and value:
            value = "…"
        if isinstance(value, bool):
            value = str(value).lower()
        elif isinstance(value, tuple):
            value = shlex.join(value)
        rows.append((name, "" if value is None else str(value), settings.sources.get(name, "default")))
    return rows
