"""What is spelled with contractions: sum, mean, matmul, transpose, outer, trace, diag, einsum.

``mean`` has a record of its own because its derivative has an explanation of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.arguments import integer_of
from symgd.errors import ShapeError, SymgdError, shown
from symgd.graph.assumptions import Curvature, Monotone, Sign
from symgd.graph.conversion import Axis, Operand, as_node
from symgd.graph.node import Node, size
from symgd.graph.primitive import Params, function, primitive
from symgd.graph.shape import Shape, show_shape, size_product
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import LETTERS, broadcast, contract, expand_at, eye

__all__ = ["diag", "dot", "keep", "matmul", "mean", "normal_axes", "outer", "sum", "trace", "transpose"]


# -- mean -----------------------------------------------------------------------------------------------------


def _count(node: Node) -> Node:
    """The number of entries a mean averages."""
    axes = node.params[0]
    return size(size_product(tuple(node.args[0].shape[axis] for axis in axes)))


def _shape_mean(shapes: Sequence[Shape], params: Params) -> Shape:
    rank = len(shapes[0])
    dropped = {axis % rank for axis in params[0]}
    return tuple(dimension for axis, dimension in enumerate(shapes[0]) if axis not in dropped)


def _vjp_mean(node: Node, t: Node, k: int) -> Node:
    (arg,) = node.args
    lead = t.rank - node.rank
    positions = sorted(lead + axis % arg.rank for axis in node.params[0])
    share = mul.make((t, _count(node) ** -1))
    return broadcast.make((expand_at(share, positions),), ((*t.shape[:lead], *arg.shape),))


def _evaluate_mean(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    (array,) = arrays
    axes = tuple(axis % array.ndim for axis in node.params[0])
    labels = LETTERS[: array.ndim]
    kept = "".join(label for axis, label in enumerate(labels) if axis not in axes)
    total = np.asarray(np.einsum(f"{labels}->{kept}", array), dtype=object)
    count = int(np.prod([array.shape[axis] for axis in axes]))
    share = context.algebra.number(1) / context.algebra.number(count)
    result = np.empty(total.shape, dtype=object)
    for index in np.ndindex(*total.shape):
        result[index] = total[index] * share
    return result


def _layout_mean(node: Node, printer: Printer) -> Written:
    rank = node.args[0].rank
    axes = [axis % rank for axis in node.params[0]]
    return printer.reduce("mean", printer.written[node.args[0]], None if len(axes) == rank else sorted(axes))


_mean = primitive(
    "mean",
    shape=_shape_mean,
    vjp=_vjp_mean,
    evaluate=_evaluate_mean,
    layout=_layout_mean,
    sign=lambda node, x: x if x in (Sign.POSITIVE, Sign.NEGATIVE, Sign.NONNEGATIVE, Sign.NONPOSITIVE, Sign.ZERO) else Sign.ANY,
    range=lambda node, x: x,
    linear_in=(0,),
    curvature=Curvature.AFFINE,
    monotone=Monotone.INCREASING,
    because="a mean shares its adjoint equally",
    source="the sum rule, divided by the number of terms",
)


def normal_axes(x: Node, axis: Any) -> tuple[int, ...]:
    """Return the axes of a reduction, counted from the end, ascending.

    Raises
    ------
    ShapeError
        For an axis that `x` does not have, or has twice.
    """
    if axis is None:
        return tuple(range(-x.rank, 0))
    chosen = axis if isinstance(axis, tuple | list) else (axis,)
    axes = []
    for one in chosen:
        position = axis_number(one)
        if not -x.rank <= position < x.rank:
            raise ShapeError(f"there is no axis {shown(position)} in shape {show_shape(x.shape)}")
        axes.append(position % x.rank - x.rank)
    if len(set(axes)) != len(axes):
        raise ShapeError("an axis is named twice")
    return tuple(sorted(axes))


def axis_number(axis: Any) -> int:
    """Return the whole number by which an axis is named.

    Raises
    ------
    ShapeError
        For anything else.
    """
    number = integer_of(axis.value if isinstance(axis, Node) and axis.is_exact else axis)
    if number is None:
        raise ShapeError(f"{shown(axis)} is not an axis", hint="an axis is an integer")
    return number


def one_axis(x: Node, axis: Any, name: str) -> int:
    """Return the one axis along which a function runs, counted from the end.

    Raises
    ------
    ShapeError
        For an axis that `x` does not have, and for none or several.
    """
    axes = normal_axes(x, axis)
    if len(axes) != 1:
        raise ShapeError(f"{name} runs along one axis, not {len(axes)}")
    return axes[0]


def keep(x: Node, reduced: Node, axes: Sequence[int], keepdims: Any) -> Node:
    """Put the reduced axes back with size 1, if asked."""
    if isinstance(keepdims, Node) and keepdims.is_constant:
        keepdims = keepdims.value
    if keepdims is not True and keepdims is not False:
        raise SymgdError(f"keepdims is True or False, not {shown(keepdims)}")
    return expand_at(reduced, [axis % x.rank for axis in axes]) if keepdims else reduced


@function("mean")
def mean(x: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return the mean of the entries, (1/n)·Σᵢ xᵢ, of all or along axes.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes that are reduced; all of them by default.
    keepdims : bool
        Whether the reduced axes stay, with size 1.

    Returns
    -------
    Node
        Of the shape of `x` without the axes `axis`, or with size 1 there.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Every entry receives the adjoint divided by the number n of entries. In NumPy: ``numpy.mean``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.mean(x**2), sg.gradient(sg.mean(x**2), x)
    (mean(x**2), 2*x/n)
    """
    x = as_node(x)
    axes = normal_axes(x, axis)
    return keep(x, _mean.make((x,), (axes,)) if axes else x, axes, keepdims)


