"""Losses, one family a file (torch)."""
