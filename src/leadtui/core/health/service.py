"""What the database says of its own health, for `doctor`."""

from __future__ import annotations

from leadtui.core.action import query
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.errors import LeadtuiError
from leadtui.core.health import queries
from leadtui.core.health.dto import Health
from leadtui.core.scores import engine
from leadtui.core.scores.queries import deployed


@query(Permission.MODELS_READ)
def examine(tx: Tx) -> Health:
    """The deployed model and its digest, counts. Changes nothing."""
    model = deployed(tx)
    problem = artefact = None
    if model is not None:
        try:
            artefact = engine.artefact(tx, model)
        except LeadtuiError as error:
            problem = error.code
    leads, scored, historical = queries.lead_counts(tx, model.id if model else None)
    people = queries.users(tx)
    return Health(
        stray_rows=queries.stray_rows(tx),
        model_id=model.id if model else None,
        model_name=model.name if model else None,
        model_problem=problem,
        artefact=artefact,
        leads=leads,
        scored=scored,
        historical=historical,
        agents=sum(not disabled for _role, disabled in people),
        users=len(people),
        admins=sum(role == "admin" and not disabled for role, disabled in people),
        demo=queries.demo_flag(tx),
        holidays_until=queries.holidays_until(tx),
    )
