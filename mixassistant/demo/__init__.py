"""The demo: a multitrack song made by the program itself, with mixing faults that the advice must find, and references."""