# -- spellings ------------------------------------------------------------------------------------------------


@function("sum")
def sum(x: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return the sum Σᵢ xᵢ of the entries, of all or along axes.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes that are reduced; all of them by default.
    keepdims : bool
        Whether the reduced axes stay, with size 1.

    Returns
    -------
    Node
        Of the shape of `x` without the axes `axis`, or with size 1 there.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Every entry receives the adjoint of its sum. In NumPy: ``numpy.sum``.

    Examples
    --------
    >>> import symgd as sg
    >>> X = sg.tensor("X", "m n")
    >>> sg.sum(X, axis=0).shape, sg.sum(X, axis=0, keepdims=True).shape
    ((n,), (1, n))
    >>> sg.gradient(sg.sum(X**2), X)
    2*X
    """
    x = as_node(x)
    axes = normal_axes(x, axis)
    dropped = {axis % x.rank for axis in axes} if x.rank else set()
    labels = range(x.rank)
    return keep(x, contract([x], [labels], [label for label in labels if label not in dropped]), axes, keepdims)


@function("transpose")
def transpose(x: Operand, axes: Sequence[int] | None = None) -> Node:
    """Return x with its axes in the reverse order, or in the order `axes`.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axes : tuple or list of int, optional
        The axis of `x` that becomes each axis of the result.

    Returns
    -------
    Node
        Of the sizes of `x` in the new order.

    Raises
    ------
    ShapeError
        If `axes` is not an order of all axes of `x`.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is transposed back. In NumPy: ``numpy.transpose``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, B = sg.tensor("X", "m n"), sg.tensor("B", "n m")
    >>> sg.transpose(X).shape, sg.transpose(sg.tensor("T", "k m n"), (1, 0, 2)).shape
    ((n, m), (m, k, n))
    >>> sg.gradient(sg.sum(sg.transpose(X) * B), X)
    B.T
    """
    x = as_node(x)
    if axes is not None and not isinstance(axes, tuple | list):
        raise ShapeError("the order of axes is a tuple", hint="transpose(x, (1, 0))")
    order = list(range(x.rank))[::-1] if axes is None else [one_axis(x, axis, "transpose") % x.rank for axis in axes]
    if sorted(order) != list(range(x.rank)):
        raise ShapeError(f"({', '.join(map(str, order))}) is not an order of the axes of {show_shape(x.shape)}")
    return contract([x], [range(x.rank)], order)


@function("matmul")
def matmul(x: Operand, y: Operand) -> Node:
    """Return the matrix product x @ y, (x @ y)ᵢⱼ = Σₖ xᵢₖ·yₖⱼ.

    Parameters
    ----------
    x : Operand
        Of shape (…, m, k), or a vector of shape (k,).
    y : Operand
        Of shape (…, k, n), or a vector of shape (k,). Leading axes, which stand for stacks of matrices, agree with those of
        `x`.

    Returns
    -------
    Node
        Of shape (…, m, n), without m or n where the argument is a vector.

    Raises
    ------
    ShapeError
        If an argument is a scalar, or the inner or leading sizes differ.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint T of the product, x receives T yᵀ and y receives xᵀ T. In NumPy: ``numpy.matmul``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 2.2.1.

    Examples
    --------
    >>> import symgd as sg
    >>> A, x = sg.tensor("A", "m n"), sg.tensor("x", "n")
    >>> sg.matmul(A, x), sg.gradient(sg.sum(sg.matmul(A, x)), A)
    (A @ x, broadcast_to(x, (m, n)))
    """
    x, y = as_node(x), as_node(y)
    if not x.rank or not y.rank:
        raise ShapeError(
            f"cannot multiply {show_shape(x.shape)} @ {show_shape(y.shape)}: @ needs a vector or a matrix on both sides",
            hint='use * for a scalar, or declare the shapes (shapes={"X": "m n", "w": "n"})',
        )
    inner_x, inner_y = x.shape[-1], y.shape[0 if y.rank == 1 else -2]
    if inner_x != inner_y:
        raise ShapeError(
            f"cannot multiply {show_shape(x.shape)} @ {show_shape(y.shape)}: "
            f"axis {x.rank - 1} of the left has size {inner_x}, axis {0 if y.rank == 1 else y.rank - 2} of the right {inner_y}",
            hint="transpose one side, or declare both sizes with one name",
            clash=(inner_x, inner_y),
        )
    batch = max(x.rank, y.rank) - 2
    left: list[Any] = [f"b{batch - k}" for k in range(x.rank - 2, 0, -1)] + (["i"] if x.rank > 1 else []) + ["c"]
    right: list[Any] = [f"b{batch - k}" for k in range(y.rank - 2, 0, -1)] + ["c"] + (["j"] if y.rank > 1 else [])
    sizes = dict(zip(left, x.shape, strict=True))
    for label, dimension in zip(right, y.shape, strict=True):
        if sizes.get(label, dimension) != dimension:
            raise ShapeError(f"cannot multiply {show_shape(x.shape)} @ {show_shape(y.shape)}: the stacks differ")
    lead = [label for label in (left if x.rank >= y.rank else right) if label.startswith("b")]
    kept = lead + (["i"] if x.rank > 1 else []) + (["j"] if y.rank > 1 else [])
    return contract([x, y], [left, right], kept)


@function("dot")
def dot(x: Operand, y: Operand) -> Node:
    """Return NumPy's dot: the sum of products over the last axis of x and the last but one of y.

    Parameters
    ----------
    x : Operand
        Of shape (…, k), or a scalar.
    y : Operand
        Of shape (…, k, n), a vector of shape (k,), or a scalar.

    Returns
    -------
    Node
        The product x·y where one is a scalar, the scalar product of two vectors, x @ y for matrices; in general the axes of `x`
        but its last, then those of `y` but the last but one.

    Raises
    ------
    ShapeError
        If the two axes have different sizes.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each argument receives the adjoint times the other argument, as in a matrix product. In NumPy: ``numpy.dot``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.tensor("x", "n"), sg.tensor("y", "n")
    >>> sg.dot(x, y), sg.gradient(sg.dot(x, y), x)
    (x @ y, y)
    """
    x, y = as_node(x), as_node(y)
    if not x.rank or not y.rank:
        product: Node = x * y
        return product
    if y.rank <= 2:
        return matmul(x, y)
    if x.shape[-1] != y.shape[-2]:
        raise ShapeError(
            f"dot of {show_shape(x.shape)} and {show_shape(y.shape)} adds over sizes {x.shape[-1]} and {y.shape[-2]}",
            clash=(x.shape[-1], y.shape[-2]),
        )
    left = [*(("x", k) for k in range(x.rank - 1)), "c"]
    right = [*(("y", k) for k in range(y.rank - 2)), "c", ("y", y.rank - 1)]
    return contract([x, y], [left, right], [label for label in (*left, *right) if label != "c"])


@function("outer")
def outer(x: Operand, y: Operand) -> Node:
    """Return the outer product x yᵀ of two vectors, (x yᵀ)ᵢⱼ = xᵢ·yⱼ.

    Parameters
    ----------
    x : Operand
        A vector of shape (m,).
    y : Operand
        A vector of shape (n,).

    Returns
    -------
    Node
        Of shape (m, n).

    Raises
    ------
    ShapeError
        If an argument is not a vector.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint T, x receives T y and y receives Tᵀ x. In NumPy: ``numpy.outer``, which takes tensors as vectors too.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y, A = sg.tensor("x", "m"), sg.tensor("y", "n"), sg.tensor("A", "m n")
    >>> sg.outer(x, y), sg.gradient(sg.sum(A * sg.outer(x, y)), x)
    (outer(x, y), A @ y)
    """
    x, y = as_node(x), as_node(y)
    if x.rank != 1 or y.rank != 1:
        raise ShapeError(f"outer takes two vectors, not {show_shape(x.shape)} and {show_shape(y.shape)}")
    return contract([x, y], ["i", "j"], "ij")


@function("trace")
def trace(x: Operand) -> Node:
    """Return the trace Σᵢ xᵢᵢ of a square matrix.

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
    The gradient is the identity matrix. In NumPy: ``numpy.trace``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "n n"), sg.tensor("B", "n n")
    >>> sg.trace(A @ B), sg.gradient(sg.trace(A @ B), A)
    (trace(A @ B), B.T)
    """
    x = as_node(x)
    _check_square(x, "trace")
    return contract([x], ["ii"], "")


@function("diag")
def diag(x: Operand) -> Node:
    """Return the diagonal of a square matrix, or the diagonal matrix of a vector.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n), or a vector of shape (n,).

    Returns
    -------
    Node
        A vector of shape (n,), or a matrix of shape (n, n).

    Raises
    ------
    ShapeError
        If `x` is neither a square matrix nor a vector.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The diagonal of a matrix sends its adjoint back as a diagonal matrix, and a diagonal matrix the diagonal of its adjoint.
    In NumPy: ``numpy.diag``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, x = sg.tensor("A", "n n"), sg.tensor("x", "n")
    >>> sg.diag(A), sg.gradient(sg.sum(sg.diag(A) * x), A)
    (diag(A), x[:, None] * eye(n))
    >>> sg.gradient(sg.trace(A @ sg.diag(x)), x)
    diag(A)
    """
    x = as_node(x)
    if x.rank == 1:
        return contract([x, eye(x.shape[0])], ["i", "ij"], "ij")
    _check_square(x, "diag")
    return contract([x], ["ii"], "i")


def _check_square(x: Node, name: str) -> None:
    if x.rank != 2 or x.shape[0] != x.shape[1]:
        raise ShapeError(
            f"{name} takes a square matrix, not {show_shape(x.shape)}", clash=(x.shape[0], x.shape[1]) if x.rank == 2 else None
        )


@function("einsum")
def einsum(spec: str, *operands: Operand) -> Node:
    """Return a sum of products over indices, in Einstein's notation.

        out[o] = Σ over the indices not in o of a[i]·b[j]·…

    Parameters
    ----------
    spec : str
        The indices of each operand, separated by commas, and after ``->`` those of the result; a letter for each axis.
        Without ``->`` the result has the indices that stand once, in alphabetical order.
    *operands : Operand
        As many tensors as `spec` has groups, each with as many axes as its group has letters.

    Returns
    -------
    Node
        With one axis for each letter on the right of ``->``.

    Raises
    ------
    SymgdError
        If `spec` is not an index pattern, has another number of groups than there are operands, or has an index on the right
        that does not stand on the left; or if an operand cannot stand in a formula.
    ShapeError
        If an operand has another number of axes than its group has letters, or an index has two different sizes.

    Notes
    -----
    The adjoint of an operand is the contraction of the adjoint of the result with all other operands. In NumPy:
    ``numpy.einsum``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 2.2.1.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "m n"), sg.tensor("B", "n k")
    >>> sg.einsum("ij,jk->ik", A, B), sg.einsum("ij->j", A)
    (A @ B, sum(A, axis=0))
    >>> sg.gradient(sg.einsum("ij,jk->", A, B), A)
    broadcast_to(sum(B, axis=1), (m, n))
    """
    nodes = [as_node(operand) for operand in operands]
    if not isinstance(spec, str):
        raise SymgdError("einsum starts with its indices", hint="einsum('ij,jk->ik', A, B)")
    left, arrow, right = spec.replace(" ", "").partition("->")
    inputs = left.split(",")
    if not arrow:
        letters = "".join(inputs)
        right = "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    letters_known = set("".join(inputs))
    if not all(part.isalpha() or part == "" for part in (*inputs, right)) or not spec.isascii():
        raise SymgdError(f"{spec[:40]!r} is not an index pattern", hint="einsum('ij,jk->ik', A, B)")
    if len(inputs) != len(nodes):
        raise SymgdError(f"einsum has {len(inputs)} index groups for {len(nodes)} operands")
    if not set(right) <= letters_known or len(set(right)) != len(right):
        raise SymgdError("an index on the right of -> must stand once there and somewhere on the left")
    for labels, node in zip(inputs, nodes, strict=True):
        if len(labels) != node.rank:
            raise ShapeError(f"{labels!r} has {len(labels)} indices for an operand of shape {show_shape(node.shape)}")
    return contract(nodes, inputs, right)
