"""Log-convexity and quasiconvexity of every node of a formula, for all sizes at once, with kinks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from symgd.curvature.findings import shorten
from symgd.curvature.kinds.entries import domain_of_scalar, leaves_on_lines, scalar_of, shape_of_entry
from symgd.curvature.kinds.node_rules import AFFINE, CONCAVE, CONVEX, UNKNOWN, Reason, log_rules, quasi_rules
from symgd.curvature.kinds.one_variable import OneVariable
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.rules.composition import Composed, Question, compose, compose_all
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.traversal import depends_on, toposort

__all__ = ["Shape", "Shaped", "shape_of"]


@dataclass(frozen=True)
class Shape:
    """What is known of a node.

    Attributes
    ----------
    log : Curvature
        CONVEX where it is log-convex, CONCAVE where it is log-concave.
    quasi : Curvature
        CONVEX where it is quasiconvex, CONCAVE where it is quasiconcave.
    """

    log: Curvature = UNKNOWN
    quasi: Curvature = UNKNOWN


@dataclass(frozen=True)
class Shaped:
    """The statement of a step: what is known of one node.

    Attributes
    ----------
    node : Node
    question : Question
    shape : Shape
    """

    node: Node
    question: Question
    shape: Shape


class _Source(Protocol):
    """Where statements about other nodes come from: a search, or the premises of a step."""

    def composed(self, node: Node) -> tuple[Curvature, Step | None]: ...

    def shaped(self, node: Node) -> tuple[Shape, Step | None]: ...


class _Known:
    """What is known of other nodes; steps that say something are kept."""

    def __init__(self, source: _Source, question: Question, facts: Facts) -> None:
        self.source, self.question, self.facts = source, question, facts
        self.asked: list[Step] = []

    def curvature(self, node: Node) -> Curvature:
        if node in self.question.wrt or not self._moves(node):
            return AFFINE
        return self._kept(*self.source.composed(node))

    def log(self, node: Node) -> Curvature:
        if not self._moves(node):
            return AFFINE if self.facts.is_nonnegative(node) else UNKNOWN
        shape, step = self._shape(node)
        return self._kept(shape.log, step)

    def quasi(self, node: Node) -> Curvature:
        if not self._moves(node):
            return AFFINE
        shape, step = self._shape(node)
        return self._kept(shape.quasi, step)

    def _shape(self, node: Node) -> tuple[Shape, Step | None]:
        if node in self.question.wrt:
            return Shape(CONCAVE if self.facts.is_nonnegative(node) else UNKNOWN, AFFINE), None
        return self.source.shaped(node)

    def _moves(self, node: Node) -> bool:
        return node in depends_on((node,), self.question.wrt)

    def _kept(self, curvature: Curvature, step: Step | None) -> Curvature:
        if curvature != UNKNOWN and step is not None:
            self.asked.append(step)
        return curvature


def shape_of(formula: Node, wrt: Iterable[Node], facts: Facts, effort: Effort) -> tuple[Shape, Step | None]:
    """Return what is known of a formula that moves, with the proof.

    Parameters
    ----------
    formula : Node
    wrt : iterable of Node
    facts : Facts
    effort : Effort
    """
    search = _Search(formula, Question(frozenset(wrt), facts.assumptions), facts, effort)
    for node in toposort((formula,)):
        if node not in search.question.wrt and node in search.moving:
            search.shapes[node] = search.decide(node)
    return search.shaped(formula)


class _Search:
    """The shapes of the nodes of a formula, arguments before what uses them."""

    def __init__(self, formula: Node, question: Question, facts: Facts, effort: Effort) -> None:
        self.question, self.facts, self.effort = question, facts, effort
        self.moving = depends_on((formula,), question.wrt)
        self.compositions = compose_all(formula, question.wrt, facts, effort)
        self.shapes: dict[Node, tuple[Shape, Step | None]] = {}

    def composed(self, node: Node) -> tuple[Curvature, Step | None]:
        if node not in self.compositions:
            self.compositions[node] = compose(node, self.question.wrt, self.facts, self.effort)
        composition = self.compositions[node]
        is_known = isinstance(composition.step.statement, Composed)
        return (composition.curvature, composition.step) if is_known else (UNKNOWN, None)

    def shaped(self, node: Node) -> tuple[Shape, Step | None]:
        return self.shapes.get(node, (Shape(), None))

    def decide(self, node: Node) -> tuple[Shape, Step | None]:
        known = _Known(self, self.question, self.facts)
        shape, because, premises = _decided(node, known, self.moving)
        if shape.quasi == UNKNOWN and not self.effort.is_used_up:
            return self._of_entry(node, known)
        conclusion = _conclusion(node, self.question, shape, because)
        return shape, step_by(by_shape_rules, (node, self.question), conclusion, premises)

    def _of_entry(self, node: Node, known: _Known) -> tuple[Shape, Step | None]:
        for leaves in leaves_on_lines(node, known.quasi, self.moving):
            known.asked.clear()
            step = shape_of_entry(node, leaves, self.moving, self.facts, self.effort)
            if step is None or not _is_on_lines(leaves, known, self.moving):
                continue
            conclusion = _from_entry(node, self.question, step.statement)
            premises = (*known.asked, step)
            return conclusion.statement.shape, step_by(by_shape_of_entry, (node, leaves, self.question), conclusion, premises)
        return Shape(), None


def _is_on_lines(leaves: Sequence[Node], known: _Known, moving: set[Node]) -> bool:
    """Whether every leaf that moves is monotone along every line."""
    return all(known.quasi(leaf) == AFFINE for leaf in leaves if leaf in moving)


def _decided(node: Node, known: _Known, moving: set[Node]) -> tuple[Shape, str, list[Step]]:
    """Return what rules say of a node, why, and the premises."""
    log_shape, log_why, log_steps = _first(log_rules(node, known, moving, known.facts), known, "log-")
    quasi, why, steps = _first(quasi_rules(node, log_shape, known, moving, known.facts), known, "quasi")
    because = "; ".join(dict.fromkeys(reason for reason in (*log_why, *why) if not reason.startswith("it is log-")))
    return Shape(log_shape, quasi), because, [*log_steps, *steps]


def _first(reasons: Iterator[Reason], known: _Known, prefix: str) -> tuple[Curvature, list[str], list[Step]]:
    """Return what reasons say together, the first for each, and what these rest on."""
    shape, why, steps = UNKNOWN, list[str](), list[Step]()
    while shape != AFFINE:
        known.asked.clear()
        reason = next(reasons, None)
        if reason is None:
            break
        more = reason.shape & ~shape
        if more:
            shape |= more
            why.append(reason.why.format(_word(reason.shape)))
            steps += known.asked
    return shape, why, steps


def _word(shape: Curvature) -> str:
    return {CONVEX: "convex", CONCAVE: "concave"}.get(shape, "linear")


def _conclusion(node: Node, question: Question, shape: Shape, because: str) -> Conclusion:
    return Conclusion(Shaped(node, question, shape), f"{_words(shape)}: {shorten(node, 80)}", because)


def _words(shape: Shape) -> str:
    log = {CONVEX: ["log-convex"], CONCAVE: ["log-concave"], AFFINE: ["log-affine"]}.get(shape.log, [])
    quasi = {CONVEX: ["quasiconvex"], CONCAVE: ["quasiconcave"], AFFINE: ["quasilinear"]}.get(shape.quasi, [])
    implied = {CONVEX: CONVEX, CONCAVE: CONCAVE, AFFINE: AFFINE}.get(shape.log, UNKNOWN) == shape.quasi
    return " and ".join(log + ([] if implied and log else quasi)) or "unknown"


class _Stated:
    """What premises state of nodes; what they do not is unknown."""

    def __init__(self, premises: Premises, question: Question) -> None:
        self.premises, self.question = premises, question

    def composed(self, node: Node) -> tuple[Curvature, Step | None]:
        stated = self.premises.find(Composed, node=node, question=self.question)
        return (UNKNOWN if stated is None else stated.says.curvature), None

    def shaped(self, node: Node) -> tuple[Shape, Step | None]:
        stated = self.premises.find(Shaped, node=node, question=self.question)
        return (Shape() if stated is None else stated.shape), None


@rule
def by_shape_rules(premises: Premises, node: Node, question: Question) -> Conclusion | None:
    """Apply the rules for log-convexity and quasiconvexity to one node."""
    known = _Known(_Stated(premises, question), question, Facts(question.assumptions))
    shape, because, _ = _decided(node, known, depends_on((node,), question.wrt))
    return _conclusion(node, question, shape, because)


@rule
def by_shape_of_entry(premises: Premises, node: Node, leaves: tuple[Node, ...], question: Question) -> Conclusion | None:
    """Conclude from the function of one number that the entries of a node are, of what is monotone along every line."""
    facts, moving = Facts(question.assumptions), depends_on((node,), question.wrt)
    known = _Known(_Stated(premises, question), question, facts)
    written = scalar_of(node, leaves, moving, facts)
    if written is None:
        return None
    stated = premises.find(OneVariable, formula=written.formula, variable=written.variables[0])
    if stated is None or not _is_on_lines(leaves, known, moving) or stated.domain != domain_of_scalar(written):
        return None
    return _from_entry(node, question, stated)


def _from_entry(node: Node, question: Question, stated: OneVariable) -> Conclusion:
    because = f"each entry is {stated.formula} with a {stated.variable.name} that is monotone along every line"
    return _conclusion(node, question, Shape(UNKNOWN, stated.shape), because)
