"""The jobs of a worker, as procrastinate knows them: by name, with ids for arguments."""

from __future__ import annotations

from typing import Any, Final

import procrastinate

from leadtui.core.outbox import service as outbox
from leadtui.core.outbox.smtp import MailServer
from leadtui.worker import house
from leadtui.worker.acting import Acting
from leadtui.worker.sending import send

HOUSE: Final = "house"
MAIL: Final = "mail"
_CONNECTIONS: Final = 2
"""Of procrastinate, beside the one that listens."""
KEEP_HOURS: Final = 24 * 30
"""How long a job that failed can be looked up."""


def build(url: str, acting: Acting, where: MailServer | None, *, periodic: bool = True) -> procrastinate.App:
    """The application: jobs of mail where there is a mail server, jobs by the clock unless `periodic` is off.

    The clock of cron is UTC; what depends on somebody's morning is asked often and does nothing twice.
    """
    app = procrastinate.App(connector=_connector(url))

    if where is not None:

        @app.task(name="mail.send", queue=MAIL)
        def mail_send(outbox_id: int) -> None:
            send(acting, where, outbox_id)

        if periodic:

            @app.periodic(cron="* * * * *")
            @app.task(name="mail.recover", queue=HOUSE, queueing_lock="mail.recover")
            def mail_recover(timestamp: int) -> None:
                acting.call(outbox.recover)

            @app.periodic(cron="*/10 * * * *")
            @app.task(name="mail.digests", queue=HOUSE, queueing_lock="mail.digests")
            def mail_digests(timestamp: int) -> None:
                house.digests(acting)

    if periodic:

        @app.periodic(cron="*/5 * * * *")
        @app.task(name="house.sweep", queue=HOUSE, queueing_lock="house.sweep")
        def house_sweep(timestamp: int) -> None:
            house.sweep(acting)

        @app.periodic(cron="17 18 * * *")
        @app.task(name="house.keep", queue=HOUSE, queueing_lock="house.keep", pass_context=True)
        async def house_keep(context: procrastinate.JobContext, timestamp: int) -> None:
            import asyncio

            await asyncio.to_thread(house.keep, acting)
            await context.app.job_manager.delete_old_jobs(
                nb_hours=KEEP_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
            )

    return app


def options(where: MailServer | None, *, concurrency: int, once: bool) -> dict[str, Any]:
    """How a worker runs them."""
    return {
        "queues": [HOUSE, MAIL] if where is not None else [HOUSE],
        "concurrency": concurrency,
        "wait": not once,
        # what went well is gone at once; what went wrong stays to be looked at
        "delete_jobs": "successful",
        "install_signal_handlers": False,
    }


def _connector(url: str) -> procrastinate.PsycopgConnector:
    return procrastinate.PsycopgConnector(
        conninfo=url,
        min_size=1,
        max_size=_CONNECTIONS,
        timeout=3.0,
        reconnect_timeout=60.0,
        kwargs={
            "application_name": "leadtui-worker",
            "options": "-c timezone=UTC -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
            "connect_timeout": 10,
        },
    )
