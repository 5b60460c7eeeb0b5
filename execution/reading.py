"""Documents read as graphql-core reads them, but word by word.

Its lexer looks at each letter of a name, a number, a text, a comment and a gap by itself: a single
one as long as the longest body takes it longer than a thousand short ones.
"""

import json
import re
from collections.abc import Callable
from typing import TypeAlias, cast

from graphql import (
    ArgumentNode,
    ConstValueNode,
    DocumentNode,
    GraphQLSyntaxError,
    Lexer,
    ListValueNode,
    Location,
    ObjectValueNode,
    Source,
    Token,
    TokenKind,
    ValueNode,
)
from graphql.language.block_string import dedent_block_string_lines
from graphql.language.parser import Parser, nested_too_deeply_error
from msgspec import Struct

from execution.limits import Limits

_Always: TypeAlias = Callable[[str, int], re.Match[str]]


def _always(pattern: str) -> _Always:
    """Matches at a place of a text; of a pattern that matches nothing at all, too."""
    return cast(_Always, re.compile(pattern).match)


_LINE = re.compile(r"\r\n|\n|\r")
_word = _always(
    r"([ \t,\ufeff\r\n]*+)"
    r"(?:([!$&():=@\[\]{|}]|\.\.\.)"
    r"|([_A-Za-z][_0-9A-Za-z]*+)"
    r"|(-?(?:0|[1-9][0-9]*+)(?![_0-9A-Za-z.]))"
    r"|#([^\r\n]*+)"
    r'|"(?!"")([^"\\\r\n]*+)")?'
)
_MARKS = {kind.value: kind for kind in TokenKind}
_KINDS = dict(enumerate((TokenKind.NAME, TokenKind.INT, TokenKind.COMMENT, TokenKind.STRING), 3))
_text = _always(
    r"(?:[^\"\\\r\n]++"
    r"|\\[\"\\/bfnrt]"
    r"|\\u[0-9A-CE-Fa-ce-f][0-9A-Fa-f]{3}|\\u[Dd][0-7][0-9A-Fa-f]{2}"
    r"|\\u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2})*+"
)
"""As much of a text as is written in JSON as it is here."""
_block = _always(r'(?:[^"\\]++|\\"""|\\|"(?!""))*+')


class Span(Struct, eq=False, gc=False):
    """Where in a text a node stands: what errors and their readers ask a `Location` for.

    It holds no tokens. Of all that a document is remembered by, tokens and places were two thirds,
    and the collector went through them, which held everybody up: these it passes by.
    """

    start: int
    end: int
    source: Source

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Span | Location):
            return NotImplemented
        return self.start == other.start and self.end == other.end

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    def __str__(self) -> str:
        return f"{self.start}:{self.end}"


def read(text: str, limits: Limits) -> DocumentNode:
    """The tree of a document, as `graphql.parse` makes it: with the same places and errors.

    What has more tokens, fields or values than the limits is read no further.
    """
    parser = _Parser(Source(text), limits)
    try:
        return parser.parse_document()
    except GraphQLSyntaxError as error:
        raise error.with_traceback(None)  # noqa: B904 -- its frames hold what was read
    except RecursionError:
        pass
    finally:
        _let_go(parser.first_token)
    raise nested_too_deeply_error(parser)


def lines_of(text: str, end: int | None = None) -> int:
    """How many lines a text has, up to some place of it."""
    feeds, returns, both = (text.count(one, 0, end) for one in ("\n", "\r", "\r\n"))
    return 1 + feeds + returns - both


class _Parser(Parser):
    """Stops where there is too much; no token takes as long as a field, or a value later.

    What stands in one another is parsed as ever: it may not take more of the stack.
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        lexer = (_Lexer if _is_unicode(source.body) else Lexer)(source)
        super().__init__(source, max_tokens=limits.tokens, lexer=lexer)
        self._limits = limits
        self._fields = self._values = 0
        self.first_token = self._lexer.token

    def loc(self, start_token: Token) -> Location | None:
        lexer = self._lexer
        return cast(Location, Span(start_token.start, lexer.last_token.end, lexer.source))

    def parse_arguments(self, is_const: bool) -> tuple[ArgumentNode, ...] | None:
        """Those of a field or of a directive, which may have none."""
        self._fields += 1
        if self._fields > self._limits.fields:
            raise self._too_many("fields", self._limits.fields)
        arguments = super().parse_arguments(is_const)
        for argument in arguments or ():
            self._count_values(argument.value)
        return arguments

    def parse_const_value_literal(self) -> ConstValueNode:
        """That of a variable when nobody says."""
        value = super().parse_const_value_literal()
        self._count_values(value)
        return value

    def _count_values(self, value: ValueNode) -> None:
        waiting = [value]
        while waiting:
            one = waiting.pop()
            self._values += 1
            if isinstance(one, ListValueNode):
                waiting.extend(one.values)
            elif isinstance(one, ObjectValueNode):
                waiting.extend([field.value for field in one.fields])
        if self._values > self._limits.values:
            raise self._too_many("values", self._limits.values)

    def _too_many(self, what: str, most: int) -> GraphQLSyntaxError:
        message = f"Document contains more than {most} {what}. Parsing aborted."
        return GraphQLSyntaxError(self._lexer.source, self._lexer.token.start, message)


def _is_unicode(text: str) -> bool:
    """Whether it has no halves of characters, of which our lexer knows nothing."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _let_go(token: Token | None) -> None:
    """No token holds another: all go at once, though an error still holds who has read them, and no
    collector has to find them, which would hold everybody up."""
    while token is not None:
        following = token.next
        token.prev = token.next = None
        token = following


class _Lexer(Lexer):
    """What is rare is left to graphql-core's own methods, and what is wrong."""

    def read_next_token(self, start: int) -> Token:
        word = _word(self.source.body, start)
        gap, which, position = word[1], word.lastindex or 1, word.end(1)
        if "\n" in gap or "\r" in gap:
            self._count_lines(start, position)
        if which == 1:
            return super().read_next_token(position)
        value, column = word[which], 1 + position - self.line_start
        if which == 2:
            return Token(_MARKS[value], position, word.end(), self.line, column)
        return Token(_KINDS[which], position, word.end(), self.line, column, value)

    def read_string(self, start: int) -> Token:
        body, end, value = self.source.body, start + 1, list[str]()
        while True:
            plain = _text(body, end)
            value.append(json.loads(f'"{plain[0]}"', strict=False))
            end = plain.end()
            if not body.startswith("\\u{", end):
                break
            escape = self.read_escaped_unicode_variable_width(end)
            value.append(escape.value)
            end += escape.size
        rest = super().read_string(end - 1)
        return self.create_token(rest.kind, start, rest.end, "".join(value) + (rest.value or ""))

    def read_block_string(self, start: int) -> Token:
        body = self.source.body
        block = _block(body, start + 3)
        if not body.startswith('"""', block.end()):
            return super().read_block_string(len(body) - 3)  # to say that it does not end
        lines = _LINE.split(block[0].replace('\\"""', '"""'))
        value = "\n".join(dedent_block_string_lines(lines))
        token = self.create_token(TokenKind.BLOCK_STRING, start, block.end() + 3, value)
        self._count_lines(*block.span())
        return token

    def _count_lines(self, start: int, end: int) -> None:
        for line in _LINE.finditer(self.source.body, start, end):
            self.line += 1
            self.line_start = line.end()
