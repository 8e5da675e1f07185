"""Signing up and in: the limits on guessing, passwords, links for new ones, the guest account."""
