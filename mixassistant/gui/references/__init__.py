"""The references panel."""

from mixassistant.gui.references.panel import ReferencesPanel

__all__ = ["ReferencesPanel"]
