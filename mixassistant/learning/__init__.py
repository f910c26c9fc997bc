"""From finished sessions to a habit, with its quality beside it."""
