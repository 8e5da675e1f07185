"""The pages that compare, recognise, and keep an account's people."""
