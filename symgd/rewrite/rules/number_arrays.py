"""Rules of tensors of numbers: what is taken out of them, or summed, is a number again."""

from __future__ import annotations

import math

from symgd.errors import ShapeError
from symgd.evaluation.evaluator import Entries, evaluate
from symgd.graph.node import Node
from symgd.graph.shape import lengths
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import broadcast, contract, einsum
from symgd.primitives.identity import eye_record
from symgd.primitives.indexing import array, index, scatter_record
from symgd.primitives.lookup import put, take_record
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import stretched_number

__all__ = ["MOST_ENTRIES"]

MOST_ENTRIES = 9
"""Longer arrays are not written out."""


@rewriting(
    "entries of equal numbers",
    index,
    because="all entries are the same number",
    examples=(
        "ones(5)[:3]*p",
        "broadcast_to(2, (n, 3))[:, 0]*u",
    ),
)
def taken_of_equal(node: Node, context: Context) -> Node | None:
    """ones(5)[:3] → ones(3)."""
    number = stretched_number(node.args[0])
    return None if number is None else broadcast.make((number,), (node.shape,))


@rewriting(
    "an array of numbers",
    index,
    einsum,
    "mean",
    put,
    take_record,
    scatter_record,
    because="it is computed",
    purpose=("people",),
    needs=((array, eye_record, broadcast),),
    examples=(
        "[1, 2, 3][::-1]*p",
        "sum([1/4, 1/2])*x",
        "[[0, 1], [0, 0]].T @ [x, y]",
        "mean([1, 2, 6])*x",
        "eye(3)[:, [0, 1]]*x",
    ),
)
def array_of_numbers(node: Node, context: Context) -> Node | None:
    """[1, 2, 3][::-1] → [3, 2, 1], and Σ [1/4, 1/2] → 3/4."""
    return _computed(node)


def _computed(node: Node) -> Node | None:
    shape = lengths(node.shape)
    if shape is None or math.prod(shape) > MOST_ENTRIES or not all(map(_is_of_numbers, node.args)):
        return None
    try:
        (values,) = evaluate([node], {}, Entries())
    except ShapeError:  # a row number beyond the rows
        return None
    entries = tuple(values.ravel())
    if not all(entry.is_exact for entry in entries):
        return None
    return array.make(entries, (node.shape,)) if shape else entries[0]


@rewriting(
    "a number times an array of numbers",
    mul,
    because="it is computed",
    purpose=("people",),
    needs=(array,),
    examples=("2*[[1, 0], [0, 3]]",),
)
def multiple_of_numbers(node: Node, context: Context) -> Node | None:
    """2·[1, 3] → [2, 6]; a number that stands in front of other factors, too, stays in front."""
    return _computed(node) if all(arg.is_exact or arg.primitive is array for arg in node.args) else None


def _is_of_numbers(node: Node) -> bool:
    if node.primitive is eye_record:
        return lengths(node.shape) is not None
    if node.primitive is array:
        return all(entry.is_exact for entry in node.args)
    return node.is_exact or (stretched_number(node) is not None and lengths(node.shape) is not None)


@rewriting(
    "the entry that a unit vector picks",
    einsum,
    because="all other products are 0",
    purpose=("people",),
    needs=(array,),
    examples=(
        "[0, 1, 0] @ p",
        "transpose(X[:2]) @ [1, 0]",
        lambda p: contract([array.make((0 * p[0] + 1, p[0] * 0, p[0] * 0), ((3,),)), p], [[0], [0]], []),
    ),
)
def picked_by_unit_vector(node: Node, context: Context) -> Node | None:
    """[0, 1, 0] @ x → x[1]."""
    inputs, output = node.params
    if len(node.args) != 2:
        return None
    for (unit, (label, *more)), (other, labels) in (
        ((node.args[0], inputs[0]), (node.args[1], inputs[1])),
        ((node.args[1], inputs[1]), (node.args[0], inputs[0])),
    ):
        place = None if more else _place_of_one(unit)
        if place is None or label in output or labels.count(label) != 1 or not context.facts.may_vanish(other):
            continue
        axis = labels.index(label)
        picked = other[(*(slice(None),) * axis, place)]
        return contract([picked], [[one for one in labels if one != label]], output)
    return None


def _place_of_one(node: Node) -> int | None:
    """Return where the 1 of a unit vector stands."""
    if node.primitive is not array or not all(entry.is_exact for entry in node.args):
        return None
    places = [k for k, entry in enumerate(node.args) if not entry.equals_number(0)]
    return places[0] if len(places) == 1 and node.args[places[0]].equals_number(1) else None
