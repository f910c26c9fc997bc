"""Broken files: whole ones of every format, what befalls files, and what becomes of them in the program."""
