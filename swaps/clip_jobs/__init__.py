"""Clips as jobs: how one comes in, is looked at, painted in segments by any number of workers, and joined."""
