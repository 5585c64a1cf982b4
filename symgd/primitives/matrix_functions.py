"""Functions of a square matrix that are power series: whole powers Xⁿ and the exponential Σ Xⁿ/n!."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from symgd.errors import ShapeError, UnsupportedError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.concatenation import concatenate_record
from symgd.primitives.contraction import broadcast, contract
from symgd.primitives.identity import eye, eye_record
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import index
from symgd.primitives.linalg import inv_record
from symgd.primitives.matrix_arguments import GILES, lead_labels, square
from symgd.primitives.matrix_products import matmul

__all__ = ["MAX_POWER", "expm", "expm_record", "matrix_power", "matrix_power_record"]

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
    (matrix_power(A, 4), 4*(A @ A @ A).T)
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
    scale = _multiple_of_identity(t)
    if scale is not None:
        return mul.make((scale, contract([node], ["ab"], "ba")))
    (x,) = node.args
    lead = t.rank - node.rank
    labels = list(range(x.rank))
    turned = contract([x], [labels], [*labels[:-2], labels[-1], labels[-2]])
    turned = broadcast.make((turned,), (t.shape,)) if lead else turned
    nothing = mul.make((turned, as_node(0)))
    above = concatenate_record.make((turned, t), (-1,))
    below = concatenate_record.make((nothing, turned), (-1,))
    exponential = expm_record.make((concatenate_record.make((above, below), (-2,)),))
    n = x.shape[-1]
    return index.make((exponential,), ((FULL,) * (t.rank - 2) + ((None, n, None), (n, None, None)),))


def _multiple_of_identity(matrix: Node) -> Node | None:
    """Return c of c·I, with which every matrix commutes."""
    factors = matrix.args if matrix.primitive is mul else (matrix,)
    scalars = tuple(factor for factor in factors if not factor.shape)
    is_multiple = matrix.rank == 2 and [factor.primitive for factor in factors if factor.shape] == [eye_record]
    return mul.make((*scalars, constant(1))) if is_multiple else None


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
