"""SciPy's functions of matrices and of distances, ``scipy.linalg`` and ``scipy.spatial.distance``, as formulas.

A function that is told that a matrix is symmetric reads one of its triangles, and so does the formula.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symgd.errors import ShapeError, UnsupportedError, shown
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import show_shape
from symgd.readers.numpy.adapters import shows_symmetry

__all__ = ["OF_DISTANCES", "OF_LINALG"]

_SYMMETRIC = ("sym", "symmetric", "her", "hermitian", "pos", "positive definite")
_GENERAL = (None, "gen", "general")


def _symmetric(a: Operand, lower: bool) -> Node:
    """Return the symmetric matrix of which a triangle is given."""
    x = as_node(a)
    if shows_symmetry(x):
        return x
    if lower:
        return FUNCTIONS["tril"](x) + FUNCTIONS["tril"](x, -1).T
    return FUNCTIONS["triu"](x) + FUNCTIONS["triu"](x, 1).T


def _solve(
    a: Operand, b: Operand, lower: bool = False, overwrite_a: Any = False, overwrite_b: Any = False,
    check_finite: Any = True, assume_a: Any = None, transposed: bool = False,
) -> Node:  # fmt: skip
    matrix = as_node(a)
    if assume_a in _SYMMETRIC:
        matrix = _symmetric(matrix, lower)
    elif assume_a not in _GENERAL:
        raise UnsupportedError(f"scipy.linalg.solve with assume_a={shown(assume_a)} is not followed", hint="leave it out")
    return FUNCTIONS["solve"](matrix.T if transposed else matrix, b)


def _triangle(a: Operand, lower: Any, unit_diagonal: Any = False) -> Node:
    if unit_diagonal:
        raise UnsupportedError(
            "scipy.linalg.solve_triangular with unit_diagonal=True is not followed", hint="write the ones in"
        )
    return FUNCTIONS["tril" if lower else "triu"](a)


def _solve_triangular(
    a: Operand, b: Operand, trans: Any = 0, lower: Any = False, unit_diagonal: Any = False, overwrite_b: Any = False,
    check_finite: Any = True,
) -> Node:  # fmt: skip
    triangle = _triangle(a, lower, unit_diagonal)
    return FUNCTIONS["solve"](triangle.T if trans in (1, 2, "T", "C") else triangle, b)


def _cholesky(a: Operand, lower: Any = False, overwrite_a: Any = False, check_finite: Any = True) -> Node:
    factor: Node = FUNCTIONS["cholesky"](_symmetric(a, bool(lower)))
    return factor if lower else factor.T


def _factor(a: Operand, lower: Any = False, overwrite_a: Any = False, check_finite: Any = True) -> tuple[Node, Any]:
    return _cholesky(a, lower), lower


def _solve_by_factor(c_and_lower: tuple[Any, Any], b: Operand, overwrite_b: Any = False, check_finite: Any = True) -> Node:
    c, lower = c_and_lower
    factor = as_node(c)
    if not lower and factor.args and factor is factor.args[0].T:
        factor, lower = factor.args[0], True
    left = factor if lower and factor.primitive.name == "cholesky" else _lower(factor, lower)
    return FUNCTIONS["solve"](left.T, FUNCTIONS["solve"](left, b))


def _lower(c: Node, lower: Any) -> Node:
    """Return the lower triangular matrix of which SciPy reads the entries in one triangle, or in the transpose of the other."""
    return _triangle(c, lower) if lower else _triangle(c, lower).T


def _eigenvalues(a: Operand, b: Any = None, lower: Any = True, eigvals_only: Any = False) -> Any:
    if b is not None:
        raise UnsupportedError("the generalised eigenvalue problem of scipy.linalg.eigh is not followed")
    matrix = _symmetric(a, bool(lower))
    values = FUNCTIONS["eigvalsh"](matrix)
    return values if eigvals_only else (values, FUNCTIONS["eigenvectors"](matrix))


def _norm(a: Operand, ord: Any = None, axis: Any = None, keepdims: Any = False, check_finite: Any = True) -> Node:
    return FUNCTIONS["norm"](a, ord=ord, axis=axis, keepdims=bool(keepdims))


def _of_one(name: str) -> Callable[..., Node]:
    """Return a function of a matrix, whose other arguments say how it is computed."""

    def build(a: Operand, overwrite_a: Any = False, check_finite: Any = True) -> Node:
        return FUNCTIONS[name](a)

    return build


OF_LINALG: dict[str, Callable[..., Any]] = {
    "solve": _solve, "solve_triangular": _solve_triangular, "cholesky": _cholesky, "cho_factor": _factor,
    "cho_solve": _solve_by_factor, "eigh": _eigenvalues, "norm": _norm,
    "eigvalsh": lambda a, b=None, lower=True: _eigenvalues(a, b, lower, True),
    **{name: _of_one(name) for name in ("inv", "det", "pinv", "expm", "svdvals")},
}  # fmt: skip
"""Functions of ``scipy.linalg`` by their names."""


# -- distances ------------------------------------------------------------------------------------------------


def _length(difference: Node) -> Node:
    return FUNCTIONS["norm"](difference, axis=-1)


def _square(difference: Node) -> Node:
    return FUNCTIONS["sum"](difference**2, axis=-1)


def _city(difference: Node) -> Node:
    return FUNCTIONS["sum"](FUNCTIONS["abs"](difference), axis=-1)


def _largest(difference: Node) -> Node:
    return FUNCTIONS["max"](FUNCTIONS["abs"](difference), axis=-1)


_OF_DIFFERENCES = {"euclidean": _length, "sqeuclidean": _square, "cityblock": _city, "chebyshev": _largest}


def _metric(name: Any) -> Callable[[Node], Node]:
    if name not in _OF_DIFFERENCES:
        raise UnsupportedError(
            f"the metric {shown(name)} is not followed", hint=f"write the formula; known are {', '.join(_OF_DIFFERENCES)}"
        )
    return _OF_DIFFERENCES[name]


def _points(a: Operand, name: str) -> Node:
    x = as_node(a)
    if x.rank != 2:
        raise ShapeError(f"scipy.spatial.distance.{name} takes points as rows of a matrix, not the shape {show_shape(x.shape)}")
    return x


def _between(XA: Operand, XB: Operand, metric: Any = "euclidean") -> Node:
    left, right = _points(XA, "cdist"), _points(XB, "cdist")
    return _metric(metric)(left[:, None, :] - right[None, :, :])


def _pairs(X: Operand, metric: Any = "euclidean") -> Node:
    x = _points(X, "pdist")
    if not isinstance(x.shape[0], int):
        raise UnsupportedError(
            "scipy.spatial.distance.pdist needs a number of points that is a number", hint="cdist(X, X) has all pairs"
        )
    first, second = np.triu_indices(x.shape[0], 1)
    return _metric(metric)(x[first] - x[second])


def _of_two(name: str) -> Callable[[Operand, Operand], Node]:
    return lambda u, v: _OF_DIFFERENCES[name](as_node(u) - as_node(v))


def _cosine(u: Operand, v: Operand) -> Node:
    left, right = as_node(u), as_node(v)
    return 1 - left @ right / (_length(left) * _length(right))


OF_DISTANCES: dict[str, Callable[..., Any]] = {
    "cdist": _between, "pdist": _pairs, "cosine": _cosine, **{name: _of_two(name) for name in _OF_DIFFERENCES},
}  # fmt: skip
"""Functions of ``scipy.spatial.distance`` by their names."""
