r"""The left side of an equation that names a formula: ``J(\theta) = …``, ``\mathcal{L} = …``. The name is dropped."""

from __future__ import annotations

from typing import NamedTuple

from symgd.errors import ParseError
from symgd.graph.node import Node
from symgd.readers.latex.scope import Scope
from symgd.readers.latex.stream import TokenStream

__all__ = ["LeftSide", "read_left_side"]

_EQUALS = ("=", r"\equiv", r"\coloneqq")
_DEFINES = ("=", r"\coloneqq")


class LeftSide(NamedTuple):
    """The name on a left side and those in its brackets, with the number of the token of each."""

    name: str
    arguments: tuple[tuple[str, int], ...]

    def check(self, value: Node, tokens: TokenStream, scope: Scope) -> None:
        """Refuse a name for another name, one that is defined by itself, and an argument that is not in the formula.

        Raises
        ------
        ParseError
        """
        if value.is_symbol and not self.arguments:  # a comparison is printed so, too
            raise tokens.fail(f"{self.name} = {value} compares two names and defines none", "give one of its sides", at=0)
        names = scope.used | set(scope.symbols) | scope.sizes
        if self.name in names:
            raise tokens.fail(f"{self.name} stands on both sides of =", "leave the left side out", at=0)
        for argument, position in self.arguments:
            if not {argument, argument.upper()} & names:
                raise tokens.fail(f"the argument {argument} is not in the formula", f"leave {argument} out", at=position)


def read_left_side(tokens: TokenStream) -> LeftSide | None:
    """Read a left side up to behind its sign of equality; None, and nothing read, where there is no equation.

    Raises
    ------
    ParseError
        For an equation whose left side is no name.
    """
    equals = _equals_of(tokens)
    if not equals:
        return None
    left = _left_side(tokens)
    if left is None or len(equals) > 1 or tokens.position != equals[0] or tokens.current not in _DEFINES:
        raise tokens.fail("an equation is not a formula", "give one of its sides", at=equals[0])
    tokens.position += 1
    if tokens.current[:1].isdigit() and not tokens.following(1)[0]:
        raise tokens.fail(f"an equation that gives {left.name} a number is not a formula", "leave the left side out")
    return left


def _equals_of(tokens: TokenStream) -> list[int]:
    """Return the numbers of the signs of equality outside brackets."""
    depth, equals = 0, []
    for k, (token, _) in enumerate(tokens.tokens):
        depth += (token in ("{", "(", "[", r"\{", r"\begin")) - (token in ("}", ")", "]", r"\}", r"\end"))
        if token in _EQUALS and depth == 0:
            equals.append(k)
    return equals


def _left_side(tokens: TokenStream) -> LeftSide | None:
    r"""Read ``J``, ``J_t`` or ``J(\theta, b)``, and the & of an alignment behind it."""
    name = _name(tokens)
    arguments: list[tuple[str, int]] = []
    if name is not None and tokens.skip("("):
        while not arguments or tokens.skip(",", ";"):
            start = tokens.position
            argument = _name(tokens)
            if argument is None:
                return None
            arguments.append((argument, start))
        if not tokens.skip(")"):
            return None
    tokens.skip("&")
    return None if name is None else LeftSide(name, tuple(arguments))


def _name(tokens: TokenStream) -> str | None:
    """Read a name with its subscript."""
    try:
        name = tokens.read_name()
    except ParseError:
        return None
    subscript = tokens.peek_subscript()
    if name is None or subscript is None:
        return name
    tokens.position = tokens.after_subscript
    return f"{name}_{subscript.text}"
