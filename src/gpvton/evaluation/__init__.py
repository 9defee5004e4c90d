"""Measuring try-on: metrics, protocols, reports, comparisons and human studies (lab)."""
