"""What `leadtui leads add` does with what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from leadtui.cli import out
from leadtui.cli.errors import say
from leadtui.cli.session import system
from leadtui.core.errors import Invalid
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import AddLead
from leadtui.formats import percent
from leadtui.i18n import _, ngettext
from leadtui.wording import state_word, verdict_word


def run(fields: Mapping[str, str], team: str | None, consent_source: str | None, *, as_json: bool) -> None:
    """Add it, and print its id and first score."""
    with system() as ctx:
        try:
            added = leads.add(ctx, AddLead(uuid4(), fields, team, consent_source))
        except Invalid as invalid:
            raise _by_option(invalid) from invalid
    if as_json:
        out.array(
            [
                {
                    "id": added.lead_id,
                    "external_id": added.external_id,
                    "state": added.state.name.lower(),
                    "probability": added.probability,
                    "rank_key": added.rank_key,
                    "model_id": added.model_id,
                    "callable": added.callable,
                    "same_phone": list(added.same_phone),
                    "reasons": [
                        {"group": reason.group.name.lower(), "delta": round(reason.delta, 3)}
                        for reason in added.reasons
                    ],
                }
            ]
        )
    else:
        out.facts(
            [
                (_("Id"), added.lead_id),
                (_("Score"), percent(added.probability, 1)),
                (_("State"), state_word(added.state)),
            ]
        )
    if added.model_id is None:
        say(_("No model could score this lead yet."))
        say("hint: leadtui doctor")
    if not added.callable:
        why = ", ".join(verdict_word(code) for code in added.not_callable)
        say(_("This customer {reasons}.").format(reasons=why))
    if added.same_phone:
        said = ngettext(
            "Lead {ids} has this number already: the same person?",
            "Leads {ids} have this number already: the same person?",
            len(added.same_phone),
        )
        say(said.format(ids=", ".join(map(str, added.same_phone))))
        say("hint: " + f"leadtui leads show {added.same_phone[0]}")
    say("hint: " + f"leadtui leads show {added.lead_id}")


def _by_option(invalid: Invalid) -> Invalid:
    """The same error, each field under the option that it was typed with, and what would have been known."""
    from leadtui.cli.import_report import range_words
    from leadtui.core.imports.columns import known_values

    option = {name: "--" + name.replace("_", "-") for name in invalid.fields}
    known = {
        f"known {option[name]}": ", ".join(known_values(name)) or range_words(name) for name in invalid.fields
    }
    return Invalid(
        {option[name]: code for name, code in invalid.fields.items()}, invalid.code, **invalid.data, **known
    )
