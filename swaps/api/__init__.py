"""The native API of swaps."""
