"""Corrections of a result by hand: what was understood is kept, only dressing is done again."""
