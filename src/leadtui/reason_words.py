"""A score's reasons in words: true of the lead's own facts, at most 28 cells, never a contradiction.

A reason is a group and a signed share. The words come from the lead's facts; of several true things the
one that sounds like the sign is said. Where none does (an age sounds like nothing), `▼` or `▲` says which
way it moved the score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from leadtui.core.leads.dto import LeadFacts, LeadRow
from leadtui.formats import MINUS, number, percent
from leadtui.i18n import N_, _, ngettext
from leadtui.scoring.codes import CONTACT, POUTCOME
from leadtui.scoring.reasons import THRESHOLD, Group, Reason
from leadtui.text import clean, width

CELLS: Final = 28
"""How wide a reason may be: the list's column at every size."""

Said = tuple[str, int]
"""Words, and how they sound: +1 speaks for the lead, −1 against, 0 neither."""

_SILENT: Final = frozenset({Group.OTHER, Group.MARKET})
"""Groups that are no fact of the lead: never a reason in the list."""


def reason_text(reasons: Sequence[Reason], facts: LeadFacts) -> str:
    """The reasons that matter, largest first, as many as fit into 28 cells: `pernah membeli; lewat ponsel`.

    None above the threshold: "close to the average of today's list" in its short form.
    """
    told = ""
    for reason in reasons:
        if reason.group in _SILENT or abs(reason.delta) < THRESHOLD:
            continue
        words = _marked(reason, facts)
        longer = f"{told}; {words}" if told else words
        if width(longer) > CELLS:
            break
        told = longer
    return told or _("close to today's average")


def row_reason(row: LeadRow) -> str:
    """What stands in a list row's reason column; an unscored lead has no reasons, and that is said."""
    return _("not scored yet") if row.rank_key < 0 else reason_text(row.reasons, row.facts)


def reason_line(reason: Reason, facts: LeadFacts) -> str:
    """One line of the score account, where the number beside it carries the sign; at most 28 cells."""
    return _spoken(reason, facts)[0]


def _marked(reason: Reason, facts: LeadFacts) -> str:
    words, sound = _spoken(reason, facts)
    sign = 1 if reason.delta > 0 else -1
    if sign < 0 <= sound:
        return f"▼ {words}"
    if sound < 0 < sign:
        return f"▲ {words}"
    return words


def _spoken(reason: Reason, facts: LeadFacts) -> Said:
    """Of the true things about this group the first that sounds like the sign, else a neutral one."""
    said = _FACTS[reason.group](facts)
    sign = 1 if reason.delta > 0 else -1
    for sound in (sign, 0, -sign):
        for candidate in said:
            if candidate[1] == sound:
                return candidate
    raise AssertionError(reason)  # every group says at least one thing


