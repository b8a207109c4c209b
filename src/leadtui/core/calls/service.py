"""The call loop: claim, dial, log, give back. Every function is behind the gate; agents only, but reading."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.calls import (
    claim_queries,
    eligibility,
    log_queries,
    queries,
    reception,
    rules,
    validate,
)
from leadtui.core.calls.dto import (
    GIVE_BACK_REASONS,
    CallStatus,
    Claim,
    GiveBack,
    Incoming,
    LogCall,
    Logged,
    OpenCall,
    Outcome,
    Product,
)
from leadtui.core.calls.settings import policy as policy_of
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.leads.dto import LeadState
from leadtui.core.policy import Policy, first_opening, open_zones
from leadtui.core.tasks.dto import TaskKind

TRIES: Final = ((16, False), (256, False), (16, True))
"""Candidates to look at, and whether to wait for locked ones. Nearly every claim ends with the first."""

_BEFORE_DIALLING: Final = frozenset({"do_not_call", "consent", "no_phone", "window"})
"""What may have changed between the claim and the dialling."""


@action(Permission.CALLS_WORK, audit="call.opened")
def claim(tx: Tx, command: Claim) -> OpenCall:
    """Take the next best lead, or `command.lead_id`, and open its call, which is then the actor's only one.

    Next best: my due callbacks by time, then mine and the team's by score; what I gave back today is not
    served to me again. Raises NotFound("queue_empty", opens_at), NotFound("lead"), Conflict("has_open_call",
    open_call_id, lead_id), Conflict("lead_taken", by, by_name, until), Conflict("not_callable", verdicts,
    until) with the codes of `eligibility.verdicts`.
    """
    policy = policy_of(tx)
    zones = open_zones(policy, tx.now)
    since = datetime.combine(tx.now.astimezone(tx.team_zone()).date(), time(0), tx.team_zone())
    for k, wait in TRIES:
        found = claim_queries.claim(
            tx,
            uuid.uuid4(),
            command.lead_id,
            zones=zones,
            window=policy.window_enabled,
            lease=tx.now + policy.lease,
            since=since,
            k=k,
            wait=wait,
        )
        if found.call is not None:
            tx.audit(
                f"lead:{found.call.lead_id}", open_call=str(found.call.id), chosen=command.lead_id is not None
            )
            tx.notify("lead", found.call.lead_id, found.queue_version or 0)
            tx.notify("call", tx.actor.user_id)
            return found.call
        if found.mine is not None:
            break
        if command.lead_id is not None:
            _refuse(tx, command.lead_id, policy)
        elif found.candidates == 0:
            break
    # looked at anew: another window of the same agent may have been faster while this one waited
    mine = queries.my_open_call(tx)
    if mine is not None:
        raise Conflict("has_open_call", open_call_id=mine[0], lead_id=mine[1])
    if command.lead_id is not None:
        raise Conflict("lead_taken", lead_id=command.lead_id, by=None, by_name=None, until=None)
    raise NotFound("queue_empty", opens_at=None if zones else first_opening(policy, tx.now))


def _refuse(tx: Tx, lead_id: int, policy: Policy) -> None:
    """Say why a chosen lead could not be taken; returns where nothing is known to stand against it."""
    standing = queries.standing(tx, lead_id)
    if standing is None:
        raise NotFound("lead", lead_id=lead_id)
    against = eligibility.verdicts(standing, policy, tx.actor.user_id, tx.now)
    if any(verdict.code == "lease" for verdict in against):
        by, until = standing.claimed_by, standing.claimed_until
        raise Conflict("lead_taken", lead_id=lead_id, by=by, by_name=queries.person(tx, by), until=until)
    if against:
        untils = [verdict.until for verdict in against]
        raise Conflict(
            "not_callable",
            lead_id=lead_id,
            verdicts=tuple(verdict.code for verdict in against),
            until=None if None in untils else max(at for at in untils if at is not None),
        )


@action(Permission.CALLS_WORK, audit="call.incoming")
def incoming(tx: Tx, command: Incoming) -> OpenCall:
    """A customer of the team is on the line: open their call (direction 1), answered now.

    Whatever the queue says of them: consent, hours, caps, rests and "do not call" are about our calling
    them. It holds the lead as any open call does, and the number where it is known and free. Raises
    NotFound("lead"), Conflict("has_open_call", open_call_id, lead_id), Conflict("lead_taken", by, by_name,
    until).
    """
    return reception.take(tx, command.lead_id)


@action(Permission.CALLS_WORK, audit="call.resumed")
def current(tx: Tx) -> OpenCall | None:
    """My open call, if any: after a restart it is brought back, its lease renewed where it still holds or
    where nothing has happened to the lead since (`live` says)."""
    mine = queries.my_open_call(tx)
    if mine is None:
        return None
    found = _beat(tx, mine[0])
    tx.audit(f"lead:{found.lead_id}", open_call=str(found.id), live=found.live)
    return found


@action(Permission.CALLS_WORK, audit=None)
def heartbeat(tx: Tx, open_call_id: UUID) -> OpenCall:
    """Renew the lease, every 30 s. `live` False: it ended and the lead has moved on, or its number is busy.

    Raises NotFound("open_call") where it was finished.
    """
    return _beat(tx, open_call_id)


def _beat(tx: Tx, open_call_id: UUID) -> OpenCall:
    lease = tx.now + policy_of(tx).lease
    found = queries.renew(tx, open_call_id, lease)
    if found is None:
        queries.revive(tx, open_call_id)
        found = queries.renew(tx, open_call_id, lease) or queries.open_call(tx, open_call_id)
    if found is None:
        raise NotFound("open_call", open_call_id=open_call_id)
    return found


@action(Permission.CALLS_WORK, audit="call.dialled")
def dialled(tx: Tx, open_call_id: UUID) -> OpenCall:
    """Record that the number is being dialled; the first time counts. The front door dials only afterwards,
    and never where `synthetic` is set; a call that came in is never dialled, and nothing happens.

    Raises NotFound("open_call"), Conflict("lead_moved_on", by, by_name, at, state), and before the first
    dialling Conflict("not_callable", verdicts) where the customer may not be called any more (a number that
    was blocked since, hours that have ended).
    """
    return _marked(tx, open_call_id, answered=False)


@action(Permission.CALLS_WORK, audit="call.answered")
def answered(tx: Tx, open_call_id: UUID) -> OpenCall:
    """Record that somebody answered (and so that it was dialled). Raises as `dialled`."""
    return _marked(tx, open_call_id, answered=True)


def _marked(tx: Tx, open_call_id: UUID, *, answered: bool) -> OpenCall:
    found = _beat(tx, open_call_id)
    tx.audit(f"lead:{found.lead_id}", open_call=str(found.id))
    if not found.live:
        raise _moved_on(tx, found.lead_id, found.id, None)
    if found.direction:
        return found
    if found.dialled_at is None and not answered:
        _may_dial(tx, found.lead_id)
    marked = queries.mark(tx, open_call_id, answered=answered)
    tx.notify("call", tx.actor.user_id)
    return marked


def _may_dial(tx: Tx, lead_id: int) -> None:
    standing = queries.standing(tx, lead_id)
    if standing is None:
        raise NotFound("lead", lead_id=lead_id)
    against = eligibility.verdicts(standing, policy_of(tx), tx.actor.user_id, tx.now)
    codes = tuple(verdict.code for verdict in against if verdict.code in _BEFORE_DIALLING)
    if codes:
        raise Conflict("not_callable", lead_id=lead_id, verdicts=codes, until=None)


def _moved_on(tx: Tx, lead_id: int, open_call_id: UUID, state: LeadState | None) -> Conflict:
    if state is None:
        standing = queries.standing(tx, lead_id)
        state = LeadState.PENDING if standing is None else standing.state
    who = queries.overtaker(tx, lead_id)
    return Conflict(
        "lead_moved_on",
        lead_id=lead_id,
        open_call_id=open_call_id,
        by=who.by,
        by_name=who.by_name,
        at=who.at,
        state=int(state),
    )


@action(Permission.CALLS_WORK, audit="call.logged")
def log(tx: Tx, command: LogCall) -> Logged:
    """Finish the open call: call log, lead, tasks, numbers and the agent's day in one transaction.

    Raises Invalid (see `validate.checked` and `checked_incoming`, and product_id "unknown"),
    NotFound("open_call"), Conflict("lead_moved_on", by, by_name, at, state) where the lease had ended and
    something happened to the lead since: nothing is written, and the same command with `keep_mine` records
    the call.
    """
    said = validate.checked(command, tx.now)
    if said.product_id is not None and not queries.product_sold(tx, said.product_id):
        raise Invalid({"product_id": "unknown"})
    call = queries.finishing(tx, said.open_call_id)
    if call is None:
        raise NotFound("open_call", open_call_id=said.open_call_id)
    before = call.standing
    overtaken = not call.live and before.version != call.queue_version
    if overtaken and not said.keep_mine:
        raise _moved_on(tx, call.lead_id, said.open_call_id, before.state)
    if call.direction:
        final = rules.only_noted(before, Outcome.INTERESTED)
        validate.checked_incoming(said, final=final)
    policy = policy_of(tx)
    made = rules.Call(
        said.status,
        said.outcome,
        tx.actor.user_id,
        tx.now,
        said.callback_at,
        call.tries,
        call.other_number is not None,
        overtaken,
        incoming=bool(call.direction),
    )
    then = rules.after(before, made, policy)
    # whoever pressed "answered" and then "not answered" has talked to nobody
    answered = call.answered_at if said.status is CallStatus.CONNECTED else None
    talk = None if answered is None else max(0, round((tx.now - answered).total_seconds()))
    report = tx.now.astimezone(tx.team_zone())
    call_id = log_queries.move(tx, said, talk, report)
    if call_id is None:
        raise NotFound("open_call", open_call_id=said.open_call_id)
    blocked = said.outcome is Outcome.DO_NOT_CALL
    phone_ok = before.phone_ok and (not then.bad_number or call.other_number is not None)
    version = log_queries.move_lead(tx, call, then, dnc=blocked, phone_ok=phone_ok)
    # who calls by themselves was not served by a score
    expected = 0.0 if call.direction else max(call.rank_key, 0) / 1_000_000
    log_queries.count_day(tx, said, talk, report, expected)
    if then.bad_number:
        log_queries.bad_number(tx, call.lead_id, call.phone, call.other_number)
    others = log_queries.block_numbers(tx, call.lead_id, call.phone) if blocked else []
    task_id = _tasks(tx, said, call.lead_id, call_id, then, [lead for lead, _version in others])
    tx.notify("lead", call.lead_id, version)
    for lead_id, other_version in others:
        tx.notify("lead", lead_id, other_version)
    tx.notify("call", tx.actor.user_id)
    tx.audit(f"lead:{call.lead_id}", **_facts(said, call_id, overtaken, len(others)))
    return Logged(call_id, call.lead_id, int(then.state), then.hidden_until or then.callback_at, task_id)


def _facts(said: LogCall, call_id: int, overtaken: bool, others: int) -> dict[str, Any]:
    return {
        "call": call_id,
        "status": int(said.status),
        "outcome": None if said.outcome is None else int(said.outcome),
        "overtaken": overtaken,
        "numbers_blocked_on": others,
    }


def _tasks(
    tx: Tx, said: LogCall, lead_id: int, call_id: int, then: rules.After, others: list[int]
) -> int | None:
    """Close, push or make tasks; tell their owners. The new task's id."""
    owners: set[int | None] = set()
    if then.close is rules.Close.PUSH:
        owners.update(log_queries.push_callback(tx, lead_id, call_id, then.push_to))
    elif then.close is rules.Close.ANSWERED:
        owners.update(log_queries.close_answered(tx, lead_id, call_id, rules.due_before(tx.now)))
    gone = [lead_id, *others] if then.close is rules.Close.ALL else others
    if gone:
        owners.update(log_queries.cancel_tasks(tx, gone))
    made = None
    if then.new_task_at is not None:
        kind = TaskKind.CALLBACK if said.outcome is Outcome.CALLBACK else TaskKind.FOLLOW_UP
        made = log_queries.new_task(tx, lead_id, call_id, kind, then.new_task_at, said.note)
        owners.add(tx.actor.user_id)
    for owner in sorted(owner for owner in owners if owner is not None):
        tx.notify("task", owner)
    return made


