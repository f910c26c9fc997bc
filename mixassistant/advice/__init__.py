"""Advice: moves that bring a mix toward its profile, each with evidence, interval, confidence and proof."""
