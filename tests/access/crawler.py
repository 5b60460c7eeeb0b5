"""Walks every path through the schema as one viewer, as far as objects are met, and keeps what it
reads."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
)

Ask: TypeAlias = Callable[[str, Any], Awaitable[bytes]]
"""Sends one document with its variables, and gives the raw answer."""
Children: TypeAlias = list[tuple[str, Any]]
"""Calls, and the types of what they give."""
REFUSED = {"QUERY_TOO_DEEP", "QUERY_TOO_COMPLEX"}


@dataclass(frozen=True, slots=True)
class Path:
    """The calls that lead to objects of a type, and the types met on the way."""

    calls: tuple[str, ...]
    type: str
    met: frozenset[str]

    def to(self, call: str, type: str) -> "Path":
        return Path((*self.calls, call), type, self.met | {type})

    @property
    def keys(self) -> tuple[str, ...]:
        """Under which names the answer holds them."""
        return tuple(call.partition("(")[0] for call in self.calls if not call.startswith("..."))

    def document(self, selected: str) -> str:
        inner = " { ".join((*self.calls, selected))
        takes = "($id: ID!)" if "$id" in inner else ""
        return f"query{takes} {{ {inner} {'}' * len(self.calls)} }}"


@dataclass
class Crawler:
    """One viewer's walk, on each path once; `texts` are all answers."""

    graph: GraphQLSchema
    ask: Ask
    ids: Sequence[str]
    given: Mapping[str, str] = field(default_factory=dict)
    """Good values for arguments that some fields need, as they are written in a document."""
    texts: list[bytes] = field(default_factory=list)
    _walked: set[tuple[str, ...]] = field(default_factory=set)

    async def crawl(self) -> "Crawler":
        """From every root field, and from every id there is."""
        for id in await self._there():
            type = self._type_of(id)
            path = Path(("node(id: $id)", f"... on {type}"), type, frozenset({"Query", type}))
            await self._met(path, self._children(path), id=id)
        waiting = [Path((), "Query", frozenset({"Query"}))]
        while waiting:
            path = waiting.pop()
            for call, type in await self._met(path, self._children(path)):
                following = path.to(call, type.name)
                if type.name not in path.met and following.keys not in self._walked:
                    self._walked.add(following.keys)
                    waiting.append(following)
        return self

    @property
    def walked(self) -> int:
        """How many paths led to something, whatever it was."""
        return len(self._walked)

    async def _there(self) -> list[str]:
        """Those of the ids that name something for this viewer."""
        chunks = [self.ids[i : i + 100] for i in range(0, len(self.ids), 100)]
        found: list[str] = []
        for chunk in chunks:
            data = await self._read("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=chunk)
            found += [node["id"] for node in (data or {}).get("nodes", ()) if node]
        return found

    def _children(self, path: Path) -> Children:
        """The objects that hang below, and how they are asked for."""
        owner = self.graph.get_type(path.type)
        assert isinstance(owner, GraphQLObjectType)
        return [
            (call, type)
            for name, of in owner.fields.items()
            if not is_leaf_type(type := get_named_type(of.type))
            if type.name != "PageInfo"
            for call in self._calls(name, of, len(path.calls))
        ]

    def _calls(self, name: str, of: GraphQLField, depth: int) -> list[str]:
        """A field with good arguments: ids of everything, pages short enough far down."""
        if name == "node" or (name == "nodes" and of.args) or (name == "edges" and depth > 1):
            return []  # ids are gone through apart, and edges hold the nodes again
        if name in ("group", "program", "match", "report") and depth < 2 and of.args:
            return [f'{name}(id: "{id}")' for id in self.ids if id.startswith(f"{name}_")]
        known = {"text": '"e"', "first": "20" if depth < 4 else "4", **self.given}
        given = [
            f"{argument}: {known[argument]}"
            for argument, declared in of.args.items()
            if argument == "first" or is_required_argument(declared)
        ]
        return [f"{name}({', '.join(given)})" if given else name]

    def _selected(self, path: Path, children: Children) -> str:
        """What can be read here, and of the objects below what can be read of them."""
        below = [f"_{i}: {call} {{ {_leaves(type)} }}" for i, (call, type) in enumerate(children)]
        return " ".join([_leaves(self.graph.get_type(path.type)), *below])

    def _below(self, type: Any) -> str:
        """The same of an object; of a list, of what is on the page."""
        of = getattr(type, "fields", {}).get("nodes")
        page = f" nodes {{ {_leaves(get_named_type(of.type))} }}" if of else ""
        return _leaves(type) + page

    async def _met(self, path: Path, children: Children, **said: object) -> Children:
        """Those of the children that are there for this viewer."""
        data = await self._read(path.document(self._selected(path, children)), **said)
        if data is None and len(children) > 1:  # too much at once
            return [child for one in children for child in await self._met(path, [one], **said)]
        met = [data]
        for key in path.keys:
            met = [value for one in met for value in _under(one, key)]
        return [
            child for i, child in enumerate(children) if any(_under(one, f"_{i}") for one in met)
        ]

    async def _read(self, document: str, **said: object) -> Any:
        """The data, or None when it was too much to ask for."""
        text = await self.ask(document, said)
        self.texts.append(text)
        answer = orjson.loads(text)
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes & {"GRAPHQL_VALIDATION_FAILED", "INTERNAL_ERROR"} == set(), (document, answer)
        return None if codes & REFUSED else answer.get("data") or {}

    def _type_of(self, id: str) -> str:
        """The type that an id is of, by the noun in front."""
        noun = id.partition("_")[0]
        odd = {"step": "ProgramStep", "checkin": "CheckIn", "reminder": "CheckInReminder"}
        return odd.get(noun, noun.capitalize())


def _under(data: Any, key: str) -> list[Any]:
    """The objects under a key of an object, or of each in a list."""
    if isinstance(data, list):
        return [value for one in data for value in _under(one, key)]
    value = data.get(key) if isinstance(data, dict) else None
    return [one for one in (value if isinstance(value, list) else [value]) if one is not None]


def _leaves(type: Any) -> str:
    """The fields of a type that are no objects and need nothing to be asked."""
    fields = getattr(type, "fields", {}) if is_object_type(type) else {}
    names = [
        name
        for name, of in fields.items()
        if is_leaf_type(get_named_type(of.type))
        and not any(map(is_required_argument, of.args.values()))
    ]
    return " ".join(["__typename", *names])
