"""The switchable views of a mix. One view a file; beside each what it has computed in a worker, which knows no Qt."""

from mixassistant.gui.views.dynamics import DynamicsView
from mixassistant.gui.views.library_map import LibraryMapView
from mixassistant.gui.views.loudness import LoudnessView
from mixassistant.gui.views.spectrogram import SpectrogramView
from mixassistant.gui.views.spectrum import SpectrumView
from mixassistant.gui.views.stereo import StereoView

__all__ = ["DynamicsView", "LibraryMapView", "LoudnessView", "SpectrogramView", "SpectrumView", "StereoView"]
