"""Measurements: descriptors declared once, extracted over shared spectra on any torch device.

Importing the room fills the registry; nothing heavy is loaded before something is measured.
"""

from mixassistant.features import measure  # noqa: F401
