"""The pitch of one voice. Importing `descriptors` registers what is measured of it."""
