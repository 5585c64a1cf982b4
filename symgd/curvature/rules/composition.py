"""The composition theorem, written once over the primitives' declared facts.

f(g₁, …) is convex where f is convex and, in each argument, f rises and gᵢ is convex, or f falls and gᵢ is concave,
or gᵢ is affine. Sums and contractions with weights of known sign keep curvature. This is the proof for formulas with kinks,
and for all sizes at once.

Strictness and the modulus travel along: of every node is known in which variables a sum of its entries is strictly convex,
and a number m for each such that subtracting m/2·‖v‖² leaves it convex.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.2; Nesterov, *Introductory Lectures on Convex Optimization*, 2004,
section 2.1.3.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symgd.curvature.findings import shorten
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.rules.forms import is_square, special_form
from symgd.curvature.rules.lifting import Lifted, lift
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.inference import Facts
from symgd.graph.names import stand_in
from symgd.graph.node import Node, as_node, constant
from symgd.graph.node import size as size_node
from symgd.graph.primitive import Primitive
from symgd.graph.shape import Shape, Size, size_product
from symgd.graph.traversal import depends_on, toposort

__all__ = ["Composed", "Composition", "Question", "compose", "compose_all"]

CONVEX, CONCAVE, AFFINE, UNKNOWN = Curvature.CONVEX, Curvature.CONCAVE, Curvature.AFFINE, Curvature.UNKNOWN
Moduli = Mapping[Node, Node]
_NOTHING: Moduli = {}
_NONE: frozenset[Node] = frozenset()


@dataclass(frozen=True)
class Composition:
    """What the theorem says of a node.

    Attributes
    ----------
    curvature : Curvature
    strict : frozenset of Node
        Variables in which every sum of all entries with positive weights is strictly convex or concave; of an affine node
        those that can be told from its entries.
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
    strict: frozenset[Node] = _NONE
    modulus: Moduli = field(default_factory=dict)
    is_square: bool = False
    step: Step = field(default_factory=lambda: Step("fixed"), compare=False)
    obstacle: Node | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Question:
    """In which variables the curvature is asked, and what may be assumed.

    Attributes
    ----------
    wrt : frozenset of Node
    assumptions : mapping of Node to Sign or Interval
    """

    wrt: frozenset[Node]
    assumptions: Mapping[Node, Any]


@dataclass(frozen=True)
class Composed:
    """The statement of a step: what the theorem says of one node.

    Attributes
    ----------
    node : Node
    question : Question
    says : Composition
    """

    node: Node
    question: Question
    says: Composition


_CONSTANT = Composition(AFFINE)


class Known(dict[Node, Composition]):
    """What a judgement has asked for of the nodes below; it is looked up when it is asked for.

    Parameters
    ----------
    found : callable
        Returns what is known of a node that moves.
    moving : set of Node
    """

    def __init__(self, found: Callable[[Node], Composition], moving: set[Node]) -> None:
        super().__init__()
        self._found, self._moving = found, moving

    def __missing__(self, node: Node) -> Composition:
        self[node] = self._found(node) if node in self._moving else _CONSTANT
        return self[node]

    def steps(self) -> list[Step]:
        """Return the proofs of what was asked for."""
        return [one.step for node, one in self.items() if node in self._moving]

    @staticmethod
    def from_premises(premises: Premises, question: Question, moving: set[Node]) -> Known:
        """Return what premises say of nodes; asking for another one is a LookupError."""

        def found(node: Node) -> Composition:
            stated = premises.find(Composed, node=node, question=question)
            if stated is None:
                raise LookupError(f"no premise tells of {node}")
            return stated.says

        return Known(found, moving)


def compose(formula: Node, wrt: Iterable[Node], facts: Facts, effort: Effort | None = None) -> Composition:
    """Apply the composition theorem to every node of a formula, and return what it says of the last."""
    known = compose_all(formula, wrt, facts, effort)
    obstacle = next((node for node, found in known.items() if found.curvature == UNKNOWN), None)
    return dataclasses.replace(known[formula], obstacle=obstacle)


