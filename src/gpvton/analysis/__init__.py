"""Raw photos to annotations: person and garment analysts."""
