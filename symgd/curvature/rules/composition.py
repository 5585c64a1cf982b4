"""The composition theorem applied to every node of a formula, over the primitives' declared facts.

f(g₁, …) is convex where f is convex and, in each argument, f rises and gᵢ is convex, or f falls and gᵢ is concave,
or gᵢ is affine. Sums and contractions with weights of known sign keep curvature. This is the proof for formulas with kinks,
and for all sizes at once.

Strictness and the modulus are carried along: it is known of every node in which variables a sum of its entries is strictly
convex, and a number m for each such that subtracting m/2·‖v‖² leaves it convex.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.2; Nesterov, *Introductory Lectures on Convex Optimization*, 2004,
section 2.1.3.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symgd.curvature.findings import shorten
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.rules.forms import is_square
from symgd.curvature.rules.lifting import Lifted, lift
from symgd.curvature.rules.theorem import (
    AFFINE,
    CONCAVE,
    CONVEX,
    NO_MODULI,
    NO_VARIABLES,
    UNKNOWN,
    Composition,
    added,
    curvature_of_node,
    scaled,
    word_for,
)
from symgd.evaluation.effort import Effort
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.traversal import depends_on, toposort

__all__ = ["Composed", "Question", "compose", "compose_all"]


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
    """What a decision has asked for of the nodes below; it is looked up when it is asked for.

    Parameters
    ----------
    decide : callable
        Returns what is known of a node that moves.
    moving : set of Node
    """

    def __init__(self, decide: Callable[[Node], Composition], moving: set[Node]) -> None:
        super().__init__()
        self._decide, self._moving = decide, moving

    def __missing__(self, node: Node) -> Composition:
        self[node] = self._decide(node) if node in self._moving else _CONSTANT
        return self[node]

    def steps(self) -> list[Step]:
        """Return the proofs of what was asked for."""
        return [composition.step for node, composition in self.items() if node in self._moving]

    @staticmethod
    def from_premises(premises: Premises, question: Question, moving: set[Node]) -> Known:
        """Return what premises say of nodes; asking for another one is a LookupError."""

        def composition_of(node: Node) -> Composition:
            stated = premises.find(Composed, node=node, question=question)
            if stated is None:
                raise LookupError(f"no premise tells of {node}")
            return stated.says

        return Known(composition_of, moving)


def compose(formula: Node, wrt: Iterable[Node], facts: Facts, effort: Effort | None = None) -> Composition:
    """Apply the composition theorem to every node of a formula, and return what it says of the last."""
    known = compose_all(formula, wrt, facts, effort)
    obstacle = next((node for node, composition in known.items() if composition.curvature == UNKNOWN), None)
    return dataclasses.replace(known[formula], obstacle=obstacle)


def compose_all(formula: Node, wrt: Iterable[Node], facts: Facts, effort: Effort | None = None) -> dict[Node, Composition]:
    """Return what the theorem says of every node, arguments before what uses them.

    Until the effort is used up, functions of entries are decided on scalars where the theorem does not apply.
    """
    effort = effort or Effort()
    variables = frozenset(wrt)
    question = Question(variables, facts.assumptions)
    moving = depends_on((formula,), variables)
    known: dict[Node, Composition] = {}
    is_scalar = not any(node.shape for node in variables)  # the whole of such a formula is decided by its own Hessian
    for node in toposort((formula,)):
        if node not in moving:
            known[node] = _CONSTANT
        else:
            patience = None if node is formula and is_scalar else effort
            known[node] = _of_node(node, Known(known.__getitem__, moving), question, facts, moving, patience)
    return known


def _of_node(
    node: Node, known: Known, question: Question, facts: Facts, moving: set[Node], effort: Effort | None
) -> Composition:
    """Decide one node, and keep the reason as a step that can be derived again."""
    composition, why = _says(node, known, question, facts, moving)
    if composition.curvature == UNKNOWN and effort is not None and not effort.is_used_up:
        lifted = lift(node, known, question.wrt, facts, effort)
        if lifted is not None:
            known.clear()
            conclusion = _from_entries(node, lifted.statement, known, question, facts, moving)
            if conclusion is not None:
                step = step_by(by_entries, (node, question), conclusion, (*known.steps(), lifted))
                says: Composition = conclusion.statement.says
                return dataclasses.replace(says, step=step)
    step = step_by(by_composition, (node, question), _conclusion(node, question, composition, why), known.steps())
    return dataclasses.replace(composition, step=step)


def _says(node: Node, known: Known, question: Question, facts: Facts, moving: set[Node]) -> tuple[Composition, str]:
    """Return what the theorem says of a node, given what is known below, and why."""
    if node in question.wrt:
        return Composition(AFFINE, frozenset([node]), {node: constant(1)}), ""
    curvature, why, strict, modulus = curvature_of_node(node, known, moving, facts)
    return Composition(curvature, strict, modulus, is_square(node, known, moving, facts)), why


def _conclusion(node: Node, question: Question, composition: Composition, why: str) -> Conclusion:
    claim = f"{node} is a variable" if node in question.wrt else f"{word_for(composition.curvature)}: {shorten(node, 80)}"
    return Conclusion(Composed(node, question, composition), claim, why)


@rule
def by_composition(premises: Premises, node: Node, question: Question) -> Conclusion | None:
    """Apply the theorem to one node."""
    moving = depends_on((node,), question.wrt)
    known = Known.from_premises(premises, question, moving)
    composition, because = _says(node, known, question, Facts(question.assumptions), moving)
    if composition.curvature == UNKNOWN:
        premises.of(object)  # nothing follows from them
    return _conclusion(node, question, composition, because)


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
    if any(composition.curvature != AFFINE for composition in inner):
        return None
    strict, modulus = NO_VARIABLES, NO_MODULI
    if lifted.kind in (Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONCAVE):
        strict = frozenset().union(*(composition.strict for composition in inner))
    if lifted.modulus is not None and getattr(lifted.modulus, "is_Rational", False):
        amount = Fraction(int(lifted.modulus.p), int(lifted.modulus.q))
        modulus = scaled(added([composition.modulus for composition in inner]), constant(amount))
    composition = Composition(curvature, strict, modulus, is_square(node, known, moving, facts))
    return _conclusion(node, question, composition, "entry by entry, of affine arguments")


# -- f(g(x)) --------------------------------------------------------------------------------------------------


# -- words ----------------------------------------------------------------------------------------------------
