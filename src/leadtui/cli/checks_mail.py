"""What `doctor` finds of mail: whether it can be sent, what waits, and whether anybody sends it."""

from __future__ import annotations

from leadtui.cli.checks import refused
from leadtui.core.errors import LeadtuiError
from leadtui.core.health.dto import Check
from leadtui.core.outbox.dto import Backlog
from leadtui.core.settings import Settings


def mail(settings: Settings, found: Backlog) -> list[Check]:
    """Connects to no mail server: `leadtui mail test` does."""
    if not settings.mail_host:
        return [Check("mail_none", None)]
    from leadtui.core.outbox import smtp

    checks = []
    try:
        smtp.server(settings)
    except LeadtuiError as error:
        checks.append(refused("mail_settings", error))
    counts = {"waiting": found.waiting, "failed": found.failed, "workers": found.workers}
    if found.waiting and not found.workers:
        checks.append(Check("mail_waits", None, counts, warn=True))
    else:
        checks.append(Check("mail", True, counts))
    if found.failed:
        checks.append(Check("mail_failed", None, counts, warn=True))
    return checks
