"""The small sums that a customer hears: exact, in whole units of the currency. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, localcontext
from typing import Final

from leadtui.core.guide.dto import Calculation, Terms

KINDS: Final = ("deposit", "saving", "installment")
_WHOLE: Final = frozenset({"IDR", "JPY", "KRW", "VND"})
_PRECISION: Final = 40
MOST_MONTHS: Final = 720


@dataclass(frozen=True, slots=True)
class Sum:
    """What comes of it. Amounts in whole units of the currency (rupiah, cents)."""

    amount: Decimal
    """Put in, paid in a month, or bought."""
    months: int
    total: Decimal
    """At the end, before tax (deposit, saving); paid altogether (installment)."""
    interest: Decimal
    tax: Decimal
    net: Decimal
    """At the end, after tax."""
    monthly: Decimal | None
    """Paid in a month (saving, installment)."""


def unit(currency: str) -> Decimal:
    """The smallest amount of a currency."""
    return Decimal(1) if currency in _WHOLE else Decimal("0.01")


def work_out(
    calculation: Calculation, terms: Terms, own: Decimal | None, age: int | None, currency: str
) -> Sum | None:
    """The sum for who has `own` of the field `calculation.amount`; None where something is missing.

    Interest of a deposit is simple, months of a twelfth of a year; a saving's is added every month. Interest
    is rounded to the nearest unit, a monthly payment up.
    """
    months = _months(calculation, terms, age)
    amount = _amount(calculation, terms, own)
    if months is None or amount is None or terms.rate is None:
        return None
    one = unit(currency)
    with localcontext(Context(prec=_PRECISION)):
        if calculation.kind == "deposit":
            interest = (amount * terms.rate * months / 1200).quantize(one, ROUND_HALF_UP)
            tax = _tax(terms, amount, interest, one)
            total = amount + interest
            return Sum(amount, months, total, interest, tax, total - tax, None)
        if calculation.kind == "saving":
            paid = amount * months
            total = _grown(amount, terms.rate / 1200, months).quantize(one, ROUND_HALF_UP)
            tax = _tax(terms, paid, total - paid, one)
            return Sum(amount, months, total, total - paid, tax, total - tax, amount)
        owed = amount + amount * terms.rate * months / 1200
        monthly = (owed / months).quantize(one, ROUND_UP)
        total = monthly * months
        return Sum(amount, months, total, total - amount, Decimal(0), total, monthly)


def _months(calculation: Calculation, terms: Terms, age: int | None) -> int | None:
    if calculation.until_age is None:
        return terms.tenor_months
    if age is None or age >= calculation.until_age:
        return None
    return min(MOST_MONTHS, (calculation.until_age - age) * 12)


def _amount(calculation: Calculation, terms: Terms, own: Decimal | None) -> Decimal | None:
    if isinstance(calculation.amount, Decimal):
        return calculation.amount
    least = terms.minimum or Decimal(0)
    if own is not None:
        bounds = [bound for bound in (calculation.at_most, terms.maximum) if bound is not None]
        amount = min([own, *bounds])
        if calculation.step is not None:
            amount = (amount / calculation.step).to_integral_value(ROUND_DOWN) * calculation.step
        if amount > 0 and amount >= least:
            return amount
    return calculation.example


def _tax(terms: Terms, base: Decimal, interest: Decimal, one: Decimal) -> Decimal:
    if terms.tax_percent is None or (terms.tax_free_up_to is not None and base <= terms.tax_free_up_to):
        return Decimal(0)
    return (interest * terms.tax_percent / 100).quantize(one, ROUND_HALF_UP)


def _grown(payment: Decimal, rate: Decimal, months: int) -> Decimal:
    """Payments at the end of every month, with interest on interest."""
    if rate == 0:
        return payment * months
    return payment * ((1 + rate) ** months - 1) / rate
