"""Channels of the garment analyst's answers, in order."""

from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import Category

PARSING_CLASSES = (
    GarmentLabel.BACKGROUND,
    GarmentLabel.UPPER,  # torso of any top or dress
    GarmentLabel.LEFT_SLEEVE,
    GarmentLabel.RIGHT_SLEEVE,
    GarmentLabel.LEFT_LEG,
    GarmentLabel.RIGHT_LEG,
    GarmentLabel.SKIRT,
    GarmentLabel.OUTER_COLLAR,
    GarmentLabel.INNER_COLLAR,
)
"""Channel of the parsing head -> label."""

CATEGORIES = (Category.UPPER, Category.LOWER, Category.DRESS)

TYPES = (
    "Blazer",
    "Blouse",
    "Dress",
    "Hat",
    "Hoodie",
    "Longsleeve",
    "Outwear",
    "Pants",
    "Polo",
    "Shirt",
    "Shoes",
    "Shorts",
    "Skirt",
    "T-Shirt",
    "Top",
    "Undershirt",
)
"""Channel of the type head -> kind of thing, as the data names it."""

NO_GARMENT = ("Hat", "Shoes")
"""Types that cannot be tried on."""

OUTERWEAR = ("Blazer", "Hoodie", "Outwear")
"""Types that are worn over everything: their hems go into no trousers."""
