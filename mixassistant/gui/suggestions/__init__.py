"""The cards, and what they have taught."""
