"""Measuring many tracks: one JSON file each, one table for all; resumable, in parallel, a bad file stops nothing."""
