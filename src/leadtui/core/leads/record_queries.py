"""One lead with everything known of it: few statements, sent together."""

from __future__ import annotations

from typing import Any, Final

from leadtui.core.ctx import Tx
from leadtui.core.leads import list_queries as text
from leadtui.core.leads.queries import Sent

CALLS: Final = 50
"""Past calls of a timeline."""

# What an agent may look at: what is in the queue by itself sooner or later and is nobody else's, and what is
# theirs (their customer, their open call, their task, a call of theirs). The clock and other people's leases
# are not asked: a row that was on the list a moment ago can still be opened, and says why it is not callable.
_SEEN_BY_AGENT: Final = """
    (q.owner_id = %(me)s
     or q.owner_id is null and q.available_at < 'infinity'
     or exists (select from open_call o where o.lead_id = q.lead_id and o.agent_id = %(me)s)
     or exists (select from task t where t.lead_id = q.lead_id and t.owner_id = %(me)s and t.state = 0)
     or exists (select from call_effective c where c.lead_id = q.lead_id and c.agent_id = %(me)s))
"""

RECORD_COLUMNS: Final = (
    "l.external_id, l.email, l.province, l.zone, l.source, l.balance_currency, l.consent, l.consent_source, "
    "l.consent_at, l.do_not_call, q.version"
)
STANDING_COLUMNS: Final = (
    "q.consent_ok, q.dnc, q.phone_ok, q.capped, q.attempts_today, q.attempts_day, q.rejections, q.zone, "
    "q.name_fold"
)

_LEAD: Final = f"""
select {text.QUEUE_COLUMNS}, {text.LEAD_COLUMNS}, {RECORD_COLUMNS}, {STANDING_COLUMNS}, q.team_id,
    array(select g.name from lead_tag t join tag g on g.id = t.tag_id where t.lead_id = q.lead_id
          order by g.fold),
    l.income, l.installments, l.savings, l.credit_score
from lead_queue q join lead l on l.id = q.lead_id
where q.lead_id = %(lead)s and l.deleted_at is null and {{scope}}
"""  # noqa: S608
_LEADS: Final = f"""
select {text.QUEUE_COLUMNS}, {text.LEAD_COLUMNS}
from lead_queue q join lead l on l.id = q.lead_id
where q.lead_id = any(%(leads)s::bigint[]) and l.deleted_at is null and {{scope}}
order by q.rank_key desc, q.lead_id
"""  # noqa: S608

_TEAM: Final = "q.team_id = %(team)s"
_SCOPES: Final = {"agent": f"{_TEAM} and {_SEEN_BY_AGENT}", "team": _TEAM, "all": "true"}
_LEAD_OF: Final = {name: _LEAD.format(scope=scope) for name, scope in _SCOPES.items()}
_LEADS_OF: Final = {name: _LEADS.format(scope=scope) for name, scope in _SCOPES.items()}

_TEAM_OF_LEAD: Final = "team_id = (select team_id from lead where id = %(lead)s)"
_PHONES: Final = f"""
select e164, preferred, bad from lead_phone where lead_id = %(lead)s and {_TEAM_OF_LEAD}
order by bad, preferred desc, e164
"""  # noqa: S608
# No call is of a later day: two years of partitions to come need not be opened. An expression, not a day of
# ours: with a constant each execution would be planned anew, which takes longer than running it.
_TOMORROW: Final = "%(now)s::timestamptz + interval '1 day'"
# As `call_effective`, with those that were undone beside it: the history tells of them.
_CALLS: Final = f"""
select c.id, c.at, coalesce(p.name, ''), c.status, c.reason, c.outcome, c.note, c.callback_at,
       case when %(indonesian)s then s.name_id else s.name_en end, c.amount, c.currency, c.product_id,
       c.direction, c.agent_id, c.corrected_at, later.voided is not null,
       count(*) filter (where later.voided is null) over ()
from call_log c
left join lateral (
    select n.voided from call_log n
    where n.lead_id = c.lead_id and n.at = c.at and n.at < {_TOMORROW} and n.corrects = c.id limit 1
) later on true
left join people() p on p.user_id = c.agent_id left join product s on s.id = c.product_id
where c.lead_id = %(lead)s and c.{_TEAM_OF_LEAD} and c.at < {_TOMORROW} and not c.voided
    and later.voided is not false
order by c.at desc, c.id desc limit {CALLS}
"""  # noqa: S608
_NUMBERS: Final = f"""
select (select count(*) from task where lead_id = %(lead)s and {_TEAM_OF_LEAD} and state = 0),
       (select p.name from lead_queue q join people() p on p.user_id = q.claimed_by
        where q.lead_id = %(lead)s and q.{_TEAM_OF_LEAD})
"""  # noqa: S608


def _scope(tx: Tx, *, looked_up: bool = False) -> str:
    if tx.actor.sees_all:
        return "all"
    return "agent" if tx.actor.role == "agent" and not looked_up else "team"


def record(tx: Tx, lead_id: int, *, looked_up: bool) -> tuple[Sent, Sent, Sent, Sent]:
    """Send: the lead in the actor's scope, its phones, its newest calls (each with the number of all as its
    last column: one look at the partitions), (open tasks, who holds it).

    The last three are not scoped by role: read nothing of them when the first gives no row.
    """
    actor = tx.actor
    params: dict[str, Any] = {
        "lead": lead_id,
        "me": actor.user_id,
        "team": actor.team_id,
        "now": tx.now,
        "indonesian": (actor.locale or "").startswith("id"),
    }
    return (
        tx.send(_LEAD_OF[_scope(tx, looked_up=looked_up)], params),
        tx.send(_PHONES, params),
        tx.send(_CALLS, params),
        tx.send(_NUMBERS, params),
    )


def leads(tx: Tx, lead_ids: list[int]) -> Sent:
    """Send: list rows of some leads in the actor's scope, in list order."""
    params = {"leads": lead_ids, "me": tx.actor.user_id, "team": tx.actor.team_id}
    return tx.send(_LEADS_OF[_scope(tx)], params)


def in_list(tx: Tx, shape: text.Shape, params: dict[str, Any], lead_id: int) -> Sent:
    """Send: one row when a lead is in a list."""
    return tx.send(text.member(shape), {**params, "lead": lead_id})
