"""gpvton: a photo of a person and a photo of a garment in, that person wearing the garment out."""

__version__ = "0.1.0"
