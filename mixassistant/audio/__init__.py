"""Audio in and out: the `Audio` value, decoding, resampling, waveform peaks, rendering to file."""

from mixassistant.audio.audio import Audio

__all__ = ["Audio"]
