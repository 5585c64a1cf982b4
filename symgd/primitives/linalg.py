"""Linear algebra: inverse, linear systems, determinant.

The derivatives are those of Giles (2008): with C = A⁻¹, the adjoint of A is −Cᵀ T Cᵀ, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.errors import DomainError, ShapeError
from symgd.graph.assumptions import Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, Primitive, function, lookup, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import contract
from symgd.primitives.spellings import transpose

__all__ = ["GILES", "det", "eliminate", "inv", "lead_labels", "logdet", "solution", "solve", "square"]

GILES = "Giles, Collected matrix derivative results, 2008"


def square(name: str, shapes: Sequence[Shape]) -> Shape:
    """Return the shape of a square matrix; refuse anything else."""
    shape = shapes[0]
    if len(shape) != 2 or shape[0] != shape[1]:
        clash = (shape[0], shape[1]) if len(shape) == 2 else None
        raise ShapeError(f"{name} takes a square matrix, not {show_shape(shape)}", clash=clash)
    return shape


def lead_labels(t: Node, node: Node) -> list[str]:
    """Return labels for the leading axes that an adjoint carries beyond those of its node."""
    return [f"b{axis}" for axis in range(t.rank - node.rank)]


def _written(node: Node, printer: Printer) -> Written:
    return printer.call(node.primitive.name, [printer.written[arg].text for arg in node.args])


# -- evaluation over any algebra ------------------------------------------------------------------------------


def eliminate(context: Any, matrix: Any, right: Any) -> tuple[Any, Any]:
    """Solve by Gauss–Jordan elimination; return (determinant, solution).

    Raises
    ------
    DomainError
        Where the matrix is singular.
    """
    n = matrix.shape[0]
    work = np.concatenate([matrix, right], axis=1)
    determinant = context.algebra.number(1)
    for k in range(n):
        chosen = context.algebra.pivot(list(work[k:, k]))
        if chosen is None:
            return context.algebra.number(0), None
        if chosen:
            work[[k, k + chosen]] = work[[k + chosen, k]]
            determinant = -determinant
        pivot = work[k, k]
        determinant = determinant * pivot
        for j in range(k, work.shape[1]):
            work[k, j] = work[k, j] / pivot
        for i in range(n):
            factor = work[i, k]
            if i != k and not context.algebra.is_zero(factor):
                for j in range(k, work.shape[1]):
                    work[i, j] = work[i, j] - factor * work[k, j]
    return determinant, work[:, n:]


def solution(context: Any, matrix: Any, right: Any) -> Any:
    """Return X with matrix·X = right.

    Raises
    ------
    DomainError
        Where the matrix is singular.
    """
    _, found = eliminate(context, matrix, right)
    if found is None:
        raise DomainError("the matrix is singular here")
    return found


def _identity(context: Any, n: int) -> Any:
    result = context.zeros((n, n))
    for i in range(n):
        result[i, i] = context.algebra.number(1)
    return result


def _cell(entry: Any) -> Any:
    array = np.empty((), dtype=object)
    array[()] = entry
    return array


def _determinant(context: Any, matrix: Any) -> Any:
    n = matrix.shape[0]
    if n <= 3:  # without division: exact also where a pivot would be a formula that can vanish
        return _laplace(context, matrix, tuple(range(n)))
    return eliminate(context, matrix, np.empty((n, 0), dtype=object))[0]


def _laplace(context: Any, matrix: Any, columns: tuple[int, ...]) -> Any:
    row = matrix.shape[0] - len(columns)
    if not columns:
        return context.algebra.number(1)
    total = None
    for k, column in enumerate(columns):
        minor = matrix[row, column] * _laplace(context, matrix, columns[:k] + columns[k + 1 :])
        minor = -minor if k % 2 else minor
        total = minor if total is None else total + minor
    return total


def _regular(node: Node) -> list[tuple[Node, Sign]]:
    """A matrix has an inverse where its determinant is not 0."""
    return [(det_record.make((node.args[0],)), Sign.NONZERO)]


# -- inverse --------------------------------------------------------------------------------------------------


def _vjp_inv(node: Node, t: Node, k: int) -> Node:
    lead = lead_labels(t, node)
    return -contract([node, t, node], ["ai", [*lead, "a", "b"], "jb"], [*lead, "i", "j"])


inv_record = primitive(
    "inv",
    domain=_regular,
    shape=lambda shapes, params: square("inv", shapes),
    vjp=_vjp_inv,
    evaluate=lambda node, context, arrays: solution(context, arrays[0], _identity(context, arrays[0].shape[0])),
    layout=lambda node, printer: printer.inverse(printer.written[node.args[0]]),
    numpy="inv({x})",
    imports=("numpy.linalg:inv", "cupy.linalg:inv"),
    because="an inverse sends the adjoint back between its own transposes, with a minus",
    source=f"{GILES}, 2.2.3",
)


@function("inv")
def inv(x: Operand) -> Node:
    """Return the inverse A⁻¹ of a square matrix A.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n), with a determinant that is not 0.

    Returns
    -------
    Node
        Of shape (n, n).

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint T of the inverse, A receives −A⁻ᵀ T A⁻ᵀ. In NumPy: ``numpy.linalg.inv``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 2.2.3.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", "n n")
    >>> sg.inv(A), sg.gradient(sg.trace(sg.inv(A)), A)
    (inv(A), -inv(A).T @ inv(A).T)
    """
    return inv_record.make((as_node(x),))


# -- linear systems -------------------------------------------------------------------------------------------


def _shape_solve(shapes: Sequence[Shape], params: Params) -> Shape:
    matrix, right = shapes
    square("solve", shapes)
    if len(right) not in (1, 2) or right[0] != matrix[0]:
        raise ShapeError(
            f"cannot solve {show_shape(matrix)} x = {show_shape(right)}: the right side needs {matrix[0]} rows",
            hint="solve(A, b) is the x with A @ x = b",
            clash=(right[0], matrix[0]) if len(right) in (1, 2) else None,
        )
    return right


def _vjp_solve(node: Node, t: Node, k: int) -> Node:
    matrix, _ = node.args
    lead = lead_labels(t, node)
    if not lead:
        back = solve_record.make((transpose(matrix), t))
    else:  # a stack of adjoints: the inverse once, for all of them
        tail = ["j"] if node.rank == 2 else []
        back = contract([inv_record.make((matrix,)), t], ["ai", [*lead, "a", *tail]], [*lead, "i", *tail])
    if k == 1:
        return back
    tail = ["c"] if node.rank == 2 else []
    return -contract([back, node], [[*lead, "i", *tail], ["j", *tail]], [*lead, "i", "j"])


def _evaluate_solve(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    matrix, right = arrays
    columns = right[:, None] if right.ndim == 1 else right
    found = solution(context, matrix, columns)
    return found[:, 0] if right.ndim == 1 else found


solve_record = primitive(
    "solve",
    domain=_regular,
    shape=_shape_solve,
    vjp=_vjp_solve,
    evaluate=_evaluate_solve,
    layout=_written,
    numpy="solve({x}, {y})",
    imports=("numpy.linalg:solve", "cupy.linalg:solve"),
    linear_in=(1,),
    because="a linear system sends the adjoint back through the transposed system",
    source=f"{GILES}, 2.3.1",
)


@function("solve")
def solve(a: Operand, b: Operand) -> Node:
    """Return the solution x of the linear system A x = b.

    Parameters
    ----------
    a : Operand
        The matrix A of shape (n, n), with a determinant that is not 0.
    b : Operand
        The right side: a vector of shape (n,), or a matrix of shape (n, k) with a column for each system.

    Returns
    -------
    Node
        Of the shape of `b`.

    Raises
    ------
    ShapeError
        If `a` is not a square matrix, or `b` has another number of rows.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint t of the solution, b receives s = A⁻ᵀ t, and A receives −s xᵀ. In NumPy: ``numpy.linalg.solve``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 2.3.1.

    Examples
    --------
    >>> import symgd as sg
    >>> A, b = sg.tensor("A", "n n"), sg.tensor("b", "n")
    >>> sg.solve(A, b), sg.gradient(sg.sum(sg.solve(A, b)), b)
    (solve(A, b), solve(A.T, ones(n)))
    >>> sg.gradient(sg.sum(sg.solve(A, b)), A)
    -outer(solve(A.T, ones(n)), solve(A, b))
    """
    return solve_record.make((as_node(a), as_node(b)))


# -- determinant ----------------------------------------------------------------------------------------------


def _scalar(name: str, shapes: Sequence[Shape]) -> Shape:
    square(name, shapes)
    return ()


def _times_inverse(node: Node, t: Node) -> Node:
    """Return t·A⁻ᵀ, where the adjoint t may carry leading axes."""
    lead = lead_labels(t, node)
    return contract([t, inv_record.make(node.args)], [lead, "ji"], [*lead, "i", "j"])


def _sign_det(matrix: Node) -> Sign:
    if not matrix.is_symbol or not matrix.facts.is_positive_semidefinite:
        return Sign.ANY
    return Sign.POSITIVE if matrix.facts.is_positive_definite else Sign.NONNEGATIVE


det_record: Primitive = primitive(
    "det",
    sign=lambda node, x: _sign_det(node.args[0]),
    shape=lambda shapes, params: _scalar("det", shapes),
    vjp=lambda node, t, k: _times_inverse(node, mul.make((t, node))),
    evaluate=lambda node, context, arrays: _cell(_determinant(context, arrays[0])),
    layout=_written,
    numpy="det({x})",
    imports=("numpy.linalg:det", "cupy.linalg:det"),
    because="the slope of the determinant is its cofactors, det(A)·A⁻ᵀ",
    source=f"{GILES}, 2.2.4 (Jacobi's formula)",
)


@function("det")
def det(x: Operand) -> Node:
    """Return the determinant of a square matrix.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n).

    Returns
    -------
    Node
        A scalar.

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient is det(A)·A⁻ᵀ, the matrix of cofactors (Jacobi's formula). In NumPy: ``numpy.linalg.det``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 2.2.4.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", "n n")
    >>> sg.det(A), sg.gradient(sg.det(A), A)
    (det(A), det(A)*inv(A).T)
    """
    return det_record.make((as_node(x),))


logdet_record: Primitive = primitive(
    "logdet",
    domain=_regular,
    shape=lambda shapes, params: _scalar("logdet", shapes),
    vjp=lambda node, t, k: _times_inverse(node, t),
    evaluate=lambda node, context, arrays: _cell(
        context.algebra.apply(lookup("log"), context.algebra.apply(lookup("abs"), _determinant(context, arrays[0])))
    ),
    layout=_written,
    numpy="slogdet({x})[1]",
    imports=("numpy.linalg:slogdet", "cupy.linalg:slogdet"),
    because="the slope of log|det A| is the inverse, transposed",
    source=f"{GILES}, 2.2.4; Boyd & Vandenberghe 2004, A.4.1",
)


@function("logdet")
def logdet(x: Operand) -> Node:
    """Return log |det A| of a square matrix A.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n), with a determinant that is not 0.

    Returns
    -------
    Node
        A scalar.

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient is A⁻ᵀ. In NumPy: ``numpy.linalg.slogdet(A)[1]``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 2.2.4;
    Boyd & Vandenberghe, *Convex Optimization*, 2004, section A.4.1.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", "n n")
    >>> sg.logdet(A), sg.gradient(sg.logdet(A), A)
    (logdet(A), inv(A).T)
    """
    return logdet_record.make((as_node(x),))


# -- adjugate -------------------------------------------------------------------------------------------------


def _evaluate_adjugate(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    (matrix,) = arrays
    n = matrix.shape[0]
    result = context.zeros((n, n))
    for i, j in np.ndindex(n, n):
        minor = _determinant(context, np.delete(np.delete(matrix, i, axis=0), j, axis=1))
        result[j, i] = minor if (i + j) % 2 == 0 else -minor
    return result


def _vjp_adjugate(node: Node, t: Node, k: int) -> Node:
    """Return det A·(⟨t, A⁻¹⟩·A⁻ᵀ − A⁻ᵀ t A⁻ᵀ), from adj A = det A·A⁻¹."""
    lead = lead_labels(t, node)
    inverse, front = inv_record.make(node.args), det_record.make(node.args)
    along = contract([t, inverse, inverse], [[*lead, "a", "b"], "ab", "ji"], [*lead, "i", "j"])
    across = contract([inverse, t, inverse], ["ai", [*lead, "a", "b"], "jb"], [*lead, "i", "j"])
    return mul.make((front, along - across))


adjugate_record = primitive(
    "adjugate",
    shape=lambda shapes, params: square("adjugate", shapes),
    vjp=_vjp_adjugate,
    evaluate=_evaluate_adjugate,
    layout=_written,
    numpy="_adjugate({x})",
    because="the adjugate is det(A)·A⁻¹, and defined where A has no inverse too",
    source="Horn & Johnson 2013, 0.8.2",
)


@function("adjugate")
def adjugate(x: Operand) -> Node:
    """Return the adjugate of a square matrix: the transpose of its matrix of cofactors.

        adj(A)ᵢⱼ = (−1)^(i+j)·det(A without row j and column i),   A·adj(A) = det(A)·I

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n), which need not have an inverse.

    Returns
    -------
    Node
        Of shape (n, n).

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint T, A receives det(A)·(⟨T, A⁻¹⟩·A⁻ᵀ − A⁻ᵀ T A⁻ᵀ). NumPy has no function of this meaning.

    References
    ----------
    Horn & Johnson, *Matrix Analysis*, 2013, section 0.8.2.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", (2, 2))
    >>> sg.adjugate(A), sg.lambdify(A, sg.adjugate(A))([[1.0, 2.0], [3.0, 4.0]])
    (adjugate(A), array([[ 4., -2.],
           [-3.,  1.]]))
    >>> sg.check_gradient(sg.trace(sg.adjugate(A)), A).verdict.name
    'RIGHT'
    """
    return adjugate_record.make((as_node(x),))
