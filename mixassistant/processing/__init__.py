"""What a DAW would do with a suggestion: equalizer curves, the compressor's gain computer, the rendering chain."""
