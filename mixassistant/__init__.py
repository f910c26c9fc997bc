"""Mix Assistant: measures a mix and its stems, compares them with music you like, and suggests moves that it has proven.

import mixassistant
analysis = mixassistant.analyze(mixassistant.Request(Path("song.wav"), references=(Path("liked/"),)))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mixassistant.advice.sentences import sentence
    from mixassistant.analysis import Analysis, Request, analyze
    from mixassistant.audio.audio import Audio
    from mixassistant.features.descriptor import REGISTRY
    from mixassistant.profiles.profile import Profile

__version__ = "0.2.0"
__all__ = ["REGISTRY", "Analysis", "Audio", "Profile", "Request", "__version__", "analyze", "sentence"]

# Loaded when first used, so that `--help` does not wait for what only an analysis needs.
_HOMES = {
    "analyze": "mixassistant.analysis",
    "Analysis": "mixassistant.analysis",
    "Request": "mixassistant.analysis",
    "Audio": "mixassistant.audio.audio",
    "Profile": "mixassistant.profiles.profile",
    "REGISTRY": "mixassistant.features",
    "sentence": "mixassistant.advice.sentences",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(_HOMES[name])
    return getattr(module, name) if name != "REGISTRY" else module.measure.REGISTRY


def __dir__() -> list[str]:
    return sorted(__all__)
