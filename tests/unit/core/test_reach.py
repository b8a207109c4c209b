"""Why a server was not reached: libpq's sentence, without its noise and without a password."""

from __future__ import annotations

import psycopg
import pytest

from leadtui.core.db.reach import no_connection

URL = "postgresql://app:hunter22@db.test/x"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            'connection failed: connection to server at "10.0.0.1", port 5432 failed: FATAL:  password '
            'authentication failed for user "app"',
            'connection to server at "10.0.0.1", port 5432 failed: password '
            'authentication failed for user "app"',
        ),
        ('connection is bad: invalid sslmode value: "zz"', 'invalid sslmode value: "zz"'),
        (
            'connection to server at "h", port 1 failed: Connection refused\n\tIs the server running on that '
            "host and accepting TCP/IP connections?",
            'connection to server at "h", port 1 failed: Connection refused',
        ),
        ("Multiple attempts failed:\n- one\n- two", "- two"),
        ('invalid value "hunter22"', 'invalid value "…"'),
        ("", ""),
    ],
)
def test_it_says_what_the_last_attempt_said(said: str, why: str) -> None:
    error = no_connection(psycopg.OperationalError(said), URL, place="db.test:5432/x")
    assert (error.code, error.data["why"], error.data["place"]) == ("no_connection", why, "db.test:5432/x")


def test_of_a_url_that_cannot_be_taken_apart_nothing_is_repeated() -> None:
    error = no_connection(psycopg.OperationalError('bad "secret@"'), "postgresql://app:secret@[")
    assert error.data["why"] == ""
