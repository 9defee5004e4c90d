"""Data sets and label builders of the lab (torch)."""
