"""The waveform overview: the mix and its stems over time."""

from mixassistant.gui.waveform.lanes import Lane
from mixassistant.gui.waveform.reference_lane import ReferenceLane
from mixassistant.gui.waveform.stack import CHORDS_HEIGHT, FEWEST_LANES, LANE_HEIGHT, LANES, MIX_HEIGHT, RULER_HEIGHT, SECTIONS_HEIGHT
from mixassistant.gui.waveform.widget import Waveform

__all__ = [
    "CHORDS_HEIGHT",
    "FEWEST_LANES",
    "LANES",
    "LANE_HEIGHT",
    "MIX_HEIGHT",
    "RULER_HEIGHT",
    "SECTIONS_HEIGHT",
    "Lane",
    "ReferenceLane",
    "Waveform",
]
