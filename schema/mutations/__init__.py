"""WHAT can be done, a file a noun: a resolver, its input, what it gives, and who may."""
