"""The tasks under /api/aifaceswap/v1/, as aifaceswap publishes them."""
