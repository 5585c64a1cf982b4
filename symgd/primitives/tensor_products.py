"""Products of whole tensors that are no contraction: the Kronecker product and the cross product."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from symgd.errors import ShapeError, shown
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.assumptions import sign_of_product
from symgd.graph.conversion import Axis, Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.graph.shape import broadcast as broadcast_shapes
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.axis_arguments import axis_number, one_axis
from symgd.primitives.contraction import contract
from symgd.primitives.matrix_arguments import lead_labels
from symgd.primitives.matrix_products import outer
from symgd.primitives.reshaping import reshape_record
from symgd.primitives.summation import sum

__all__ = ["cross", "inner", "kron", "tensordot"]


# -- Kronecker product ----------------------------------------------------------------------------------------


def _shape_kron(shapes: Sequence[Shape], params: Params) -> Shape:
    a, b = shapes
    if len(a) != 2 or len(b) != 2:
        raise ShapeError(f"kron takes two matrices, not {show_shape(a)} and {show_shape(b)}")
    return (b[0] * a[0], b[1] * a[1])


def _vjp_kron(node: Node, t: Node, k: int) -> Node:
    a, b = node.args
    lead = lead_labels(t, node)
    split = reshape_record.make((t,), ((*t.shape[: len(lead)], a.shape[0], b.shape[0], a.shape[1], b.shape[1]),))
    if k == 0:
        return contract([split, b], [[*lead, "i", "p", "j", "q"], "pq"], [*lead, "i", "j"])
    return contract([split, a], [[*lead, "i", "p", "j", "q"], "ij"], [*lead, "p", "q"])


def _layout_kron(node: Node, printer: Printer) -> Written:
    return printer.kron(*(printer.written[arg] for arg in node.args))


kron_record: Primitive = primitive(
    "kron",
    shape=_shape_kron,
    vjp=_vjp_kron,
    evaluate=lambda node, context, arrays: np.kron(*arrays),
    layout=_layout_kron,
    code=lambda node, names, printer: f"kron({names[0]}, {names[1]})",
    sign=lambda node, a, b: sign_of_product(a, b),
    linear_in="each",
    is_weighted=True,
    because="a Kronecker product sends each factor the adjoint, block by block, times the other",
    source="Magnus & Neudecker 1988, chapter 2",
)


@function("kron")
def kron(x: Operand, y: Operand) -> Node:
    """Return the Kronecker product x ⊗ y of two matrices, the blocks of which are xᵢⱼ·y, or of two vectors.

    Parameters
    ----------
    x : Operand
        A matrix of shape (m, n), or a vector of shape (m,).
    y : Operand
        A matrix of shape (p, q), or a vector of shape (p,).

    Returns
    -------
    Node
        Of shape (m·p, n·q), or (m·p,).

    Raises
    ------
    ShapeError
        If the arguments are neither two matrices nor two vectors.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each argument receives the adjoint, block by block, times the other. In NumPy: ``numpy.kron``.

    References
    ----------
    Magnus & Neudecker, *Matrix Differential Calculus*, 1988, chapter 2.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "m n"), sg.tensor("B", "p q")
    >>> sg.kron(A, B), sg.gradient(sg.sum(sg.kron(A, B)), A)
    (kron(A, B), broadcast_to(sum(B), (m, n)))
    """
    x, y = as_node(x), as_node(y)
    if x.rank == 1 and y.rank == 1:
        return reshape_record.make((outer(x, y),), ((y.shape[0] * x.shape[0],),))
    return kron_record.make((x, y))


# -- cross product --------------------------------------------------------------------------------------------


def _shape_cross(shapes: Sequence[Shape], params: Params) -> Shape:
    for shape in shapes:
        if not shape or shape[-1] != 3:
            raise ShapeError(f"cross takes vectors of three entries, not {' and '.join(map(show_shape, shapes))}")
    return broadcast_shapes(shapes, "cross")


def _evaluate_cross(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    x, y = np.broadcast_arrays(*arrays)
    result = np.empty(x.shape, dtype=object)
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        result[..., k] = x[..., i] * y[..., j] - x[..., j] * y[..., i]
    return result


cross_record: Primitive = primitive(
    "cross",
    shape=_shape_cross,
    vjp=lambda node, t, k: cross_record.make((node.args[1], t) if k == 0 else (t, node.args[0])),
    evaluate=_evaluate_cross,
    layout=lambda node, printer: printer.call("cross", [printer.written[arg].text for arg in node.args]),
    code=lambda node, names, printer: f"cross({names[0]}, {names[1]})",
    because="⟨t, x × y⟩ = ⟨y × t, x⟩: a cross product sends back cross products",
    source="the cyclic symmetry of the triple product",
)


@function("cross")
def cross(x: Operand, y: Operand) -> Node:
    """Return the cross product x × y of vectors in space.

        (x × y)₀ = x₁·y₂ − x₂·y₁,   and so on cyclically

    Parameters
    ----------
    x, y : Operand
        Of shape (…, 3); leading axes broadcast.

    Returns
    -------
    Node
        Of shape (…, 3).

    Raises
    ------
    ShapeError
        If a last axis does not have size 3, or leading axes do not broadcast.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint t, x receives y × t and y receives t × x, by the cyclic symmetry of the triple product. In NumPy:
    ``numpy.cross``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y, t = sg.tensor("x", 3), sg.tensor("y", 3), sg.tensor("t", 3)
    >>> sg.cross(x, y), sg.gradient(t @ sg.cross(x, y), x)
    (cross(x, y), cross(y, t))
    """
    return cross_record.make((as_node(x), as_node(y)))


# -- contractions of other names ------------------------------------------------------------------------------


@function("inner")
def inner(x: Operand, y: Operand) -> Node:
    """Return the sum of products over the last axes of x and y.

    Parameters
    ----------
    x : Operand
        Of shape (…, k), or a scalar.
    y : Operand
        Of shape (…, k), or a scalar.

    Returns
    -------
    Node
        The scalar product of two vectors; in general with the axes of `x` but its last, then those of `y` but its last. The
        product x·y where one is a scalar.

    Raises
    ------
    ShapeError
        If the last axes have different sizes.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each argument receives the adjoint times the other argument. In NumPy: ``numpy.inner``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.tensor("x", "n"), sg.tensor("y", "n")
    >>> sg.inner(x, y), sg.gradient(sg.inner(x, y), x)
    (x @ y, y)
    """
    x, y = as_node(x), as_node(y)
    if not x.rank or not y.rank:
        product: Node = x * y
        return product
    left = [*(("x", k) for k in range(x.rank - 1)), "c"]
    right = [*(("y", k) for k in range(y.rank - 1)), "c"]
    return contract([x, y], [left, right], [*left[:-1], *right[:-1]])


@function("vdot")
def vdot(x: Operand, y: Operand) -> Node:
    """Return the scalar product Σ xᵢ·yᵢ of two tensors of one shape, over all entries.

    Parameters
    ----------
    x, y : Operand
        Of the same shape.

    Returns
    -------
    Node
        A scalar.

    Raises
    ------
    ShapeError
        If the shapes differ.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each argument receives the adjoint times the other argument. In NumPy: ``numpy.vdot``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "m n"), sg.tensor("B", "m n")
    >>> sg.vdot(A, B), sg.gradient(sg.vdot(A, B), A)
    (sum(A * B), B)
    """
    x, y = as_node(x), as_node(y)
    if x.shape != y.shape:
        raise ShapeError(f"the scalar product of {show_shape(x.shape)} and {show_shape(y.shape)} does not exist")
    return contract([x, y], [range(x.rank), range(x.rank)], [])


@function("vecdot")
def vecdot(x: Operand, y: Operand, axis: Axis = -1) -> Node:
    """Return the scalar products Σₖ xₖ·yₖ of the vectors along an axis.

    Parameters
    ----------
    x, y : Operand
        Of shapes that broadcast together.
    axis : int
        The axis of the vectors.

    Returns
    -------
    Node
        Of the shape to which `x` and `y` broadcast, without `axis`.

    Raises
    ------
    ShapeError
        If the shapes do not broadcast, or there is no such axis.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each argument receives the adjoint times the other argument. In NumPy: ``numpy.vecdot``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "m n"), sg.tensor("B", "m n")
    >>> sg.vecdot(A, B).shape, sg.gradient(sg.sum(sg.vecdot(A, B)), A)
    ((m,), B)
    """
    return sum(as_node(x) * as_node(y), axis=axis)


@function("tensordot")
def tensordot(x: Operand, y: Operand, axes: int | Sequence[int | Sequence[int]] = 2) -> Node:
    """Return the sum of products over several axes of x and of y.

    Parameters
    ----------
    x, y : Operand
        With as many axes as are summed, of the same sizes.
    axes : int or (axes of x, axes of y)
        A number k for the last k axes of `x` and the first k of `y`; or the axes of each, in the order in which they belong
        together.

    Returns
    -------
    Node
        With the other axes of `x`, then the other axes of `y`.

    Raises
    ------
    ShapeError
        If there are no such axes, one is named twice, there are more of one tensor than of the other, or the sizes differ.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each argument receives the adjoint contracted with the other argument. In NumPy: ``numpy.tensordot``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "m n"), sg.tensor("B", "n k")
    >>> sg.tensordot(A, B, axes=1), sg.tensordot(A, A).shape
    (A @ B, ())
    >>> sg.gradient(sg.sum(sg.tensordot(A, B, axes=1)), A)
    broadcast_to(sum(B, axis=1), (m, n))
    """
    x, y = as_node(x), as_node(y)
    if isinstance(axes, tuple | list):
        pairs = [numbers if isinstance(numbers, tuple | list) else (numbers,) for numbers in axes]
        if len(pairs) != 2:
            raise ShapeError(f"the axes of tensordot are a number or two lists, not {shown(axes)}")
        first, second = (
            [one_axis(node, k, "a sum of tensordot") % node.rank for k in numbers]
            for numbers, node in zip(pairs, (x, y), strict=True)
        )
    else:
        count = axis_number(axes)
        if not 0 <= count <= min(x.rank, y.rank):
            shapes = f"{show_shape(x.shape)} and {show_shape(y.shape)}"
            raise ShapeError(f"tensordot of {shapes} cannot sum over {shown(axes)} axes", hint="tensordot(x, y, axes=1)")
        first, second = list(range(x.rank - count, x.rank)), list(range(count))
    if any(len(set(axes_of_one)) != len(axes_of_one) for axes_of_one in (first, second)):
        raise ShapeError("an axis is named twice")
    if len(first) != len(second):
        raise ShapeError("tensordot sums over as many axes of one tensor as of the other")
    left: list[Hashable] = [("x", k) for k in range(x.rank)]
    right: list[Hashable] = [("y", k) for k in range(y.rank)]
    for a, b in zip(first, second, strict=True):
        right[b] = left[a]
    output = [label for k, label in enumerate(left) if k not in first] + [
        label for k, label in enumerate(right) if k not in second
    ]
    return contract([x, y], [left, right], output)
