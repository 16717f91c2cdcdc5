"""Coverage-guided fuzzing of the core: programs out of bytes, and what has to be true of each of their steps."""
