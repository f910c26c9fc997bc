"""Stems: the parts of a mix, their roles, and the separators that make them."""
