"""What one window shows and does: its state, and the helpers that change it. No widget here."""
