"""The left side of an equation that names a formula: ``L = …``, ``f(x, y) = …``. The name is dropped."""

from __future__ import annotations

from typing import NamedTuple

from symgd.errors import ParseError
from symgd.graph.primitive import FUNCTIONS
from symgd.readers.text.tokens import Token

__all__ = ["LeftSide", "split_left_side"]


class LeftSide(NamedTuple):
    """The name on a left side, and the names in its brackets."""

    name: Token
    arguments: tuple[Token, ...]


def split_left_side(text: str, tokens: list[Token]) -> tuple[list[Token], LeftSide | None]:
    """Return the tokens of the formula, and the left side in front of it.

    Raises
    ------
    ParseError
        Where the name is defined by itself, or an argument is not in the formula.
    """
    left, length = _left_side(tokens)
    if left is None:
        return tokens, None
    rest = tokens[length:]
    used = {token.text for token in rest if token.kind == "name"}
    if rest[0].kind == "end":
        raise ParseError("the formula behind = is missing", formula=text, position=rest[0].position)
    if rest[0].kind == "number" and rest[1].kind == "end":
        raise ParseError(
            f"= assigns a number to {left.name.text}, and a formula has no assignments",
            formula=text,
            position=rest[0].position,
            hint="values of inputs are given to the compiled function; compare with ==",
        )
    if left.name.text in used:
        raise ParseError(
            f"{left.name.text} stands on both sides of =",
            formula=text,
            position=left.name.position,
            hint="a formula does not use its own name; leave the left side out",
        )
    names = [argument.text for argument in left.arguments]
    for k, argument in enumerate(left.arguments):
        if argument.text in names[:k] or argument.text not in used:
            what = "is named twice" if argument.text in names[:k] else "is not in the formula"
            raise ParseError(
                f"the argument {argument.text} {what}",
                formula=text,
                position=argument.position,
                hint=f"leave {argument.text} out on the left",
            )
    return rest, left


def _left_side(tokens: list[Token]) -> tuple[LeftSide | None, int]:
    """Read ``L =`` or ``f(x, y) =``; return it and the number of its tokens. The last token is the end."""
    if tokens[0].kind != "name":
        return None, 0
    if tokens[1].text in ("=", ":="):
        return LeftSide(tokens[0], ()), 2
    if tokens[1].text != "(" or tokens[0].text in FUNCTIONS:
        return None, 0
    arguments: list[Token] = []
    k = 2
    while tokens[k].kind == "name" and tokens[k + 1].text in (",", ")"):
        arguments.append(tokens[k])
        k += 2
        if tokens[k - 1].text == ")":
            return (LeftSide(tokens[0], tuple(arguments)), k + 1) if tokens[k].text == "=" else (None, 0)
    return None, 0
