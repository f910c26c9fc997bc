"""Moves toward the references: a part of the way that a mix at its stage is expected to be off by, and never called a fault.

A mix x is what the song should be, s, and what it is off by at its stage, e. Of s the references tell (with their spread), of e the stage
and what engineers do to raw tracks. A move is the posterior mean of −e: far where the references agree and the mix is unlike them, little
where they differ. See `.github/decisions/toward-the-references.md`.
"""
