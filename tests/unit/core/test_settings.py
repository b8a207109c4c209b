"""Settings: defaults, file, profile, environment; what is refused, and with which name."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadtui.core import settings
from leadtui.core.errors import Invalid
from leadtui.core.settings_url import away_without_tls, has_password, hosts, masked

FILE = """
lang = "id"
log_files = 3
database_url = "postgresql://app@db.test/bank"

[profile.staging]
log_files = 7
reduced_motion = true

[profile.production]
database_url = "postgresql://app@db.test/bank?sslmode=verify-full"
"""


def write(home: Path, text: str, mode: int = 0o600) -> dict[str, str]:
    path = home / settings.FILE_NAME
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return {"LEADTUI_HOME": str(home)}


def test_environment_beats_profile_beats_file_beats_default(tmp_path: Path) -> None:
    env = write(tmp_path, FILE)
    plain = settings.load(env)
    assert (plain.env, plain.lang, plain.log_files, plain.reduced_motion) == ("dev", "id", 3, None)
    staging = settings.load({**env, "LEADTUI_ENV": "staging", "LEADTUI_LANG": "en"})
    assert (staging.lang, staging.log_files, staging.reduced_motion, staging.pool_size) == ("en", 7, True, 2)
    loud = settings.load({**env, "LEADTUI_ENV": "staging", "LEADTUI_LOG_FILES": "9", "LEADTUI_ASCII": "on"})
    assert (loud.log_files, loud.ascii) == (9, True)
    file = str(tmp_path / settings.FILE_NAME)
    sources = {name: source for name, _value, source in settings.effective(loud)}
    assert sources["log_files"] == sources["ascii"] == sources["home"] == "environment"
    assert sources["reduced_motion"] == f"{file}: profile.staging.reduced_motion"
    assert (sources["lang"], sources["pool_size"]) == (f"{file}: lang", "default")
    # the environment's language is read as a locale is; one that is none of ours is passed over
    assert settings.load({**env, "LEADTUI_LANG": "en_GB.UTF-8"}).lang == "en"
    assert settings.load({**env, "LEADTUI_LANG": "fr"}).lang == "id"


def test_a_named_file_beats_the_homes_and_may_choose_the_environment(tmp_path: Path) -> None:
    env = write(tmp_path, 'lang = "id"')
    other = tmp_path / "bank.toml"
    other.write_text('env = "staging"\npool_size = 4\nhome = "/srv/leadtui"\n', encoding="utf-8")
    found = settings.load({**env, "LEADTUI_CONFIG": str(other)})
    assert (found.env, found.pool_size, found.lang) == ("staging", 4, None)
    assert found.home == tmp_path  # the environment's
    assert settings.load({"LEADTUI_CONFIG": str(other)}).home == Path("/srv/leadtui")


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [
        ("lnag = 'id'", "lnag", "config_unknown_key"),
        ("[profile.dev]\nlnag = 'id'", "profile.dev.lnag", "config_unknown_key"),
        ("[profile.dev]\nenv = 'staging'", "profile.dev.env", "config_unknown_key"),
        ("[profile.prod]\nlang = 'id'", "profile.prod", "unknown_environment"),
        ("profile = 3", "profile", "config_no_table"),
        ("[profile]\ndev = 3", "profile.dev", "config_no_table"),
        ("log_files = '3x'", "log_files", "setting_whole"),
        ("log_files = true", "log_files", "setting_whole"),
        ("log_files = 1", "log_files", "setting_whole"),
        ("ascii = 'maybe'", "ascii", "setting_flag"),
        ("lang = 'fr'", "lang", "setting_one_of"),
        ("lang = 3", "lang", "setting_text"),
        ("env = 'moon'", "env", "unknown_environment"),
        ("database_url = 'mysql://x'", "database_url", "not_a_postgresql_url"),
        ("database_url = 3", "database_url", "setting_text"),
        ("home = ''", "home", "setting_text"),
    ],
)
def test_what_cannot_be_meant_is_named_with_file_and_key(
    tmp_path: Path, text: str, key: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        settings.load(write(tmp_path, text))
    assert refused.value.fields == {f"{tmp_path / settings.FILE_NAME}: {key}": code}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"lang = ", "config_syntax"),
        (b"lang = 'id'\nlang = 'en'", "config_syntax"),
        (b"x = " + b"[" * 5000, "config_syntax"),
        (b"\xff\xfe", "config_not_utf8"),
        (b"#" * 1_000_001, "config_too_long"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    with pytest.raises(Invalid) as refused:
        settings.load({"LEADTUI_CONFIG": str(path)})
    assert refused.value.fields == {str(path): code}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert settings.load({"LEADTUI_HOME": str(tmp_path)}).config_file is None
    for path, code in ((tmp_path / "none", "config_missing"), (tmp_path, "config_unreadable")):
        with pytest.raises(Invalid) as refused:
            settings.load({"LEADTUI_CONFIG": str(path)})
        assert refused.value.fields == {str(path): code}


def test_a_password_that_others_may_read_is_refused(tmp_path: Path) -> None:
    text = "[profile.production]\nadmin_url = 'postgresql://dba:word@h.test/bank?sslmode=verify-full'"
    with pytest.raises(Invalid) as refused:
        settings.load(write(tmp_path, text, 0o640))  # whichever profile is in force
    assert list(refused.value.fields.values()) == ["config_open"]
    assert settings.load(write(tmp_path, text, 0o600)).admin_url is None
    assert settings.load(write(tmp_path, "lang = 'id'", 0o644)).lang == "id"


def test_production_wants_tls_to_another_machine(tmp_path: Path) -> None:
    env = {"LEADTUI_HOME": str(tmp_path), "LEADTUI_ENV": "production"}
    for url in ("postgresql://app@db.test/bank", "postgresql://app@db.test/bank?sslmode=require"):
        with pytest.raises(Invalid) as refused:
            settings.load({**env, "LEADTUI_DATABASE_URL": url})
        assert refused.value.fields == {"LEADTUI_DATABASE_URL": "tls_needed"}
        assert settings.read({**env, "LEADTUI_DATABASE_URL": url}).production
        assert settings.load({**env, "LEADTUI_ENV": "staging", "LEADTUI_DATABASE_URL": url})
    assert settings.load({**env, "LEADTUI_DATABASE_URL": "postgresql://app@db.test/b?sslmode=verify-full"})
    assert settings.load({**env, "LEADTUI_DATABASE_URL": "postgresql://app@localhost/bank"})
    fine = settings.load({**write(tmp_path, FILE), "LEADTUI_ENV": "production"})
    assert fine.database_url is not None


@pytest.mark.parametrize(
    ("url", "environ", "away"),
    [
        ("postgresql://u@/d?host=/run/pg", {}, None),
        ("postgresql:///d", {}, None),
        ("postgresql:///d", {"PGHOST": "h.test"}, "h.test"),
        ("postgresql://127.0.0.1,h.test:5433/d", {}, "h.test"),
        ("postgresql://localhost/d?hostaddr=10.0.0.1", {}, "10.0.0.1"),
        ("postgresql://localhost/d", {"PGHOSTADDR": "10.0.0.1"}, "10.0.0.1"),
        ("postgresql://[::1]:5432/d", {}, None),
        ("postgresql://[2001:db8::1]:5432/d", {}, "2001:db8::1"),
        ("postgresql://h.test/d", {"PGSSLMODE": "verify-full"}, None),
        ("postgresql://h.test/d?sslmode=prefer", {"PGSSLMODE": "verify-full"}, "h.test"),
        ("postgresql:///?service=bank", {}, "bank"),
        ("postgresql://localhost.evil.test/d", {}, "localhost.evil.test"),
        ("postgresql://%2Frun%2Fpg/d", {}, None),
    ],
)
def test_where_a_url_leads(url: str, environ: dict[str, str], away: str | None) -> None:
    assert away_without_tls(url, environ) == away
    assert hosts(url, environ)


def test_passwords_are_found_and_masked() -> None:
    for url in ("postgresql://u:s3cret@h/d", "postgresql://h/d?user=u&password=s3cret",
                "postgresql://u:s3cret@a,b/d?sslpassword=s3cret"):  # fmt: skip
        assert has_password(url)
        assert "s3cret" not in masked(url)
        assert "h" in masked(url) or "a,b" in masked(url)
    assert masked("postgresql://u@h:5/d?sslmode=require") == "postgresql://u@h:5/d?sslmode=require"
    assert not has_password("postgresql://u@h/d")


def test_what_the_file_says_of_the_terminal(tmp_path: Path) -> None:
    found = settings.load(write(tmp_path, "ascii = true\nreduced_motion = false"))
    assert found.for_terminal() == {"LEADTUI_ASCII": "1", "LEADTUI_REDUCED_MOTION": "0"}
    assert settings.load({"LEADTUI_HOME": str(tmp_path / "none")}).for_terminal() == {}


def test_variables_that_mean_nothing() -> None:
    assert settings.unknown_variables({"LEADTUI_DATABSE_URL": "x", "LEADTUI_HOME": "x", "PATH": ""}) == [
        "LEADTUI_DATABSE_URL"
    ]


def test_how_numbers_are_dialled(tmp_path: Path) -> None:
    assert settings.load({"LEADTUI_HOME": str(tmp_path)}).dial == "copy"
    env = write(tmp_path, 'dial = "command"\ndial_command = ["phone", "--to", "tel:{number}"]\n')
    found = settings.load(env)
    assert (found.dial, found.dial_command) == ("command", ("phone", "--to", "tel:{number}"))
    shown = {name: value for name, value, _source in settings.effective(found)}
    assert shown["dial_command"] == "phone --to 'tel:{number}'"
    told = settings.load({**env, "LEADTUI_DIAL_COMMAND": "other 'with blank' {number}"})
    assert told.dial_command == ("other", "with blank", "{number}")
    assert settings.load({**env, "LEADTUI_DIAL": "link"}).dial == "link"


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [
        ('dial = "shout"', "dial", "setting_one_of"),
        ('dial = "command"', "dial", "dial_command_needed"),
        ('dial_command = ["phone"]', "dial_command", "setting_command"),
        ('dial_command = ["{number}", "{number}"]', "dial_command", "setting_command"),
        ('dial_command = ["phone", 3, "{number}"]', "dial_command", "setting_command"),
        ('dial_command = "phone \'{number}"', "dial_command", "setting_command"),
        ("dial_command = []", "dial_command", "setting_command"),
    ],
)
def test_a_dial_setting_that_means_nothing_is_refused(tmp_path: Path, text: str, key: str, code: str) -> None:
    with pytest.raises(Invalid) as wrong:
        settings.load(write(tmp_path, text + "\n"))
    assert wrong.value.fields == {f"{tmp_path / settings.FILE_NAME}: {key}": code}
