"""Measurements: descriptors declared once, extracted over shared spectra on any torch device."""
