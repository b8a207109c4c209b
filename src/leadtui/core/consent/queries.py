"""The only SQL of consent. The newest answer stands on the lead; a trigger keeps the one it replaces."""

from __future__ import annotations

from typing import Final

from leadtui.core.consent.dto import Answer
from leadtui.core.ctx import Tx
from leadtui.core.leads.dto import Consent


def lock(tx: Tx, lead_id: int) -> tuple[Consent | None] | None:
    """(the answer that holds,) of a lead in scope, its queue row locked; None where there is none."""
    row = tx.row(
        tx.send(
            "select l.consent from lead_queue q join lead l on l.id = q.lead_id"
            " where q.lead_id = %s and (%s or q.team_id = %s) and l.deleted_at is null for update of q",
            (lead_id, tx.actor.sees_all, tx.actor.team_id),
        )
    )
    return None if row is None else (_consent(row[0]),)


def record(tx: Tx, lead_id: int, consent: Consent, source: str, *, ok: bool) -> int:
    """Write the answer; the queue row's new version."""
    tx.send(
        "update lead set consent = %s, consent_source = %s, consent_at = %s, consent_by = %s,"
        " consent_import_id = null, updated_at = %s, version = version + 1 where id = %s",
        (int(consent), source, tx.now, tx.actor.user_id, tx.now, lead_id),
    )
    row = tx.row(
        tx.send(
            "update lead_queue set consent_ok = %s, version = version + 1 where lead_id = %s"
            " returning version",
            (ok, lead_id),
        )
    )
    return 0 if row is None else int(row[0])


# The lead's own columns are the newest answer; 2^62 puts it before every event.
_HISTORY: Final = """
select a.consent, a.source, a.at, p.name, a.import_id, r.file_name
from (
    select 4611686018427387904 as turn, l.consent, l.consent_source as source, l.consent_at as at,
           l.consent_by as by_id, l.consent_import_id as import_id
    from lead l where l.id = %(lead)s and l.consent is not null
    union all
    select id, consent, source, at, by_id, import_id from consent_event where lead_id = %(lead)s
) a
left join people() p on p.user_id = a.by_id
left join import_run r on r.id = a.import_id
order by a.turn desc
"""


def history(tx: Tx, lead_id: int) -> tuple[Answer, ...]:
    """Every answer of a lead, newest first."""
    rows = tx.rows(tx.send(_HISTORY, {"lead": lead_id}))
    return tuple(
        Answer(_consent(consent), source, at, by, run, name) for consent, source, at, by, run, name in rows
    )


def known(tx: Tx, lead_id: int) -> bool:
    """Whether the lead is in the actor's scope."""
    row = tx.row(
        tx.send(
            "select 1 from lead where id = %s and (%s or team_id = %s) and deleted_at is null",
            (lead_id, tx.actor.sees_all, tx.actor.team_id),
        )
    )
    return row is not None


def _consent(code: int | None) -> Consent | None:
    return None if code is None else Consent(code)
