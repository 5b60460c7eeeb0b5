"""HOW a document is run: what it may ask for, decided before it is validated; then compiled."""
