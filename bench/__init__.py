"""How fast Compagnon is beside the least that could give the same answers. Never imported by it."""
