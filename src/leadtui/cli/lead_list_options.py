"""The options of `leadtui leads list`, and the filter, order and scope that they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadtui.i18n import _

if TYPE_CHECKING:
    from leadtui.core.leads.dto import LeadFilter, Scope, Sort


def list_leads(
    top: int | None = typer.Option(None, "--top", min=1, metavar="N", help=_("How many; 20 in a table.")),
    search: str = typer.Option("", "--search", metavar="TEXT", help=_("Name, city, phone or e-mail.")),
    query: str = typer.Option(
        "",
        "--query",
        metavar="TEXT",
        help=_("As in the search box: job:management age:30-45 score:>60 budi."),
    ),
    view: str = typer.Option("", "--view", metavar="NAME", help=_("A saved view, by its name or key.")),
    lookup: bool = typer.Option(False, "--lookup", help=_("Look one customer up, in any state.")),
    sort: str | None = typer.Option(
        None, "--sort", metavar="ORDER", help="score · name · last_contact · due"
    ),
    min_score: str | None = typer.Option(
        None, "--min-score", metavar="P", help=_("Least probability: 0.3 or 30%.")
    ),
    max_score: str | None = typer.Option(None, "--max-score", metavar="P", help=_("Highest probability.")),
    min_age: int | None = typer.Option(None, "--min-age", min=0, max=130),
    max_age: int | None = typer.Option(None, "--max-age", min=0, max=130),
    job: Annotated[
        list[str] | None, typer.Option("--job", help=_("Job as in the file, e.g. student; repeatable."))
    ] = None,
    marital: Annotated[
        list[str] | None, typer.Option("--marital", help=_("As in the file, e.g. single; repeatable."))
    ] = None,
    education: Annotated[
        list[str] | None, typer.Option("--education", help=_("As in the file; repeatable."))
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help=_("E.g. pending, qualified; repeatable."))
    ] = None,
    city: str = typer.Option("", "--city", metavar="TEXT", help=_("How the city begins.")),
    province: Annotated[
        list[str] | None, typer.Option("--province", help=_("The whole name; repeatable."))
    ] = None,
    min_balance: str | None = typer.Option(None, "--min-balance", metavar="AMOUNT"),
    max_balance: str | None = typer.Option(None, "--max-balance", metavar="AMOUNT"),
    min_attempts: int | None = typer.Option(None, "--min-attempts", min=0, metavar="N"),
    max_attempts: int | None = typer.Option(None, "--max-attempts", min=0, metavar="N"),
    min_idle_days: int | None = typer.Option(
        None, "--idle-days", min=0, metavar="N", help=_("Days since the last contact, at least.")
    ),
    max_idle_days: int | None = typer.Option(
        None, "--max-idle-days", min=0, metavar="N", help=_("Days since the last contact, at most.")
    ),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array; all leads without --top.")),
    as_csv: bool = typer.Option(False, "--csv", help=_("Print CSV; all leads without --top.")),
) -> None:
    """List leads in every state, best first."""
    from leadtui.cli import lead_list

    said: dict[str, Any] = dict(locals())
    narrowed, order, scope = asked(said)
    lead_list.run(top, narrowed, order, scope, query=query, view=view.strip(), as_json=as_json, as_csv=as_csv)


def asked(said: Mapping[str, Any]) -> tuple[LeadFilter, Sort | None, Scope]:
    """The options as a filter. Raises Invalid, with what was wrong and what there is."""
    from leadtui.cli import lead_list
    from leadtui.core.errors import Invalid
    from leadtui.core.leads.dto import LeadFilter, LeadState, Scope, Sort
    from leadtui.core.leads.search import enough_for_lookup
    from leadtui.core.regions import province
    from leadtui.scoring.codes import EDUCATION, MARITAL

    states = {state.name.lower(): state for state in LeadState}
    sorts = {sort.value: sort for sort in Sort}
    order = None
    if said["sort"] is not None:
        (order,) = _known("--sort", [said["sort"].replace("-", "_")], sorts)
    if said["lookup"] and not enough_for_lookup(said["search"]):
        raise Invalid({"--search": "lookup_search"}, "lookup_search")
    provinces = [
        (found.name if (found := province(text)) else text.strip()) for text in said["province"] or ()
    ]
    whole = ("min_age", "max_age", "min_attempts", "max_attempts", "min_idle_days", "max_idle_days")
    narrowed = LeadFilter(
        search=said["search"],
        city=said["city"],
        provinces=tuple(provinces),
        min_score=lead_list.probability(said["min_score"], "--min-score"),
        max_score=lead_list.probability(said["max_score"], "--max-score"),
        jobs=lead_list.job_codes(said["job"] or ()),
        marital=_known("--marital", said["marital"] or (), MARITAL),
        education=_known("--education", said["education"] or (), EDUCATION),
        states=_known("--state", said["state"] or (), states),
        min_balance=_amount("--min-balance", said["min_balance"]),
        max_balance=_amount("--max-balance", said["max_balance"]),
        **{name: said[name] for name in whole},
    )
    for low, high in (("min_age", "max_age"), ("min_attempts", "max_attempts"), ("min_score", "max_score"),
                      ("min_balance", "max_balance"), ("min_idle_days", "max_idle_days")):  # fmt: skip
        least, most = getattr(narrowed, low), getattr(narrowed, high)
        if least is not None and most is not None and least > most:
            raise Invalid({high: "bounds_crossed"}, "bounds_crossed", low=least, high=most)
    return narrowed, order, Scope.LOOKUP if said["lookup"] else Scope.ALL


def _known(option: str, words: Sequence[str], values: Mapping[str, Any]) -> tuple[Any, ...]:
    from leadtui.core.errors import Invalid

    found = []
    for word in (part.strip().lower() for given in words for part in given.split(",")):
        if word not in values:
            known = ", ".join(values)
            raise Invalid({option: "value_unknown"}, "value_unknown", option=option, value=word, known=known)
        found.append(values[word])
    return tuple(found)


def _amount(option: str, text: str | None) -> Decimal | None:
    from leadtui.core.errors import Invalid

    if text is None:
        return None
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise Invalid({option: "amount_unreadable"}, "amount_unreadable", option=option, value=text)
    return found
