"""The guide's rules: what a file may hold, when something is said, what it stands for, what it adds up to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadtui.core.errors import Invalid
from leadtui.core.guide import codes, conditions, placeholders, reader, rules, shipped, sums, validate, writer
from leadtui.core.guide.dto import Calculation, Fault, Guide, Terms

NOW = datetime(2026, 11, 20, 2, 41, tzinfo=UTC)
"""A Friday, 09:41 in Jakarta."""

SMALL = """
format: 1
bank: {id: Bank Uji, en: Test Bank}
currency: IDR
opening:
  - code: bank
    label: {id: nama bank, en: the bank}
    say: {id: "Selamat {greeting}, {agent} dari {bank}.", en: "Good {greeting}, {agent} from {bank}."}
"""


OURS = validate.check(shipped.text())


def point(when: str, say: str = "{id: a, en: b}", more: str = "") -> str:
    return f"{SMALL}points:\n  - code: p\n    when: {when}\n    say: {say}\n{more}"


def guide(text: str) -> Guide:
    return validate.check(text)


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(Invalid) as refused:
        validate.check(text, frozenset({"deposit", "savings"}))
    assert refused.value.code == "guide_wrong"
    found: tuple[Fault, ...] = refused.value.data["faults"]
    assert refused.value.data["n"] == len(found)
    return found


def who(**more: Any) -> rules.Customer:
    facts: dict[str, Any] = dict.fromkeys(conditions.FIELDS)
    facts |= {"attempts": 0, "promised": False, "last_outcome": "none"}
    facts |= {"reasons_up": frozenset(), "reasons_down": frozenset()}
    own = {name: more.pop(name) for name in tuple(more) if name in conditions.FIELDS}
    made = rules.Customer(
        7, facts | own, "IDR", "Budi Santoso", "Bandung", "Sari Wulandari", ZoneInfo("Asia/Jakarta"), NOW
    )
    return replace(made, **more)


# the file ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty", None),
        ("# nothing\n", "empty", None),
        ("a: &x [1]\nb: *x\n", "alias", 1),
        ("a: [1]\nb: *x\n", "alias", 2),
        ("a: !!python/object/apply:os.system ['true']\n", "tag", 1),
        ("a: 1\n---\nb: 2\n", "two_documents", 2),
        ("a: 1\na: 2\n", "key_twice", 2),
        ("<<: {a: 1}\n", "key", 1),
        ("? [1]\n: 2\n", "key", 1),
        ("a: [1\nb: 2\n", "syntax", 2),
        ("a: 0x1F\n", "number_form", 1),
        ("a: 1:30\n", "number_form", 1),
        ("a: .inf\n", "number_form", 1),
        ("a: \x1b]0;x\x07\n", "control_character", None),
        ("a: " + "[" * 20 + "]" * 20, "too_deep", 1),
        ("a: " + "x" * reader.LARGEST, "too_large", None),
    ],
)
def test_what_is_no_guide_is_refused_before_anything_is_built_of_it(
    text: str, code: str, line: int | None
) -> None:
    (found,) = faults(text)
    assert found.code == code
    assert line is None or found.line == line


def test_a_bomb_of_aliases_costs_nothing() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    (found,) = faults(bomb)
    assert found.code == "alias"


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=300))
def test_any_text_is_a_guide_or_refused_with_faults(text: str) -> None:
    try:
        guide, found = validate.validate(reader.read(text))
    except reader.Unreadable as refused:
        guide, found = None, (refused.fault,)
    assert (guide is None) == bool(found)
    assert {fault.code for fault in found} <= codes.FAULTS.keys()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=80, derandomize=True)
@given(st.data())
def test_whatever_stands_somewhere_in_a_guide_is_taken_or_named(data: st.DataObject) -> None:
    content = validate.plain(OURS)
    inner: Any = content
    for _ in range(data.draw(st.integers(1, 5))):
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(inner[key], dict | list) or data.draw(st.booleans()):
            inner[key] = data.draw(ANYTHING)
            break
        inner = inner[key]
    guide, found = validate.validate(reader.located(content))
    assert (guide is None) == bool(found)
    assert {fault.code for fault in found} <= codes.FAULTS.keys()
    if guide is not None:
        again = reader.located(json.loads(json.dumps(validate.plain(guide))))
        assert validate.validate(again) == (guide, ())


@pytest.mark.parametrize(
    ("text", "path", "code", "line"),
    [
        (SMALL.replace("format: 1", "format: 2"), "format", "format", 2),
        (SMALL.replace("IDR", "idr"), "currency", "currency", 4),
        (SMALL.replace("en: Test Bank", "en: 5"), "bank.en", "text", 3),
        (SMALL.replace("en: Test Bank", 'en: " "'), "bank.en", "blank", 3),
        (SMALL.replace(", en: the bank}", "}"), "opening[1].label.en", "needed", 7),
        (SMALL.replace("code: bank", "code: Bank!"), "opening[1].code", "code", 6),
        (SMALL.replace("{agent} dari", "{name} dari"), "opening[1].otherwise", "otherwise_needed", 6),
        (SMALL.replace("{agent} dari", "{__class__} dari"), "opening[1].say.id", "placeholder", 8),
        (SMALL.replace("{agent} dari", "{agent.name} dari"), "opening[1].say.id", "placeholder", 8),
        (SMALL.replace("{agent} dari", "{agent!r} dari"), "opening[1].say.id", "placeholder", 8),
        (SMALL.replace("{agent} dari", "{rate} dari"), "opening[1].say.id", "placeholder_here", 8),
        (SMALL.replace("{agent} dari", "} dari"), "opening[1].say.id", "brace", 8),
        (SMALL + "surprise: 1\n", "surprise", "unknown_key", 9),
        (SMALL + "points: 1\n", "points", "list", 9),
        (point("{balance: {'>=': viel}}"), "points[1].when.balance.>=", "number", 11),
        (point("{balance: {'~': 1}}"), "points[1].when.balance.~", "comparison", 11),
        (point("{ballance: 1}"), "points[1].when.ballance", "field_unknown", 11),
        (point("{job: kaiser}"), "points[1].when.job", "value_unknown", 11),
        (point("{housing: maybe}"), "points[1].when.housing", "yes_no", 11),
        (point("{any: []}"), "points[1].when.any", "condition_list", 11),
        (point("{}"), "points[1].when", "condition", 11),
        (point("{age: }"), "points[1].when.age", "number", 11),
        (point("{age: 3}", "{id: '{rate}', en: b}"), "points[1].say.id", "placeholder_here", 12),
        (point("{age: 3}", more="    offer: none_such\n"), "points[1].offer", "offer_unknown", 13),
        (point("{age: 3}", more="    weight: 1.5\n"), "points[1].weight", "number_whole", 13),
        (point("{age: 3}", more="    weight: 5000\n"), "points[1].weight", "bounds", 13),
    ],
)  # fmt: skip
def test_a_fault_says_where_and_what(text: str, path: str, code: str, line: int) -> None:
    found = [(fault.path, fault.code, fault.line) for fault in faults(text)]
    assert (path, code, line) in found


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    text = point("{jobb: 1}", "{id: '{x}', en: b}").replace("IDR", "idr")
    found = faults(text)
    assert [fault.code for fault in found] == ["currency", "field_unknown", "placeholder"]
    assert [fault.line for fault in found] == sorted(fault.line or 0 for fault in found)


def test_conditions_nest_to_a_limit() -> None:
    deep = "{age: 3}"
    for _ in range(8):
        deep = f"{{not: {deep}}}"
    assert "nested" in {fault.code for fault in faults(point(deep))}


def test_codes_are_unique_and_products_exist() -> None:
    offer = (
        "  - code: o\n    product: gold\n    label: {id: a, en: b}\n    say: {id: a, en: b}\n"
        "    calculation: {kind: magic, amount: none}\n"
    )
    found = {fault.code for fault in faults(f"{SMALL}offers:\n{offer}{offer}")}
    assert found == {
        "code_twice", "product_unknown", "calculation_kind", "calculation_rate", "calculation_tenor",
        "number",
    }  # fmt: skip


def test_hostile_text_is_cleaned_on_its_way_in() -> None:
    text = SMALL.replace("nama bank", '"n\\e]0;x\\aama\\u202e [@click=app.quit]bank[/]"')
    assert guide(text).opening[0].label.id == "nama [@click=app.quit]bank[/]"


# the guide that ships ----------------------------------------------------------------------------------


def test_the_shipped_guide_is_whole() -> None:
    ours = validate.check(shipped.text(), {"deposit", "savings", "credit_card", "pension"})
    assert len(ours.opening) >= 5
    assert len(ours.points) >= 14
    assert len(ours.offers) >= 6
    assert len(ours.objections) >= 10
    assert {offer.product for offer in ours.offers} == {"deposit", "savings", "credit_card", "pension"}
    # no agent meets a sheet of points with one language only
    for one in (*ours.points, *ours.offers):
        assert one.say.id != one.say.en


def test_what_is_exported_is_the_same_guide() -> None:
    ours = validate.check(shipped.text())
    content = json.loads(json.dumps(validate.plain(ours)))
    assert validate.validate(reader.located(content)) == (ours, ())
    written = writer.to_yaml(content)
    assert "rate: 5.25\n" in written
    assert validate.check(written) == ours
    assert writer.to_yaml(validate.plain(validate.check(written))) == written


# conditions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "facts", "verdict"),
    [
        ({"age": {">=": 30, "<": 60}}, {"age": 30}, True),
        ({"age": {">=": 30, "<": 60}}, {"age": 60}, False),
        ({"age": {">=": 30}}, {}, None),
        ({"age": {"known": False}}, {}, True),
        ({"age": {"known": True}}, {}, False),
        ({"age": 30}, {"age": 30}, True),
        ({"age": {"!=": 30}}, {"age": 30}, False),
        ({"housing": False}, {"housing": False}, True),
        ({"housing": False}, {"housing": None}, None),
        ({"housing": True}, {"housing": False}, False),
        ({"job": ["student", "retired"]}, {"job": "retired"}, True),
        ({"job": {"not": ["student", "retired"]}}, {"job": "retired"}, False),
        ({"job": {"not": "student"}}, {}, None),
        ({"reasons_up": "history"}, {"reasons_up": frozenset({"history", "age"})}, True),
        ({"reasons_up": {"not": ["job"]}}, {"reasons_up": frozenset({"history"})}, True),
        ({"all": [{"age": 3}, {"loan": True}]}, {"age": 4}, False),
        ({"all": [{"age": 3}, {"loan": True}]}, {"age": 3}, None),
        ({"any": [{"age": 3}, {"loan": True}]}, {"age": 3}, True),
        ({"any": [{"age": 3}, {"loan": True}]}, {"age": 4}, None),
        ({"not": {"loan": True}}, {}, None),
        ({"not": {"loan": True}}, {"loan": False}, True),
        (None, {}, True),
    ],
)
def test_a_condition_is_true_false_or_not_known(when: Any, facts: Any, verdict: bool | None) -> None:
    assert conditions.holds(when, facts) is verdict


# sums --------------------------------------------------------------------------------------------------

DEPOSIT = Terms(
    rate=Decimal("5.25"), tenor_months=6, minimum=Decimal(10_000_000), tax_percent=Decimal(20),
    tax_free_up_to=Decimal(7_500_000),
)  # fmt: skip


def test_fifty_million_for_six_months() -> None:
    worked = sums.work_out(Calculation("deposit", Decimal(50_000_000)), DEPOSIT, None, None, "IDR")
    assert worked is not None
    assert (worked.total, worked.interest, worked.tax, worked.net) == (
        51_312_500,
        1_312_500,
        262_500,
        51_050_000,
    )


def test_a_small_deposit_pays_no_tax() -> None:
    worked = sums.work_out(Calculation("deposit", Decimal(7_500_000)), DEPOSIT, None, None, "IDR")
    assert worked is not None
    assert worked.tax == 0
    assert worked.net == worked.total == 7_696_875


@pytest.mark.parametrize(
    ("own", "amount"),
    [
        (Decimal("153_999_999.99"), 150_000_000),
        (Decimal(9_999_999), 25_000_000),  # below the minimum: the example
        (None, 25_000_000),
        (Decimal(90_000_000_000), 2_000_000_000),
    ],
)
def test_the_customers_own_amount_is_rounded_down(own: Decimal | None, amount: int) -> None:
    own_sum = Calculation(
        "deposit",
        "balance",
        step=Decimal(10_000_000),
        at_most=Decimal(2_000_000_000),
        example=Decimal(25_000_000),
    )
    worked = sums.work_out(own_sum, DEPOSIT, own, None, "IDR")
    assert worked is not None
    assert worked.amount == amount


def test_without_an_amount_there_is_no_sum() -> None:
    assert sums.work_out(Calculation("deposit", "balance"), DEPOSIT, None, None, "IDR") is None
    assert sums.work_out(Calculation("deposit", "balance"), DEPOSIT, Decimal(5), None, "IDR") is None


def test_a_saving_grows_month_by_month() -> None:
    terms = Terms(rate=Decimal(12), tenor_months=3)
    worked = sums.work_out(Calculation("saving", Decimal(100)), terms, None, None, "USD")
    assert worked is not None
    assert worked.total == Decimal("303.01")  # 100·1.01² + 100·1.01 + 100
    until = Calculation("saving", Decimal(100), until_age=56)
    assert sums.work_out(until, Terms(rate=Decimal(0)), None, 55, "USD").total == 1200  # type: ignore[union-attr]
    assert sums.work_out(until, Terms(rate=Decimal(0)), None, 56, "USD") is None
    assert sums.work_out(until, Terms(rate=Decimal(0)), None, None, "USD") is None


def test_an_instalment_is_rounded_up_to_the_unit() -> None:
    worked = sums.work_out(
        Calculation("installment", Decimal(1_000_000)),
        Terms(rate=Decimal(0), tenor_months=3),
        None,
        None,
        "IDR",
    )
    assert worked is not None
    assert worked.monthly == 333_334


# choosing ----------------------------------------------------------------------------------------------


def chosen(customer: rules.Customer, from_: Guide = OURS) -> Any:
    return rules.choose(from_, 3, customer)


def test_idle_money_is_offered_a_six_month_deposit_with_its_sum() -> None:
    found = chosen(who(balance=Decimal(150_000_000), age=41, job="management", default=False, loan=None))
    assert found.version_id == 3
    said = next(p for p in found.points if p.code == "idle_balance").say
    assert said.values["balance"].number == 150_000_000
    assert said.values["total"].number == Decimal(153_937_500)
    assert found.offers[0].code == "deposit_6"
    assert "credit_card" not in {offer.code for offer in found.offers}  # whether there is a loan is not known


def test_of_nobody_anything_is_known_and_nothing_is_invented() -> None:
    found = chosen(who(name=None, city=None, last_outcome=None, promised=None, attempts=None))
    assert found.points == ()
    assert [offer.code for offer in found.offers] == ["deposit_any"]  # for who has no known balance
    assert len(found.lines) == len(OURS.opening)
    for line in found.lines:
        assert set(placeholders.used(line.say.text.id)) <= set(line.say.values)
        assert "{name}" not in line.say.text.en


def test_unknown_is_not_no() -> None:
    codes_of = {p.code for p in chosen(who(housing=None, loan=False, default=False)).points}
    assert "free_of_loans" not in codes_of
    assert "free_of_loans" in {p.code for p in chosen(who(housing=False, loan=False, default=False)).points}


def test_an_amount_in_another_currency_is_silent() -> None:
    rich = who(balance=Decimal(150_000_000), age=41)
    assert chosen(replace(rich, currency="EUR")).offers == ()
    assert not {"idle_balance", "some_balance", "small_balance"} & {
        p.code for p in chosen(replace(rich, currency="EUR")).points
    }


def test_the_weightiest_of_a_group_comes_first_and_there_is_a_limit() -> None:
    many = who(
        balance=Decimal(150_000_000), age=62, job="retired", housing=True, loan=True, default=True,
        promised=True, poutcome="failure", last_outcome="callback", attempts=5,
        reasons_up=frozenset({"history"}), last_call=date(2026, 11, 18),
    )  # fmt: skip
    found = chosen(many)
    assert len(found.points) == rules.POINTS
    weights = {p.code: p.weight for p in OURS.points}
    assert [weights[p.code] for p in found.points] == sorted(
        (weights[p.code] for p in found.points), reverse=True
    )
    groups = [p.group for p in OURS.points if p.code in {q.code for q in found.points} and p.group]
    assert len(groups) == len(set(groups))
    assert len(found.offers) <= rules.OFFERS


def test_every_sentence_that_is_chosen_has_all_its_values() -> None:
    for balance in (None, Decimal(-5), Decimal(0), Decimal(20_000_000), Decimal(10**12)):
        for age in (None, 17, 25, 41, 54, 70):
            for job in (None, "student", "retired", "entrepreneur"):
                found = chosen(who(balance=balance, age=age, job=job, poutcome="success", pdays=None))
                for part in (*found.lines, *found.points, *found.offers):
                    for text in (part.say.text.id, part.say.text.en):
                        assert set(placeholders.used(text)) <= set(part.say.values)


@pytest.mark.parametrize(
    ("hour", "part"),
    [(3, "evening"), (4, "morning"), (10, "morning"), (11, "noon"), (15, "afternoon"), (18, "evening")],
)  # fmt: skip
def test_the_greeting_follows_the_customers_clock(hour: int, part: str) -> None:
    assert rules.greeting(datetime(2026, 11, 20, hour, tzinfo=ZoneInfo("Asia/Jayapura"))) == part
