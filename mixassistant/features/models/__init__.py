"""Descriptors from trained networks and from Essentia, each behind the process or loader that it needs.

`catalogue` declares them and `measurement.measure_models` measures them; neither imports Essentia or torch at the door.
"""
