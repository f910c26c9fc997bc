"""How well beats, tempo, metre, key, chords and sections are found: on songs made from charts, whose truth is known."""
