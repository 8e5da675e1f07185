"""Comparing, recognising and the registry in the native API."""
