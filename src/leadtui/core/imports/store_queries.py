"""Writing what was checked: leads, numbers, queue rows, words. Set-based, in slices for the progress bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from leadtui.core.db.database import PgConnection
from leadtui.core.imports.columns import COLUMNS
from leadtui.core.imports.settle_queries import KEY, Effect, Settled, count
from leadtui.core.imports.stage import slices

BULK_ROWS: Final = 100_000
"""New rows from which on building the indexes once pays."""

Advance = Callable[[int], None]

_LEAD: Final = tuple(
    column.target
    for column in COLUMNS
    if column.target not in ("external_id", "e164", "province", "do_not_call")
)
_PLACE: Final = (
    "left join import_place p on p.city = coalesce(c.city, '') and p.province = coalesce(c.province, '')"
)
_NEW: Final = "not exists (select from import_match m where m.line = c.line)"


class Writer:
    """Writes one import. `team_id`, `import_id`, `actor_id` and the first id are numbers of ours, and nothing
    else is interpolated. `fresh`: no row has a lead yet, so nothing is looked up."""

    def __init__(
        self,
        pg: PgConnection,
        team_id: int,
        import_id: int,
        found: Settled,
        *,
        fresh: bool,
        synthetic: bool,
        consent_source: str | None,
        actor_id: int,
    ) -> None:
        self._pg = pg
        self._team = int(team_id)
        self._run = int(import_id)
        self._found = found
        self._fresh = fresh
        self._synthetic = synthetic
        self._source = consent_source
        self._actor = int(actor_id)
        self._first = 0

    def reserve_ids(self, new: int) -> None:
        """Take a block of ids: the id of a new row is the block's first + the row's `place`."""
        span = self._found.span
        if not self._fresh and new * 2 < span:
            # few are new: number them without the gaps that the known rows leave
            self._pg.execute(
                "update import_clean c set place = x.place from ("  # noqa: S608 - our own names
                " select line, row_number() over (order by line) - 1 as place from import_clean c"
                f" where {_NEW}"
                ") x where x.line = c.line"
            )
            span = new
        while True:
            low, high = self._pg.execute(
                "select min(id), max(id) from"
                " (select nextval('lead_id_seq') as id from generate_series(1, %s)) s",
                (span,),
            ).fetchone() or (0, 0)
            if high - low + 1 == span:  # else somebody added a lead in between: take another block
                self._first = low
                return

    def bulk_begin(self, rows: int) -> bool:
        """Take secondary indexes away for a big load where that harms nobody; whether they are away."""
        return bool(count(self._pg, "select import_bulk_begin(%s)::int", (rows,)))

    def bulk_step(self) -> int:
        """Put one of them back; gives how many are left."""
        return count(self._pg, "select import_bulk_step()")

    def add(self, advance: Advance) -> None:
        """Insert the new leads with their numbers and queue rows. `advance` is told leads written."""
        new = "true" if self._fresh else _NEW
        done = 0
        for part in slices(self._pg, "import_clean", self._found.rows, "c."):
            where = f"where {part} and {new}"
            done += self._leads(where)
            self._phones(where)
            self._queue(where)
            advance(done)

    def _leads(self, where: str) -> int:
        names = ", ".join(_LEAD)
        values = ", ".join(f"c.{target}" for target in _LEAD)
        return self._pg.execute(
            "insert into lead (id, team_id, external_id, external_given, name_fold, province, zone,"  # noqa: S608
            " do_not_call, synthetic, consent_source, consent_at, consent_by, consent_import_id,"
            f" content_hash, import_id, {names})"
            " overriding system value"
            f" select {self._first} + c.place, {self._team}, {KEY}, c.external_id is not null, c.name_fold,"
            f" p.name, p.zone, coalesce(c.do_not_call, false), {self._synthetic},"
            " case when c.consent is not null then %s end,"
            " case when c.consent is not null then now() end,"
            f" case when c.consent is not null then {self._actor} end,"
            f" case when c.consent is not null then {self._run} end, c.content_hash, {self._run}, {values}"
            f" from import_clean c {_PLACE} {where}",
            (self._source,),
        ).rowcount

    def _phones(self, where: str) -> None:
        self._pg.execute(
            "insert into lead_phone (lead_id, team_id, e164)"  # noqa: S608 - our own names
            f" select {self._first} + c.place, {self._team}, c.e164"
            f" from import_clean c {where} and c.e164 is not null"
        )

    def _queue(self, where: str) -> None:
        self._pg.execute(
            "insert into lead_queue (lead_id, team_id, state, consent_ok, dnc, phone_ok, zone, age,"  # noqa: S608
            " job, marital, education, city_id, balance, name_fold, ready)"
            " select id, team, case when said_no then 5 else 0 end, consent_ok, said_no or listed, phone_ok,"
            " zone, age, job, marital, education, city_id, (balance * 100)::bigint, name_fold,"
            " consent_ok and phone_ok and not said_no and not listed"
            f" from (select {self._first} + c.place as id, {self._team} as team,"
            " coalesce(c.do_not_call, false) as said_no, d.e164 is not null as listed,"
            " c.e164 is not null as phone_ok,"
            " coalesce(c.consent in (1, 2), s.free) as consent_ok, p.zone, c.age, c.job, c.marital,"
            f" c.education, p.city_id, c.balance, c.name_fold from import_clean c {_PLACE}"
            f" left join dnc_number d on d.team_id = {self._team} and d.e164 = c.e164"
            f" cross join ({self.consent_free()}) s {where}) q"
        )

    def consent_free(self) -> str:
        """SQL: one row, `free`: whether the team's policy calls people of whom no consent is known."""
        return (
            "select not coalesce((select (value #>> '{}')::boolean from setting"  # noqa: S608
            f" where key = 'consent.required' and (team_id = {self._team} or team_id is null)"
            " order by team_id nulls last limit 1), true) as free"
        )

    def block_numbers(self) -> None:
        """Put the numbers of everybody who said "do not call" on the team's list."""
        if self._found.refusals:
            self._pg.execute(
                "insert into import_family"
                " select distinct e164 from import_clean where do_not_call and e164 is not null"
            )
        self._pg.execute(
            "insert into dnc_number (team_id, e164, reason, added_by)"  # noqa: S608
            f" select distinct {self._team}, e164, 'import', {self._actor} from import_family"
            " on conflict do nothing"
        )

    def mark_blocked(self) -> None:
        """Mark leads of the team that share a number with somebody of this file who said "do not call"."""
        if not count(self._pg, "select count(*) from import_family"):
            return
        self._pg.execute(
            "update lead_queue q set dnc = true, version = q.version + 1 from import_family f"  # noqa: S608
            " join lead_phone n on n.e164 = f.e164 and n.digits = substr(f.e164, 2)"
            f" and n.team_id = {self._team}"
            " where q.lead_id = n.lead_id and not q.dnc"
        )

    def change(self, effect: Effect) -> None:
        """Update the leads whose row says something new, their numbers and queue rows."""
        if not count(self._pg, "select count(*) from import_match where changed"):
            return
        known = f"import_clean c join import_match m on m.line = c.line and m.changed {_PLACE}"
        sets = [f"{t} = v.{t}" for t in _LEAD if t in effect.targets and t != "consent"]
        if "name" in effect.targets:
            sets.append("name_fold = v.name_fold")
        if effect.places:
            sets += ["province = v.place_name", "zone = v.place_zone"]
        if "do_not_call" in effect.targets:
            sets.append("do_not_call = l.do_not_call or coalesce(v.do_not_call, false)")
        if "consent" in effect.targets:
            new = "v.consent is not null and v.consent is distinct from l.consent"
            sets += [
                "consent = coalesce(v.consent, l.consent)",
                f"consent_at = case when {new} then now() else l.consent_at end",
                f"consent_source = case when {new} then %(source)s else l.consent_source end",
                f"consent_by = case when {new} then {self._actor} else l.consent_by end",
                f"consent_import_id = case when {new} then {self._run} else l.consent_import_id end",
            ]
        if self._synthetic:
            sets.append("synthetic = true")
        self._pg.execute(
            f"update lead l set {', '.join(sets)}, import_id = {self._run}, updated_at = now(),"  # noqa: S608
            " version = l.version + 1 from"
            f" (select c.*, m.id, p.name as place_name, p.zone as place_zone from {known}) v"
            " where l.id = v.id",
            {"source": self._source},
        )
        if "e164" in effect.targets:
            self._change_phones()
        self._change_queue(effect, known)

    def _change_phones(self) -> None:
        given = "import_clean c join import_match m on m.line = c.line and m.new_phone"
        self._pg.execute(
            "update lead_phone n set preferred = false from (select m.id, c.e164 from "  # noqa: S608
            f"{given}) v where n.lead_id = v.id and n.e164 <> v.e164 and n.preferred"
        )
        self._pg.execute(
            "insert into lead_phone (lead_id, team_id, e164)"  # noqa: S608
            f" select m.id, {self._team}, c.e164 from {given}"
            " on conflict (lead_id, e164) do update set preferred = true, bad = false"
        )

    def _change_queue(self, effect: Effect, known: str) -> None:
        city = "v.city_id" if effect.places else "q.city_id"
        fold = "v.name_fold" if "name" in effect.targets else "q.name_fold"
        self._pg.execute(
            f"update lead_queue q set zone = l.zone, age = l.age, job = l.job, marital = l.marital,"  # noqa: S608
            f" education = l.education, city_id = {city}, name_fold = {fold},"
            " balance = (l.balance * 100)::bigint,"
            " consent_ok = v.ok, dnc = q.dnc or l.do_not_call or v.listed,"
            " phone_ok = q.phone_ok or v.new_phone,"
            # corrected numbers bring a lead back, "do not call" takes it away for good
            " state = case when l.do_not_call then 5 when q.state = 6 and v.new_phone then 0"
            " else q.state end,"
            " rank_key = case when v.rescore then -1 else q.rank_key end,"
            " why = case when v.rescore then 0 else q.why end,"
            " model_id = case when v.rescore then null else q.model_id end,"
            " version = q.version + 1"
            " from (select m.id, m.rescore, m.new_phone, c.name_fold, c.e164, p.city_id,"
            " coalesce(x.consent in (1, 2), s.free)"
            f" as ok, d.e164 is not null as listed from {known} join lead x on x.id = m.id"
            f" left join dnc_number d on d.team_id = {self._team} and d.e164 = c.e164"
            f" cross join ({self.consent_free()}) s) v"
            " join lead l on l.id = v.id where q.lead_id = v.id"
        )

    def withdrawn(self) -> list[int]:
        """Leads of this file whom somebody is calling who may not be called any more."""
        return [
            row[0]
            for row in self._pg.execute(
                "select o.lead_id from open_call o join lead_queue q on q.lead_id = o.lead_id"  # noqa: S608
                f" where o.team_id = {self._team} and o.live and o.direction = 0"
                " and (q.dnc or not q.consent_ok) and (o.lead_id in (select id from import_match)"
                " or o.lead_id in (select n.lead_id from import_family f join lead_phone n"
                f" on n.digits = substr(f.e164, 2) and n.team_id = {self._team})) order by 1"
            ).fetchall()
        ]

    def count_words(self, effect: Effect) -> None:
        """Bring the word counts of the name search up to date."""
        new = "" if self._fresh else f"where {_NEW}"
        sources = [f"select c.name_fold as name, 1 as n from import_clean c {new}"]  # noqa: S608
        if not self._fresh and "name" in effect.targets:
            moved = (
                "from import_clean c join import_match m on m.line = c.line and m.changed"
                " and m.old_fold <> c.name_fold"
            )
            sources += [f"select c.name_fold, 1 {moved}", f"select m.old_fold, -1 {moved}"]
        self._pg.execute(
            "insert into word as w (team_id, word, n)"  # noqa: S608 - our own names
            f" select {self._team}, part, sum(n)::bigint from (select name, sum(n) as n from"
            # names repeat: taking each apart once is cheaper
            f" ({' union all '.join(sources)}) u group by name) s,"
            " unnest(string_to_array(s.name, ' ')) part where part <> '' group by part having sum(n) <> 0"
            " on conflict (team_id, word) do update set n = greatest(0, w.n + excluded.n)"
        )
