"""Bars: ``|x|`` is the absolute value, entry by entry, and ``||x||`` or ``‖x‖₂`` a norm."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.errors import AmbiguityError, ShapeError, UnsupportedError
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.readers.text.tokens import Token

__all__ = ["absolute", "norm", "squared_norm", "squares"]

_VECTOR_NORMS = {"": "norm2", "2": "norm2", "1": "norm1", "inf": "norminf"}


def absolute(x: Node) -> Node:
    """Return |x|.

    Raises
    ------
    AmbiguityError
        For a matrix.
    """
    if x.rank == 2:
        raise AmbiguityError("|X| of a matrix", "the determinant, det(X)", "absolute values entry by entry, abs(X)")
    return FUNCTIONS["abs"](x)


def norm(x: Node, subscript: str) -> Node:
    """Return ‖x‖ with a subscript: 1, 2 or inf of a vector, 2 or F of a matrix.

    Raises
    ------
    AmbiguityError
        For a matrix without a subscript.
    ShapeError
        For a number: most often the shapes of its names are not declared.
    UnsupportedError
    """
    if not x.shape:
        names = [node.name for node in x.symbols] or ["x"]
        shapes = ", ".join(f'"{name}": "n"' for name in names)
        raise ShapeError(
            "a norm is of a vector or a matrix, and this is a number", hint=f"shapes={{{shapes}}}, or |x| of a number"
        )
    if x.rank == 2 and not subscript:
        raise AmbiguityError("‖X‖ of a matrix", "the Frobenius norm, ‖X‖_F", "the spectral norm, ‖X‖_2")
    if x.rank == 2 and subscript in ("2", "F"):
        return FUNCTIONS["normF"](x) if subscript == "F" else FUNCTIONS["norm"](x, 2)
    if x.rank != 1 or subscript not in _VECTOR_NORMS:
        raise UnsupportedError(
            f"the norm with the subscript {subscript or 'left out'} of a tensor of {x.rank} axes is not known",
            hint="‖x‖_1, ‖x‖_2 and ‖x‖_inf are norms of vectors, ‖X‖_2 and ‖X‖_F of matrices",
        )
    return FUNCTIONS[_VECTOR_NORMS[subscript]](x)


def squared_norm(x: Node, subscript: str) -> Node:
    """Return the square of a norm: the Euclidean one is Σx², without a root that would have no slope at 0."""
    if x.rank in (1, 2) and subscript in (("", "2") if x.rank == 1 else ("F",)):
        return FUNCTIONS["sum"](x**2)
    return norm(x, subscript) ** 2


def squares(behind: Sequence[Token]) -> int:
    """Return the number of tokens of the square that stands behind a norm: 1 of ², 2 of ^2, and 0 where there is none."""
    if behind and behind[0].kind == "superscript" and behind[0].value == 2:
        return 1
    is_square = len(behind) > 2 and behind[0].text in ("**", "^") and behind[1].kind == "number" and behind[1].value == 2
    return 2 if is_square and behind[2].text not in ("**", "^") and behind[2].kind not in ("superscript", "name") else 0
