"""How a photo comes in, for every surface: forms, base64, addresses, limits of pixels, and how it is stored."""
