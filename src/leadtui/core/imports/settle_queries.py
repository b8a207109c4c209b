"""Between checking and writing: keys, rows that repeat, places, and which leads are there already.

Everything is set-based over `import_clean`; tables are analysed before they are joined (an anti-join over a
table without statistics once became a nested loop that never ended).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from leadtui.core.db.database import PgConnection
from leadtui.core.fold import fold
from leadtui.core.imports.clean import EXCERPT
from leadtui.core.imports.columns import COLUMNS, LEAD_INPUTS
from leadtui.core.imports.dto import REJECT_LINES, SHARED_LINES
from leadtui.core.leads.dto import Consent
from leadtui.core.regions import province, province_of_city, zone

KEY: Final = "coalesce(c.external_id, encode(substr(c.content_hash, 1, 16), 'hex') || '-' || c.n)"
"""SQL: the external_id of a row of `import_clean c`: its own, or its content and its n-th occurrence."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Which database columns this import speaks of; the others keep what they have."""

    targets: frozenset[str]
    """Of `columns.TARGETS`."""
    places: bool
    """City or province, and with them the zone."""


def number_repeats(pg: PgConnection) -> None:
    """Set `n`, the n-th occurrence of a content, where rows without external_id are equal."""
    pg.execute(
        "update import_clean c set n = x.n from ("
        " select line, row_number() over (partition by content_hash order by line) as n from import_clean"
        " join (select content_hash from import_clean group by 1 having count(*) > 1) d using (content_hash)"
        ") x where x.line = c.line and x.n > 1"
    )


def drop_repeats(pg: PgConnection) -> int:
    """Rows that repeat an external_id: equal contents leave the first (the number of others is given back),
    different contents are rejected, all of them."""
    # the usual answer is "none", and counting finds it at a quarter of the price of grouping
    if not _repeats(pg, _ID):
        return 0
    everything = ", ".join(column.target for column in COLUMNS)
    pg.execute(
        "create temp table import_repeat on commit drop as"  # noqa: S608 - our own columns
        " select line, min(line) over same as first, external_id, content,"
        " min(content) over same <> max(content) over same as differ from ("
        f" select external_id, line, md5(row({everything})::text) as content from import_clean"
        " where external_id in (select external_id from import_clean where external_id is not null"
        " group by 1 having count(*) > 1)) r window same as (partition by external_id)"
    )
    pg.execute("analyze import_repeat")
    pg.execute(
        "insert into import_bad (line, col, code, value, lines)"
        " select r.line, 'external_id', 'two_contents',"
        " left(r.external_id, %s) || ' (' || array_to_string(g.lines, ', ') || ')', g.lines"
        " from import_repeat r join (select external_id,"
        " array_agg(line order by line) filter (where n <= %s) as lines"
        " from (select external_id, line, row_number() over (partition by external_id order by line) as n"
        " from import_repeat where differ) d group by 1) g using (external_id) where r.differ",
        (EXCERPT, REJECT_LINES),
    )
    pg.execute(
        "delete from import_clean c using import_repeat r"
        " where r.line = c.line and (r.differ or r.line <> r.first)"
    )
    repeats = count(pg, "select count(*) from import_repeat where not differ and line <> first")
    pg.execute("drop table import_repeat")
    return repeats


# What is counted here is only compared: in bytes, at half the price of a language's order. Numbers begin
# alike, which makes even that slow, so their digests are: two of one digest would cost a search for nothing.
_ID: Final = 'external_id collate "C"'
_NUMBER: Final = "hashtextextended(e164, 0)"


def _repeats(pg: PgConnection, value: str) -> bool:
    """Whether some value may stand in two rows of `import_clean`; never False where one does."""
    return bool(
        count(pg, f"select (count({value}) <> count(distinct {value}))::int from import_clean")  # noqa: S608
    )


