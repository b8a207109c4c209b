"""TLS with a certificate of the bank's own authority: what production demands, for real.

The server that comes with leadtui is built without TLS, so something in front of it ends the encryption, as a
bank's pooler does. libpq does its part as it would with any server.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from leadtui.core.db import embedded
from tests.cli.conftest import Run
from tests.conftest import short_folder

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")

NAME = "bank.invalid"
SSL_REQUEST = bytes([0, 0, 0, 8, 4, 210, 22, 47])


@dataclass(frozen=True)
class Tls:
    """A server behind a TCP port that speaks TLS only."""

    port: int
    authority: Path

    def url(self, mode: str, *, name: str = NAME, user: str = "leadtui_app") -> str:
        # the name is what the certificate is compared with; the address is where libpq goes
        rest = f"sslmode={mode}&hostaddr=127.0.0.1&sslrootcert={self.authority}"
        return f"postgresql://{user}:topsecret@{name}:{self.port}/leadtui?{rest}"


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, context: ssl.SSLContext, behind: str) -> None:
    def one(client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            if client.recv(8) != SSL_REQUEST:
                return
            client.sendall(b"S")
            # never a close of one side's TLS while the other half still reads: each half has its own end
            with (
                context.wrap_socket(client, server_side=True) as inner,
                socket.socket(socket.AF_UNIX) as server,
            ):
                server.connect(behind)
                back = threading.Thread(target=_copy, args=(server, inner), daemon=True)
                back.start()
                _copy(inner, server)
                back.join()

    with contextlib.suppress(OSError):
        while True:
            client, _address = listener.accept()
            threading.Thread(target=one, args=(client,), daemon=True).start()


@pytest.fixture(scope="module")
def tls() -> Iterator[Tls]:
    folder = short_folder()
    ca, key, csr, crt = (folder / name for name in ("ca.pem", "server.key", "server.csr", "server.crt"))
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Bank CA",
            "-keyout", str(folder / "ca.key"), "-out", str(ca))  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}",
            "-keyout", str(key), "-out", str(csr))  # fmt: skip
    openssl("x509", "-req", "-in", str(csr), "-CA", str(ca), "-CAkey", str(folder / "ca.key"),
            "-CAcreateserial", "-days", "2", "-out", str(crt))  # fmt: skip
    home = folder / "h"
    server = embedded.start(home)
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        hba = connection.execute("show hba_file").fetchone()
        assert hba is not None
        Path(hba[0]).write_text("local all postgres trust\nlocal all all scram-sha-256\n", encoding="utf-8")
        connection.execute("alter system set fsync = off")
        connection.execute("create role dba login superuser password 'topsecret'")
        connection.execute("select pg_reload_conf()")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(crt, key)
    listener = socket.create_server(("127.0.0.1", 0))
    data = embedded.data_directory(home)
    (behind,) = [path for path in data.iterdir() if path.is_socket()]
    threading.Thread(target=_serve, args=(listener, context, str(behind)), daemon=True).start()
    yield Tls(listener.getsockname()[1], ca)
    listener.close()
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_production_over_tls(run: Run, tls: Tls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LEADTUI_ENV", "production")

    def use(mode: str, name: str = NAME) -> None:
        monkeypatch.setenv("LEADTUI_DATABASE_URL", tls.url(mode, name=name))
        monkeypatch.setenv("LEADTUI_ADMIN_URL", tls.url(mode, name=name, user="dba"))

    use("verify-full")
    assert run("db", "upgrade").code == 0
    with psycopg.connect(tls.url("verify-full", user="dba"), autocommit=True) as connection:
        connection.execute("alter role leadtui_app password 'topsecret'")
    assert run("db", "upgrade").code == 0
    doctor = run("doctor")
    assert doctor.code == 0, doctor.out
    assert "ok     The connection is encrypted (TLS) and the server's name is checked." in doctor.out
    # our own pg_dump speaks no TLS: it is refused by name, it does not go in the clear
    monkeypatch.setattr("leadtui.core.backup.tools._PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    backup = run("db", "backup", str(tmp_path / "bank.zip"))
    assert backup.code == 2
    assert "does not speak TLS" in backup.errors[0]
    assert not list(tmp_path.glob("*bank*"))

    use("require")
    refused = run("users", "list")
    assert (refused.code, refused.out) == (1, "")
    assert "needs sslmode=verify-full" in refused.err
    doctor = run("doctor")
    assert doctor.code == 1
    assert "who answers is not checked (sslmode=require)" in doctor.out
    monkeypatch.setenv("LEADTUI_ENV", "staging")
    assert run("users", "list").code == 0

    # the right authority, another server
    monkeypatch.setenv("LEADTUI_ENV", "production")
    use("verify-full", name="other.invalid")
    wrong = run("users", "list")
    assert (wrong.code, wrong.out) == (1, "")
    assert "does not match host name" in wrong.errors[0]
    assert "topsecret" not in wrong.err
