"""Making datasets of songs: folders that are in order, and crops of one length."""
