"""What a password may be."""

from __future__ import annotations

import unicodedata

import pytest

from leadtui.core.auth import passwords, rules
from leadtui.core.auth.rules import check, normal

OWN = ("sari.wulandari@bank.test", "Sari Wulandari", "jakarta1")


@pytest.mark.parametrize(
    "password",
    [
        "long enough to do",
        "a password for tests",
        "kucing hijau tidur siang",
        "correct horse battery staple",
        "gj4-kq2p-x9vm-3trd",
        "aB3$xK9!mQ2z",
        "пароль из слов здесь",
        "すごく長いパスワードです何か",
        "     spaces count     too     ",
    ],
)
def test_taken(password: str) -> None:
    assert check(password, OWN) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("elevenchars", "password_too_short"),
        ("x" * 257, "password_too_long"),
        ("Password123!", "password_common"),
        ("P@ssw0rd2025!!", "password_common"),
        ("passwordpassword", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("abcdefghijklmnop", "password_common"),
        ("121212121212", "password_common"),
        ("qwertyuiop12", "password_common"),
        ("1q2w3e4r5t6y", "password_common"),
        ("Jakarta2026!", "password_common"),
        ("rahasia123456", "password_common"),
        ("terimakasih2025", "password_common"),
        ("Selamatpagi123", "password_common"),
        ("leadtui-demo-9", "password_personal"),
        ("wulandari-sari-7Q", "password_personal"),
        ("ｐａｓｓｗｏｒｄ１２３４", "password_common"),  # full width letters are the same letters
    ],
)
def test_refused(password: str, code: str) -> None:
    assert check(password, OWN) == code


def test_no_rule_about_capitals_digits_or_signs() -> None:
    for password in ("only lower letters walk", "ONLY UPPER LETTERS WALK", "38 71 94 20 65 17 83"):
        assert check(password) is None


@pytest.mark.parametrize("password", ["", "a", "\0" * 12, "\ud800" * 12, "İ" * 20, "ß" * 300, "a" * 100_000])
def test_whatever_is_typed_gets_an_answer(password: str) -> None:
    assert check(password, OWN) is None or check(password, OWN) in {
        "password_too_short", "password_too_long", "password_common",
    }  # fmt: skip
    assert passwords.verify(password, passwords.hash_password("another", rounds=4)) is False


def test_one_time_passwords_would_be_taken() -> None:
    assert all(check(passwords.one_time()) is None for _ in range(50))


def test_the_same_letters_are_the_same_password_on_every_keyboard() -> None:
    composed, apart = (unicodedata.normalize(form, "rahasía sekali çok") for form in ("NFC", "NFD"))
    assert composed != apart
    stored = passwords.hash_password(apart, rounds=4)
    assert passwords.verify(composed, stored)
    assert passwords.verify(apart, stored)
    assert not passwords.verify("rahasia sekali cok", stored)


def test_a_hash_of_the_first_release_stays_good(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = unicodedata.normalize("NFD", "rahasía sekali çok")
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "normal", lambda text: text)
        stored = passwords.hash_password(typed, rounds=4)
    assert passwords.verify(typed, stored)
    assert normal(typed) != typed


def test_the_list_is_there_and_in_order() -> None:
    words = rules.common_words()
    assert len(words) > 30_000
    assert words["123456"] == 1
    assert words["password"] < words["rahasia"] < words["justinbieber"]
