"""The pseudo-inverse of a matrix of full rank: (XᵀX)⁻¹Xᵀ, or Xᵀ(XXᵀ)⁻¹ where it has more columns than rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.errors import DomainError, ShapeError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.primitives.contraction import contract
from symgd.primitives.elimination import solution
from symgd.primitives.identity import eye
from symgd.primitives.matrix_arguments import lead_labels
from symgd.primitives.matrix_products import matmul

__all__ = ["pinv", "pinv_record"]


def _shape_pinv(shapes: Sequence[Shape], params: Params) -> Shape:
    if len(shapes[0]) != 2:
        raise ShapeError(f"pinv takes a matrix, not {show_shape(shapes[0])}")
    return shapes[0][::-1]


def _vjp_pinv(node: Node, t: Node, k: int) -> Node:
    """−Pᵀ t Pᵀ + (I − X P) tᵀ P Pᵀ + PᵀP tᵀ (I − P X), where P is the pseudo-inverse."""
    (x,) = node.args
    m, n = x.shape
    lead = lead_labels(t, node)
    first = -contract([node, t, node], ["ai", [*lead, "a", "b"], "jb"], [*lead, "i", "j"])
    left = eye(m) - matmul(x, node)
    right = eye(n) - matmul(node, x)
    second = contract([left, t, node, node], ["ia", [*lead, "b", "a"], "bc", "jc"], [*lead, "i", "j"])
    third = contract([node, node, t, right], ["ci", "ca", [*lead, "b", "a"], "bj"], [*lead, "i", "j"])
    return first + second + third


def _evaluate_pinv(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (x,) = arrays
    m, n = x.shape
    try:
        if m >= n:
            return solution(context, np.dot(x.T, x), x.T)
        return solution(context, np.dot(x, x.T), x).T
    except DomainError:
        raise DomainError("the pseudo-inverse has no slope where the matrix loses rank") from None


pinv_record: Primitive = primitive(
    "pinv",
    shape=_shape_pinv,
    vjp=_vjp_pinv,
    evaluate=_evaluate_pinv,
    layout=lambda node, printer: printer.call("pinv", [printer.written[node.args[0]].text]),
    code=lambda node, names, printer: f"pinv({names[0]})",
    imports=("numpy.linalg:pinv", "cupy.linalg:pinv"),
    because="the pseudo-inverse moves like an inverse, and with the spaces that it projects away",
    source="Golub & Pereyra 1973, equation 4.12; at constant rank",
)


@function("pinv")
def pinv(x: Operand) -> Node:
    """Return the pseudo-inverse A⁺ of a matrix of full rank: (AᵀA)⁻¹Aᵀ, or Aᵀ(AAᵀ)⁻¹ if there are more columns than rows.

    Parameters
    ----------
    x : Operand
        A matrix of shape (m, n), of rank min(m, n).

    Returns
    -------
    Node
        Of shape (n, m).

    Raises
    ------
    ShapeError
        If `x` is not a matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint T and P = A⁺, A receives −Pᵀ T Pᵀ + (I − A P) Tᵀ P Pᵀ + Pᵀ P Tᵀ (I − P A), at constant rank; where the rank
    changes there is no derivative. In NumPy: ``numpy.linalg.pinv``.

    References
    ----------
    Golub & Pereyra, *The differentiation of pseudo-inverses and nonlinear least squares problems*, 1973, equation 4.12.

    Examples
    --------
    >>> import symgd as sg
    >>> X, y = sg.tensor("X", (3, 2)), sg.tensor("y", 3)
    >>> sg.pinv(X).shape, sg.gradient(sg.sum(sg.pinv(X) @ y), y)
    ((2, 3), sum(pinv(X), axis=0))
    >>> sg.check_gradient(sg.sum(sg.pinv(X) @ y), X).verdict.name
    'RIGHT'
    """
    return pinv_record.make((as_node(x),))
