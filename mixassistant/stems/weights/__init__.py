"""The weights store: which models there are, which are installed, and installing, checking and removing them.

Weights live in one folder, ``models`` in the user's data folder: ``htdemucs.th`` or ``htdemucs.safetensors``, a bag of networks
in a folder of its own, networks for descriptors in ``essentia`` and ``audiobox-aesthetics``. A record beside them,
``<model>.json``, says where they came from and their SHA-256. A file is looked at before it is taken in: only tensors and plain
values are read, nothing in it is run.
"""

from mixassistant.stems.weights.catalogue import MODELS, Kind, Model, WeightsFile, known
from mixassistant.stems.weights.installing import install, remove
from mixassistant.stems.weights.store import (
    SUFFIXES,
    Installed,
    InstalledFile,
    State,
    checksum_of,
    default_folder,
    how_to_install,
    installed,
    list_installed,
    parts,
    require,
    require_file,
    state,
    verify,
)

__all__ = [
    "MODELS",
    "SUFFIXES",
    "Installed",
    "InstalledFile",
    "Kind",
    "Model",
    "State",
    "WeightsFile",
    "checksum_of",
    "default_folder",
    "how_to_install",
    "install",
    "installed",
    "known",
    "list_installed",
    "parts",
    "remove",
    "require",
    "require_file",
    "state",
    "verify",
]
