"""The starter model: lead-only, trained on UCI's bank-additional-full.csv, for whoever has no history yet.

No row of the data ships, only the trained model and its card. Made by `python -m
leadtui.scoring.train.starter`. Data: Moro, Cortez, Rita (2014), UCI dataset 222, CC BY 4.0; the full citation
is in the artefact's description.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from leadtui.scoring.artefact import Artefact

FILE: Final = "starter.leadtui"


def load() -> Artefact:
    """The starter model, verified. Raises ArtefactError where the installation is damaged."""
    return Artefact.from_bytes((files(__name__) / FILE).read_bytes())
