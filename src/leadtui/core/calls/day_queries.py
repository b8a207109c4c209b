"""The agent's day: the rollup that moves in the transaction of every call, forward and back."""

from __future__ import annotations

from datetime import date
from typing import Final

from leadtui.core.calls.rules import Share
from leadtui.core.ctx import Tx

_ADD: Final = """
insert into agent_day as a (agent_id, day, team_id, calls, contacts, closings, callbacks, amount,
                            talk_seconds, expected, by_hour)
values (%(me)s, %(day)s, %(team)s, %(calls)s, %(contacts)s, %(closings)s, %(callbacks)s, %(amount)s,
        %(talk)s, %(expected)s,
        jsonb_build_object(%(hour)s::text, jsonb_build_array(%(calls)s::int, %(contacts)s::int)))
on conflict (agent_id, day) do update set
    calls = a.calls + excluded.calls, contacts = a.contacts + excluded.contacts,
    closings = a.closings + excluded.closings, callbacks = a.callbacks + excluded.callbacks,
    amount = a.amount + excluded.amount, talk_seconds = a.talk_seconds + excluded.talk_seconds,
    expected = a.expected + excluded.expected,
    by_hour = a.by_hour || jsonb_build_object(%(hour)s::text, jsonb_build_array(
        coalesce((a.by_hour #>> array[%(hour)s::text, '0'])::int, 0) + %(calls)s::int,
        coalesce((a.by_hour #>> array[%(hour)s::text, '1'])::int, 0) + %(contacts)s::int))
"""

_MOVE: Final = """
update agent_day a set
    calls = a.calls + %(calls)s, contacts = a.contacts + %(contacts)s,
    closings = a.closings + %(closings)s, callbacks = a.callbacks + %(callbacks)s,
    amount = a.amount + %(amount)s, talk_seconds = a.talk_seconds + %(talk)s,
    -- sums of floats: what is left of a day without calls is nothing
    expected = case when a.calls + %(calls)s = 0 then 0 else greatest(0, a.expected + %(expected)s) end,
    by_hour = case when coalesce((a.by_hour #>> array[%(hour)s::text, '0'])::int, 0) + %(calls)s::int <= 0
        then a.by_hour - %(hour)s::text
        else a.by_hour || jsonb_build_object(%(hour)s::text, jsonb_build_array(
            coalesce((a.by_hour #>> array[%(hour)s::text, '0'])::int, 0) + %(calls)s::int,
            coalesce((a.by_hour #>> array[%(hour)s::text, '1'])::int, 0) + %(contacts)s::int)) end
where agent_id = %(me)s and day = %(day)s and team_id = %(team)s
"""


def add(tx: Tx, day: date, hour: int, share: Share) -> None:
    """Count a call of the actor's, in the transaction that logs it. `day` and `hour` are the team's."""
    _send(tx, _ADD, day, hour, share)


def move(tx: Tx, day: date, hour: int, change: Share) -> None:
    """Change a day that has been counted: what a call was undone or corrected by, negative where less."""
    _send(tx, _MOVE, day, hour, change)


def _send(tx: Tx, statement: str, day: date, hour: int, share: Share) -> None:
    tx.send(
        statement,
        {
            "me": tx.actor.user_id,
            "team": tx.actor.team_id,
            "day": day,
            "hour": str(hour),
            "calls": share.calls,
            "contacts": share.contacts,
            "closings": share.closings,
            "callbacks": share.callbacks,
            "amount": share.amount,
            "talk": share.talk_seconds,
            "expected": share.expected,
        },
    )
