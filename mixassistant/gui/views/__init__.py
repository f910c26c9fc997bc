"""The switchable views of a mix. One view a file; beside each what it has computed in a worker, which knows no Qt.

The views draw with pyqtgraph, which takes as long to load as half of the window: each is loaded when it is asked for by name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mixassistant.gui.views.dynamics import DynamicsView
    from mixassistant.gui.views.library_map import LibraryMapView
    from mixassistant.gui.views.loudness import LoudnessView
    from mixassistant.gui.views.spectrogram import SpectrogramView
    from mixassistant.gui.views.spectrum import SpectrumView
    from mixassistant.gui.views.stereo import StereoView

_FILES = {
    "SpectrumView": "spectrum",
    "SpectrogramView": "spectrogram",
    "LoudnessView": "loudness",
    "DynamicsView": "dynamics",
    "StereoView": "stereo",
    "LibraryMapView": "library_map",
}

__all__ = ["DynamicsView", "LibraryMapView", "LoudnessView", "SpectrogramView", "SpectrumView", "StereoView"]


def __getattr__(name: str) -> Any:
    if name not in _FILES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILES[name]}"), name)
