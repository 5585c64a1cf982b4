r"""Sums, products and extremes over running indices: ``\sum_{i=1}^n``, ``\prod_{j \neq i}``, ``\max_i y_i``, ``\max(a, b)``."""

from __future__ import annotations

from functools import partial

from symgd.errors import UnsupportedError
from symgd.readers.latex.bounds import comparisons, read_bounds
from symgd.readers.latex.brackets import CLOSING
from symgd.readers.latex.conditions import Comparison, choose
from symgd.readers.latex.parser import SIGNS, Parser, Read
from symgd.readers.latex.products import multiply
from symgd.readers.latex.scripts import with_scripts
from symgd.readers.latex.stream import TokenStream
from symgd.readers.latex.sums import Closing, close
from symgd.readers.latex.values import Value, apply, scalar_value
from symgd.readers.latex.whole_tensors import of_matrix

__all__ = ["BIG_OPERATORS"]

_CLOSINGS: dict[str, Closing] = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min"}
_NEUTRAL = {"sum": 0, "prod": 1}
"""What adds nothing to a sum, and what changes nothing in a product."""


def _big_operator(how: Closing, parser: Parser) -> Value:
    tokens, running = parser.tokens, parser.scope.running
    start = tokens.position
    tokens.position += 1
    if how in ("max", "min") and tokens.current != "_":
        return _list_of(parser, how, start)
    if tokens.current != "_":
        raise tokens.fail(f"the index of the {how} is missing", r"\sum_{i=1}^n")
    is_watched, parser.is_argument = parser.is_argument or how != "sum", False
    tokens.position += 1
    bounds = read_bounds(tokens, parser.scope)
    opened = bounds.opened
    running.update(opened)
    body = parser.product(tuple(opened) if is_watched else ())
    if tokens.current in SIGNS and _mentions(tokens, list(opened)):
        tokens.refuse_two_readings(
            start, "a sum followed by further terms with its index", r"\sum_i (a_i + b_i)", r"(\sum_i a_i) + b_i"
        )
    with tokens.located(start):
        if bounds.members is not None:
            body = _of_members(body, bounds.members, how)
        conditions = comparisons(bounds, parser.scope)
        if conditions and how not in _NEUTRAL:
            raise UnsupportedError(f"a {how} over a moving range is not known")
        if conditions:
            body = choose([conditions], body, scalar_value(_NEUTRAL[how]))
    for name in opened:
        body = _closed(parser, body, name, how, start)
    return body


def _of_members(body: Value, members: Value, how: Closing) -> Value:
    """Return what a sum or a product over a set adds up: members are 1, and all others 0."""
    if how == "sum":
        return multiply(members, body)
    if how == "prod":
        return choose([[Comparison(members, "=", scalar_value(0))]], scalar_value(1), body)
    raise UnsupportedError(f"a {how} over a set is not known", hint="a sum and a product are")


def _closed(parser: Parser, body: Value, name: str, how: Closing, start: int) -> Value:
    """Close an index that a sum has opened."""
    count = parser.scope.running.pop(name).size
    if count is None:
        is_input = name in parser.scope.shapes
        hint = "give what is minimised, not the problem" if is_input else rf"write \{how}_{{{name}=1}}^n"
        raise parser.tokens.fail(f"over what {name} runs is not known", hint, at=start)
    with parser.tokens.located(start):
        return close(body, name, count, how)


def _mentions(tokens: TokenStream, names: list[str]) -> bool:
    """Whether the terms up to the next closing bracket, or up to the next sum, carry one of the indices."""
    level = 0
    before = tokens.tokens[tokens.position - 1].text
    for text, _ in tokens.tokens[tokens.position :]:
        level += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        if level < 0 or text == "" or text in _CLOSINGS:
            return False
        if text in names and before in ("_", "{", ","):
            return True
        before = text
    return False


def _list_of(parser: Parser, how: str, start: int) -> Value:
    r"""Read ``(a, b)`` or ``\{0, x\}^2`` behind ``\max``; of a single vector, the largest entry."""
    tokens = parser.tokens
    closing = CLOSING.get(tokens.next())
    if closing is None:
        raise tokens.fail(f"{how} needs brackets or an index", rf"\{how}(a, b) or \{how}_i x_i")
    parts = parser.arguments(closing)
    with tokens.located(start):
        value = of_matrix(how, parts[0]) if len(parts) == 1 else parts[0]
        for part in parts[1:]:
            value = apply("maximum" if how == "max" else "minimum", [value, part])
    return with_scripts(parser, value, start)


BIG_OPERATORS: dict[str, Read] = {command: partial(_big_operator, how) for command, how in _CLOSINGS.items()}
"""What reads a sum, a product or an extreme."""