def compose_all(formula: Node, wrt: Iterable[Node], facts: Facts, effort: Effort | None = None) -> dict[Node, Composition]:
    """Return what the theorem says of every node, arguments before what uses them.

    Until the effort is used up, functions of entries are judged on scalars where the theorem is silent.
    """
    effort = effort or Effort()
    variables = frozenset(wrt)
    question = Question(variables, facts.assumptions)
    moving = depends_on((formula,), variables)
    known: dict[Node, Composition] = {}
    is_scalar = not any(node.shape for node in variables)  # the whole of such a formula is judged by its own Hessian
    for node in toposort((formula,)):
        if node not in moving:
            known[node] = _CONSTANT
        else:
            patience = None if node is formula and is_scalar else effort
            known[node] = _judged(node, Known(known.__getitem__, moving), question, facts, moving, patience)
    return known


def _judged(
    node: Node, known: Known, question: Question, facts: Facts, moving: set[Node], effort: Effort | None
) -> Composition:
    """Judge one node, and keep the reason as a step that can be derived again."""
    found, why = _says(node, known, question, facts, moving)
    if found.curvature == UNKNOWN and effort is not None and not effort.is_used_up:
        lifted = lift(node, known, question.wrt, facts, effort)
        if lifted is not None:
            known.clear()
            conclusion = _from_entries(node, lifted.statement, known, question, facts, moving)
            if conclusion is not None:
                step = step_by(by_entries, (node, question), conclusion, (*known.steps(), lifted))
                says: Composition = conclusion.statement.says
                return dataclasses.replace(says, step=step)
    step = step_by(by_composition, (node, question), _conclusion(node, question, found, why), known.steps())
    return dataclasses.replace(found, step=step)


def _says(node: Node, known: Known, question: Question, facts: Facts, moving: set[Node]) -> tuple[Composition, str]:
    """Return what the theorem says of a node, given what is known below, and why."""
    if node in question.wrt:
        return Composition(AFFINE, frozenset([node]), {node: constant(1)}), ""
    curvature, why, strict, modulus = _judge(node, known, moving, facts)
    return Composition(curvature, strict, modulus, is_square(node, known, moving, facts)), why


def _conclusion(node: Node, question: Question, found: Composition, why: str) -> Conclusion:
    claim = f"{node} is a variable" if node in question.wrt else f"{_word(found.curvature)}: {shorten(node, 80)}"
    return Conclusion(Composed(node, question, found), claim, why)


@rule
def by_composition(premises: Premises, node: Node, question: Question) -> Conclusion | None:
    """Apply the theorem to one node."""
    moving = depends_on((node,), question.wrt)
    known = Known.from_premises(premises, question, moving)
    found, because = _says(node, known, question, Facts(question.assumptions), moving)
    if found.curvature == UNKNOWN:
        premises.of(object)  # nothing follows from them
    return _conclusion(node, question, found, because)


@rule
def by_entries(premises: Premises, node: Node, question: Question) -> Conclusion | None:
    """Conclude from the function of entries that a node computes, where its arguments are affine."""
    facts, moving = Facts(question.assumptions), depends_on((node,), question.wrt)
    known = Known.from_premises(premises, question, moving)
    lifted = premises.find(Lifted, node=node, wrt=question.wrt, assumptions=question.assumptions)
    return None if lifted is None else _from_entries(node, lifted, known, question, facts, moving)


def _from_entries(
    node: Node, lifted: Lifted, known: Known, question: Question, facts: Facts, moving: set[Node]
) -> Conclusion | None:
    """Return what the function of entries says of the node."""
    curvature = AFFINE if lifted.kind is Kind.AFFINE else CONVEX if lifted.kind.is_convex else CONCAVE
    inner = [known[arg] for arg in lifted.leaves if arg in moving]
    if any(one.curvature != AFFINE for one in inner):
        return None
    strict, modulus = _NONE, _NOTHING
    if lifted.kind in (Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONCAVE):
        strict = frozenset().union(*(one.strict for one in inner))
    if lifted.modulus is not None and getattr(lifted.modulus, "is_Rational", False):
        amount = Fraction(int(lifted.modulus.p), int(lifted.modulus.q))
        modulus = _scaled(_added([one.modulus for one in inner]), constant(amount))
    found = Composition(curvature, strict, modulus, is_square(node, known, moving, facts))
    return _conclusion(node, question, found, "entry by entry, of affine arguments")


Judgement = tuple[Curvature, str, frozenset[Node], Moduli]
_SILENT: Judgement = (UNKNOWN, "", _NONE, _NOTHING)


