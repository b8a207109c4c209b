"""One mail to the bank's mail server, and what came of it. Imported where something is sent, nowhere else."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leadtui.core.errors import Invalid
from leadtui.core.settings_url import is_local

if TYPE_CHECKING:
    from datetime import datetime

    from leadtui.core.settings import Settings

PORTS: Final = {"none": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes."""

    host: str
    port: int
    security: str
    """none, starttls or tls."""
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    ca: Path | None
    timeout: int
    """Seconds a step."""


class MailFailed(Exception):
    """It was not sent. `code` is the error code (`MAIL_CODES` words it), `reply` the server's number."""

    def __init__(self, code: str, *, permanent: bool, reply: int | None = None) -> None:
        super().__init__(code)
        self.code, self.permanent, self.reply = code, permanent, reply


def configured(settings: Settings) -> bool:
    """Whether there is a mail server at all."""
    return bool(settings.mail_host)


def server(settings: Settings) -> MailServer:
    """The mail server of these settings.

    Raises Invalid (setting → code): "mail_unset" without a host or a sender, "config_unreadable" for a
    password file that is not one, "mail_open" where a password would go to another machine in the clear.
    """
    if not settings.mail_host:
        raise Invalid({"mail_host": "mail_unset"})
    if not settings.mail_sender:
        raise Invalid({"mail_sender": "mail_unset"})
    password = settings.mail_password
    if settings.mail_password_file is not None:
        try:
            text = settings.mail_password_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "UTF-8"
            raise Invalid({"mail_password_file": "config_unreadable"}, why=why) from error
        password = text.splitlines()[0] if text else ""
    secret = settings.mail_user or settings.production
    if secret and settings.mail_security == "none" and not is_local(settings.mail_host):
        raise Invalid({"mail_security": "mail_open"}, host=settings.mail_host)
    return MailServer(
        host=settings.mail_host,
        port=settings.mail_port or PORTS[settings.mail_security],
        security=settings.mail_security,
        user=settings.mail_user or None,
        password=password,
        sender=settings.mail_sender,
        ca=settings.mail_ca,
        timeout=settings.mail_timeout,
    )


def message(where: MailServer, to: str, subject: str, body: str, at: datetime, ident: str) -> EmailMessage:
    """A plain text mail. Nothing in it can become a header: the library refuses line ends in one.

    `ident` makes the Message-ID, the same for every try. Raises MailFailed("mail_address").
    """
    made = EmailMessage(policy=SMTP_POLICY)
    try:
        made["From"] = Address("leadtui", addr_spec=where.sender)
        made["To"] = Address(addr_spec=to)
        made["Subject"] = " ".join(subject.split())
    except (ValueError, MessageError, IndexError) as error:
        raise MailFailed("mail_address", permanent=True) from error
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{ident}@{where.sender.rpartition('@')[2]}>"
    # no answering machine answers to it
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(body)
    return made


def send(where: MailServer, mail: EmailMessage) -> None:
    """Hand it to the server: it is sent when this returns. Raises MailFailed."""
    with _told(), _connected(where) as smtp:
        smtp.send_message(mail)


@contextlib.contextmanager
def _connected(where: MailServer) -> Iterator[smtplib.SMTP]:
    smtp = _open(where)
    try:
        if where.security == "starttls":
            smtp.starttls(context=_context(where))
        if where.user is not None:
            smtp.login(where.user, where.password or "")
        yield smtp
    except BaseException:
        smtp.close()
        raise
    # it was accepted: how the goodbye goes changes nothing
    with contextlib.suppress(smtplib.SMTPException, OSError):
        smtp.quit()


def _open(where: MailServer) -> smtplib.SMTP:
    name = socket.gethostname() or "localhost"
    if where.security == "tls":
        return smtplib.SMTP_SSL(where.host, where.port, name, timeout=where.timeout, context=_context(where))
    return smtplib.SMTP(where.host, where.port, name, timeout=where.timeout)


def _context(where: MailServer) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=None if where.ca is None else str(where.ca))
    except (OSError, ssl.SSLError) as error:
        raise MailFailed("mail_ca", permanent=False) from error


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What the library raises as what it means: for now, or for good (a reply of 5xx to this very mail)."""
    try:
        yield
    except MailFailed:
        raise
    except smtplib.SMTPAuthenticationError as error:
        raise MailFailed("mail_auth", permanent=False, reply=error.smtp_code) from error
    except smtplib.SMTPRecipientsRefused as error:
        reply = next(iter(error.recipients.values()))[0]
        raise MailFailed("mail_refused", permanent=reply >= 500, reply=reply) from error
    except smtplib.SMTPConnectError as error:
        raise MailFailed("mail_unreachable", permanent=False, reply=error.smtp_code) from error
    except smtplib.SMTPResponseException as error:
        raise MailFailed("mail_refused", permanent=error.smtp_code >= 500, reply=error.smtp_code) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailFailed("mail_unsupported", permanent=False) from error
    except ssl.SSLError as error:
        raise MailFailed("mail_tls", permanent=False) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailed("mail_unreachable", permanent=False) from error
