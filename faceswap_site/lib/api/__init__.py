"""What every HTTP API shares: its views' base, schemas, errors, pages of rows, the OpenAPI document's words."""