def _history(facts: LeadFacts) -> list[Said]:
    said: list[Said] = []
    result = facts.poutcome
    if result == POUTCOME["success"]:
        said.append((_("bought before"), 1))
    elif result == POUTCOME["failure"]:
        said.append((_("declined before"), -1))
    if result == POUTCOME["nonexistent"] or (result is None and facts.previous == 0):
        # "Never called" would be untrue of somebody this campaign has already tried.
        tried = facts.campaign is not None and facts.campaign > 1
        said.append((_("first campaign") if tried else _("never contacted before"), -1))
    elif facts.pdays is not None:
        if facts.pdays >= 60:
            said.append((_("contacted {n} months ago").format(n=number(facts.pdays // 30)), 0))
        else:
            ago = ngettext("contacted {n} day ago", "contacted {n} days ago", facts.pdays)
            said.append((ago.format(n=number(facts.pdays)), 0))
    elif facts.previous:
        said.append((_("contacted {n}× before").format(n=number(facts.previous)), 0))
    return said or [(_("history unknown"), 0)]


def _channel(facts: LeadFacts) -> list[Said]:
    if facts.contact == CONTACT["cellular"]:
        return [(_("by mobile"), 1)]
    if facts.contact == CONTACT["telephone"]:
        return [(_("landline"), -1)]
    return [(_("kind of phone unknown"), 0)]


def _age(facts: LeadFacts) -> list[Said]:
    return [(_("age unknown") if facts.age is None else _("age {n}").format(n=facts.age), 0)]


def _job(facts: LeadFacts) -> list[Said]:
    return [(_("job unknown") if facts.job is None else job_word(facts.job), 0)]


def _education(facts: LeadFacts) -> list[Said]:
    return [(_("education unknown") if facts.education is None else education_word(facts.education), 0)]


def _marital(facts: LeadFacts) -> list[Said]:
    return [(_("marital status unknown") if facts.marital is None else marital_word(facts.marital), 0)]


def _credit(facts: LeadFacts) -> list[Said]:
    said: list[Said] = []
    if facts.default:
        said.append((_("credit in default"), -1))
    if facts.housing and facts.loan:
        said.append((_("has mortgage and loan"), -1))
    elif facts.housing:
        said.append((_("has a mortgage"), -1))
    elif facts.loan:
        said.append((_("has a loan"), -1))
    if facts.housing is False and facts.loan is False:
        said.append((_("no loans"), 1))
    elif facts.housing is False:
        said.append((_("no mortgage"), 1))
    elif facts.loan is False:
        said.append((_("no personal loan"), 1))
    if facts.default is False:
        said.append((_("no default"), 1))
    elif facts.default is None:
        said.append((_("credit record unknown"), 0))
    return said


def _attempts(facts: LeadFacts) -> list[Said]:
    if facts.campaign is None:
        return [(_("attempts unknown"), 0)]
    if facts.campaign <= 1:
        return [(_("first call"), 1)]
    return [(_("called {n}× already").format(n=number(facts.campaign - 1)), -1)]


def _balance(facts: LeadFacts) -> list[Said]:
    # Without a currency: the facts hold the number only, and a currency is never guessed.
    if facts.balance is None:
        return [(_("balance unknown"), 0)]
    size = abs(facts.balance)
    digits = number(size, 0) if size < 10**12 else f"≥ {number(10**12)}"
    return [(_("balance {n}").format(n=f"{MINUS}{digits}" if facts.balance < 0 else digits), 0)]


_FACTS: Final[dict[Group, Callable[[LeadFacts], list[Said]]]] = {
    Group.OTHER: lambda _facts: [(_("other"), 0)],
    Group.HISTORY: _history,
    Group.CHANNEL: _channel,
    Group.AGE: _age,
    Group.JOB: _job,
    Group.EDUCATION: _education,
    Group.MARITAL: _marital,
    Group.CREDIT: _credit,
    Group.ATTEMPTS: _attempts,
    Group.BALANCE: _balance,
    Group.MARKET: lambda _facts: [(_("market conditions"), 0)],
}

# --- categories ------------------------------------------------------------------------------------

JOBS: Final[dict[int, str]] = {
    1: N_("office clerk"), 2: N_("manual worker"), 3: N_("entrepreneur"), 4: N_("domestic worker"),
    5: N_("management"), 6: N_("retired"), 7: N_("self-employed"), 8: N_("service worker"),
    9: N_("student"), 10: N_("technician"), 11: N_("unemployed"),
}  # fmt: skip
MARITALS: Final[dict[int, str]] = {1: N_("married"), 2: N_("single"), 3: N_("divorced")}
EDUCATIONS: Final[dict[int, str]] = {
    1: N_("no schooling"), 2: N_("school, 4 years"), 3: N_("school, 6 years"), 4: N_("school, 9 years"),
    5: N_("high school"), 6: N_("professional course"), 7: N_("university degree"),
    8: N_("primary education"), 9: N_("secondary education"), 10: N_("tertiary education"),
}  # fmt: skip
CONTACTS: Final[dict[int, str]] = {1: N_("mobile"), 2: N_("landline")}
POUTCOMES: Final[dict[int, str]] = {
    1: N_("no earlier campaign"), 2: N_("declined"), 3: N_("bought"), 4: N_("other result"),
}  # fmt: skip

COLUMNS: Final[dict[str, str]] = {
    "age": N_("age"), "job": N_("job"), "marital": N_("marital status"), "education": N_("education"),
    "default": N_("default"), "housing": N_("mortgage"), "loan": N_("loan"), "contact": N_("kind of phone"),
    "campaign": N_("attempts"), "pdays": N_("days since last contact"), "previous": N_("earlier contacts"),
    "poutcome": N_("earlier result"), "balance": N_("balance"),
}  # fmt: skip
"""The model's columns in words."""


def column_word(name: str) -> str:
    """A column of the model in words; one without words of ours is shown by its name."""
    return _(COLUMNS[name]) if name in COLUMNS else clean(name)


def job_word(code: int | None) -> str:
    """A job in words; unknown is said, never left blank."""
    return _word(JOBS, code)


def marital_word(code: int | None) -> str:
    """A marital status in words."""
    return _word(MARITALS, code)


def education_word(code: int | None) -> str:
    """An education in words."""
    return _word(EDUCATIONS, code)


def contact_word(code: int | None) -> str:
    """The kind of phone in words."""
    return _word(CONTACTS, code)


def poutcome_word(code: int | None) -> str:
    """What came of an earlier campaign, in words."""
    return _word(POUTCOMES, code)


def yes_no(value: bool | None) -> str:
    """A three-valued fact: yes, no, or unknown."""
    return _("unknown") if value is None else _("yes") if value else _("no")


def _word(table: dict[int, str], code: int | None) -> str:
    return _("unknown") if code is None else _(table[code])


def like_sentence(n: int, bought: int) -> str:
    """The honest sentence: "Of 100 like this one, 61 bought." Below 100 calls it says the real number."""
    if n >= 100:
        return _("Of 100 like this one, {k} bought.").format(k=round(100 * bought / n))
    return _("Of {n} like this one, {k} bought.").format(n=n, k=bought)


def measured_sentence(n: int, low: float | None, high: float | None) -> str:
    """What stands behind it: how many calls, and the 95 % interval in points."""
    calls = _("measured on {n} calls").format(n=number(n))
    if low is None or high is None:
        return calls
    return f"{calls} · {percent(low).rstrip('%')}–{percent(high).rstrip('%')}"
