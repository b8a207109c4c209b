"""Where the migrations are: beside the package in a wheel, at the root of a checkout."""

from __future__ import annotations

from pathlib import Path


def migrations() -> Path:
    """The folder with `env.py` and `versions/`. Raises FileNotFoundError in a broken installation."""
    package = Path(__file__).resolve().parent.parent.parent
    for folder in (package / "migrations", package.parent.parent / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise FileNotFoundError("migrations")
