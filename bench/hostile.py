"""Documents that mean harm: each asks for something that takes long to find out, or to say."""

from collections.abc import Iterator
from typing import Any

LONG = 60_000
"""Characters: just below the longest body."""


def documents() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, document and variables of each attack."""
    for n in (18, 30, 90, 300):
        yield f"fragments that double, {n}", _doubling(n), {}
    yield "fragments that double, no end", _doubling(30, "...f0"), {}
    for n in (14, 28, 40):
        yield f"each fragment spreads all after it, {n}", _all_after(n), {}
    yield (
        "fragments in a circle",
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
        {},
    )
    yield "pages in pages", f"{{ viewer {{ {_pages(3)} }} }}", {}
    yield "pages in pages in pages", f"{{ viewer {{ {_pages(5)} }} }}", {}
    yield (
        "a thousand pages by alias",
        _many("a%d: viewer { groups(first: 100) { nodes { id } } }"),
        {},
    )
    yield "a field again and again", "{ " + "viewer { email } " * 240 + "}", {}
    for depth in (4, 6, 8):
        yield f"a field twice in itself, {depth}", "{ " + _twice(depth) + " }", {}
    for times in (300, 2000):
        yield f"aliases of the cheapest, {times}", _many("a%d: __typename", times), {}
    yield "tokens", "{ " + "a " * (LONG // 2) + "}", {}
    yield "tokens, just few enough", "{ " + "a " * 990 + "}", {}
    yield "tokens, few enough, with arguments", "{ " + "a(b: 1) " * 160 + "}", {}
    yield "a comment", "{ __typename } #" + "a" * LONG, {}
    yield "comments", "{ __typename }" + "\n#" * (LONG // 4), {}
    yield "a block string", '{ group(id: """' + " a\n" * (LONG // 6) + '""") { id } }', {}
    yield "a string of escapes", '{ group(id: "' + "\\u0041" * (LONG // 8) + '") { id } }', {}
    yield "a text that does not end", '{ group(id: "' + "\\u0041" * (LONG // 8), {}
    yield "a block that does not end", '{ group(id: """' + "a" * LONG, {}
    yield "code points", '{ group(id: "' + "\\u{41}" * (LONG // 8) + '") { id } }', {}
    yield "numbers, each nearly too long", "{ a(b: [" + ("1" * 4300 + " ") * 13 + "]) }", {}
    yield "a number", "{ groups(first: " + "9" * LONG + ") { nodes { id } } }", {}
    yield "a name", "{ " + "a" * LONG + " }", {}
    for name, around in (("lines", "\n"), ("spaces", " ")):
        for most in (990, 28_000):
            unknown = f"{{ viewer {{ {' '.join(f'x{i}' for i in range(300))} }} }}"
            yield f"errors behind {most} {name}", around * most + unknown, {}
    unknown = " ".join(f"e{i}: 1" for i in range(230))
    yield "inputs nobody knows", f"mutation {{ signIn(input: {{{unknown}}}) {{ __typename }} }}", {}
    unknown = " ".join(f"NO{i}" for i in range(230))
    yield (
        "values nobody knows",
        f"{{ viewer {{ matches(status: [{unknown}]) {{ __typename }} }} }}",
        {},
    )
    merged = "matches { nodes { program { group { name } } partner { id } } } " * 40
    yield "fields to be merged, forty times", f"{{ viewer {{ {merged} }} }}", {}
    yield "names that are nearly right", _many("a%d: viewerr", 300), {}
    for name, around in (("lines", "\n"), ("spaces", " ")):
        undefined = " ".join(f"a{i}: group(id: $v{i}) {{ id }}" for i in range(19))
        yield f"errors in two places behind {name}", around * 980 + f"query {{ {undefined} }}", {}
    yield "directives on one field", "{ __typename " + "@a " * 480 + "}", {}
    yield "directives on all fields", _many("a%d: __typename @skip(if: false)", 100), {}
    yield "conditions by variable", _conditions(70), {f"v{i}": True for i in range(70)}
    yield "variables", _variables(190), {}
    yield "variables with defaults", _variables(60, " = [[[[1]]]]"), {}
    yield "operations", " ".join(f"query a{i} {{ __typename }}" for i in range(190)), {}
    yield "fragments nobody spreads", "{ __typename }" + _unused(140), {}
    yield "selections in one another", "{ viewer " * 1 + "{ user " * 400 + "{ id }" + " }" * 401, {}
    yield (
        "conditions in one another",
        "{ " + "... on Query { " * 390 + "__typename" + " }" * 391,
        {},
    )
    yield "lists in one another", "{ group(id: " + "[" * 990 + "]" * 990 + ") { id } }", {}
    yield (
        "objects in one another",
        "{ group(id: " + "{a: " * 490 + "1" + "}" * 490 + ") { id } }",
        {},
    )
    yield (
        "the schema in circles",
        "{ __schema { types { " + "fields { type { " * 8 + "name" + " } }" * 8 + " } } }",
        {},
    )
    yield "the schema by alias", _many("a%d: __schema { types { fields { name } } }", 70), {}
    yield "ids", "query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["a"] * 12_000}
    yield "ids in the document", "{ nodes(ids: [" + '"a" ' * 980 + "]) { id } }", {}
    yield "a list nobody asks for", "query($i: [[[Int]]]) { __typename }", {"i": [[[1] * 9000]]}
    yield "keys", "query($i: SignInInput!) { __typename }", {"i": {f"k{i}": 1 for i in range(5000)}}
    yield (
        "roots of a mutation",
        "mutation { " + 'a: joinGroup(groupId: "a") { errors { code } } ' * 60 + "}",
        {},
    )
    yield (
        "attempts to sign in",
        _many(
            'a%d: signIn(input: {email: "a", password: "b"}) { errors { code } }', 40, "mutation"
        ),
        {},
    )
    yield "many to follow", _many("a%d: matchChanged { id }", 150, "subscription"), {}


def _doubling(n: int, end: str = "__typename") -> str:
    fragments = (f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(n))
    return f"{{ ...f0 }} {' '.join(fragments)} fragment f{n} on Query {{ {end} }}"


def _all_after(n: int) -> str:
    return "{ ...f0 } " + " ".join(
        f"fragment f{i} on Query {{ __typename {' '.join(f'...f{j}' for j in range(i + 1, n))} }}"
        for i in range(n)
    )


def _pages(times: int) -> str:
    page = "groups(first: 100) { nodes { members(first: 100) { nodes { user { id } } } } }"
    return page if times == 1 else f"matches(first: 100) {{ nodes {{ {_inner(times)} }} }}"


def _inner(times: int) -> str:
    page = "messages(first: 100) { nodes { match { %s } } }"
    found = "id"
    for _ in range(times):
        found = page % found
    return found


def _many(field: str, times: int = 1000, kind: str = "query") -> str:
    return (
        f"{kind} {{ {' '.join(field % i for i in range(times))} }}"[:LONG].rsplit("a", 1)[0] + "}"
    )


def _twice(depth: int) -> str:
    found = "id"
    for _ in range(depth):
        found = f"group(id: 1) {{ {found} {found} }}" if len(found) < LONG // 2 else found
    return found[:LONG]


def _conditions(times: int) -> str:
    said = " ".join(f"$v{i}: Boolean!" for i in range(times))
    fields = " ".join(f"a{i}: __typename @skip(if: $v{i})" for i in range(times))
    return f"query({said}) {{ {fields} }}"


def _variables(times: int, default: str = "") -> str:
    return f"query({' '.join(f'$v{i}: Int{default}' for i in range(times))}) {{ __typename }}"


def _unused(times: int) -> str:
    return " ".join(f"fragment f{i} on Query {{ __typename }}" for i in range(times))
