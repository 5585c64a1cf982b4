"""Divide by a norm that is 0: the slope of a norm there is 0, one of its subgradients.

A quotient x/‖x‖ has values between −1 and 1 and none at x = 0. Where what is divided is odd in x and vanishes with the norm
as fast, the quotient is 0 there, as the sign of 0 is; where it vanishes faster, 0 is the limit. What is even, as ‖x‖/‖x‖ or
xxᵀ/‖x‖², has no such value. An entry of a norm depends on the entries it was made of and on no others: where ‖X‖ is 0 for one
row of X, the quotients of that row are 0, and X[0, 0]/‖X‖ stays infinite.

A product p·wᵖ⁻¹, the slope of wᵖ, is 0 where p is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from symgd.graph.inference import vanishing_args
from symgd.graph.node import Node, constant
from symgd.graph.primitive import lookup
from symgd.graph.traversal import rebuild, toposort

__all__ = ["support_of", "with_slopes_of_norms"]


class Support(NamedTuple):
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
    if not any(node.primitive.name == "pow" and _may_divide(node.args[1]) for node in toposort(formulas)):
        return list(formulas)
    formulas = _with_stretched_powers(formulas)
    order = toposort(formulas)
    norms = {node: support for node in order if (support := _support_of_divisor(node)) is not None}
    known: dict[Node, Node] = {}
    for node in order:
        args = [known[arg] for arg in node.args]
        if node.primitive.name in ("mul", "einsum"):
            for k, arg in enumerate(node.args):
                for divisor in dict.fromkeys(_divisors_in(arg)):
                    support = norms.get(divisor)
                    if support is not None and _is_slope(node, k, divisor, support):
                        args[k] = _with_divisor(args[k], known[divisor], _over_one(divisor, known[divisor.args[0]]))
                exponent = _exponent_of_slope(node, arg)
                if exponent is not None:
                    is_zero = lookup("equal").make((known[exponent], constant(0)))
                    args[k] = lookup("where").make((is_zero, constant(0), known[arg]))
        known[node] = rebuild(node, tuple(args))
    return [known[formula] for formula in formulas]


def _may_divide(exponent: Node) -> bool:
    """Whether it may be an exponent of a divisor, or p − 1."""
    return exponent.value < 0 if exponent.is_exact else exponent.primitive.name == "add"


def _with_stretched_powers(formulas: Sequence[Node]) -> list[Node]:
    """Return formulas in which what is divided by is stretched along new axes after the power was computed, not before."""
    known: dict[Node, Node] = {}
    for node in toposort(formulas):
        args = tuple(known[arg] for arg in node.args)
        known[node] = rebuild(node, args)
        if node.primitive.name == "pow" and args[1].is_exact:
            known[node] = _with_inner(args[0], node.primitive.make((_divisor_in(args[0]), args[1])))
    return [known[formula] for formula in formulas]


def _divisor_in(arg: Node) -> Node:
    """Return what a factor stretches along axes, or the factor itself."""
    while arg.primitive.is_stretching:
        (arg,) = arg.args
    return arg


def _stretched_at(arg: Node) -> Node:
    """Return a factor with its new axes, before they are stretched."""
    while arg.primitive.is_stretching and arg.args[0].rank == arg.rank:
        (arg,) = arg.args
    return arg


def _divisors_in(arg: Node) -> tuple[Node, ...]:
    """Return the factors of a factor, or of what it stretches along new axes; itself where it is no product."""
    inner = _divisor_in(arg)
    if inner.primitive.name != "mul":
        return (inner,)
    return tuple(factor for part in inner.args for factor in (_divisors_in(part) if part.primitive.name == "mul" else (part,)))


def _with_divisor(arg: Node, divisor: Node, guarded: Node) -> Node:
    """Return a divisor, or what multiplies or stretches it, with another divisor."""
    inner = _divisor_in(arg)
    if inner is divisor:
        return _with_inner(arg, guarded)
    if inner.primitive.name != "mul":
        return arg
    factors = (
        factor if _divisor_in(factor) is not factor else _with_divisor(factor, divisor, guarded) for factor in inner.args
    )
    return _with_inner(arg, rebuild(inner, tuple(factors)))


def _with_inner(arg: Node, inner: Node) -> Node:
    """Return something else stretched as a factor stretches what is in it."""
    return rebuild(arg, (_with_inner(arg.args[0], inner),)) if arg.primitive.is_stretching else inner


def _over_one(divisor: Node, base: Node) -> Node:
    """Return a divisor that is 1 where its base is 0: what it divides is 0 there."""
    is_zero = lookup("equal").make((base, constant(0)))
    return divisor.primitive.make((lookup("where").make((is_zero, constant(1), base)), divisor.args[1]))


def _exponent_of_slope(node: Node, arg: Node) -> Node | None:
    """Return p where a factor of a product is w**(p - 1), and p another."""
    if node.primitive.name != "mul" or arg.primitive.name != "pow" or arg.args[1].primitive.name != "add":
        return None
    rest = [part for part in arg.args[1].args if not part.equals_number(-1)]
    return rest[0] if len(rest) == 1 and len(arg.args[1].args) == 2 and rest[0] in node.args else None


# -- norms ----------------------------------------------------------------------------------------------------


def _support_of_divisor(node: Node) -> Support | None:
    """Return what the norm is made of that a node divides by; None for anything else."""
    if node.primitive.name != "pow" or not node.args[1].is_exact or node.args[1].value >= 0:
        return None
    return support_of(node.args[0])


def support_of(norm: Node) -> Support | None:
    """Return what a norm, a sum of squares or another power of them is made of; None for anything else.

    Parameters
    ----------
    norm : Node
    """
    name = norm.primitive.name
    if name == "norm2":
        return Support(frozenset(norm.args), tuple(norm.params[0]))
    if name == "abs" or (name == "hypot" and all(arg.shape == norm.shape for arg in norm.args)):
        return Support(frozenset(norm.args))
    if name == "pow" and norm.args[1].is_exact and norm.args[1].value > 0:
        inner = support_of(norm.args[0])
        return Support(frozenset(norm.args[:1])) if inner is None and norm.args[1].equals_number(2) else inner
    if name == "mul":  # a size or a number beside it
        rest = [arg for arg in norm.args if arg.primitive.name != "size" and not (arg.is_constant and arg.value > 0)]
        return support_of(rest[0]) if len(rest) == 1 and rest[0].shape == norm.shape else None
    if name == "einsum":
        return _support_of_contraction(norm)
    if name == "mean":
        return _reduced(support_of(norm.args[0]), tuple(norm.params[0]))
    if name == "add":
        parts = [support_of(arg) for arg in norm.args]
        supports = [part for part in parts if part is not None]
        arrays = frozenset[Node]().union(*(part.arrays for part in supports))
        is_one = len(supports) == len(parts) and len({array.shape for array in arrays}) == 1
        return Support(arrays, supports[0].reduced) if is_one and len({part.reduced for part in supports}) == 1 else None
    return None


def _support_of_contraction(node: Node) -> Support | None:
    labels, output = node.params
    is_square = len(node.args) == 2 and node.args[0] is node.args[1] and labels[0] == labels[1]
    if len(set(labels[0])) != len(labels[0]) or tuple(label for label in labels[0] if label in output) != output:
        return None
    reduced = tuple(axis for axis, label in enumerate(labels[0]) if label not in output)
    if is_square:
        return Support(frozenset(node.args), reduced)
    return _reduced(support_of(node.args[0]), reduced) if len(node.args) == 1 else None


def _reduced(support: Support | None, axes: tuple[int, ...]) -> Support | None:
    """Return what a sum along axes is made of."""
    return Support(support.arrays, axes) if support is not None and not support.reduced else None


# -- what is divided ------------------------------------------------------------------------------------------


def _is_slope(node: Node, k: int, divisor: Node, support: Support) -> bool:
    """Whether a product is 0 wherever the norm is that factor `k` divides by, or may be said to be."""
    if not divisor.shape:  # then all of the arrays is 0, and with it every part
        return _vanishes(support.arrays, [part for arg in node.args for part in _divisors_in(arg)])
    factors = [other for j, other in enumerate(node.args) if j == k or _is_aligned(node, j, k, support)]
    leading = _Leading(support, entry_by_entry=True)
    return _product([leading.of(part) for factor in factors for part in _divisors_in(factor)]).is_slope


def _is_aligned(node: Node, j: int, k: int, support: Support) -> bool:
    """Whether an entry of factor `j` meets the entry of the norm that it is part of."""
    other, arg = node.args[j], _stretched_at(node.args[k])
    if _are_stretched_alike(node, j, k):
        return True
    if other.shape != next(iter(support.arrays)).shape:
        return False
    reduced = {axis % support.rank for axis in support.reduced}
    if node.primitive.name == "einsum":
        labels = node.params[0]
        remaining = tuple(label for axis, label in enumerate(labels[j]) if axis not in reduced)
        return _divisor_in(arg) is arg and labels[k] == remaining
    if _divisor_in(arg) is arg:
        return reduced == set(range(len(reduced)))  # NumPy adds axes in front
    is_plain = arg.primitive.name == "expand" and _divisor_in(arg) is arg.args[0]
    return is_plain and {axis % support.rank for axis in arg.params[0]} == reduced


def _are_stretched_alike(node: Node, j: int, k: int) -> bool:
    """Whether two factors of the same shape meet entry by entry, in front of their new axes too."""
    first, second = node.args[j], node.args[k]
    if node.primitive.name == "einsum" and node.params[0][j] != node.params[0][k]:
        return False
    return first.shape == second.shape and _stretchings(first) == _stretchings(second)


def _stretchings(arg: Node) -> list[tuple[str, Any]]:
    """Return how a factor is stretched along axes, from outside."""
    stretchings = []
    while arg.primitive.is_stretching:
        stretchings.append((arg.primitive.name, arg.params))
        (arg,) = arg.args
    return stretchings


def _vanishes(support: frozenset[Node], factors: Sequence[Node]) -> bool:
    """Whether a product of factors is 0 where all arrays of a support are; those of a·x are where a is, or x."""
    if _is_slope_in(support, factors):
        return True
    only = next(iter(support))
    if len(support) > 1 or only.primitive.name != "mul":
        return False
    parts = [part for part in only.args if not part.is_constant]
    if sum(bool(part.shape) for part in parts) > 1:  # entries may be 0 by either
        return False
    return all(_is_slope_in(frozenset([part]), factors) for part in parts)


def _is_slope_in(arrays: frozenset[Node], factors: Sequence[Node]) -> bool:
    leading = _Leading(Support(arrays))
    return _product([leading.of(factor) for factor in factors]).is_slope


class _Term(NamedTuple):
    """How a formula behaves where arrays vanish: at least as c·tᵏ for t·x, t → 0, with c odd or even in x.

    Attributes
    ----------
    order : Fraction
    is_odd : bool or None
        None where it is neither, or where that is not known.
    """

    order: Fraction
    is_odd: bool | None

    @property
    def is_slope(self) -> bool:
        """Whether 0 is the limit, or the only value that could be."""
        return self.order > 0 or (self.order == 0 and self.is_odd is True)


_CONSTANT = _Term(Fraction(0), False)


def _product(terms: Sequence[_Term]) -> _Term:
    is_odd: bool | None = False
    for term in terms:
        is_odd = None if is_odd is None or term.is_odd is None else is_odd != term.is_odd
    return _Term(sum((term.order for term in terms), Fraction(0)), is_odd)


class _Leading:
    """The leading terms of formulas where some arrays vanish.

    Parameters
    ----------
    support : Support
    entry_by_entry : bool
        Whether an entry is meant where their entry at the same place is 0; else everything where all of the arrays is.
    """

    def __init__(self, support: Support, *, entry_by_entry: bool = False) -> None:
        self.known: dict[Node, _Term] = dict.fromkeys(support.arrays, _Term(Fraction(1), True))
        self.support = support
        self.shape = next(iter(support.arrays)).shape
        self.entry_by_entry = entry_by_entry

    def of(self, formula: Node) -> _Term:
        for node in toposort((formula,), self.known):
            self.known[node] = self._of(node)
        return self.known[formula]

    def _of(self, node: Node) -> _Term:
        args = [self.known[arg] for arg in node.args]
        record = node.primitive
        if all(term == _CONSTANT for term in args):
            return _CONSTANT
        if self.entry_by_entry and not (record.is_elementwise and node.shape == self.shape):
            return self._of_norm(node)
        if record.name == "add":
            return _least(args)
        if record.name == "pow":
            return _power(args[0], node.args[1])
        if record.name in ("norm2", "abs", "hypot"):
            return _Term(_least(args).order, False)
        if record.name == "relu":
            return args[0]  # relu(x)/‖x‖ has no limit but 0 either
        if record.name == "sign":
            return _Term(Fraction(0), args[0].is_odd)
        if record.vanishes_with == "each" or record.is_weighted:
            return _product(args)
        if (len(args) == 1 and record.is_linear_in(0)) or any(args[k].order > 0 for k in vanishing_args(node)):
            return _Term(max(term.order for term in args), args[0].is_odd if len(args) == 1 else None)
        return _CONSTANT

    def _of_norm(self, node: Node) -> _Term:
        """Return the term of a norm along the axes of the support, entry by entry; constant for anything else."""
        if node.primitive.name == "pow":
            return _power(self.known[node.args[0]], node.args[1])
        support = support_of(node)
        is_same = support is not None and support.arrays <= self.support.arrays and support.reduced == self.support.reduced
        return _Leading(self.support).of(node) if is_same else _CONSTANT


def _least(terms: Sequence[_Term]) -> _Term:
    order = min(term.order for term in terms)
    parities = {term.is_odd for term in terms if term.order == order}
    return _Term(order, parities.pop() if len(parities) == 1 else None)


def _power(base: _Term, exponent: Node) -> _Term:
    if not exponent.is_exact or not base.order:
        return _CONSTANT
    number = Fraction(exponent.value)
    if base.is_odd and number.denominator == 1:
        return _Term(base.order * number, number % 2 == 1)
    return _Term(base.order * number, False if base.is_odd is False else None)
