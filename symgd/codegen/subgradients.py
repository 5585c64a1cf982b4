"""Divide by a norm that is 0: the slope of a norm there is 0, one of its subgradients.

A quotient x/‖x‖ has values between −1 and 1 and none at x = 0. Where what is divided vanishes with the norm, the quotient is 0
there, as the sign of 0 is. An entry of a norm speaks of the entries it was made of and of no others: where ‖X‖ is 0 for one
row of X, the quotients of that row are 0, and X[0, 0]/‖X‖ stays infinite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from symgd.graph.node import Node, constant
from symgd.graph.primitive import lookup
from symgd.graph.walk import rebuild, toposort

__all__ = ["with_slopes_of_norms"]


class _Support(NamedTuple):
    """What a norm is made of.

    Attributes
    ----------
    arrays : frozenset of Node
        Arrays of one shape. An entry of the norm is 0 where all their entries are that it was made of, and only there.
    reduced : tuple of int
        The axes along which it was made of several.
    """

    arrays: frozenset[Node]
    reduced: tuple[int, ...] = ()

    @property
    def rank(self) -> int:
        return next(iter(self.arrays)).rank


def with_slopes_of_norms(formulas: Sequence[Node]) -> list[Node]:
    """Return formulas in which a quotient by a norm is 0 where the norm is, if what is divided vanishes with it.

    Parameters
    ----------
    formulas : sequence of Node
    """
    order = toposort(formulas)
    norms = {node: support for node in order if (support := _support_of_divisor(node)) is not None}
    if not norms:
        return list(formulas)
    known: dict[Node, Node] = {}
    for node in order:
        args = [known[arg] for arg in node.args]
        if node.primitive.name in ("mul", "einsum"):
            for k, arg in enumerate(node.args):
                divisor = arg.args[0] if arg.primitive.name in ("expand", "broadcast") else arg
                support = norms.get(divisor)
                if support is not None and node.args.count(arg) == 1 and _is_slope(node, k, divisor, support):
                    args[k] = _with_divisor(arg, divisor, _guarded(known[divisor], known[divisor.args[0]]))
        known[node] = rebuild(node, tuple(args))
    return [known[formula] for formula in formulas]


def _with_divisor(arg: Node, divisor: Node, guarded: Node) -> Node:
    """Return a divisor, or what stretches it, with another divisor."""
    return guarded if arg is divisor else rebuild(arg, (guarded,))


def _guarded(reciprocal: Node, base: Node) -> Node:
    return lookup("where").make((lookup("equal").make((base, constant(0))), constant(0), reciprocal))


# -- norms ----------------------------------------------------------------------------------------------------


def _support_of_divisor(node: Node) -> _Support | None:
    """Return what the norm is made of that a node divides by once; None for anything else."""
    if node.primitive.name != "pow" or not node.args[1].is_exact:
        return None
    base, exponent = node.args
    if exponent.equals_number(-1):
        return _support_of_norm(base)
    return _support_of_squares(base) if 2 * exponent.value == -1 else None  # 1/√s


def _support_of_norm(norm: Node) -> _Support | None:
    name = norm.primitive.name
    if name == "norm2":
        return _Support(frozenset(norm.args), tuple(norm.params[0]))
    if name == "abs" or (name == "hypot" and all(arg.shape == norm.shape for arg in norm.args)):
        return _Support(frozenset(norm.args))
    if name == "pow" and norm.args[1].is_exact and 2 * norm.args[1].value == 1:
        return _support_of_squares(norm.args[0])
    if name == "mul":  # a size or a number beside it
        rest = [arg for arg in norm.args if arg.primitive.name != "size" and not arg.is_constant]
        return _support_of_norm(rest[0]) if len(rest) == 1 else None
    return None


def _support_of_squares(node: Node) -> _Support | None:
    """Return the arrays whose squares a node adds up, with positive weights that are numbers."""
    name = node.primitive.name
    if name == "pow" and node.args[1].equals_number(2):
        return _Support(frozenset(node.args[:1]))
    if name == "einsum":
        labels, output = node.params
        is_square = len(node.args) == 2 and node.args[0] is node.args[1] and labels[0] == labels[1]
        if len(set(labels[0])) != len(labels[0]) or tuple(one for one in labels[0] if one in output) != output:
            return None
        reduced = tuple(axis for axis, label in enumerate(labels[0]) if label not in output)
        if is_square:
            return _Support(frozenset(node.args), reduced)
        return _reduced(_support_of_squares(node.args[0]), reduced) if len(node.args) == 1 else None
    if name == "mean":
        return _reduced(_support_of_squares(node.args[0]), tuple(node.params[0]))
    if name == "mul":
        rest = [arg for arg in node.args if not (arg.is_constant and arg.value > 0)]
        return _support_of_squares(rest[0]) if len(rest) == 1 and rest[0].shape == node.shape else None
    if name == "add":
        parts = [_support_of_squares(arg) for arg in node.args]
        found = [part for part in parts if part is not None]
        arrays = frozenset[Node]().union(*(part.arrays for part in found))
        is_one = len(found) == len(parts) and len({array.shape for array in arrays}) == 1
        return _Support(arrays, found[0].reduced) if is_one and len({part.reduced for part in found}) == 1 else None
    return None


def _reduced(support: _Support | None, axes: tuple[int, ...]) -> _Support | None:
    """Return what a sum of squares along axes is made of."""
    return _Support(support.arrays, axes) if support is not None and not support.reduced else None


# -- what is divided ------------------------------------------------------------------------------------------


def _is_slope(node: Node, k: int, divisor: Node, support: _Support) -> bool:
    """Whether another factor of a product is 0 wherever the norm is that factor `k` divides by."""
    others = [(j, other) for j, other in enumerate(node.args) if j != k]
    if not divisor.shape:  # then all of the arrays is 0, and with it every part
        return _vanish(support.arrays, [other for _, other in others])
    aligned = [other for j, other in others if _is_aligned(node, j, k, divisor, support)]
    vanishing = _Vanishing(support.arrays, entry_by_entry=True)
    return any(vanishing.holds(other) for other in aligned)


def _is_aligned(node: Node, j: int, k: int, divisor: Node, support: _Support) -> bool:
    """Whether an entry of factor `j` meets the entry of the norm that it is part of."""
    other, arg = node.args[j], node.args[k]
    if other.shape != next(iter(support.arrays)).shape:
        return False
    reduced = {axis % support.rank for axis in support.reduced}
    if node.primitive.name == "einsum":
        labels = node.params[0]
        kept = tuple(label for axis, label in enumerate(labels[j]) if axis not in reduced)
        return arg is divisor and labels[k] == kept
    if arg is divisor:
        return reduced == set(range(len(reduced)))  # NumPy adds axes in front
    return arg.primitive.name == "expand" and {axis % support.rank for axis in arg.params[0]} == reduced


def _vanish(support: frozenset[Node], factors: Sequence[Node]) -> bool:
    """Whether a product of factors is 0 where all arrays of a support are; those of a·x are where a is, or x."""
    if any(_Vanishing(support).holds(factor) for factor in factors):
        return True
    only = next(iter(support))
    if len(support) > 1 or only.primitive.name != "mul":
        return False
    parts = [part for part in only.args if not part.is_constant]
    if sum(bool(part.shape) for part in parts) > 1:  # entries may be 0 by either
        return False
    return all(any(_Vanishing(frozenset([part])).holds(factor) for factor in factors) for part in parts)


class _Vanishing:
    """What is 0 where some arrays are.

    Parameters
    ----------
    support : frozenset of Node
    entry_by_entry : bool
        Whether an entry is 0 where their entry at the same place is; else everything is where all of the arrays is.
    """

    def __init__(self, support: frozenset[Node], *, entry_by_entry: bool = False) -> None:
        self.known: dict[Node, bool] = dict.fromkeys(support, True)
        self.shape = next(iter(support)).shape
        self.entry_by_entry = entry_by_entry

    def holds(self, formula: Node) -> bool:
        for node in toposort((formula,), self.known):
            self.known[node] = self._of(node)
        return self.known[formula]

    def _of(self, node: Node) -> bool:
        args = [self.known[arg] for arg in node.args]
        record = node.primitive
        if not any(args) or (self.entry_by_entry and not (record.is_elementwise and node.shape == self.shape)):
            return False
        if record.name == "add":
            return all(args)
        if record.name == "pow":
            return args[0] and node.args[1].is_exact and node.args[1].value > 0
        if record.name in ("norm2", "abs", "relu"):
            return args[0]
        factors = range(len(args)) if record.vanishes_with == "each" or record.is_weighted else record.vanishes_with
        if any(args[k] for k in factors):
            return True
        return len(args) == 1 and record.is_linear_in(0)
