"""The adjugate matrix adj A = det(A)·A⁻¹, which exists where A has no inverse too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function, primitive
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import contract
from symgd.primitives.elimination import determinant_of
from symgd.primitives.linalg import det_record, inv_record
from symgd.primitives.matrix_arguments import layout_call, lead_labels, square

__all__ = ["adjugate", "adjugate_record"]


def _evaluate_adjugate(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (matrix,) = arrays
    n = matrix.shape[0]
    result: Array = context.zeros((n, n))
    for i, j in np.ndindex(n, n):
        minor = determinant_of(context, np.delete(np.delete(matrix, i, axis=0), j, axis=1))
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
    layout=layout_call,
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
