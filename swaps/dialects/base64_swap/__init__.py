"""POST /api/face_swap, as a tutorial publishes it."""