@action(Permission.CALLS_WORK, audit="call.given_back")
def give_back(tx: Tx, command: GiveBack) -> None:
    """Return the lead before dialling. Raises Invalid({"reason": "unknown"}), NotFound("open_call"),
    Conflict("already_dialled")."""
    if command.reason not in GIVE_BACK_REASONS:
        raise Invalid({"reason": "unknown"})
    call = queries.finishing(tx, command.open_call_id)
    if call is None:
        raise NotFound("open_call", open_call_id=command.open_call_id)
    if call.dialled_at is not None:
        raise Conflict("already_dialled", lead_id=call.lead_id, at=call.dialled_at)
    untouched = call.live or call.standing.version == call.queue_version
    version = log_queries.give_back(
        tx,
        command.open_call_id,
        call.lead_id,
        command.reason,
        untouched=untouched,
        counted=not call.direction,
    )
    tx.audit(f"lead:{call.lead_id}", open_call=str(command.open_call_id), reason=command.reason)
    if version:
        tx.notify("lead", call.lead_id, version)
    tx.notify("call", tx.actor.user_id)


@query(Permission.CALLS_READ)
def products(tx: Tx) -> tuple[Product, ...]:
    """What the actor's team sells, in a steady order; `Product.name(language)` words it."""
    return tuple(queries.products(tx))


@query(Permission.CALLS_READ)
def consequences(tx: Tx, lead_id: int) -> dict[Outcome | None, tuple[rules.Consequence, ...]]:
    """What each outcome (None: not answered) would lead to for a lead of the team: the rows of the call form.

    Raises NotFound("lead").
    """
    found = queries.outlook(tx, lead_id)
    if found is None:
        raise NotFound("lead", lead_id=lead_id)
    policy = policy_of(tx)
    return {
        outcome: rules.consequences(
            outcome, policy, found.standing, tx.now, tries=found.tries, other_number=found.other_number
        )
        for outcome in (None, *Outcome)
    }
