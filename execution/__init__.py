"""HOW MUCH a document may ask for: decided before anything of it is validated or run."""