def _judge(node: Node, known: Mapping[Node, Composition], moving: set[Node], facts: Facts) -> Judgement:
    record = node.primitive
    movers = [k for k, arg in enumerate(node.args) if arg in moving]
    if record.linear_in == "each" and not record.is_weighted:
        return _together(node, [known[node.args[k]] for k in movers])
    if record.conditional and all(k in record.conditional for k in movers):
        return _chosen([known[node.args[k]] for k in record.conditional])
    square = _sum_of_squares(node, known)
    if square is not None:
        return square
    special = special_form(node, known, moving, facts)
    if special is not None:
        return *special, _NONE, _NOTHING
    if len(movers) == 1 and record.is_linear_in(movers[0]):
        return _weighted(node, movers[0], known[node.args[movers[0]]], facts)
    if record.conditional or (record.is_weighted and len(movers) > 1):
        return _SILENT
    return _composed(node, movers, known, facts)


def _together(node: Node, terms: list[Composition]) -> Judgement:
    """Linear in all arguments together: a sum, or entries put side by side."""
    curvature = functools.reduce(operator.and_, (term.curvature for term in terms), AFFINE)
    if curvature == UNKNOWN:
        return _SILENT
    if curvature != AFFINE:
        curved = [term for term in terms if term.curvature != AFFINE]
        strict = frozenset().union(*(term.strict for term in curved))
        modulus = _added([term.modulus for term in curved])
        return curvature, "it keeps what all its terms have", strict, modulus
    if len(terms) == 1 or not node.primitive.is_elementwise:  # entries side by side
        if len(terms) > 1 and not _keeps_entries(node):
            return AFFINE, "it keeps what all its terms have", _NONE, _NOTHING
        strict = frozenset().union(*(term.strict for term in terms))
        return AFFINE, "it keeps what all its terms have", strict, _added([term.modulus for term in terms])
    return AFFINE, "it keeps what all its terms have", _NONE, _NOTHING


def _chosen(branches: list[Composition]) -> Judgement:
    """A choice by a condition that does not move: every entry is one of the branches."""
    curvature = functools.reduce(operator.and_, (branch.curvature for branch in branches))
    if curvature == UNKNOWN:
        return _SILENT
    curved = frozenset.intersection(*(branch.strict for branch in branches)) if curvature != AFFINE else _NONE
    if curvature != AFFINE and any(branch.curvature == AFFINE for branch in branches):
        curved = _NONE
    return curvature, "a choice by a condition that is fixed", curved, _NOTHING


def _keeps_entries(node: Node) -> bool:
    """Whether every entry of every argument stands in the result."""
    return _count(node.shape) == functools.reduce(operator.add, (_count(arg.shape) for arg in node.args))


def _count(shape: Shape) -> Size:
    return size_product(shape)


def _added(moduli: Iterable[Moduli]) -> Moduli:
    total: dict[Node, Node] = {}
    for one in moduli:
        for variable, amount in one.items():
            total[variable] = total[variable] + amount if variable in total else amount
    return total


def _scaled(modulus: Moduli, factor: Node) -> Moduli:
    return {variable: amount * factor for variable, amount in modulus.items()}


def _sum_of_squares(node: Node, known: Mapping[Node, Composition]) -> Judgement | None:
    """Σ rᵢ² for affine r, written as a product of r with itself."""
    if node.primitive.name != "einsum":
        return None
    inputs = node.params[0]
    if len(node.args) == 2 and node.args[0] is node.args[1] and inputs[0] == inputs[1]:
        inner = known[node.args[0]]
        if inner.curvature == AFFINE:
            if len(set(inputs[0])) < len(inputs[0]):  # a diagonal does not tell all entries
                return CONVEX, "squares of an affine argument, added", _NONE, _NOTHING
            return CONVEX, "squares of an affine argument, added", inner.strict, _scaled(inner.modulus, constant(2))
    return None


def _weighted(node: Node, mover: int, inner: Composition, facts: Facts) -> Judgement:
    """A linear function of one moving argument, with the others as weights."""
    others = [arg for k, arg in enumerate(node.args) if k != mover]
    keeps = _loses_nothing(node, mover) and all(facts.is_nonzero(arg) for arg in others)
    if inner.curvature == AFFINE:  # a sum of affine entries tells less than the entries
        keeps = keeps and not _adds_up(node)
        strict = inner.strict if keeps else _NONE
        return AFFINE, "linear in an affine argument", strict, _with_weights(node, inner.modulus, others, keeps, squared=True)
    if inner.curvature == UNKNOWN or (others and not node.primitive.is_weighted):
        return _SILENT
    sign = Sign.POSITIVE
    for arg in others:
        one = facts.sign(arg)
        if one.is_nonnegative:
            continue
        if not one.is_nonpositive:
            return _SILENT
        sign = sign.negated()
    strict = inner.strict if keeps else _NONE
    modulus = _with_weights(node, inner.modulus, others, keeps, squared=False, negative=sign.is_negative)
    if sign.is_positive:
        return inner.curvature, "weights that are not negative keep curvature", strict, modulus
    return inner.curvature.negated(), "weights that are not positive turn curvature round", strict, modulus


