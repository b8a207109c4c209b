"""Consent to be called, behind the gate: record an answer with its evidence, read all of them."""

from __future__ import annotations

from typing import Final

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.consent import queries
from leadtui.core.consent.dto import ConsentHistory, ConsentSet, SetConsent
from leadtui.core.ctx import Tx
from leadtui.core.errors import Invalid, NotFound
from leadtui.core.imports.clean import clean
from leadtui.core.leads.dto import Consent

SOURCE_LIMIT: Final = 200


@action(Permission.CONSENT_MANAGE, audit="consent.recorded")
def record(tx: Tx, command: SetConsent) -> ConsentSet:
    """Record a customer's yes or no. A no takes effect at once: nobody serves or dials them any more, and who
    is on the phone with them hears of it; that call stays theirs to log.

    Raises Invalid: source source_needed, too_long; NotFound("lead_unknown").
    """
    source = clean(command.source)
    if sum(letter.isalnum() for letter in source) < 3:
        raise Invalid({"source": "source_needed"})
    if len(source) > SOURCE_LIMIT:
        raise Invalid({"source": "too_long"}, limit=SOURCE_LIMIT)
    held = queries.lock(tx, command.lead_id)
    if held is None:
        raise NotFound("lead_unknown", lead_id=command.lead_id)
    consent = Consent.YES if command.agreed else Consent.NO
    version = queries.record(tx, command.lead_id, consent, source, ok=command.agreed)
    tx.audit(
        f"lead:{command.lead_id}",
        before=None if held[0] is None else held[0].name.lower(),
        after=consent.name.lower(),
    )
    tx.notify("lead", command.lead_id, version)
    if not command.agreed:
        tx.notify("stop", command.lead_id)
    return ConsentSet(command.lead_id, held[0], command.agreed)


@query(Permission.LEADS_VIEW)
def history(tx: Tx, lead_id: int) -> ConsentHistory:
    """Every answer of a customer of the actor's scope, newest first. Raises NotFound("lead_unknown")."""
    if not queries.known(tx, lead_id):
        raise NotFound("lead_unknown", lead_id=lead_id)
    return ConsentHistory(lead_id, queries.history(tx, lead_id))
