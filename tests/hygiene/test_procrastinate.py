"""The job queue's schema that our migration applies is that of the package that works on it."""

from __future__ import annotations

import importlib.resources
import importlib.util
from types import ModuleType

import pytest

from leadtui.core.db import paths


@pytest.fixture
def revision() -> ModuleType:
    spec = importlib.util.spec_from_file_location("r0012", paths.migrations() / "versions" / "0012_outbox.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_schema_is_the_installed_packages_own(revision: ModuleType) -> None:
    """A newer procrastinate: write its migrations since into a revision of their own, and give 0012 a way to
    the schema that it applied."""
    package = importlib.resources.files("procrastinate.sql") / "schema.sql"
    assert revision.queue_schema() == package.read_text(encoding="utf-8")


def test_the_schema_of_another_version_is_refused(
    revision: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revision, "SHA256", "0" * 64)
    with pytest.raises(RuntimeError, match=r"procrastinate 3\.10\.0"):
        revision.queue_schema()


def test_every_migration_of_the_package_is_known() -> None:
    names = [
        file.name
        for file in (importlib.resources.files("procrastinate.sql") / "migrations").iterdir()
        if file.name.endswith(".sql")
    ]
    assert max(names) == "03.04.00_50_post_add_retry_failed_job_procedure.sql"
