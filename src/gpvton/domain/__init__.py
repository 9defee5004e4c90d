"""Words of the field as types: labels, parts, key points, annotations, images, errors."""
