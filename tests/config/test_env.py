"""Environment variables are read strictly: a typo is told, never guessed at."""

from pathlib import Path

import pytest

from config import env


@pytest.mark.parametrize("value", ["0", "-1", "soon", "nan", "inf"])
def test_seconds_must_be_a_positive_number(value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LIMIT_S", value)

    with pytest.raises(env.EnvironmentSettingError, match="LIMIT_S"):
        env.seconds("LIMIT_S", default=1.0)


def test_an_empty_variable_is_an_absent_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LIMIT_S", "")

    assert env.seconds("LIMIT_S", default=2.5) == 2.5


def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEBUG", "maybe")

    with pytest.raises(env.EnvironmentSettingError, match="expected 1 or 0"):
        env.flag("DEBUG", default=False)


def test_a_database_url_names_a_file_or_a_server():
    assert env.database("sqlite:////data/a.sqlite3", Path("unused"))["NAME"] == "/data/a.sqlite3"
    server = env.database("postgresql://ann:p%40ss@db:5432/earshot", Path("unused"))
    assert (server["HOST"], server["PASSWORD"], server["NAME"]) == ("db", "p@ss", "earshot")


def test_an_unknown_database_is_refused():
    with pytest.raises(env.EnvironmentSettingError, match="'mysql'"):
        env.database("mysql://db/earshot", Path("unused"))


def test_the_secret_key_is_made_once_and_private(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    file = tmp_path / "var" / "secret_key"

    assert env.secret_key(file) == env.secret_key(file)
    assert len(env.secret_key(file)) > 50
    assert file.stat().st_mode & 0o777 == 0o600
