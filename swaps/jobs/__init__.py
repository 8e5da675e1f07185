"""The life of a swap job: its photos, its work and attempts, letters and callbacks about its end."""
