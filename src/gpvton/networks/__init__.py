"""The networks, one box of the figures a file (torch)."""
