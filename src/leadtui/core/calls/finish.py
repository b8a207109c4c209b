"""Finishing a call inside a transaction: call log, lead, tasks, numbers and the agent's day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from leadtui.core.calls import day_queries, log_queries, queries, rules, validate
from leadtui.core.calls.dto import LogCall, Logged, Macro, Outcome
from leadtui.core.calls.queries import Finishing
from leadtui.core.calls.settings import policy as policy_of
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.leads.dto import LeadState
from leadtui.core.macros import queries as macro_queries
from leadtui.core.policy import Policy, next_opening
from leadtui.core.tasks.dto import TaskKind
from leadtui.core.tasks.rules import refuse_closed


def moved_on(tx: Tx, lead_id: int, state: LeadState | None = None, **more: Any) -> Conflict:
    """Somebody else has worked on this lead: who, when, and where it stands now."""
    if state is None:
        standing = queries.standing(tx, lead_id)
        state = LeadState.PENDING if standing is None else standing.state
    who = queries.overtaker(tx, lead_id)
    return Conflict(
        "lead_moved_on",
        lead_id=lead_id,
        by=who.by,
        by_name=who.by_name,
        at=who.at,
        state=int(state),
        **more,
    )


def log(tx: Tx, command: LogCall) -> Logged:
    """As `service.log`."""
    command, macro = _with_macro(tx, command)
    given = () if macro is None else (macro.note_id, macro.note_en)
    timed = macro is not None and macro.follow_minutes is not None
    said = validate.checked(command, tx.now, given=given, timed=timed)
    if said.product_id is not None and not queries.product_sold(tx, said.product_id):
        raise Invalid({"product_id": "unknown"})
    call = queries.finishing(tx, said.open_call_id)
    if call is None:
        raise NotFound("open_call", open_call_id=said.open_call_id)
    before = call.standing
    overtaken = not call.live and before.version != call.queue_version
    if overtaken and not said.keep_mine:
        raise moved_on(tx, call.lead_id, before.state, open_call_id=said.open_call_id)
    if call.direction:
        final = rules.only_noted(before, Outcome.INTERESTED)
        validate.checked_incoming(said, final=final)
    policy = policy_of(tx)
    if said.outcome is Outcome.CALLBACK and said.callback_at is not None:
        refuse_closed(policy, before.zone, said.callback_at, tx.now)
    follow = _follow(macro, policy, call, tx.now)
    if follow is not None and said.outcome is Outcome.CALLBACK and said.callback_at is None:
        said = replace(said, callback_at=follow)
    made = made_of(tx, said, call, tx.now, overtaken=overtaken, follow_at=follow)
    then = rules.after(before, made, policy)
    talk = rules.talked(said.status, call.answered_at, call.ended_at or tx.now)
    report = tx.now.astimezone(tx.team_zone())
    moved = log_queries.move(tx, said, talk, report)
    if moved is None:
        raise NotFound("open_call", open_call_id=said.open_call_id)
    call_id, rested = moved
    incoming = bool(call.direction)
    share = rules.share(said.status, said.outcome, said.amount, talk, call.rank_key, incoming=incoming)
    done = settle(
        tx, said, call, then, call_id, tx.now, lambda: day_queries.add(tx, report.date(), report.hour, share)
    )
    tx.notify("call", tx.actor.user_id)
    if rested:
        tx.notify("pause", tx.actor.user_id)
    tx.audit(f"lead:{call.lead_id}", **_facts(said, call_id, overtaken, done.others))
    return Logged(call_id, call.lead_id, int(then.state), then.hidden_until or then.callback_at, done.task_id)


def _with_macro(tx: Tx, command: LogCall) -> tuple[LogCall, Macro | None]:
    """The command and its macro. Raises Invalid({"macro_id": "unknown"}).

    Whoever chose another outcome after the macro's key has not used the macro.
    """
    if command.macro_id is None:
        return command, None
    macro = macro_queries.visible(tx, command.macro_id)
    if macro is None:
        raise Invalid({"macro_id": "unknown"})
    if (macro.status, macro.outcome) != (command.status, command.outcome):
        return replace(command, macro_id=None), None
    return command, macro


def _follow(macro: Macro | None, policy: Policy, call: Finishing, now: datetime) -> datetime | None:
    """When the macro brings the customer back: not while they may not be called."""
    if macro is None or macro.follow_minutes is None:
        return None
    at = now + timedelta(minutes=macro.follow_minutes)
    return next_opening(policy, call.standing.zone, at) or at


def made_of(
    tx: Tx,
    said: LogCall,
    call: Finishing,
    at: datetime,
    *,
    overtaken: bool = False,
    follow_at: datetime | None = None,
) -> rules.Call:
    """What was logged, for the state table."""
    return rules.Call(
        said.status,
        said.outcome,
        tx.actor.user_id,
        at,
        said.callback_at,
        call.tries,
        call.other_number is not None,
        overtaken,
        incoming=bool(call.direction),
        follow_at=follow_at,
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """What a call did to its lead."""

    version: int
    """The lead's now."""
    task_id: int | None
    others: int
    """Other leads that share a number which may not be called any more."""


