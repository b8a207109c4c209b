"""What a process loads: an agent's stays light, `--help` loads nothing heavy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "pandas", "sklearn", "numpy", "scipy", "lightgbm", "babel", "faker", "alembic", "typer", "jwt",
    "holidays",
)  # fmt: skip


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
import leadtui.core.bank_settings.service, leadtui.core.holidays.service
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


PAINTED = """
import sys
from textual.css.stylesheet import Stylesheet
from leadtui.cli import opening
import leadtui.app

parsed_again = []
reparse = Stylesheet.reparse
Stylesheet.reparse = lambda sheet: parsed_again.append(1) or reparse(sheet)

class Probe(leadtui.app.LeadtuiApp):
    def start(self):
        print("parsed again:", len(parsed_again))
        print(*sys.modules)
        self.exit()

Probe(opening.speak()).run(headless=True, size=(120, 36))
"""


def test_the_sign_in_page_is_painted_with_what_it_shows_and_nothing_else(tmp_path: Path) -> None:
    plain = {k: v for k, v in os.environ.items() if k != "NO_COLOR" and not k.startswith("LEADTUI_")}
    done = subprocess.run(
        [sys.executable, "-c", PAINTED], env={**plain, "LEADTUI_HOME": str(tmp_path), "LEADTUI_LANG": "en"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    parsed_again, loaded = done.stdout.strip().splitlines()[-2:]
    assert "leadtui.screens.login" in loaded.split()
    late = {
        "psycopg", "sqlalchemy", "tomllib", "leadtui.core.runtime", "leadtui.core.settings_file",
        "leadtui.logs", "leadtui.wording", "leadtui.error_words", "leadtui.screens.base",
        "leadtui.screens.leads", "leadtui.widgets.frame", "leadtui.widgets.status", "leadtui.widgets.fields",
        "textual.widgets._text_area",
    }  # fmt: skip
    assert late & set(loaded.split()) == set()
    assert parsed_again == "parsed again: 0"
