"""Photos as they come in, the faces on them, and who is known. Knows nothing of swaps."""
