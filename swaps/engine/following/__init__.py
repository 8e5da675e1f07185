"""Faces followed from frame to frame, steady over time: for the camera, and for clips."""
