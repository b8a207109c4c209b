"""What a process loads: an agent's stays light, `--help` loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("pandas", "sklearn", "numpy", "scipy", "lightgbm", "babel", "faker", "alembic", "typer", "jwt")


def _loaded(code: str) -> set[str]:
    """Top-level packages in sys.modules after `code` ran in a fresh interpreter."""
    program = code + "\nimport sys\nprint(' '.join({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


AGENT = """
import importlib, pkgutil, leadtui.app, leadtui.screens, leadtui.widgets
for package in (leadtui.screens, leadtui.widgets):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
import leadtui.core.runtime, leadtui.core.leads.service, leadtui.core.calls.service
import leadtui.core.tasks.service, leadtui.core.performance.service, leadtui.core.live
import leadtui.scoring.live
"""


@pytest.mark.parametrize("package", HEAVY)
def test_an_agents_process_stays_light(package: str, agent_modules: set[str]) -> None:
    assert package not in agent_modules


@pytest.fixture(scope="module")
def agent_modules() -> set[str]:
    loaded = _loaded(AGENT)
    assert {"textual", "psycopg"} <= loaded
    return loaded


def test_commands_on_models_and_scores_load_no_training_stack() -> None:
    loaded = _loaded(
        "import leadtui.cli.models, leadtui.cli.leads\n"
        "import leadtui.core.models.service, leadtui.core.scores.service, leadtui.core.scores.bulk"
    )
    assert "numpy" in loaded  # the bulk score's
    assert not loaded & {"pandas", "sklearn", "scipy", "lightgbm"}


def test_help_loads_typer_and_nothing_heavy() -> None:
    loaded = _loaded(
        "import sys; sys.argv = ['leadtui', '--help']\n"
        "import contextlib, io\n"
        "from leadtui.__main__ import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n    main()"
    )
    assert "typer" in loaded
    heavy = {
        "textual",
        "sqlalchemy",
        "psycopg",
        "pandas",
        "sklearn",
        "numpy",
        "lightgbm",
        "faker",
        "phonenumbers",
    }
    assert not loaded & heavy
