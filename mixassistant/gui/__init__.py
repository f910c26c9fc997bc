"""The window. Widgets show a session and emit intentions; all work is done by the worker's thread."""
