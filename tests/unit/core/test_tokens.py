"""JWTs, their key, and secrets on disk."""

from __future__ import annotations

import base64
import json
import os
import stat
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from leadtui.core.auth import private_files, tokens
from leadtui.core.errors import Invalid, Unauthenticated

KEY = bytes(range(32))
CLAIMS = ("aud", "exp", "iat", "iss", "jti", "nbf", "sid", "sub")


def good() -> dict[str, Any]:
    """The claims of a token that is good now: made in the test, which may run long after it was collected."""
    now = datetime.now(UTC)
    return {
        "iss": "leadtui", "aud": "leadtui-cli", "sub": "7", "sid": "9", "jti": "x",
        "iat": now, "nbf": now, "exp": now + timedelta(minutes=15),
    }  # fmt: skip


def damaged(token: str, key: bytes = KEY) -> bool:
    with pytest.raises(Unauthenticated) as caught:
        tokens.read(key, token)
    return caught.value.code == "token_damaged"


def test_what_goes_in_comes_out() -> None:
    assert tokens.read(KEY, tokens.issue(KEY, 7, 9)) == tokens.Claims(7, 9, stale=False)
    first, second = (jwt.decode(tokens.issue(KEY, 7, 9), options={"verify_signature": False}) for _ in "ab")
    assert first["jti"] != second["jti"]
    assert first["exp"] - first["iat"] == 900


@pytest.mark.parametrize("shift", [timedelta(minutes=-16), timedelta(minutes=5), timedelta(days=-30)])
def test_out_of_its_time_it_wants_a_refresh(shift: timedelta) -> None:
    issued = tokens.issue(KEY, 7, 9, now=datetime.now(UTC) + shift)
    assert tokens.read(KEY, issued) == tokens.Claims(7, 9, stale=True)


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_must_be_there(claim: str) -> None:
    claims = good()
    assert sorted(claims) == sorted(CLAIMS)
    assert tokens.read(KEY, jwt.encode(claims, KEY, algorithm="HS256")) == tokens.Claims(7, 9, stale=False)
    del claims[claim]
    assert damaged(jwt.encode(claims, KEY, algorithm="HS256"))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "somebody"}, {"aud": "leadtui-api"}, {"aud": ["leadtui-cli", "more"]}, {"sub": "x"},
        {"sub": 7}, {"sid": "9 or 1=1"}, {"exp": "soon"}, {"iat": "now"},
    ],
)  # fmt: skip
def test_a_claim_of_another_kind_is_refused(claims: dict[str, object]) -> None:
    now = int(time.time())
    token = jwt.api_jws.encode(
        json.dumps({**good(), "iat": now, "nbf": now, "exp": now + 900, **claims}).encode(),
        KEY, algorithm="HS256",
    )  # fmt: skip
    assert damaged(token)


def test_other_keys_and_algorithms_are_refused() -> None:
    issued = tokens.issue(KEY, 7, 9)
    assert damaged(issued, bytes(32))
    for algorithm in ("HS384", "HS512"):
        assert damaged(jwt.encode(good(), KEY * 2, algorithm=algorithm), KEY * 2)
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    body = issued.split(".")[1]
    for token in (f"{head}.{body}.", f"{head}.{body}", "", "a.b.c", issued[:-2], "\ud800.é.x"):
        assert damaged(token)


# the key and other secrets on disk ---------------------------------------------------------------------


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    made = tokens.key(tmp_path)
    assert len(made) == 32
    assert tokens.key(tmp_path) == made
    assert mode(tmp_path / "identity") == 0o700
    assert mode(tmp_path / "identity" / "jwt.key") == 0o600
    assert sorted(path.name for path in (tmp_path / "identity").iterdir()) == ["jwt.key"]


def test_many_at_once_make_one_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(tokens.key(tmp_path))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == 1


def test_a_key_that_others_could_reach_or_that_is_none_is_refused(tmp_path: Path) -> None:
    tokens.key(tmp_path)
    path = tmp_path / "identity" / "jwt.key"

    def code() -> str:
        with pytest.raises(Invalid) as caught:
            tokens.key(tmp_path)
        assert caught.value.data["path"] == str(path)
        return caught.value.code

    path.chmod(0o640)
    assert code() == "secret_mode"
    path.chmod(0o600)
    path.write_bytes(b"short")
    assert code() == "key_damaged"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(bytes(32))
    elsewhere.chmod(0o600)
    path.unlink()
    path.symlink_to(elsewhere)
    assert code() == "secret_link"
    path.unlink()
    os.mkfifo(path, 0o600)
    assert code() == "secret_link"
    path.unlink()
    path.mkdir()
    assert code() == "secret_link"


def test_a_folder_that_is_a_link_is_refused_and_an_open_one_is_closed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "identity").symlink_to(tmp_path / "real")
    with pytest.raises(Invalid) as caught:
        private_files.folder(tmp_path)
    assert caught.value.code == "secret_link"
    (tmp_path / "identity").unlink()
    (tmp_path / "identity").mkdir(mode=0o777)
    (tmp_path / "identity").chmod(0o777)
    assert mode(private_files.folder(tmp_path)) == 0o700


def test_writing_replaces_in_one_step_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    path.symlink_to(victim)
    private_files.write(path, b"one")
    assert not path.is_symlink()
    assert (path.read_bytes(), mode(path), victim.read_text()) == (b"one", 0o600, "untouched")
    assert not private_files.create(path, b"two")
    assert private_files.read(path) == b"one"
    assert sorted(found.name for found in tmp_path.iterdir()) == ["secret", "victim"]
    assert private_files.remove(path)
    assert not private_files.remove(path)
    assert private_files.read(path) is None
