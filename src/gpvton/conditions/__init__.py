"""From annotations to model inputs: pose maps, body parts, palms, preserve mask, skin colour."""
