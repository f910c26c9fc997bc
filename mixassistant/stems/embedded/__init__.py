"""The embedded separator: it needs nothing but the program.

It is a small network trained on MUSDB18, whose weights (``resources/separator.safetensors``) are not for commercial use; where
they have been taken out, it is signal processing with a few fitted constants.
"""

from __future__ import annotations

from mixassistant.stems.embedded.separator import EmbeddedSeparator

__all__ = ["EmbeddedSeparator"]
