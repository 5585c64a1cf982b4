"""The composition theorem for one node, given what is known of its arguments.

f(g₁, …) is convex where f is convex and, in each argument, f rises and gᵢ is convex, or f falls and gᵢ is concave,
or gᵢ is affine. Sums and contractions with weights of known sign keep curvature.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.2; Nesterov, *Introductory Lectures on Convex Optimization*, 2004,
section 2.1.3.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symgd.curvature.proof import Step
from symgd.curvature.rules.forms import special_form
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.conversion import as_node
from symgd.graph.declared_facts import declared_fact
from symgd.graph.inference import Facts
from symgd.graph.names import stand_in
from symgd.graph.node import Node, constant
from symgd.graph.node import size as size_node
from symgd.graph.primitive import Primitive
from symgd.graph.shape import Shape, Size, size_product
from symgd.graph.traversal import depends_on
from symgd.primitives.contraction import einsum

__all__ = [
    "AFFINE",
    "CONCAVE",
    "CONVEX",
    "NO_MODULI",
    "NO_VARIABLES",
    "UNKNOWN",
    "Composition",
    "added",
    "curvature_of_node",
    "scaled",
]

CONVEX, CONCAVE, AFFINE, UNKNOWN = Curvature.CONVEX, Curvature.CONCAVE, Curvature.AFFINE, Curvature.UNKNOWN
Moduli = Mapping[Node, Node]
NO_MODULI: Moduli = {}
NO_VARIABLES: frozenset[Node] = frozenset()


@dataclass(frozen=True)
class Composition:
    """What the theorem says of a node.

    Attributes
    ----------
    curvature : Curvature
    strict : frozenset of Node
        Variables in which every sum of all entries with positive weights is strictly convex or concave; of an affine node
        those that its entries determine.
    modulus : mapping of Node to Node
        For each variable m: the sum of the entries minus m/2·‖v‖² is still convex (plus, concave). Of an affine node z a
        number g: moving the variable by d moves z by √g·‖d‖ at least.
    is_square : bool
        Whether it is the squared length of an affine vector, plus something fixed that is not negative.
    step : Step
        The proof.
    obstacle : Node or None
        The first node about which nothing could be said.
    """

    curvature: Curvature
    strict: frozenset[Node] = NO_VARIABLES
    modulus: Moduli = field(default_factory=dict)
    is_square: bool = False
    step: Step = field(default_factory=lambda: Step("fixed"), compare=False)
    obstacle: Node | None = field(default=None, compare=False)


Curved = tuple[Curvature, str, frozenset[Node], Moduli]
_SILENT: Curved = (UNKNOWN, "", NO_VARIABLES, NO_MODULI)


def curvature_of_node(node: Node, known: Mapping[Node, Composition], moving: set[Node], facts: Facts) -> Curved:
    """Return the curvature of a node, the reason, in which variables it is strict, and its moduli."""
    record = node.primitive
    movers = [k for k, arg in enumerate(node.args) if arg in moving]
    if record.linear_in == "each" and not record.is_weighted:
        return _together(node, [known[node.args[k]] for k in movers])
    if record.conditional and all(k in record.conditional for k in movers):
        return _chosen(node, [(node.args[k], known[node.args[k]]) for k in record.conditional])
    square = _sum_of_squares(node, known)
    if square is not None:
        return square
    special = special_form(node, known, moving, facts)
    if special is not None:
        return *special, NO_VARIABLES, NO_MODULI
    if len(movers) == 1 and record.is_linear_in(movers[0]):
        return _weighted(node, movers[0], known[node.args[movers[0]]], facts)
    if record.conditional or (record.is_weighted and len(movers) > 1):
        return _SILENT
    return _composed(node, movers, known, facts)


def _together(node: Node, terms: list[Composition]) -> Curved:
    """Linear in all arguments together: a sum, or entries put side by side."""
    curvature = functools.reduce(operator.and_, (term.curvature for term in terms), AFFINE)
    if curvature == UNKNOWN:
        return _SILENT
    if curvature != AFFINE:
        curved = [term for term in terms if term.curvature != AFFINE]
        strict = frozenset().union(*(term.strict for term in curved))
        modulus = added([term.modulus for term in curved])
        return curvature, "it keeps what all its terms have", strict, modulus
    if len(terms) == 1 or not node.primitive.is_elementwise:  # entries side by side
        if len(terms) > 1 and not _keeps_entries(node):
            return AFFINE, "it keeps what all its terms have", NO_VARIABLES, NO_MODULI
        strict = frozenset().union(*(term.strict for term in terms))
        return AFFINE, "it keeps what all its terms have", strict, added([term.modulus for term in terms])
    return AFFINE, "it keeps what all its terms have", NO_VARIABLES, NO_MODULI


def _chosen(node: Node, branches: Sequence[tuple[Node, Composition]]) -> Curved:
    """A choice by a condition that does not move: every entry is one of the branches.

    A branch is strict because of all its entries together. Where the condition chooses another branch for each entry, only
    some of them are in the sum, which is strict where every entry of a branch is strict in the same entry of a variable.
    """
    parts = [composition for _, composition in branches]
    curvature = functools.reduce(operator.and_, (part.curvature for part in parts))
    if curvature == UNKNOWN:
        return _SILENT
    is_curved = curvature != AFFINE and all(part.curvature != AFFINE for part in parts)
    strict = frozenset.intersection(*(part.strict for part in parts)) if is_curved else NO_VARIABLES
    conditions = [arg for k, arg in enumerate(node.args) if k not in (node.primitive.conditional or ())]
    if any(_count(condition.shape) != 1 for condition in conditions):
        formulas = [formula for formula, _ in branches]
        strict = frozenset(variable for variable in strict if _acts_entry_by_entry(formulas, variable))
    return curvature, "a choice by a condition that is fixed", strict, NO_MODULI


def _acts_entry_by_entry(formulas: Sequence[Node], variable: Node) -> bool:
    """Whether every entry of formulas depends on the entry of a variable at the same place, and on no other."""
    return all(
        part is variable or (part.primitive.is_elementwise and part.shape == variable.shape)
        for part in depends_on(formulas, [variable])
    )


def _keeps_entries(node: Node) -> bool:
    """Whether every entry of every argument stands in the result."""
    return _count(node.shape) == functools.reduce(operator.add, (_count(arg.shape) for arg in node.args))


def _count(shape: Shape) -> Size:
    return size_product(shape)


def added(moduli: Iterable[Moduli]) -> Moduli:
    """Return sums of moduli, variable by variable."""
    total: dict[Node, Node] = {}
    for summand in moduli:
        for variable, amount in summand.items():
            total[variable] = total[variable] + amount if variable in total else amount
    return total


def scaled(modulus: Moduli, factor: Node) -> Moduli:
    """Return multiples of moduli."""
    return {variable: amount * factor for variable, amount in modulus.items()}


def _sum_of_squares(node: Node, known: Mapping[Node, Composition]) -> Curved | None:
    """Σ rᵢ² for affine r, written as a product of r with itself."""
    if node.primitive is not einsum:
        return None
    inputs = node.params[0]
    if len(node.args) == 2 and node.args[0] is node.args[1] and inputs[0] == inputs[1]:
        inner = known[node.args[0]]
        if inner.curvature == AFFINE:
            if len(set(inputs[0])) < len(inputs[0]):  # a diagonal does not contain all entries
                return CONVEX, "squares of an affine argument, added", NO_VARIABLES, NO_MODULI
            return CONVEX, "squares of an affine argument, added", inner.strict, scaled(inner.modulus, constant(2))
    return None


def _weighted(node: Node, mover: int, inner: Composition, facts: Facts) -> Curved:
    """A linear function of one moving argument, with the others as weights."""
    others = [arg for k, arg in enumerate(node.args) if k != mover]
    keeps = _loses_nothing(node, mover) and all(facts.is_nonzero(arg) for arg in others)
    if inner.curvature == AFFINE:  # a sum of affine entries determines less than the entries
        keeps = keeps and not _adds_up(node)
        strict = inner.strict if keeps else NO_VARIABLES
        return AFFINE, "linear in an affine argument", strict, _with_weights(node, inner.modulus, others, keeps, squared=True)
    if inner.curvature == UNKNOWN or (others and not node.primitive.is_weighted):
        return _SILENT
    sign = Sign.POSITIVE
    for arg in others:
        weight = facts.sign(arg)
        if weight.is_nonnegative:
            continue
        if not weight.is_nonpositive:
            return _SILENT
        sign = sign.negated()
    strict = inner.strict if keeps else NO_VARIABLES
    modulus = _with_weights(node, inner.modulus, others, keeps, squared=False, negative=sign.is_negative)
    if sign.is_positive:
        return inner.curvature, "weights that are not negative keep curvature", strict, modulus
    return inner.curvature.negated(), "weights that are not positive turn curvature round", strict, modulus


def _loses_nothing(node: Node, mover: int) -> bool:
    """Whether every entry of the moving argument goes into the result: a sum, a mean, a transpose, a product, a reshape."""
    if node.primitive.is_elementwise or node.primitive.name == "mean":
        return True
    if node.primitive is einsum:
        labels = node.params[0][mover]
        return len(set(labels)) == len(labels)
    return node.primitive.is_view and _count(node.shape) == _count(node.args[mover].shape)


def _adds_up(node: Node) -> bool:
    """Whether entries are added, so that different arguments may give the same result."""
    if node.primitive is einsum:
        return set().union(*node.params[0]) != set(node.params[1])
    return node.primitive.name == "mean"


def _with_weights(
    node: Node, modulus: Moduli, others: list[Node], keeps: bool, squared: bool, negative: bool = False
) -> Moduli:
    """Return the moduli after multiplication by weights, where these are numbers."""
    if not keeps or any(arg.shape for arg in others):
        return NO_MODULI
    factor: Node = functools.reduce(operator.mul, others, constant(1))
    if negative:
        factor = -factor
    if node.primitive.name == "mean":
        arg = node.args[0]
        axes = {axis % arg.rank for axis in node.params[0]}
        factor = factor / size_node(size_product(tuple(size for axis, size in enumerate(arg.shape) if axis in axes)))
    return scaled(modulus, factor**2 if squared else factor)


def _composed(node: Node, movers: list[int], known: Mapping[Node, Composition], facts: Facts) -> Curved:
    record = node.primitive
    intervals = [facts.interval(arg) for arg in node.args]
    bend = declared_fact(node, "curvature", *intervals)
    if bend == UNKNOWN:
        return _SILENT
    runs = _runs(node, intervals)
    convex = bool(bend & CONVEX) and all(_keeps(known[node.args[k]].curvature, runs[k], CONVEX) for k in movers)
    concave = bool(bend & CONCAVE) and all(_keeps(known[node.args[k]].curvature, runs[k], CONCAVE) for k in movers)
    curvature = Curvature((CONVEX if convex else 0) | (CONCAVE if concave else 0))
    if curvature == UNKNOWN:
        return _SILENT
    inner = known[node.args[movers[0]]]
    why = f"{record.name} is {word_for(bend)}{_running(runs, movers)}, its argument {word_for(inner.curvature)}"
    if len(movers) > 1 or not record.is_elementwise or curvature == AFFINE:
        return curvature, why, NO_VARIABLES, NO_MODULI
    strict, modulus = _sharpened(node, movers[0], inner, facts)
    return curvature, why, strict, modulus


def _sharpened(node: Node, k: int, inner: Composition, facts: Facts) -> tuple[frozenset[Node], Moduli]:
    """Return strictness and moduli of an elementwise function of one moving argument."""
    if inner.curvature == AFFINE:
        strict = inner.strict if node.primitive.strict else NO_VARIABLES
        if not inner.modulus:
            return strict, NO_MODULI
        least = _least_size(_slopes(node, k, 2), facts.interval(node.args[k]))
        return strict, scaled(inner.modulus, constant(least)) if least else NO_MODULI
    if not inner.strict and not inner.modulus:
        return NO_VARIABLES, NO_MODULI
    slope = _slopes(node, k, 1)
    interval = facts.interval(node.args[k])
    if slope is None:
        return NO_VARIABLES, NO_MODULI
    variable, formula = slope
    runs_strictly = Facts({variable: interval}).is_nonzero(formula)
    least = _least_size(slope, interval)
    return (inner.strict if runs_strictly else NO_VARIABLES), (scaled(inner.modulus, constant(least)) if least else NO_MODULI)


@functools.lru_cache(4096)
def _slope_formula(record: Primitive, k: int, order: int, others: tuple[Node | None, ...]) -> tuple[Node, Node] | None:
    """Return the first or second derivative of an elementwise function in one argument, the others being numbers."""
    variable = stand_in("?t")
    args = [variable if j == k else other for j, other in enumerate(others)]
    if any(arg is None for arg in args):
        return None
    try:
        formula: Node = record(*args)
        for _ in range(order):
            (formula,) = gradients(formula, [variable])
    except SymgdError:
        return None
    return variable, formula


def _slopes(node: Node, k: int, order: int) -> tuple[Node, Node] | None:
    others = tuple(None if j == k else arg if arg.is_constant else None for j, arg in enumerate(node.args))
    if any(other is None for j, other in enumerate(others) if j != k):
        return None
    return _slope_formula(node.primitive, k, order, tuple(as_node(0) if j == k else other for j, other in enumerate(others)))


def _least_size(slope: tuple[Node, Node] | None, interval: Interval) -> Fraction | None:
    """Return the smallest absolute value that a derivative can have on an interval, or None where that is 0 or not known."""
    if slope is None:
        return None
    variable, formula = slope
    where = Facts({variable: interval}).interval(formula)
    least = where.low if where.low > 0 else -where.high if where.high < 0 else Fraction(0)
    return least if isinstance(least, Fraction) and least > 0 else None


def _runs(node: Node, intervals: list[Interval]) -> tuple[Monotone, ...]:
    declared = declared_fact(node, "monotone", *intervals)
    return declared if isinstance(declared, tuple) else (declared,) * len(node.args)


def _running(runs: tuple[Monotone, ...], movers: list[int]) -> str:
    run = runs[movers[0]]
    return " and rises" if run == Monotone.INCREASING else " and falls" if run == Monotone.DECREASING else ""


def _keeps(inner: Curvature, run: Monotone, wanted: Curvature) -> bool:
    """Whether an argument's curvature fits: affine always, the same where f rises, the opposite where f falls."""
    if inner == AFFINE:
        return True
    if run & Monotone.INCREASING and inner & wanted:
        return True
    return bool(run & Monotone.DECREASING and inner & wanted.negated())


def word_for(curvature: Curvature) -> str:
    """Return a curvature in words."""
    return {CONVEX: "convex", CONCAVE: "concave", AFFINE: "affine"}.get(curvature, "unknown")
