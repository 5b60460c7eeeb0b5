"""Ids in the arguments of mutations: one that names nothing of its kind is refused as not found."""

from uuid import UUID

from domain.refusals import NotFound
from models.ids import id_of


def demand_id(noun: str, text: str, *field: str) -> UUID:
    """The id of this noun; NOT_FOUND for garbage and for the ids of other nouns."""
    id = id_of(noun, text)
    if id is None:
        raise NotFound(*field)
    return id
