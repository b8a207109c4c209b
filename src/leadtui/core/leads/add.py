"""Adding one lead by hand: checked like a row of an import, scored at once, in one transaction."""

from __future__ import annotations

import json
from typing import Any, Final

from leadtui.core import policy as rules
from leadtui.core import regions
from leadtui.core.calls import settings
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound, Unavailable
from leadtui.core.fold import fold, words
from leadtui.core.imports.clean import clean
from leadtui.core.imports.columns import BY_HEADER, TRAINING_ONLY, validate_fields
from leadtui.core.imports.fields import Value
from leadtui.core.leads import add_queries
from leadtui.core.leads.dto import Added, AddLead, Consent, LeadState
from leadtui.core.scores.dto import Rescored

FIELDS: Final = tuple(header for header in BY_HEADER if header not in TRAINING_ONLY)
"""What may be said of a lead by hand: a file's columns but those of a historical call."""

SHARED_LEADS: Final = 5
"""Leads with the same number that are named."""

_BY_HAND: Final = "by hand"


def add(tx: Tx, command: AddLead) -> Added:
    """Raises Invalid (field → code), Conflict("lead_exists", lead_id), NotFound("team_unknown")."""
    values = _values(command)
    team_id = _team(tx, command.team)
    policy = settings.policy(tx)
    external_id = values["external_id"]
    values["given"] = external_id is not None
    # a key of its own: the same person typed in twice by mistake is two leads with one number, and shows
    values["external_id"] = external_id or f"hand-{command.request_id.hex}"
    values.update(team=team_id, now=tx.now, **_place(values))
    values.update(_consent(tx, command, values))
    lead_id = add_queries.insert(tx, values)
    if lead_id is None:
        existing = add_queries.known(tx, team_id, values["external_id"])
        raise Conflict("lead_exists", lead_id=existing, external_id=values["external_id"])
    e164 = values["e164"]
    dnc = bool(values["do_not_call"]) or (e164 is not None and add_queries.is_listed(tx, team_id, e164))
    consent = values["consent"]
    standing = {
        "lead": lead_id,
        "state": LeadState.DO_NOT_CALL if values["do_not_call"] else LeadState.PENDING,
        "consent_ok": rules.consent_ok(policy, None if consent is None else Consent(consent)),
        "dnc": dnc,
        "phone_ok": e164 is not None,
    }
    ready = bool(standing["consent_ok"] and standing["phone_ok"] and not dnc)
    shared: tuple[int, ...] = ()
    if e164 is not None:
        add_queries.insert_phone(tx, lead_id, team_id, e164)
        shared = add_queries.with_phone(tx, lead_id, team_id, e164, SHARED_LEADS)
    add_queries.insert_queue(
        tx,
        {**values, **standing, "state": int(standing["state"]), "city_id": _city(tx, values), "ready": ready},
    )
    if e164 is not None and values["do_not_call"]:
        add_queries.block(tx, lead_id, team_id, e164)
    add_queries.count_words(tx, team_id, words(str(values["name"])))
    scored = _score(tx, lead_id)
    if scored is None:
        tx.notify("lead", lead_id, 1)
    given = sorted(name for name, text in command.fields.items() if text and text.strip())
    tx.audit(f"lead:{lead_id}", fields=given, scored=scored is not None)
    return Added(
        lead_id=lead_id,
        external_id=values["external_id"],
        state=LeadState(standing["state"]),
        rank_key=-1 if scored is None else scored.rank_key,
        reasons=() if scored is None else scored.reasons,
        model_id=None if scored is None else scored.model_id,
        callable=ready,
        not_callable=_against(standing),
        same_phone=shared,
    )


def _against(standing: dict[str, Any]) -> tuple[str, ...]:
    found = {
        "do_not_call": standing["dnc"],
        "consent": not standing["consent_ok"],
        "no_phone": not standing["phone_ok"],
    }
    return tuple(code for code, against in found.items() if against)


def _values(command: AddLead) -> dict[str, Any]:
    given = dict(command.fields)
    wrong = {name: "column_unknown" for name in given if name not in FIELDS}
    if not (given.get("name") or "").strip():
        wrong["name"] = "required"
    if (given.get("external_id") or "").strip() == "":
        # blank is "make one for me" here; in a file with that column it is a mistake
        given.pop("external_id", None)
    found: dict[str, Value] = {}
    try:
        found = validate_fields({name: text for name, text in given.items() if name in FIELDS})
    except Invalid as invalid:
        wrong = {**invalid.fields, **wrong}
    if not wrong and found.get("name") is None:
        wrong["name"] = "required"  # control characters only
    if wrong:
        raise Invalid(wrong)
    targets = [BY_HEADER[header].target for header in FIELDS]
    return {"name_fold": "", **dict.fromkeys(targets), **found, "content": _content(command)}


def _content(command: AddLead) -> str:
    return json.dumps(dict(command.fields), sort_keys=True, ensure_ascii=False)


def _team(tx: Tx, code: str | None) -> int:
    if code is None or code.strip().lower() == tx.actor.team_code:
        return tx.actor.team_id
    found = add_queries.team(tx, code) if tx.actor.sees_all else None
    if found is None:
        raise NotFound("team_unknown", team=code)
    return found


def _place(values: dict[str, Any]) -> dict[str, Any]:
    written, town = values["province"], values["city"]
    found = regions.province(written) if written else None
    return {"province": found.name if found else written, "zone": regions.zone(written, town)}


def _city(tx: Tx, values: dict[str, Any]) -> int | None:
    town = values["city"]
    if town is None and values["province"] is None:
        return None
    town = town or ""  # a province alone is a row without a name
    # without a province a city belongs to the one province that has its name, if any
    home = None if values["province"] else regions.province_of_city(town)
    province = home.name if home else values["province"]
    return add_queries.city(tx, fold(town) or town.lower(), town, province, values["zone"])


def _consent(tx: Tx, command: AddLead, values: dict[str, Any]) -> dict[str, Any]:
    given = clean(command.consent_source or "")
    said = values["consent"] is not None or bool(given)
    source = given or _BY_HAND
    return {
        # as in an import: who names where somebody agreed says that they did, but never over a no
        "consent": int(Consent.YES) if values["consent"] is None and given else values["consent"],
        "consent_source": source[:100] if said else None,
        "consent_at": tx.now if said else None,
        "consent_by": tx.actor.user_id if said else None,
        "do_not_call": bool(values["do_not_call"]),
    }


def _score(tx: Tx, lead_id: int) -> Rescored | None:
    """Without a model that can be used, or a library that loads it, the lead comes in unscored."""
    from leadtui.core.scores import cards

    try:
        return cards.score_lead(tx, lead_id)
    except (Conflict, Unavailable) as error:
        # a damaged model (`model_digest`, `model_cut`, …) costs a score, not the customer
        if error.code not in ("no_model", "scoring_library") and not error.code.startswith("model_"):
            raise
        return None
