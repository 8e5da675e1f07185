"""Pages that belong to no app: start, prices, privacy, and the API's document and reference."""
