"""Process settings from the environment. Business settings live in the database (`core/policy.py`)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leadtui.core.errors import Invalid

ENVIRONMENTS: Final = ("dev", "staging", "production")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. Nothing here is a secret but the two URLs."""

    home: Path
    """`LEADTUI_HOME`: the embedded server, token file, logs and drafts (0700)."""
    database_url: str | None
    """`LEADTUI_DATABASE_URL`: the app role on a real server; None is the embedded one."""
    admin_url: str | None
    """`LEADTUI_ADMIN_URL`: the owner role, for migrations and the `system` actor."""
    env: str
    """`LEADTUI_ENV`: dev, staging or production."""

    @property
    def production(self) -> bool:
        """Whether the demo, injected clocks and other conveniences are refused."""
        return self.env == "production"

    @property
    def embedded(self) -> bool:
        """Whether leadtui runs its own PostgreSQL."""
        return self.database_url is None


def load(environ: dict[str, str] | None = None) -> Settings:
    """Read the settings. Raises Invalid for a `LEADTUI_ENV` that does not exist or a URL of another kind."""
    env = dict(os.environ) if environ is None else environ
    name = env.get("LEADTUI_ENV", "dev") or "dev"
    if name not in ENVIRONMENTS:
        raise Invalid({"LEADTUI_ENV": "unknown_environment"}, value=name, known=", ".join(ENVIRONMENTS))
    urls = {}
    for key in ("LEADTUI_DATABASE_URL", "LEADTUI_ADMIN_URL"):
        url = env.get(key) or None
        if url is not None and not url.startswith(("postgresql://", "postgres://")):
            raise Invalid({key: "not_a_postgresql_url"})
        urls[key] = url
    home = env.get("LEADTUI_HOME")
    if home:
        path = Path(home).expanduser()
    else:
        import platformdirs

        path = Path(platformdirs.user_data_dir("leadtui", appauthor=False))
    return Settings(
        home=path,
        database_url=urls["LEADTUI_DATABASE_URL"],
        admin_url=urls["LEADTUI_ADMIN_URL"],
        env=name,
    )