def settle(
    tx: Tx,
    said: LogCall,
    call: Finishing,
    then: rules.After,
    call_id: int,
    at: datetime,
    also: Callable[[], None] | None = None,
) -> Settled:
    """Write what follows from a call of `at`: lead, numbers, tasks; tell whom it concerns.

    Sent together, one round trip; `also` sends what else is to travel with it.
    """
    blocked = said.outcome is Outcome.DO_NOT_CALL
    phone_ok = call.standing.phone_ok and (not then.bad_number or call.other_number is not None)
    with tx.pg.pipeline():
        moved = log_queries.move_lead(tx, call.lead_id, then, at, dnc=blocked, phone_ok=phone_ok)
        if then.bad_number:
            log_queries.bad_number(tx, call_id, call.lead_id, call.phone, call.other_number)
        others = log_queries.block_numbers(tx, call_id, call.lead_id, call.phone) if blocked else []
        tasks = _tasks(tx, said, call.lead_id, call_id, then, at, [lead for lead, _version in others])
        if also is not None:
            also()
    version = moved()
    task_id = tasks()
    tx.notify("lead", call.lead_id, version)
    for lead_id, other_version in others:
        tx.notify("lead", lead_id, other_version)
        # somebody may be on the phone with them
        tx.notify("stop", lead_id, other_version)
    return Settled(version, task_id, len(others))


def _facts(said: LogCall, call_id: int, overtaken: bool, others: int) -> dict[str, Any]:
    return {
        "call": call_id,
        "status": int(said.status),
        "outcome": None if said.outcome is None else int(said.outcome),
        "overtaken": overtaken,
        "numbers_blocked_on": others,
    }


def _tasks(
    tx: Tx,
    said: LogCall,
    lead_id: int,
    call_id: int,
    then: rules.After,
    at: datetime,
    others: list[int],
) -> Callable[[], int | None]:
    """Close, push or make tasks. Reading the answers tells their owners and gives the new task's id."""
    changed: list[log_queries.Owners] = []
    if then.close is rules.Close.PUSH:
        changed.append(log_queries.push_callback(tx, lead_id, call_id, then.push_to))
    elif then.close is rules.Close.ANSWERED:
        changed.append(log_queries.close_answered(tx, lead_id, call_id, rules.due_before(at)))
    gone = [lead_id, *others] if then.close is rules.Close.ALL else others
    if gone:
        changed.append(log_queries.cancel_tasks(tx, gone))
    made = None
    if then.new_task_at is not None:
        kind = TaskKind.CALLBACK if said.outcome is Outcome.CALLBACK else TaskKind.FOLLOW_UP
        made = log_queries.new_task(tx, lead_id, call_id, kind, then.new_task_at, said.note)

    def read() -> int | None:
        owners = {owner for one in changed for owner in one()}
        if made is not None:
            owners.add(tx.actor.user_id)
        tell(tx, owners)
        return None if made is None else made()

    return read


def tell(tx: Tx, owners: set[int | None]) -> None:
    """Their tasks have changed."""
    for owner in sorted(owner for owner in owners if owner is not None):
        tx.notify("task", owner)
