"""What becomes of a finished swap: downloads, marks, links, publishing, and how it is cropped."""
