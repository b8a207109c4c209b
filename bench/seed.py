"""A million synthetic leads in one statement a table, for figures only: nobody in here is real.

The shape is that of a floor at work: all scored but a few, some hidden, some due that no sweeper has seen,
some owned by an agent, some closed.
"""

from __future__ import annotations

import random

import psycopg

from leadtui.core import phones
from leadtui.core.leads import upkeep_queries
from leadtui.core.regions import PROVINCES

_FIRST = """
adi agus ahmad andi anisa asep ayu bambang bayu budi cahya citra dedi dewi dian dimas edi eka eko
endang erni fajar farah fitri galih gita hadi hana hendra heru ika imam indah indra intan irfan
ismail iwan joko kartika laras lestari lia lina made maya mega mira muhammad nadia nanda novi nur
nyoman okta pratiwi putra putri putu rahmat rani ratna rendra reza rian rina rini rizki rudi sari
satria sinta siti slamet sri sulis surya susi suryani tari taufik teguh tono tri udin umar utami
vina wahyu wati wayan widya wulan yani yanto yoga yudi yuli yusuf zahra zainal
"""
_LAST = """
abdullah adiputra anggraini aritonang budiman cahyono damanik darmawan fauzi firmansyah ginting
gunawan hakim halim handayani harahap hartono hidayat hutapea iskandar kurniawan kusuma laksono
lestari lubis mahendra mardiana maulana mulyadi munthe nainggolan nasution nugroho nurhayati
oktaviani pangestu permana pranata prasetyo pratama purnama puspita rahardjo rahman rajagukguk
ramadhan saputra santoso saragih setiawan siahaan sihombing simanjuntak sinaga siregar sitompul
situmorang suharto sukmawati sulistyo suparman supriadi susanto sutrisno suwandi syahputra tambunan
tanjung utomo wibowo widodo wijaya winata wirawan yuliana zulkarnain
"""
FIRST, LAST = _FIRST.split(), _LAST.split()

_RESTORED = ("lead", "lead_phone", "lead_queue")
_FOR_SEARCHES = ("lead_name", "lead_email")

_LEAD = """
insert into lead (team_id, external_id, name, name_fold, email, city, province, zone, source, age, job, marital,
    education, default_flag, housing, loan, balance, contact, pdays, previous, poutcome, consent,
    consent_source, consent_at, synthetic, content_hash)
select %(team)s, 'B' || i, initcap(n.fold), n.fold, replace(n.fold, ' ', '.') || i % 1000 || '@bench.invalid',
    p.cities[t], p.provinces[t], 1 + (h % 10 > 7)::int,
    'bench', 18 + h % 60, 1 + h / 64 % 11, 1 + h / 1024 % 3, 1 + h / 4096 % 8,
    case h % 5 when 0 then null else false end, h % 2 = 0, h % 7 = 0,
    case when h % 4 > 0 then (pow(g % 1000, 3) / 1000)::numeric(18, 2) end, 1 + (h % 3 = 0)::int,
    case when h % 25 = 0 then h % 20 end, h % 3, 1 + h / 32 % 3, 2, 'bench', now(), true,
    sha256(i::text::bytea)
from generate_series(1::bigint, %(n)s) i,
    lateral (select %(cities)s::text[] as cities, %(provinces)s::text[] as provinces) p,
    lateral (select (hashint8extended(i, 7) & 1048575)::int as h,
                    hashint8extended(i, 11) & 1073741823 as g) r,
    lateral (select (%(first)s::text[])[1 + g % cardinality(%(first)s::text[])] || ' '
        || (%(last)s::text[])[1 + g / 1024 % cardinality(%(last)s::text[])] as fold) n,
    -- few big cities, many small ones
    lateral (select 1 + floor(pow((g / 131072 % 8192) / 8192.0::float8, 3) * cardinality(p.cities))::int as t) c
order by i
"""

_PHONE = f"""
insert into lead_phone (lead_id, team_id, e164)
select id, team_id, {phones.sql_synthetic("hashint8extended(id, 3) & 9007199254740991")} from lead
where team_id = %(team)s and source = 'bench'
"""  # noqa: S608

