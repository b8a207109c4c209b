"""`leadtui leads add`: one customer or prospect by hand, checked like a row of an import, scored at once."""

from __future__ import annotations

import typer

from leadtui.i18n import _

_YES_NO = "yes|no"


def add(
    name: str = typer.Option(..., "--name", help=_("Full name.")),
    phone: str | None = typer.Option(None, "--phone", help=_("0812…, or + and country code.")),
    email: str | None = typer.Option(None, "--email", help=_("E-mail address.")),
    city: str | None = typer.Option(None, "--city", help=_("City or regency.")),
    province: str | None = typer.Option(None, "--province", help=_("Province.")),
    external_id: str | None = typer.Option(None, "--external-id", help=_("The bank's own key.")),
    source: str | None = typer.Option(None, "--source", help=_("Where the lead comes from.")),
    consent: str | None = typer.Option(None, "--consent", metavar=_YES_NO, help=_("May be called.")),
    consent_source: str | None = typer.Option(
        None, "--consent-source", metavar="TEXT", help=_("Where they agreed.")
    ),
    do_not_call: bool = typer.Option(False, "--do-not-call", help=_("Has asked never to be called.")),
    age: str | None = typer.Option(None, "--age", help=_("Years.")),
    job: str | None = typer.Option(None, "--job", help=_("As in the file, e.g. student.")),
    marital: str | None = typer.Option(None, "--marital", help="single|married|divorced"),
    education: str | None = typer.Option(None, "--education", help=_("As in the file, e.g. high.school.")),
    default: str | None = typer.Option(None, "--default", metavar=_YES_NO, help=_("Credit in default.")),
    housing: str | None = typer.Option(None, "--housing", metavar=_YES_NO, help=_("Mortgage.")),
    loan: str | None = typer.Option(None, "--loan", metavar=_YES_NO, help=_("Personal loan.")),
    balance: str | None = typer.Option(None, "--balance", help=_("Mean yearly balance.")),
    balance_currency: str | None = typer.Option(None, "--balance-currency", metavar="IDR", help=_("Of it.")),
    contact: str | None = typer.Option(None, "--contact", help="cellular|telephone"),
    pdays: str | None = typer.Option(None, "--pdays", help=_("Days since an earlier campaign.")),
    previous: str | None = typer.Option(None, "--previous", help=_("Contacts in earlier campaigns.")),
    poutcome: str | None = typer.Option(None, "--poutcome", help="nonexistent|failure|success|other"),
    team: str | None = typer.Option(None, "--team", help=_("Code of the team that gets the lead.")),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """Add one lead."""
    fields = {
        "name": name,
        "phone": phone,
        "email": email,
        "city": city,
        "province": province,
        "external_id": external_id,
        "source": source,
        "consent": consent,
        "do_not_call": "yes" if do_not_call else None,
        "age": age,
        "job": job,
        "marital": marital,
        "education": education,
        "default": default,
        "housing": housing,
        "loan": loan,
        "balance": balance,
        "balance_currency": balance_currency,
        "contact": contact,
        "pdays": pdays,
        "previous": previous,
        "poutcome": poutcome,
    }
    from leadtui.cli import lead_added

    given = {column: text for column, text in fields.items() if text is not None}
    lead_added.run(given, team, consent_source, as_json=as_json)
