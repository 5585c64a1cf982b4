"""The Cholesky factor of a positive definite matrix: the lower triangle L with L·Lᵀ = A."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, function, lookup, primitive
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import contract
from symgd.primitives.identity import eye
from symgd.primitives.linalg import inv_record
from symgd.primitives.matrix_arguments import lead_labels, square
from symgd.primitives.symmetry import is_symmetric
from symgd.primitives.triangles import triangle

__all__ = ["cholesky", "cholesky_record"]


def _vjp_cholesky(node: Node, t: Node, k: int) -> Node:
    """The symmetric part of L⁻ᵀ Φ(Lᵀ t) L⁻¹, where Φ takes the lower triangle with half the diagonal."""
    n = node.shape[0]
    lead = lead_labels(t, node)
    lower = triangle.make((contract([node, t], ["ai", [*lead, "a", "j"]], [*lead, "i", "j"]),), (False, 0))
    halved = mul.make((lower, as_node(1) - eye(n) / 2))
    inverse = inv_record.make((node,))
    full = contract([inverse, halved, inverse], ["ai", [*lead, "a", "b"], "bj"], [*lead, "i", "j"])
    axes = list(range(full.rank))
    return (full + contract([full], [axes], [*axes[:-2], axes[-1], axes[-2]])) / 2


def _evaluate_cholesky(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    algebra = context.algebra
    (matrix,) = arrays
    n = matrix.shape[0]
    half, power = algebra.number(Fraction(1, 2)), lookup("pow")
    inverses: list[Any] = []  # of the diagonal, without a value where it is 0
    result: Array = context.zeros((n, n))
    for row in range(n):
        for column in range(row + 1):
            entry = (matrix[row, column] + matrix[column, row]) * half
            for k in range(column):
                entry = entry - result[row, k] * result[column, k]
            result[row, column] = algebra.apply(power, entry, half) if row == column else entry * inverses[column]
        inverses.append(algebra.apply(power, result[row, row], algebra.number(Fraction(-1))))
    return result


cholesky_record: Primitive = primitive(
    "cholesky",
    shape=lambda shapes, params: square("cholesky", shapes),
    vjp=_vjp_cholesky,
    evaluate=_evaluate_cholesky,
    layout=lambda node, printer: printer.call("cholesky", [printer.written[node.args[0]].text]),
    code=lambda node, names, printer: f"cholesky({names[0] if is_symmetric(node.args[0]) else f'_symmetric_part({names[0]})'})",
    imports=("numpy.linalg:cholesky", "cupy.linalg:cholesky"),
    because="the Cholesky factor sends its adjoint back between the inverses of the factor, made symmetric",
    source="Smith 1995; Murray 2016, equation 10",
)


@function("cholesky")
def cholesky(x: Operand) -> Node:
    """Return the Cholesky factor L of a symmetric positive definite matrix: L is lower triangular, and L Lᵀ = A.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n). Its symmetric part (A + Aᵀ)/2 is taken, and is positive definite.

    Returns
    -------
    Node
        Of shape (n, n), with zeros above the diagonal.

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint T, A receives the symmetric part of L⁻ᵀ Φ(Lᵀ T) L⁻¹, where Φ takes the lower triangle with half the
    diagonal. In NumPy: ``numpy.linalg.cholesky``.

    References
    ----------
    Smith, *Differentiation of the Cholesky algorithm*, 1995; Murray, *Differentiation of the Cholesky decomposition*, 2016,
    equation 10.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", (2, 2))
    >>> sg.lambdify(A, sg.cholesky(A))([[4.0, 2.0], [2.0, 5.0]])
    array([[2., 0.],
           [1., 2.]])
    >>> sg.lambdify(A, sg.gradient(sg.trace(sg.cholesky(A)), A))([[4.0, 2.0], [2.0, 5.0]])
    array([[ 0.3125, -0.125 ],
           [-0.125 ,  0.25  ]])
    """
    return cholesky_record.make((as_node(x),))
