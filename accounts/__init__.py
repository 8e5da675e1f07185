"""Accounts, their points and API keys, and what may be asked how often. Knows neither faces nor swaps."""
