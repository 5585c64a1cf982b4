r"""Brackets and bars: groups, absolute values, rounding, scalar products and norms.

(a + b),   |t|,   \lfloor t \rfloor,   \langle x, y \rangle,   \|x\|_2^2
"""

from __future__ import annotations

from functools import partial

from symgd.errors import AmbiguityError
from symgd.readers.latex.parser import Parser, Read
from symgd.readers.latex.products import inner_product, power
from symgd.readers.latex.scripts import read_exponent
from symgd.readers.latex.values import Value, apply
from symgd.readers.latex.whole_tensors import determinant, norm_of, squared_norm

__all__ = ["BARS", "BRACKETS", "CLOSING", "NORMS"]

CLOSING = {"(": ")", "[": "]", r"\{": r"\}"}
BARS = {"|": "|", r"\lvert": r"\rvert", r"\vert": r"\vert"}
_NORM_BARS = {r"\|": r"\|", r"\lVert": r"\rVert", r"\Vert": r"\Vert"}
_ROUNDED = {r"\lfloor": (r"\rfloor", "floor"), r"\lceil": (r"\rceil", "ceil")}


def _grouped(closing: str, parser: Parser) -> Value:
    parser.tokens.position += 1
    value = parser.expression()
    parser.tokens.expect(closing)
    return value


def _rounded(closing: str, name: str, parser: Parser) -> Value:
    return apply(name, [_grouped(closing, parser)])


def _scalar_product(parser: Parser) -> Value:
    parser.tokens.position += 1
    left = parser.expression()
    parser.tokens.expect(",")
    right = parser.expression()
    parser.tokens.expect(r"\rangle")
    return inner_product(left, right)


def _absolute(parser: Parser) -> Value:
    """Read |x|: of a matrix as the scope says, which the reader asks for both readings."""
    start = parser.tokens.position
    value = parser.between_bars(BARS[parser.tokens.next()])
    with parser.tokens.located(start):
        if value.kind == "matrix":
            return _bars_of_matrix(parser, value)
        if value.kind != "scalar":
            raise AmbiguityError("|x| of a vector", r"its norm, \|x\|", "absolute values entry by entry")
        return apply("abs", [value])


def _bars_of_matrix(parser: Parser, matrix: Value) -> Value:
    scope = parser.scope
    scope.has_matrix_bars = True
    if scope.matrix_bars is None:
        raise AmbiguityError("|X| of a matrix", r"the determinant, \det X", "absolute values entry by entry")
    if scope.matrix_bars == "entries":
        return apply("abs", [matrix])
    return apply("abs", [determinant(matrix)]) if parser.is_logarithm else determinant(matrix)


def _norm(parser: Parser) -> Value:
    """Read ‖x‖ with its subscript and its exponent; a Euclidean norm that is squared has no root."""
    tokens = parser.tokens
    start = tokens.position
    outside, parser.is_logarithm = parser.is_logarithm, False
    value = parser.between_bars(_NORM_BARS[tokens.next()])
    parser.is_logarithm = outside
    name: str | None = None
    is_square = False
    exponent: Value | None = None
    for _ in range(2):
        if tokens.current == "_" and name is None:
            tokens.position += 1
            name = tokens.plain_script()
        elif tokens.current == "^" and exponent is None:
            tokens.position += 1
            exponent = read_exponent(parser)
            is_square = exponent.node.equals_number(2)
    if is_square and (name == "F" if value.kind == "matrix" else name in (None, "2")):
        return parser.build(start, lambda: squared_norm(value))
    norm = parser.build(start, lambda: norm_of(value, name))
    return norm if exponent is None else parser.build(start, partial(power, norm, exponent))


BRACKETS: dict[str, Read] = {
    **{opening: partial(_grouped, closing) for opening, closing in {**CLOSING, "{": "}"}.items()},
    **{opening: partial(_rounded, closing, name) for opening, (closing, name) in _ROUNDED.items()},
    **dict.fromkeys(BARS, _absolute),
    r"\langle": _scalar_product,
}
"""What reads a bracket."""
NORMS: dict[str, Read] = dict.fromkeys(_NORM_BARS, _norm)
"""What reads the double bars of a norm."""
