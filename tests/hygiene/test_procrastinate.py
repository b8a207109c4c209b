"""The job queue's schema in our migration is that of the package that works on it."""

from __future__ import annotations

import importlib.resources
from importlib.metadata import version

from leadtui.core.db import paths

COPY = paths.migrations() / "sql" / "0012_procrastinate.sql"


def test_the_copy_is_the_packages_own() -> None:
    """A newer procrastinate: write its migrations since into a revision of their own, then this copy's
    successor; the file of 0012 stays, since databases were made with it."""
    head, _, copy = COPY.read_text(encoding="utf-8").partition("-- ---8<---\n")
    assert f"procrastinate {version('procrastinate')}," in head
    package = importlib.resources.files("procrastinate.sql") / "schema.sql"
    assert copy == package.read_text(encoding="utf-8")


def test_every_migration_of_the_package_is_known() -> None:
    names = [
        file.name
        for file in (importlib.resources.files("procrastinate.sql") / "migrations").iterdir()
        if file.name.endswith(".sql")
    ]
    assert max(names) == "03.04.00_50_post_add_retry_failed_job_procedure.sql"
