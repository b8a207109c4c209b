"""`leadtui leads show`: everything known of one lead, with the score as an account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from leadtui.cli import out
from leadtui.cli.lead_list import as_object as row_object
from leadtui.cli.session import system
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import CallRecord, Lead, ScoreCard
from leadtui.formats import clock_zone, day, money, number, percent, phone, signed
from leadtui.i18n import _
from leadtui.scoring.codes import value_of
from leadtui.scoring.reasons import whole_points
from leadtui.text import clean
from leadtui.wording import (
    consent_word,
    contact_word,
    education_word,
    job_word,
    like_sentence,
    marital_word,
    measured_sentence,
    no_answer_word,
    outcome_word,
    poutcome_word,
    reason_line,
    state_word,
    verdict_word,
    yes_no,
)


def run(lead_id: int, *, as_json: bool) -> None:
    """Print the lead."""
    with system() as ctx:
        lead = leads.get(ctx, lead_id)
        zone = ZoneInfo(ctx.actor.zone) if ctx.actor is not None else ZoneInfo("UTC")
    if as_json:
        out.array([as_object(lead)])
        return
    out.facts(_who(lead, zone))
    out.line()
    out.facts(_profile(lead))
    out.line()
    _score(lead)
    if lead.calls:
        out.line()
        _calls(lead, zone)


def _who(lead: Lead, zone: ZoneInfo) -> Iterator[tuple[str, object]]:
    row = lead.row
    yield _("Lead"), f"{row.id} · {clean(lead.external_id)}"
    yield _("Name"), row.name
    if row.synthetic:
        yield _("Kind"), _("synthetic person: no number is ever dialled")
    for number_ in lead.phones:
        words = phone(number_.e164)
        yield _("Phone"), words + (f" ({_('wrong number')})" if number_.bad else "")
    yield _("E-mail"), lead.email
    yield _("City"), ", ".join(clean(part) for part in (row.city, lead.province) if part)
    yield _("State"), state_word(row.state)
    yield _("Consent"), _consent(lead, zone)
    yield _("Attempts"), number(row.attempts)
    yield _("Last contact"), _when(row.last_contact_at, zone)
    if row.callback_at is not None:
        yield _("Call back"), _when(row.callback_at, zone)
    if lead.hidden_until is not None:
        yield _("Hidden until"), _when(lead.hidden_until, zone)
    if lead.claimed_by_name:
        yield _("With"), lead.claimed_by_name
    if lead.not_callable:
        yield _("Not now"), "; ".join(verdict_word(code) for code in lead.not_callable)
    if row.historical:
        yield _("Historical"), _("its row holds the answer, and the model may have seen it")


def _consent(lead: Lead, zone: ZoneInfo) -> str:
    words = [consent_word(lead.consent)]
    if lead.consent_source:
        words.append(clean(lead.consent_source))
    if lead.consent_at is not None:
        words.append(_when(lead.consent_at, zone) or "")
    if lead.do_not_call:
        words.append(_("do not call"))
    return " · ".join(words)


def _profile(lead: Lead) -> Iterator[tuple[str, object]]:
    facts = lead.row.facts
    yield _("Age"), facts.age
    yield _("Job"), job_word(facts.job)
    yield _("Marital status"), marital_word(facts.marital)
    yield _("Education"), education_word(facts.education)
    yield _("Credit in default"), yes_no(facts.default)
    yield _("Mortgage"), yes_no(facts.housing)
    yield _("Personal loan"), yes_no(facts.loan)
    yield _("Balance"), money(facts.balance, lead.balance_currency)
    yield _("Income"), money(lead.income, lead.balance_currency)
    yield _("Installments"), money(lead.installments, lead.balance_currency)
    yield _("Savings"), money(lead.savings, lead.balance_currency)
    yield _("Credit score"), lead.credit_score
    yield _("Kind of phone"), contact_word(facts.contact)
    yield _("Earlier campaigns"), poutcome_word(facts.poutcome)
    yield _("Earlier contacts"), None if facts.previous is None else number(facts.previous)
    if facts.pdays is not None:
        yield _("Days since"), number(facts.pdays)


def _score(lead: Lead) -> None:
    card = lead.score
    if card is None:
        out.line(_("Not scored yet."))
        return
    out.line(
        _("Score {p} · model {id} ({name})").format(
            p=percent(card.probability, 1), id=card.model_id, name=clean(card.model_name)
        )
    )
    lines = [(_("the pool's average"), number(whole_points(card.pool_mean)))]
    for reason in card.lines:
        if reason.points or reason.group:
            lines.append((_words(lead, reason), signed(reason.points or 0)))
    lines.append((_("this lead"), number(whole_points(card.probability))))
    columns: list[out.Column[tuple[str, str]]] = [
        out.Column(_("Account, in percentage points"), lambda line: line[0]),
        out.Column("", lambda line: line[1], right=True),
    ]
    out.table(lines, columns)
    if card.like_n is not None and card.like_bought is not None:
        out.line(
            f"{like_sentence(card.like_n, card.like_bought)} "
            f"({measured_sentence(card.like_n, card.like_low, card.like_high)})"
        )
    if card.unseen:
        out.line(
            _("The model has not seen this value of {columns}; it went in as missing.").format(
                columns=", ".join(card.unseen)
            )
        )


def _words(lead: Lead, reason: Any) -> str:
    from leadtui.scoring.reasons import Group

    return _("other") if reason.group is Group.OTHER else reason_line(reason, lead.row.facts)


def _calls(lead: Lead, zone: ZoneInfo) -> None:
    columns: list[out.Column[CallRecord]] = [
        out.Column(_("Call"), lambda call: _when(call.at, zone)),
        out.Column(_("Agent"), lambda call: call.agent_name),
        out.Column(_("Outcome"), _outcome),
        out.Column(_("Sale"), lambda call: _sale(call) or " "),
        out.Column(_("Note"), lambda call: call.note),
    ]
    out.table(lead.calls, columns)
    if lead.calls_total > len(lead.calls):
        out.line(_("… and {n} more.").format(n=number(lead.calls_total - len(lead.calls))))


def _outcome(call: CallRecord) -> str:
    if call.outcome is not None:
        return outcome_word(call.outcome)
    return no_answer_word(call.reason) if call.reason is not None else ""


def _sale(call: CallRecord) -> str:
    if call.product is None:
        return ""
    return f"{clean(call.product)} {money(call.amount, call.currency)}"


def _when(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else f"{day(at.astimezone(zone), year=True)} {clock_zone(at, zone)}"


def as_object(lead: Lead) -> dict[str, Any]:
    """The lead for `--json`; codes of the files, not words of a language."""
    facts = lead.row.facts
    return {
        **row_object(lead.row),
        "external_id": lead.external_id,
        "phones": [{"e164": p.e164, "preferred": p.preferred, "bad": p.bad} for p in lead.phones],
        "email": lead.email,
        "province": lead.province,
        "zone": None if lead.zone is None else lead.zone.name,
        "source": lead.source,
        "marital": value_of("marital", facts.marital),
        "education": value_of("education", facts.education),
        "default": facts.default,
        "housing": facts.housing,
        "loan": facts.loan,
        "contact": value_of("contact", facts.contact),
        "pdays": facts.pdays,
        "previous": facts.previous,
        "poutcome": value_of("poutcome", facts.poutcome),
        "balance": facts.balance,
        "balance_currency": lead.balance_currency,
        "income": lead.income,
        "installments": lead.installments,
        "savings": lead.savings,
        "credit_score": lead.credit_score,
        "consent": None if lead.consent is None else lead.consent.name.lower(),
        "consent_source": lead.consent_source,
        "consent_at": lead.consent_at,
        "do_not_call": lead.do_not_call,
        "hidden_until": lead.hidden_until,
        "callable": lead.callable,
        "not_callable": list(lead.not_callable),
        "version": lead.version,
        "score": None if lead.score is None else _card(lead.score),
        "calls": [_call(call) for call in lead.calls],
        "calls_total": lead.calls_total,
    }


def _card(card: ScoreCard) -> dict[str, Any]:
    return {
        "probability": card.probability,
        "pool_mean": card.pool_mean,
        "account": [
            {"group": line.group.name.lower(), "delta": round(line.delta, 6), "points": line.points}
            for line in card.lines
        ],
        "model_id": card.model_id,
        "model_name": card.model_name,
        "scored_at": card.scored_at,
        "like_n": card.like_n,
        "like_bought": card.like_bought,
        "like_low": card.like_low,
        "like_high": card.like_high,
        "unseen": list(card.unseen),
    }


def _call(call: CallRecord) -> dict[str, Any]:
    from leadtui.core.calls.dto import CallStatus, NoAnswer, Outcome

    return {
        "id": call.id,
        "at": call.at,
        "agent": call.agent_name,
        "status": CallStatus(call.status).name.lower(),
        "reason": None if call.reason is None else NoAnswer(call.reason).name.lower(),
        "outcome": None if call.outcome is None else Outcome(call.outcome).name.lower(),
        "note": call.note,
        "callback_at": call.callback_at,
        "product": call.product,
        "amount": call.amount,
        "currency": call.currency,
    }
