"""The user's library: references, likes, profiles, analyses and decisions in one SQLite file."""
