"""Whose descriptor is nearest: in memory, in files that processes share, or in PostgreSQL."""
