"""Geometric dressing: warp the parts, fill what the old garment uncovers, shade, layer, blend."""
