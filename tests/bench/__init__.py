"""The engine's figures beside a plain baseline: `python -m tests.bench`."""
