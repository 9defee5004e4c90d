"""Rendered people in rendered garments, with the true answer for everything (lab)."""
