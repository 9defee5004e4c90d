"""Weights folders: one network's config, weights and graph, checked when opened."""
