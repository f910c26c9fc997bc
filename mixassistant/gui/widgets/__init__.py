"""Parts that every room of the window uses: theme, commands, read-outs, dragging. None knows a session."""
