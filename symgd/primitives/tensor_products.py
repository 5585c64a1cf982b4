"""Products of whole tensors that are no contraction: the Kronecker product and the cross product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.errors import ShapeError, shown
from symgd.graph.assumptions import sign_of_product
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.graph.shape import broadcast as broadcast_shapes
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.arrangement import reshape_record
from symgd.primitives.contraction import contract
from symgd.primitives.linalg import lead_labels
from symgd.primitives.spellings import axis_number, one_axis, outer, sum

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
def kron(x: Any, y: Any) -> Node:
    """Return the Kronecker product of two matrices, or of two vectors."""
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


def _evaluate_cross(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
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
def cross(x: Any, y: Any) -> Node:
    """Return."""
    return cross_record.make((as_node(x), as_node(y)))


# -- contractions of other names ------------------------------------------------------------------------------


@function("inner")
def inner(x: Any, y: Any) -> Node:
    """Return the sum of products over the last axes."""
    x, y = as_node(x), as_node(y)
    if not x.rank or not y.rank:
        product: Node = x * y
        return product
    left = [*(("x", k) for k in range(x.rank - 1)), "c"]
    right = [*(("y", k) for k in range(y.rank - 1)), "c"]
    return contract([x, y], [left, right], [*left[:-1], *right[:-1]])


@function("vdot")
def vdot(x: Any, y: Any) -> Node:
    """Return the scalar product of two tensors of one shape."""
    x, y = as_node(x), as_node(y)
    if x.shape != y.shape:
        raise ShapeError(f"the scalar product of {show_shape(x.shape)} and {show_shape(y.shape)} does not exist")
    return contract([x, y], [range(x.rank), range(x.rank)], [])


@function("vecdot")
def vecdot(x: Any, y: Any, axis: Any = -1) -> Node:
    """Return the scalar products of the vectors along an axis."""
    return sum(as_node(x) * as_node(y), axis=axis)


@function("tensordot")
def tensordot(x: Any, y: Any, axes: Any = 2) -> Node:
    """Return the sum of products over axes: a number of them, or a pair of lists."""
    x, y = as_node(x), as_node(y)
    if isinstance(axes, tuple | list):
        pairs = [one if isinstance(one, tuple | list) else (one,) for one in axes]
        if len(pairs) != 2:
            raise ShapeError(f"the axes of tensordot are a number or two lists, not {shown(axes)}")
        first, second = (
            [one_axis(node, k, "a sum of tensordot") % node.rank for k in one] for one, node in zip(pairs, (x, y), strict=True)
        )
    else:
        count = axis_number(axes)
        if not 0 <= count <= min(x.rank, y.rank):
            shapes = f"{show_shape(x.shape)} and {show_shape(y.shape)}"
            raise ShapeError(f"tensordot of {shapes} cannot sum over {shown(axes)} axes", hint="tensordot(x, y, axes=1)")
        first, second = list(range(x.rank - count, x.rank)), list(range(count))
    if len(first) != len(second):
        raise ShapeError("tensordot sums over as many axes of one tensor as of the other")
    left: list[Any] = [("x", k) for k in range(x.rank)]
    right: list[Any] = [("y", k) for k in range(y.rank)]
    for a, b in zip(first, second, strict=True):
        right[b] = left[a]
    kept = [label for k, label in enumerate(left) if k not in first] + [
        label for k, label in enumerate(right) if k not in second
    ]
    return contract([x, y], [left, right], kept)
