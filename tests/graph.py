"""The graph as clients read it: made from what is printed, once for all who walk it."""

from graphql import build_schema

from schema import sdl

GRAPH = build_schema(sdl())
