"""Many photos that get the same faces, as one thing: collected, started, watched, cancelled, tried again and packed."""
