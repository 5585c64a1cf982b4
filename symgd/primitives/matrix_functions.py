"""Functions of a matrix as a whole: powers, exponential, Cholesky factor, pseudo-inverse."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction

import numpy as np

from symgd.errors import DomainError, ShapeError, UnsupportedError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, Primitive, function, lookup, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.concatenation import concatenate_record
from symgd.primitives.contraction import broadcast, contract
from symgd.primitives.elimination import solution
from symgd.primitives.identity import eye
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import index
from symgd.primitives.linalg import inv_record
from symgd.primitives.matrix_arguments import GILES, lead_labels, square
from symgd.primitives.matrix_products import matmul
from symgd.primitives.symmetry import is_symmetric
from symgd.primitives.triangles import triangle

__all__ = ["cholesky", "expm", "matrix_power", "pinv"]

MAX_POWER = 64


# -- powers ---------------------------------------------------------------------------------------------------


def _fold_power(args: tuple[Node, ...], params: Params) -> Node | None:
    (x,) = args
    (n,) = params
    if x.rank != 2 or x.shape[0] != x.shape[1]:
        return None  # the shape rule refuses it
    if n == 0:
        return eye(x.shape[0])
    if n < 0:
        return matrix_power_record.make((inv_record.make((x,)),), (-n,))
    if n <= 3:
        result = x
        for _ in range(n - 1):
            result = matmul(result, x)
        return result
    return None


def _vjp_power(node: Node, t: Node, k: int) -> Node:
    """Σ_{r + s = n − 1} (Xʳ)ᵀ t (Xˢ)ᵀ."""
    (x,) = node.args
    (n,) = node.params
    lead = lead_labels(t, node)
    terms = []
    for r in range(n):
        factors: list[Node] = [t]
        labels: list[list[Hashable]] = [[*lead, "i" if r == 0 else "a", "j" if r == n - 1 else "b"]]
        if r:
            factors.insert(0, matrix_power_record.make((x,), (r,)))
            labels.insert(0, ["a", "i"])
        if n - 1 - r:
            factors.append(matrix_power_record.make((x,), (n - 1 - r,)))
            labels.append(["j", "b"])
        terms.append(contract(factors, labels, [*lead, "i", "j"]))
    return add.make(tuple(terms))


def _evaluate_power(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    result = arrays[0]
    for _ in range(node.params[0] - 1):
        result = np.dot(result, arrays[0])
    return result


matrix_power_record: Primitive = primitive(
    "matrix_power",
    shape=lambda shapes, params: square("matrix_power", shapes),
    fold=_fold_power,
    vjp=_vjp_power,
    evaluate=_evaluate_power,
    layout=lambda node, printer: printer.matrix_power(printer.written[node.args[0]], node.params[0]),
    code=lambda node, names, printer: f"matrix_power({names[0]}, {node.params[0]})",
    imports=("numpy.linalg:matrix_power", "cupy.linalg:matrix_power"),
    because="a power sends its adjoint back once for each of its factors, between the powers on both sides",
    source=f"{GILES}, 2.3.2",
)


@function("matrix_power")
def matrix_power(x: Operand, n: int | Node) -> Node:
    """Return the power Aⁿ of a square matrix A.

    Parameters
    ----------
    x : Operand
        A matrix of shape (k, k); for n < 0 with a determinant that is not 0.
    n : int
        A whole number from −64 to 64. The power 0 is the identity, a negative one a power of the inverse.

    Returns
    -------
    Node
        Of shape (k, k).

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    UnsupportedError
        If `n` is not a whole number from −64 to 64.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint T, A receives Σ (Aʳ)ᵀ T (Aˢ)ᵀ over all r + s = n − 1. In NumPy: ``numpy.linalg.matrix_power``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 2.3.2.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", "n n")
    >>> sg.matrix_power(A, 4), sg.gradient(sg.trace(sg.matrix_power(A, 4)), A)
    (matrix_power(A, 4), 2*(A @ A @ A).T + A.T @ (A @ A).T + (A @ A).T @ A.T)
    """
    number = as_node(n)
    if not number.is_exact or not isinstance(number.value, int) or not -MAX_POWER <= number.value <= MAX_POWER:
        raise UnsupportedError(f"a matrix power needs a whole number between −{MAX_POWER} and {MAX_POWER}")
    return matrix_power_record.make((as_node(x),), (int(number.value),))


# -- exponential ----------------------------------------------------------------------------------------------


def _shape_expm(shapes: Sequence[Shape], params: Params) -> Shape:
    shape = shapes[0]
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"expm takes a square matrix, not {show_shape(shape)}")
    return shape


def _vjp_expm(node: Node, t: Node, k: int) -> Node:
    """The adjoint of the exponential is the upper right block of exp([[Aᵀ, t], [0, Aᵀ]])."""
    (x,) = node.args
    lead = t.rank - node.rank
    labels = list(range(x.rank))
    turned = contract([x], [labels], [*labels[:-2], labels[-1], labels[-2]])
    turned = broadcast.make((turned,), (t.shape,)) if lead else turned
    nothing = mul.make((turned, as_node(0)))
    above = concatenate_record.make((turned, t), (-1,))
    below = concatenate_record.make((nothing, turned), (-1,))
    whole = expm_record.make((concatenate_record.make((above, below), (-2,)),))
    n = x.shape[-1]
    return index.make((whole,), ((FULL,) * (t.rank - 2) + ((None, n, None), (n, None, None)),))


def _evaluate_expm(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (x,) = arrays
    result = np.empty(x.shape, dtype=object)
    for place in np.ndindex(*x.shape[:-2]):
        result[place] = context.algebra.expm(x[place])
    return result


expm_record: Primitive = primitive(
    "expm",
    shape=_shape_expm,
    vjp=_vjp_expm,
    evaluate=_evaluate_expm,
    layout=lambda node, printer: printer.call("expm", [printer.written[node.args[0]].text]),
    code=lambda node, names, printer: f"expm({names[0]})",
    imports=("scipy.linalg:expm", "cupyx.scipy.linalg:expm"),
    because="the slope of the matrix exponential is the corner of the exponential of a block matrix",
    source="Van Loan 1978; Higham 2008, theorem 3.6",
)


@function("expm")
def expm(x: Operand) -> Node:
    """Return the exponential Σ Aᵏ/k! of a square matrix A.

    Parameters
    ----------
    x : Operand
        Of shape (…, n, n); leading axes stand for stacks of matrices.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    ShapeError
        If the last two axes are not those of a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint T, A receives the upper right block of exp([[Aᵀ, T], [0, Aᵀ]]). In SciPy: ``scipy.linalg.expm``.

    References
    ----------
    Van Loan, *Computing integrals involving the matrix exponential*, 1978; Higham, *Functions of Matrices*, 2008, theorem 3.6.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", "n n")
    >>> sg.expm(A), sg.gradient(sg.trace(sg.expm(A)), A).shape
    (expm(A), (n, n))
    >>> sg.check_gradient(sg.trace(sg.expm(A)), A).verdict.name
    'RIGHT'
    """
    return expm_record.make((as_node(x),))


# -- Cholesky factor ------------------------------------------------------------------------------------------


def _vjp_cholesky(node: Node, t: Node, k: int) -> Node:
    """The symmetric part of L⁻ᵀ Φ(Lᵀ t) L⁻¹, where Φ takes the lower triangle with half the diagonal."""
    n = node.shape[0]
    lead = lead_labels(t, node)
    inside = triangle.make((contract([node, t], ["ai", [*lead, "a", "j"]], [*lead, "i", "j"]),), (False, 0))
    halved = mul.make((inside, as_node(1) - eye(n) / 2))
    inverse = inv_record.make((node,))
    full = contract([inverse, halved, inverse], ["ai", [*lead, "a", "b"], "bj"], [*lead, "i", "j"])
    axes = list(range(full.rank))
    return (full + contract([full], [axes], [*axes[:-2], axes[-1], axes[-2]])) / 2


def _evaluate_cholesky(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    algebra = context.algebra
    (matrix,) = arrays
    n = matrix.shape[0]
    half = algebra.number(Fraction(1, 2))
    result: Array = context.zeros((n, n))
    for row in range(n):
        for column in range(row + 1):
            entry = (matrix[row, column] + matrix[column, row]) * half
            for k in range(column):
                entry = entry - result[row, k] * result[column, k]
            result[row, column] = algebra.apply(lookup("pow"), entry, half) if row == column else entry / result[column, column]
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


# -- pseudo-inverse -------------------------------------------------------------------------------------------


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