def shared_phones(pg: PgConnection, team_id: int, *, fresh: bool) -> tuple[int, tuple[int, ...]]:
    """(rows whose number another row or another lead of the team has too, the first lines of them)."""
    parts = []
    if _repeats(pg, _NUMBER):
        parts.append(
            "select line from import_clean where e164 in (select e164 from import_clean"
            " where e164 is not null group by 1 having count(*) > 1)"
        )
    if not fresh:
        pg.execute("analyze import_clean (line, e164)")
        parts.append(
            "select c.line from import_clean c join lead_phone n"  # noqa: S608 - a number of ours
            f" on n.team_id = {int(team_id)} and n.e164 = c.e164 and n.digits = substr(c.e164, 2)"
            " left join import_match m on m.line = c.line where m.id is null or m.id <> n.lead_id"
        )
    if not parts:
        return 0, ()
    pg.execute(f"create temp table import_number on commit drop as {' union '.join(parts)}")
    total, lines = pg.execute(
        "select count(*), (select array_agg(line order by line) from"
        " (select line from import_number order by line limit %s) f) from import_number",
        (SHARED_LINES,),
    ).fetchone() or (0, None)
    return int(total), tuple(lines or ())


def place_rows(pg: PgConnection, *, write: bool) -> None:
    """Make `import_place`: for every (city, province) of the file its province's own name, its zone and the
    id of its row in `city` (made where `write`)."""
    pg.execute(
        "create temp table import_place (city text not null, province text not null, name text,"
        " zone smallint, city_id int, primary key (city, province)) on commit drop"
    )
    pairs = pg.execute(
        "select distinct coalesce(city, ''), coalesce(province, '') from import_clean"
        " where city is not null or province is not null"
    ).fetchall()
    known: list[tuple[str, str, str | None, int | None]] = []
    for city, written in pairs:
        found = province(written) if written else None
        place = zone(written or None, city or None)
        known.append((city, written, found.name if found else written or None, place))
    with pg.cursor().copy("copy import_place (city, province, name, zone) from stdin") as copy:
        for row in known:
            copy.write_row(row)
    if write:
        _make_cities(pg, known)
    pg.execute("analyze import_place")


def _make_cities(pg: PgConnection, known: Sequence[tuple[str, str, str | None, int | None]]) -> None:
    pg.execute(
        "create temp table import_city (city text, written text, fold text, province text, zone smallint)"
        " on commit drop"
    )
    with pg.cursor().copy("copy import_city (city, written, fold, province, zone) from stdin") as copy:
        for city, written, name, place in known:
            if city or name:
                # A province alone is a row without a name. Without a province a city belongs to the one
                # province that has its name, if any.
                home = province_of_city(city) if city and not written else None
                copy.write_row(
                    (city, written, fold(city) or city.lower(), home.name if home else name, place)
                )
    pg.execute(
        "insert into city (fold, name, province, zone)"
        " select distinct on (fold, province) fold, city, province, zone from import_city"
        " order by fold, province, city on conflict do nothing"
    )
    pg.execute(
        "update import_place p set city_id = t.id from import_city i join city t"
        " on t.fold = i.fold and t.province is not distinct from i.province"
        " where i.city = p.city and i.written = p.province"
    )


# A number that an agent found to be wrong does not become right by standing in the next file.
_NEW_PHONE: Final = (
    "(c.e164 is not null and not exists (select from lead_phone n where n.lead_id = l.id"
    " and n.e164 = c.e164 and (n.preferred or n.bad)))"
)


