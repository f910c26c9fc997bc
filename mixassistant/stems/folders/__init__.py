"""What a folder is: the tracks of one song, or whole songs; which of its files are tracks, and which are set aside."""
