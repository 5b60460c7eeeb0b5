"""The commands of `compagnon`, a module each: `run` does it, with what was given on the line.

Only the one that is asked for is read: all of them together take seconds.
"""
