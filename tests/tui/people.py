"""A customer as the services give one, for tests of widgets that only show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from leadtui.core.calls.dto import CallStatus, NoAnswer, Outcome
from leadtui.core.leads.dto import (
    CallRecord,
    Consent,
    Count,
    Lead,
    LeadFacts,
    LeadRow,
    LeadState,
    PhoneNumber,
    ScoreCard,
    Zone,
)
from leadtui.scoring.reasons import Group, Reason

NOW = datetime(2026, 11, 20, 2, 41, tzinfo=UTC)
"""A Friday, 09:41 in Jakarta."""
JAKARTA = ZoneInfo("Asia/Jakarta")


def call(days: int, outcome: Outcome | None, note: str, **more: Any) -> CallRecord:
    """A call `days` before NOW by Sari; None is not answered."""
    facts = {
        "id": days, "at": NOW - timedelta(days=days), "agent_name": "Sari Wulandari",
        "status": int(CallStatus.CONNECTED if outcome else CallStatus.NOT_ANSWERED),
        "reason": None if outcome else int(NoAnswer.NO_ANSWER), "outcome": outcome and int(outcome),
        "note": note, "callback_at": None, "product": None, "amount": None, "currency": None,
    }  # fmt: skip
    return CallRecord(**{**facts, **more})


def lead(**more: Any) -> Lead:
    """Budi Santoso of the pictures; `more` replaces fields of the lead, its row and its facts."""
    facts = {
        "age": 41, "job": 5, "marital": 1, "education": 7, "default": False, "housing": True, "loan": None,
        "contact": 1, "campaign": 2, "pdays": 180, "previous": 1, "poutcome": 3,
        "balance": Decimal("48250000"),
    }  # fmt: skip
    row = {
        "id": 7, "rank_key": 610_000, "name": "Budi Santoso", "age": 41, "job": 5, "city": "Bandung",
        "state": LeadState.CONTACTED, "reasons": (Reason(Group.HISTORY, 0.9),), "attempts": 2,
        "last_contact_at": NOW - timedelta(days=1), "callback_at": NOW - timedelta(minutes=11),
        "owner_id": 1, "claimed_by": None, "synthetic": False, "historical": False,
    }  # fmt: skip
    whole = {
        "external_id": "N-1001", "phones": (PhoneNumber("+6281255500134", True, False),),
        "email": "budi@contoh.id", "province": "Jawa Barat", "zone": Zone.WIB, "source": "cabang",
        "balance_currency": "IDR", "consent": Consent.YES, "consent_source": "formulir",
        "consent_at": datetime(2026, 1, 3, 3, tzinfo=UTC), "do_not_call": False, "version": 1, "place": 1,
        "queue_size": Count(39, False),
        "score": ScoreCard(
            0.61, 0.38,
            (Reason(Group.HISTORY, 0.9, 14), Reason(Group.CHANNEL, 0.4, 7), Reason(Group.BALANCE, 0.3, 5),
             Reason(Group.ATTEMPTS, -0.2, -4), Reason(Group.OTHER, 0.05, 1)),
            1, "starter", NOW, 1240, 756, 0.58, 0.64,
        ),
        "calls": (
            call(1, Outcome.CALLBACK, "minta simulasi 12 bulan, istri ikut.",
                 callback_at=NOW - timedelta(minutes=11)),
            call(2, None, "Tidak diangkat."),
            call(190, Outcome.CLOSED, "cepat setuju, minta jatuh tempo Mei.", product="Deposito berjangka",
                 amount=Decimal(25_000_000), currency="IDR"),
        ),
        "calls_total": 3, "tasks_open": 1, "claimed_by_name": None, "claimed_until": None,
        "hidden_until": None, "callable": True, "not_callable": (),
    }  # fmt: skip
    for part in (facts, row, whole):
        part.update({name: value for name, value in more.items() if name in part})
    assert more.keys() <= facts.keys() | row.keys() | whole.keys()
    return Lead(row=LeadRow(facts=LeadFacts(**facts), **row), **whole)
