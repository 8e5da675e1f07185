"""POST /face/swap, as AceData publishes it."""
