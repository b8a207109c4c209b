"""A real SMTP server on this machine: keeps what it takes, and answers as it is told."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
import warnings
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "leadtui", "mail password"


@dataclass
class Letters:
    """What arrived, and what is answered."""

    answers: deque[str] = field(default_factory=deque)
    """To the next mails, in order; afterwards 250."""
    to: list[str] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    hold: threading.Event | None = None
    """Where it is set up: a mail is answered only when this is set, …"""
    arrived: threading.Event = field(default_factory=threading.Event)
    """… and this says that one is there."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """aiosmtpd's hook."""
        answer = self.answers.popleft() if self.answers else "250 taken"
        if answer.startswith("250"):
            self.to += envelope.rcpt_tos
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.taken.append(mail)
        self.arrived.set()
        if self.hold is not None:
            import asyncio

            while not self.hold.is_set():
                await asyncio.sleep(0.02)
        if answer == "250 cut":
            # it is taken, and nobody hears of it
            server.transport.abort()
        return answer

    def ids(self) -> list[str]:
        """Message-IDs, in the order in which they came."""
        return [str(mail["Message-ID"]) for mail in self.taken]


@dataclass
class MailBox:
    """A server that runs."""

    port: int
    letters: Letters


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Controller(Controller):
    def _trigger_server(self) -> None:
        # aiosmtpd's own speaks in the clear here, and TLS is what some of these wait for
        with contextlib.suppress(OSError), socket.create_connection((self.hostname, self.port), 5) as probe:
            if self.ssl_context is None:
                probe.recv(64)

    def factory(self) -> SMTP:
        with warnings.catch_warnings():
            # a password in the clear, on this machine, in a test
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(self.handler, **self.SMTP_kwargs)


@contextlib.contextmanager
def mailbox(
    *, port: int | None = None, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None,
    sign_in: bool = False,
) -> Iterator[MailBox]:  # fmt: skip
    """Runs while the block does."""
    letters = Letters()

    def allowed(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        if good:
            letters.signed_in.append(USER)
        return AuthResult(success=good, handled=False)

    controller = _Controller(
        letters,
        hostname="127.0.0.1",
        port=port or free_port(),
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        auth_required=sign_in,
        auth_require_tls=False,
        authenticator=allowed if sign_in else None,
    )
    controller.start()
    try:
        yield MailBox(controller.port, letters)
    finally:
        controller.stop(no_assert=True)


@dataclass(frozen=True)
class Certificate:
    """One that this test made itself."""

    file: Path

    def server(self) -> ssl.SSLContext:
        """For the server's side."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context


def certificate(folder: Path, name: str = "127.0.0.1") -> Certificate:
    """Self-signed, for this address or name; the file is its own authority."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(name)
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return Certificate(path)
