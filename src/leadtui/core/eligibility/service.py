"""Why a customer may or may not be called, and lifting what stands against it. Behind the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.bank_settings import queries as settings
from leadtui.core.calls.eligibility import Check, Standing, callable_at, checks
from leadtui.core.calls.settings import policy as policy_of
from leadtui.core.ctx import Tx
from leadtui.core.eligibility import queries, rules
from leadtui.core.eligibility.dto import (
    LIFTABLE,
    REASON_LEAST,
    REASON_MOST,
    Lifted,
    Override,
    Reason,
    WhyNot,
)
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.policy import Policy, from_settings, local_day

_WAS: Final = ("state", "owner_id", "hidden_until", "callback_at", "capped", "attempts", "attempts_forgiven")
"""What an override keeps of the queue's row as it stood."""


@query(Permission.LEADS_VIEW)
def why_not(tx: Tx, lead_id: int) -> WhyNot:
    """Every predicate of calling a lead now, its verdict, and when it changes: the asker's own answer (their
    callback, their lease). An agent may ask of every lead of the team, as in the lookup.

    Raises NotFound("lead", lead_id) outside the asker's scope.
    """
    found = queries.facts(tx, lead_id)
    if found is None:
        raise NotFound("lead", lead_id=lead_id)
    policy = _policy(tx, found.team_id)
    standing = found.standing
    every = checks(standing, policy, tx.actor.user_id, tx.now)
    numbers = queries.phones(tx, found.team_id, lead_id)
    works = any(number.works for number in numbers)
    reasons = []
    for check in every:
        reason = rules.reason_of(check, standing, policy, tx.now)
        lift = rules.refusal(check, standing, works=works) is None
        known = _known(reason, found, numbers, tx.actor.user_id)
        if known.kind == "holiday":
            name, name_en = queries.holiday(tx, local_day(standing.zone, tx.now), standing.zone)
            known = replace(known, holiday=name, holiday_en=name_en)
        reasons.append(replace(known, liftable=lift))
    return WhyNot(
        lead_id=lead_id,
        name=found.name,
        version=standing.version,
        now=tx.now,
        callable=all(check.ok for check in every),
        at=callable_at(every, policy, standing.zone, tx.now),
        zone=standing.zone,
        synthetic=found.synthetic,
        reasons=tuple(reasons),
        lifted=tuple(queries.lifted(tx, found.team_id, lead_id)),
    )


def _known(reason: Reason, found: queries.Facts, numbers: Sequence[queries.Phone], me: int) -> Reason:
    """With names, numbers and evidence."""
    standing = found.standing
    listed = tuple(number.listed for number in numbers if number.listed is not None)
    if reason.code == "do_not_call":
        kind = "" if reason.ok else rules.blocked_kind(found.do_not_call, listed)
        return replace(reason, kind=kind, numbers=listed)
    if reason.code == "consent":
        return replace(reason, consent=found.consent, source=found.consent_source, at=found.consent_at)
    if reason.code == "phone":
        works = sum(number.works for number in numbers)
        if reason.ok and not works:
            # what works is on the do-not-call list: that is another check
            works = sum(not number.bad for number in numbers)
        kind = "some" if works else "listed" if listed else "bad" if numbers else "none"
        return replace(reason, kind=kind, n=works, of=len(numbers))
    if reason.code == "lease":
        mine = standing.claimed_by == me and standing.claimed_until is not None
        return replace(reason, who=None if reason.ok else found.holder, mine=mine)
    if reason.code == "owner":
        return replace(reason, who=found.owner, mine=standing.owner_id == me)
    return reason


@action(Permission.LEADS_OVERRIDE, audit="lead.overridden")
def override(tx: Tx, command: Override) -> Lifted:
    """Lift one thing that stands against calling a lead, for good and on record.

    `lifetime`: the cap counts anew from here. `rest`: the customer may be called at once. `owner`: back to
    the team, a callback of theirs released and its time kept. `state`: a wrong number that was corrected.

    Raises Invalid({"code": "override_unknown"}), Invalid({"reason": …}), NotFound("lead"),
    Conflict("lead_changed", version), Conflict("override_not_needed"), and Conflict with the codes of
    `rules.REFUSALS`, "override_callback", "override_converted" and "override_number": what an override never
    lifts, whoever asks.
    """
    reason = " ".join(command.reason.split())
    if not REASON_LEAST <= len(reason) <= REASON_MOST:
        raise Invalid({"reason": "override_reason"}, least=REASON_LEAST, most=REASON_MOST)
    if command.code not in {*LIFTABLE, *rules.REFUSALS}:
        raise Invalid({"code": "override_unknown"}, known=", ".join(LIFTABLE))
    found = queries.locked(tx, command.lead_id)
    if found is None:
        raise NotFound("lead", lead_id=command.lead_id)
    team_id, standing = found
    if command.version is not None and command.version != standing.version:
        raise Conflict("lead_changed", lead_id=command.lead_id, version=standing.version)
    check = _check(tx, team_id, standing, command.code)
    works = any(number.works for number in queries.phones(tx, team_id, command.lead_id))
    refused = rules.refusal(check, standing, works=works)
    if refused is not None:
        raise Conflict(refused, lead_id=command.lead_id, check=command.code)
    version = queries.lift(tx, team_id, command.lead_id, command.code)
    if command.code == "owner":
        for owner in queries.release_callback(tx, team_id, command.lead_id):
            tx.notify("task", owner)
    queries.keep(tx, team_id, command.lead_id, command.code, reason, _was(standing))
    tx.audit(f"lead:{command.lead_id}", code=command.code)
    tx.notify("lead", command.lead_id, version)
    return Lifted(command.lead_id, command.code, tx.now, tx.actor.name, reason, version)


def _policy(tx: Tx, team_id: int) -> Policy:
    """Of the lead's team, which need not be that of who sees all."""
    return policy_of(tx) if team_id == tx.actor.team_id else from_settings(*settings.holds(tx, team_id))


def _check(tx: Tx, team_id: int, standing: Standing, code: str) -> Check:
    every = checks(standing, _policy(tx, team_id), tx.actor.user_id, tx.now)
    return next(check for check in every if check.code == code)


def _was(standing: Standing) -> dict[str, Any]:
    found = {name: getattr(standing, name) for name in _WAS}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()
    }
