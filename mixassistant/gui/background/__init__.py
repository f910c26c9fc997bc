"""What runs beside the window: the worker's thread, what it asks of the library, and what it brings back. No widget here."""
