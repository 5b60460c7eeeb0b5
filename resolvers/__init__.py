"""HOW a field is answered: load what the viewer may see, call a rule, return rows."""
