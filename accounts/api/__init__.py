"""What API views share that know whose account asks: by its key, or as a guest."""
