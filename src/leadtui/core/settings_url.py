"""What a PostgreSQL URL says without connecting: hosts, TLS, whether it holds a password. Pure.

Not psycopg's parser: settings are read before the sign-in page is painted, and psycopg is not imported then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

VERIFY_FULL: Final = "verify-full"
_SECRETS: Final = ("password", "sslpassword")
_LOOPBACK: Final = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1|0:0:0:0:0:0:0:1", re.I)


def _parameters(url: str) -> dict[str, str]:
    try:
        query = urlsplit(url).query
    except ValueError:
        query = url.partition("?")[2]
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}


def _netloc(url: str) -> str:
    return re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]


def hosts(url: str, environ: Mapping[str, str]) -> list[str]:
    """Every host and address that libpq would try; an empty one, or one with a slash, is a Unix socket."""
    parameters = _parameters(url)
    named = parameters.get("host")
    if named is None:
        places = _netloc(url).rpartition("@")[2]
        named = ",".join(_without_port(place) for place in places.split(","))
    if not named.strip(","):
        named = environ.get("PGHOST") or ""
    # where there is an address, libpq goes there, whatever the name is
    address = parameters.get("hostaddr") or environ.get("PGHOSTADDR") or ""
    return [unquote(one).strip("[]") for one in [*named.split(","), *filter(None, address.split(","))]]


def _without_port(place: str) -> str:
    if place.startswith("["):
        return place.partition("]")[0] + "]"
    return place.partition(":")[0]


def is_local(host: str) -> bool:
    """Whether nothing leaves this machine: a socket's folder, or a loopback address."""
    return not host or host.startswith(("/", "@")) or _LOOPBACK.fullmatch(host) is not None


def sslmode(url: str, environ: Mapping[str, str]) -> str:
    """What libpq will do about TLS; "prefer" is its own default."""
    return _parameters(url).get("sslmode") or environ.get("PGSSLMODE") or "prefer"


def away_without_tls(url: str, environ: Mapping[str, str]) -> str | None:
    """The first host on another machine whose certificate would not be checked against its name."""
    if sslmode(url, environ) == VERIFY_FULL:
        return None
    parameters = _parameters(url)
    if parameters.get("service") or environ.get("PGSERVICE"):
        # what a service file names is not looked up here: it may be anywhere
        return parameters.get("service") or environ["PGSERVICE"]
    return next((host for host in hosts(url, environ) if not is_local(host)), None)


def has_password(url: str) -> bool:
    """Whether whoever reads this URL can sign in with it."""
    user_info, at, _place = _netloc(url).rpartition("@")
    return bool(at and ":" in user_info) or any(_parameters(url).get(name) for name in _SECRETS)


def masked(url: str) -> str:
    """The URL without its passwords, fit for a screen."""
    scheme, _, rest = url.partition("://")
    place = _netloc(url)
    user_info, at, where = place.rpartition("@")
    if at and ":" in user_info:
        rest = f"{user_info.partition(':')[0]}:…@{where}" + rest[len(place) :]
    return f"{scheme}://" + re.sub(r"(?i)(password=)[^&#]*", r"\1…", rest)
