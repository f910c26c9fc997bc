"""Profiles: the statistics of what the user likes, with their spread and how sure we are."""
