"""Recipes, stages and the loop (torch)."""
