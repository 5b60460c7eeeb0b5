"""Documents that nobody would write: valid, and with everything in them."""

import re
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

VARIABLES = {
    "yes": "Boolean!",
    "no": "Boolean = false",
    "n": "Int",
    "c": "Colour",
    "s": "Shape",
    "l": "[Int!]",
}


DEEP = {"width": 1, "inside": {"width": 2}, "marks": [{"places": [[1]]}, None]}
MARKS = [
    "{}",
    "{at: null, places: [[1], []]}",
    '{at: {width: 5, tags: null}, moments: ["2026-01-01T00:00:00Z", null]}',
]
INPUTS = {
    "Mark": MARKS,
    "Loose": ["{}", "{number: 1}", "{number: null, marks: [{}]}", "{marks: null}"],
    "Shape": [
        "{width: 2}",
        '{width: 1, colour: BLUE, tags: ["x"]}',
        "{width: 1, inside: {width: 3, inside: null}, marks: [null]}",
        *(f"{{width: 4, marks: [{mark}]}}" for mark in MARKS),
    ],
}


class Documents:
    """Writes one document, by chance."""

    def __init__(self, schema: GraphQLSchema, random: Random, size: int = 40) -> None:
        self._schema, self._random, self._left = schema, random, size
        self._fragments: list[str] = []
        self._aliases = 0

    def document(self) -> str:
        kind = self._random.choices(["query", "mutation", "subscription"], [8, 2, 1])[0]
        root = getattr(self._schema, f"{kind}_type")
        if kind == "subscription":
            name, field = self._random.choice(list(root.fields.items()))
            body = "{" + self._field(name, field, 0) + "}"
        else:
            body = self._selections(root, 0)
        text = " ".join([body, *self._fragments])
        used = [
            f"${name}: {type}"
            for name, type in VARIABLES.items()
            if re.search(rf"\${name}\b", text)
        ]
        return f"{kind} Q{f'({chr(44).join(used)})' if used else ''} {text}"

    def variables(self) -> dict[str, Any]:
        chance = self._random.random
        given: dict[str, Any] = {"yes": chance() < 0.7}
        some = {
            "no": chance() < 0.5,
            "n": self._random.choice([0, 1, 4, None]),
            "c": self._random.choice(["RED", "BLUE", None]),
            "s": self._random.choice([{"width": 3}, {"width": 1, "tags": ["t"]}, DEEP, None]),
            "l": self._random.choice([[1, 2], [], None, 3]),
        }
        return given | {name: value for name, value in some.items() if chance() < 0.7}

    def _selections(self, type: Any, depth: int) -> str:
        chosen = []
        fields = list(getattr(type, "fields", {}).items())
        for _ in range(self._random.randint(1, 6 if depth < 4 else 3)):
            way = self._random.random()
            if self._left <= 0 or depth > 6 or way < 0.06:
                chosen.append(f"{self._alias()}__typename{self._directives()}")
            elif way < 0.2 or not fields:
                chosen.append(self._fragment(type, depth))
            else:
                name, field = self._random.choice(fields)
                chosen.append(self._field(name, field, depth))
        if chosen and self._random.random() < 0.1:
            chosen.append(self._random.choice(chosen))
        return "{" + " ".join(chosen) + "}"

    def _field(self, name: str, field: GraphQLField, depth: int) -> str:
        self._left -= 1
        type = get_named_type(field.type)
        below = "" if is_leaf_type(type) else self._selections(type, depth + 1)
        alias = self._alias(1.0 if field.args else 0.2)
        return f"{alias}{name}{self._arguments(field)}{self._directives()}{below}"

    def _fragment(self, type: Any, depth: int) -> str:
        on = self._random.choice(self._overlapping(type))
        body = self._selections(on, depth + 1)
        if self._random.random() < 0.5:
            name = f"F{len(self._fragments)}"
            self._fragments.append(f"fragment {name} on {on.name} {body}")
            spread = f"...{name}{self._directives()}"
            return spread if self._random.random() < 0.8 else f"{spread} {spread}"
        condition = f" on {on.name}" if on is not type or self._random.random() < 0.5 else ""
        return f"...{condition}{self._directives()}{body}"

    def _overlapping(self, type: Any) -> list[Any]:
        possible = self._schema.get_possible_types
        if not is_abstract_type(type):
            return [type, type, *type.interfaces]
        found = {t.name: t for t in possible(type)}
        for each in possible(type):
            found |= {i.name: i for i in each.interfaces}
        return list(found.values())

    def _alias(self, often: float = 0.3) -> str:
        if self._random.random() > often:
            return ""
        self._aliases += 1
        return f"a{self._aliases if self._random.random() < 0.997 else 1}: "

    def _directives(self) -> str:
        if self._random.random() > 0.12:
            return ""
        name = self._random.choice(["skip", "include"])
        value = self._random.choice(["true", "false", "$yes", "$no"])
        return f" @{name}(if: {value})"

    def _arguments(self, field: GraphQLField) -> str:
        given = [
            f"{name}: {self._value(argument.type)}"
            for name, argument in field.args.items()
            if is_non_null_type(argument.type) or self._random.random() < 0.5
        ]
        return f"({', '.join(given)})" if given else ""

    def _value(self, type: Any) -> str:
        of = get_nullable_type(type)
        nullable = not is_non_null_type(type)
        if nullable and self._random.random() < 0.1:
            return "null"
        variable = {"Int": "$n", "Colour": "$c", "Shape": "$s"}.get(getattr(of, "name", ""))
        if is_list_type(of) and isinstance(get_named_type(of), GraphQLInputObjectType):
            return f"[{self._value(get_named_type(of))}]"
        if nullable and is_list_type(of):
            return self._random.choice(["$l", "[1, 2]", "[]", "5", "[3]"])
        if nullable and variable and self._random.random() < 0.4:
            return variable
        if isinstance(of, GraphQLEnumType):
            return self._random.choice(["RED", "GREEN"])
        if isinstance(of, GraphQLInputObjectType):
            return self._random.choice(INPUTS[of.name])
        return '"text"' if of.name == "String" else str(self._random.randint(0, 4))
