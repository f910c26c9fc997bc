"""The demo: songs made by code alone, one of them with mixing faults that are known to the decibel."""