def _loses_nothing(node: Node, mover: int) -> bool:
    """Whether every entry of the moving argument goes into the result: a sum, a mean, a transpose, a product, a reshape."""
    if node.primitive.is_elementwise or node.primitive.name == "mean":
        return True
    if node.primitive.name == "einsum":
        labels = node.params[0][mover]
        return len(set(labels)) == len(labels)
    return node.primitive.is_view and _count(node.shape) == _count(node.args[mover].shape)


def _adds_up(node: Node) -> bool:
    """Whether entries are added, so that different arguments may give the same result."""
    if node.primitive.name == "einsum":
        return set().union(*node.params[0]) != set(node.params[1])
    return node.primitive.name == "mean"


def _with_weights(
    node: Node, modulus: Moduli, others: list[Node], keeps: bool, squared: bool, negative: bool = False
) -> Moduli:
    """Return the moduli after multiplication by weights, where these are numbers."""
    if not keeps or any(arg.shape for arg in others):
        return _NOTHING
    factor: Node = functools.reduce(operator.mul, others, constant(1))
    if negative:
        factor = -factor
    if node.primitive.name == "mean":
        arg = node.args[0]
        axes = {axis % arg.rank for axis in node.params[0]}
        factor = factor / size_node(size_product(tuple(size for axis, size in enumerate(arg.shape) if axis in axes)))
    return _scaled(modulus, factor**2 if squared else factor)


# -- f(g(x)) --------------------------------------------------------------------------------------------------


def _composed(node: Node, movers: list[int], known: Mapping[Node, Composition], facts: Facts) -> Judgement:
    record = node.primitive
    intervals = [facts.interval(arg) for arg in node.args]
    bend = record.curvature(node, *intervals) if callable(record.curvature) else record.curvature
    if bend == UNKNOWN:
        return _SILENT
    runs = _runs(node, intervals)
    convex = bool(bend & CONVEX) and all(_keeps(known[node.args[k]].curvature, runs[k], CONVEX) for k in movers)
    concave = bool(bend & CONCAVE) and all(_keeps(known[node.args[k]].curvature, runs[k], CONCAVE) for k in movers)
    found = Curvature((CONVEX if convex else 0) | (CONCAVE if concave else 0))
    if found == UNKNOWN:
        return _SILENT
    inner = known[node.args[movers[0]]]
    why = f"{record.name} is {_word(bend)}{_running(runs, movers)}, its argument {_word(inner.curvature)}"
    if len(movers) > 1 or not record.is_elementwise or found == AFFINE:
        return found, why, _NONE, _NOTHING
    strict, modulus = _sharpened(node, movers[0], inner, facts)
    return found, why, strict, modulus


def _sharpened(node: Node, k: int, inner: Composition, facts: Facts) -> tuple[frozenset[Node], Moduli]:
    """Return strictness and moduli of an elementwise function of one moving argument."""
    if inner.curvature == AFFINE:
        strict = inner.strict if node.primitive.strict else _NONE
        if not inner.modulus:
            return strict, _NOTHING
        least = _least_size(_slopes(node, k, 2), facts.interval(node.args[k]))
        return strict, _scaled(inner.modulus, constant(least)) if least else _NOTHING
    if not inner.strict and not inner.modulus:
        return _NONE, _NOTHING
    slope = _slopes(node, k, 1)
    interval = facts.interval(node.args[k])
    if slope is None:
        return _NONE, _NOTHING
    variable, formula = slope
    runs_strictly = Facts({variable: interval}).is_nonzero(formula)
    least = _least_size(slope, interval)
    return (inner.strict if runs_strictly else _NONE), (_scaled(inner.modulus, constant(least)) if least else _NOTHING)


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
    declared = node.primitive.monotone
    if callable(declared):
        declared = declared(node, *intervals)
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


# -- words ----------------------------------------------------------------------------------------------------


def _word(curvature: Curvature) -> str:
    return {CONVEX: "convex", CONCAVE: "concave", AFFINE: "affine"}.get(curvature, "unknown")
