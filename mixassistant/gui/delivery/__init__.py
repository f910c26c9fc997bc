"""Where the mix goes: what services and standards make of it, heard and written as they would have it."""
