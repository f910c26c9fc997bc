"""Dialogs that a command opens."""
