"""Data sets on disk: one reader, one row per layout."""
