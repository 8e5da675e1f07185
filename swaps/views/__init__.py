"""The pages of swaps: the studio, one job, the gallery and history, public and shared results."""
