"""Names of files as engineers give them: what role a name tells, what a file beside stems is for, and which side of a pair it is."""
