"""`--demo-contacts`: a made-up person for every row of a file that says nothing of its people.

Who somebody is follows from the row's key, so the same file twice makes the same people. Names are natural
Indonesian ones; that nobody of them exists is said by the lead's `synthetic` mark (shown wherever the name
is), the consent "demo" and an address under example.com, which belongs to nobody (RFC 2606).
"""

from __future__ import annotations

from typing import Final

from leadtui.core import phones
from leadtui.core.db.database import PgConnection
from leadtui.core.imports.settle_queries import KEY

TARGETS: Final = frozenset({"name", "e164", "email", "city", "province", "source", "consent"})
"""Database columns that the made-up contacts fill."""

SOURCE: Final = "demo"


def fill(pg: PgConnection) -> None:
    """Write made-up contacts into every row of `import_clean`."""
    from leadtui.core.demo import names

    (women, women_last), (men, men_last) = names.by_sex()
    cities, provinces = names.places()
    number = phones.sql_synthetic("s.seed").replace("%", "%%")
    pg.execute(
        "update import_clean t set name = s.name, name_fold = lower(s.name), e164 = " + number + ", "  # noqa: S608
        "email = lower(replace(s.name, ' ', '.')) || (s.seed %% 10000)::text || '@example.com', "
        "city = s.city, province = s.province, source = %(source)s "
        "from (select line, seed, case when seed %% 2 = 0"
        f" then {_pair('women', women, 'women_last', women_last)}"
        f" else {_pair('men', men, 'men_last', men_last)} end as name, "
        f"{_pick('cities', cities, 7919)} as city, {_pick('provinces', provinces, 7919)} as province "
        "from (select c.line, ('x' || encode(substr(sha256(convert_to("
        + KEY
        + ", 'UTF8')), 1, 7), 'hex'))::bit(56)::bigint as seed"
        " from import_clean c) k) s where s.line = t.line",
        {
            "source": SOURCE,
            "women": women,
            "women_last": women_last,
            "men": men,
            "men_last": men_last,
            "cities": cities,
            "provinces": provinces,
        },
    )


def _pick(name: str, values: list[str], stride: int) -> str:
    return f"(%({name})s::text[])[1 + (seed / {stride} %% {len(values)})::int]"


def _pair(first: str, firsts: list[str], last: str, lasts: list[str]) -> str:
    return f"{_pick(first, firsts, 2)} || ' ' || {_pick(last, lasts, 2 * len(firsts))}"