def match_leads(pg: PgConnection, team_id: int, effect: Effect) -> bool:
    """Make `import_match`: rows whose lead the team has, and whether something about it is new.

    False where the team has no leads at all.
    """
    if not count(pg, "select count(*) from (select from lead where team_id = %s limit 1) l", (team_id,)):
        pg.execute(
            "create temp table import_match (line bigint, id bigint, old_fold text, new_phone boolean,"
            " changed boolean, rescore boolean) on commit drop"
        )
        return False
    pg.execute("analyze import_clean (line, external_id, city, province)")
    changed = " or ".join(_differences(effect)) or "false"
    rescore = (
        " or ".join(f"l.{t} is distinct from c.{t}" for t in LEAD_INPUTS if t in effect.targets) or "false"
    )
    new_phone = _NEW_PHONE if "e164" in effect.targets else "false"
    pg.execute(
        "create temp table import_match on commit drop as "  # noqa: S608 - our own columns only
        f"select c.line, l.id, l.name_fold as old_fold, {new_phone} as new_phone, "
        f"l.deleted_at is null and ({changed}) as changed, ({rescore}) as rescore "
        f"from import_clean c join lead l on l.team_id = {int(team_id)} and l.external_id = {KEY} "
        "left join import_place p on p.city = coalesce(c.city, '') and p.province = coalesce(c.province, '')"
    )
    pg.execute("analyze import_match")
    return True


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands in `import_clean` before the writing, counted in one pass."""

    rows: int
    known: int
    """Rows whose lead is there."""
    changed: int
    """Those of them that say something new."""
    historical: int
    """Rows that carry the answer of an old call."""
    refusals: int
    """Rows with a number that say "do not call"."""
    span: int
    """The highest `place` + 1."""


def settled(pg: PgConnection) -> Settled:
    """Count `import_clean` and `import_match`."""
    row = pg.execute(
        "select count(*), (select count(*) from import_match),"
        " (select count(*) from import_match where changed), count(y),"
        " count(e164) filter (where do_not_call), coalesce(max(place), 0) + 1 from import_clean"
    ).fetchone()
    return Settled(*row) if row is not None else Settled(0, 0, 0, 0, 0, 1)


def rescored(pg: PgConnection) -> bool:
    """Whether a lead lost its score, and with it its place."""
    return bool(count(pg, "select exists (select from import_match where changed and rescore)::int"))


def unscored(pg: PgConnection) -> int:
    """Leads of this file that were there before and have no score now."""
    return count(
        pg, "select count(*) from import_match m join lead_queue q on q.lead_id = m.id where q.rank_key < 0"
    )


def set_consent(pg: PgConnection, consent: Consent, *, over_answers: bool) -> None:
    """What everybody of this file has agreed to; `over_answers`: whatever their rows say."""
    which = "" if over_answers else " where consent is null"
    pg.execute(f"update import_clean set consent = %s{which}", (int(consent),))  # noqa: S608


def keep_refusals(pg: PgConnection, team_id: int) -> int:
    """Have rows that say nothing of consent stay at no where their lead said no before, whatever the whole
    file is said to have agreed to. How many."""
    if not count(
        pg, "select count(*) from (select from lead where team_id = %s and consent = 0 limit 1) l", (team_id,)
    ):
        return 0
    pg.execute("analyze import_clean (line, external_id)")
    return pg.execute(
        "update import_clean c set consent = 0 from lead l where c.consent is null and l.consent = 0"  # noqa: S608
        f" and l.team_id = {int(team_id)} and l.external_id = {KEY}"
    ).rowcount


def _differences(effect: Effect) -> list[str]:
    found = []
    for target in sorted(effect.targets):
        if target == "external_id":
            continue
        if target == "e164":
            found.append(_NEW_PHONE)
        elif target == "do_not_call":
            found.append("(c.do_not_call and not l.do_not_call)")  # once said, it holds for good
        elif target == "consent":
            found.append("(c.consent is not null and l.consent is distinct from c.consent)")
        elif target == "province":
            found.append("l.province is distinct from p.name")
        else:
            found.append(f"l.{target} is distinct from c.{target}")
    return found


def count(pg: PgConnection, statement: str, params: Sequence[Any] = ()) -> int:
    """The one number that a statement gives."""
    row = pg.execute(statement, params).fetchone()
    return int(row[0]) if row is not None else 0
