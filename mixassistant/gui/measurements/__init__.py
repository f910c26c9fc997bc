"""The tree of all measurements."""
