"""The main window: it puts the other rooms together."""
