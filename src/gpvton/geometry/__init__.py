"""Flows and shapes in numpy: the coordinate convention, silhouettes, flows from key points."""
