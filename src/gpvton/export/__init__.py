"""From a torch module to a weights folder that the core can run."""
