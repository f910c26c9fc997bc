"""The stems: listened to, replaced, called something else, exported."""
