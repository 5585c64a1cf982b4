"""Products and sums of adjoints that are 0 in known places, where no other factor counts, even an infinite one.

    tril(t)·s = tril(t·s),   where(c, t, 0)·s = where(c, t·s, 0),   scatter(t, place)·s = scatter(t·s[place], place)

On the right an entry that was not taken has slope 0. On the left it has 0·∞ where the slope has no value, such as that of the
distance |xᵢ − xⱼ| for i = j.
"""

from __future__ import annotations

from collections.abc import Sequence

from symgd.graph.node import Node
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import broadcast, contract, einsum
from symgd.primitives.indexing import index, scatter_record
from symgd.primitives.lookup import put, take_record
from symgd.primitives.piecewise import where
from symgd.primitives.reshaping import reshape_record
from symgd.primitives.triangles import triangle

__all__ = ["has_mask", "masked_product", "sum_of_adjoints"]

_MASKS = frozenset({where, triangle, scatter_record, put})
"""What is 0 in places that do not depend on what it keeps."""
_MAY_HOLD = _MASKS | {mul, reshape_record, einsum}
_MOST_TERMS = 16


def has_mask(adjoint: Node, factors: Sequence[Node]) -> bool:
    """Whether an adjoint is 0 in known places, or a short sum of such adjoints and a factor may be infinite."""
    if adjoint.primitive is add and len(adjoint.args) <= _MOST_TERMS:
        return all(map(_is_masked, adjoint.args)) and any(factor.primitive.requirements(factor) for factor in factors)
    if adjoint.primitive is mul and not any(factor.primitive in _MAY_HOLD for factor in adjoint.args):
        return False  # the usual case
    return adjoint.primitive in _MAY_HOLD and _is_masked(adjoint)


def _is_masked(adjoint: Node) -> bool:
    _, core = _without_numbers(adjoint)
    while core.primitive is reshape_record or _is_reordered(core):
        (core,) = core.args
    return core.primitive in _MASKS


def masked_product(adjoint: Node, slope: Node, rank: int) -> Node:
    """Return an adjoint with a mask times a slope, with the slope inside the mask where that is possible.

    Parameters
    ----------
    adjoint : Node
        With axes of its own in front.
    slope : Node
        In a function of `rank` axes.
    rank : int
    """
    if adjoint.primitive is add:
        return add.make(tuple(masked_product(term, slope, rank) for term in adjoint.args))
    numbers, core = _without_numbers(adjoint)
    after = None if slope.is_exact else _product(core, slope, rank)
    if after is None or after.shape != adjoint.shape:
        return mul.make((adjoint, slope))
    return mul.make((*numbers, after)) if numbers else after


def _product(mask: Node, slope: Node, rank: int) -> Node | None:
    """Return a mask of a product, or a mask in another order of axes; None where there is no mask."""
    if mask.primitive is reshape_record or _is_reordered(mask):
        return _reordered_product(mask, slope, rank)
    kept, inside = _kept(mask), _taken(mask, slope, rank)
    return None if kept is None or inside is None else _masked(mask, mul.make((kept, inside)))


def _reordered_product(adjoint: Node, slope: Node, rank: int) -> Node | None:
    """Return a mask in another shape, or with other axes in front of each other, times a slope."""
    lead = adjoint.rank - rank
    (inner,) = adjoint.args
    full = broadcast.make((slope,), (adjoint.shape[lead:],))
    if adjoint.primitive is reshape_record:
        if inner.shape[:lead] != adjoint.shape[:lead]:
            return None
        back = reshape_record.make((full,), (inner.shape[lead:],))
    else:
        (before,), output = adjoint.params
        if before[:lead] != output[:lead]:
            return None
        back = contract([full], [output[lead:]], before[lead:])
    after: Node = adjoint.primitive.make((masked_product(inner, back, inner.rank - lead),), adjoint.params)
    return after


def _is_reordered(node: Node) -> bool:
    """Whether a node is another one with its axes in another order."""
    return node.primitive is einsum and len(node.args) == 1 and sorted(node.params[0][0]) == sorted(node.params[1])


def sum_of_adjoints(adjoints: Sequence[Node]) -> Node:
    """Return the sum of adjoints; of those with one mask, the sum inside the mask."""
    first = adjoints[0]
    if first.primitive in _MASKS and all(_is_like(first, other) for other in adjoints):
        after = _masked(first, add.make(tuple(other.args[_place(other) or 0] for other in adjoints)))
        if after.shape == first.shape:
            return after
    return add.make(tuple(adjoints))


def _without_numbers(adjoint: Node) -> tuple[tuple[Node, ...], Node]:
    """Return the numbers in front of an adjoint, and the rest."""
    numbers: tuple[Node, ...] = ()
    while adjoint.primitive is mul:
        exact = tuple(arg for arg in adjoint.args if arg.is_exact)
        if not exact or len(exact) != len(adjoint.args) - 1:
            break
        numbers += exact
        (adjoint,) = (arg for arg in adjoint.args if not arg.is_exact)
    return numbers, adjoint


def _place(mask: Node) -> int | None:
    """Return the number of the argument that a mask keeps in some places."""
    if mask.primitive is where:
        return next((k for k in (1, 2) if mask.args[3 - k].equals_number(0)), None)
    return 0 if mask.primitive in _MASKS else None


def _kept(mask: Node) -> Node | None:
    """Return what a mask keeps in some places."""
    place = _place(mask)
    return None if place is None else mask.args[place]


def _masked(mask: Node, part: Node) -> Node:
    """Return another array in the same mask."""
    place = _place(mask)
    args = tuple(part if k == place else arg for k, arg in enumerate(mask.args))
    after: Node = mask.primitive.make(args, mask.params)
    return after


def _is_like(first: Node, second: Node) -> bool:
    """Whether two adjoints have one mask."""
    if first.primitive is not second.primitive or first.params != second.params or first.shape != second.shape:
        return False
    place = _place(first)
    others = (arg is other for k, (arg, other) in enumerate(zip(first.args, second.args, strict=True)) if k != place)
    return place is not None and place == _place(second) and all(others)


def _taken(mask: Node, slope: Node, rank: int) -> Node | None:
    """Return the entries of a slope that stand beside those which a mask keeps."""
    if not slope.shape or mask.primitive in (where, triangle):
        return slope
    if slope.rank != rank or slope.shape != mask.shape[mask.rank - rank :]:
        return None
    if mask.primitive is put:
        return take_record.make((slope, mask.args[1]), mask.params[:1])
    return index.make((slope,), (mask.params[0][mask.rank - rank :],))
