"""Linear algebra: inverse, linear systems, determinant.

The derivatives are those of Giles (2008): with C = A⁻¹, the adjoint of A is −Cᵀ T Cᵀ, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence

from symgd.errors import ShapeError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context, object_array
from symgd.graph.assumptions import Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, Primitive, function, lookup, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.primitives.arithmetic import mul
from symgd.primitives.axes import transpose
from symgd.primitives.contraction import contract
from symgd.primitives.elimination import determinant_of, identity_matrix, solution
from symgd.primitives.matrix_arguments import GILES, layout_call, lead_labels, sign_of_definite, square

__all__ = ["det", "det_record", "inv", "inv_record", "logdet", "logdet_record", "solve", "solve_record"]


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
    evaluate=lambda node, context, arrays: solution(context, arrays[0], identity_matrix(context, arrays[0].shape[0])),
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
    (inv(A), -(inv(A) @ inv(A)).T)
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


def _evaluate_solve(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    matrix, right = arrays
    columns = right[:, None] if right.ndim == 1 else right
    unknowns = solution(context, matrix, columns)
    return unknowns[:, 0] if right.ndim == 1 else unknowns


solve_record = primitive(
    "solve",
    domain=_regular,
    shape=_shape_solve,
    vjp=_vjp_solve,
    evaluate=_evaluate_solve,
    layout=layout_call,
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


det_record: Primitive = primitive(
    "det",
    sign=lambda node, x: sign_of_definite(node.args[0]),
    shape=lambda shapes, params: _scalar("det", shapes),
    vjp=lambda node, t, k: _times_inverse(node, mul.make((t, node))),
    evaluate=lambda node, context, arrays: object_array(determinant_of(context, arrays[0])),
    layout=layout_call,
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
    evaluate=lambda node, context, arrays: object_array(
        context.algebra.apply(lookup("log"), context.algebra.apply(lookup("abs"), determinant_of(context, arrays[0])))
    ),
    layout=layout_call,
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