# rank_key: most low, few high, as a calibrated model's are; ties are many
_QUEUE = """
insert into lead_queue (lead_id, team_id, rank_key, why, state, owner_id, hidden_until, consent_ok, phone_ok,
    zone, age, job, marital, education, city_id, balance, attempts, last_contact_at, name_fold, ready)
select id, team_id, case when u < 0.001 then -1 else (pow(u, 4) * 60000)::int * 10 + 20000 end,
    (1 << 12 | 2048 + (h % 400)::int)::bigint | ((2 << 12 | 2048 - (h % 90)::int)::bigint << 16),
    case when h % 100 = 3 then 3 when h % 100 in (4, 5) then 4 else 0 end,
    case when h % 2000 = 7 then (select min(id) from app_user where role = 'agent') end,
    case when h % 100 in (4, 5) then now() + interval '3 days'
         when h % 1000 = 8 then now() - interval '1 minute' end,
    true, true, zone, age, job, marital, education,
    (select c.id from city c where c.fold = lower(lead.city) and c.province = lead.province),
    (balance * 100)::bigint, case when h % 8 = 1 then 1 + h / 8 % 4 else 0 end,
    case when h % 8 = 1 then now() - (h / 64 % 80000) * interval '1 minute' end,
    name_fold, h % 100 not in (3, 4, 5) and h % 1000 <> 8
from lead, lateral (select hashint8extended(id, 5) & 1048575 as h,
    (hashint8extended(id, 9) & 1073741823) / 1073741824.0::float8 as u) r
where team_id = %(team)s and source = 'bench'
"""

_CITY = """
insert into city (fold, name, province)
select lower(c), c, p from unnest(%(cities)s::text[], %(provinces)s::text[]) t (c, p) on conflict do nothing
"""

_WORD = """
insert into word (team_id, word, n)
select %(team)s, word, count(*) from lead, unnest(string_to_array(name_fold, ' ')) word
where team_id = %(team)s and source = 'bench' group by word
on conflict (team_id, word) do update set n = word.n + excluded.n
"""


CITIES = [(city, province.name) for province in PROVINCES for city in province.cities]


def seed(admin_url: str, n: int, *, team: str = "main", searched: bool = True) -> None:
    """`n` leads with queue rows and anchors into a migrated database; `searched`: also what searches need
    (phones, words, the index of names).

    `admin_url` is a superuser's: row-level security and triggers would only slow the filling down. Secondary
    indexes are dropped and made again (1 M rows: about a minute). Call it once, before the database is used.
    """
    with psycopg.connect(admin_url, autocommit=True) as pg:
        pg.execute("set maintenance_work_mem = '512MB'")
        pg.execute("set synchronous_commit = off")
        team_id = pg.execute("select id from team where code = %s", (team,)).fetchone()[0]  # type: ignore[index]
        indexes = pg.execute(
            "select c.relname, pg_get_indexdef(c.oid) "
            "from pg_index i join pg_class c on c.oid = i.indexrelid "
            "where i.indrelid::regclass::text = any(%s) and not i.indisunique",
            (list(_RESTORED),),
        ).fetchall()
        for name, _ in indexes:
            pg.execute(f"drop index {name}")
        rng = random.Random(1)  # noqa: S311
        cities = rng.sample(CITIES, len(CITIES))
        values = {
            "team": team_id, "n": n, "first": FIRST, "last": LAST,
            "cities": [city for city, _ in cities], "provinces": [province for _, province in cities],
        }  # fmt: skip
        for table in _RESTORED:
            pg.execute(f"alter table {table} disable trigger all")
        for statement in (_CITY, _LEAD, _PHONE, _QUEUE, _WORD):
            if not searched and statement in (_PHONE, _WORD):
                continue
            pg.execute(statement.replace(" % ", " %% "), values)
        for table in _RESTORED:
            pg.execute(f"alter table {table} enable trigger all")
        for name, definition in indexes:
            if searched or name not in _FOR_SEARCHES:
                pg.execute(definition)
        pg.execute(upkeep_queries.REBUILD, values)
        # visibility bits for index-only scans, statistics for the planner
        pg.execute("vacuum (analyze) lead, lead_phone, lead_queue, word, rank_anchor")
