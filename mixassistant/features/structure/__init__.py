"""Structure: sections and chords, made from rhythm and tonality together. Importing `descriptors` registers them all."""
