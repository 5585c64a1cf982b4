"""The second derivative along a line, as a sum of squares of symbolic size.

For f(w + t·v) the second derivative in t is vᵀ∇²f·v, a formula in w and v. It is multiplied out into contractions, and each one
must be a *Gram form*: a half that contains v, the same half again, and in between matrices that are positive semidefinite.
So Xᵀ·D·X with D ≥ 0, sums of such terms, AᵀPA, Kronecker products and Hessians of four axes are all seen alike:
tr(V·S⁻¹·V·S⁻¹) is the form of V with S⁻¹ ⊗ S⁻¹, which is positive definite.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.1.5, where −log det is restricted to a line; Horn & Johnson,
*Topics in Matrix Analysis*, 1991, section 4.2, for Kronecker products.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symgd.curvature.domain import Domain
from symgd.curvature.findings import Curved, Found, shorten
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Conclusion, Premises, rule, step_by
from symgd.curvature.rules.forms import is_positive_definite, is_positive_semidefinite
from symgd.curvature.second_derivatives.hessian import has_kink
from symgd.curvature.second_derivatives.index_products import Expansion, Labels, Network
from symgd.derive.jacobian import directional_derivative
from symgd.errors import SymgdError
from symgd.graph.inference import Facts
from symgd.graph.node import Node, tensor
from symgd.graph.traversal import depends_on
from symgd.primitives.arithmetic import add
from symgd.rewrite.driver import simplify

__all__ = ["curvature_along_lines"]


@dataclass(frozen=True)
class GramForm:
    """The statement that a contraction is a Gram form in the directions of a line.

    Attributes
    ----------
    network : Network
    directions : frozenset of Node
    assumptions : mapping of Node to Sign or Interval
    sign : int
    definite : frozenset of Node
        Directions that are 0 where the form is.
    """

    network: Network
    directions: frozenset[Node]
    assumptions: Mapping[Node, Any]
    sign: int
    definite: frozenset[Node]


@dataclass(frozen=True)
class SecondAlong:
    """The statement that the second derivative along every line has a sign.

    Attributes
    ----------
    formula : Node
    wrt : tuple of Node
    domain : Domain
    sign : int
    is_strict : bool
        Whether it is 0 along no line.
    """

    formula: Node
    wrt: tuple[Node, ...]
    domain: Domain
    sign: int
    is_strict: bool


def curvature_along_lines(formula: Node, variables: Sequence[Node], domain: Domain) -> Found | None:
    """Return the curvature of a formula whose second derivative along every line is a sum of Gram forms, or None.

    The caller makes sure that the formula has no kinks and that its domain is convex.
    """
    wrt = tuple(variables)
    try:
        second, directions, networks = _networks(formula, wrt, domain)
    except (SymgdError, RecursionError):
        return None
    if not networks:
        return None
    context = (frozenset(directions), domain.assumptions())
    terms = [(network, _of_network(network, *context)) for network in networks]
    if any(conclusion is None for _, conclusion in terms):
        return None
    steps = [step_by(by_gram_form, (network, *context), term) for network, term in terms if term is not None]
    total = _of_terms(formula, wrt, domain, second, directions, [step.statement for step in steps])
    if total is None:
        return None
    shown = step_by(by_sum_of_gram_forms, (formula, wrt, domain), total, steps)
    conclusion = _of_second_derivative(total.statement)
    step = step_by(by_second_derivative_along_lines, (), conclusion, (shown,))
    return Found(conclusion.statement.kind, step, "by the second derivative along lines")


@rule
def by_gram_form(
    premises: Premises, network: Network, directions: frozenset[Node], assumptions: Mapping[Node, Any]
) -> Conclusion | None:
    """Conclude from a half, matrices that are positive semidefinite, and the same half."""
    return _of_network(network, directions, assumptions)


@rule
def by_sum_of_gram_forms(premises: Premises, formula: Node, wrt: tuple[Node, ...], domain: Domain) -> Conclusion | None:
    """Conclude from the signs of the terms of the second derivative, which is derived and multiplied out again."""
    second, directions, networks = _networks(formula, wrt, domain)
    about: dict[str, Any] = {"directions": frozenset(directions), "assumptions": domain.assumptions()}
    stated = [premises.find(GramForm, network=network, **about) for network in networks]
    known = [statement for statement in stated if statement is not None]
    return _of_terms(formula, wrt, domain, second, directions, known) if known and len(known) == len(stated) else None


@rule
def by_second_derivative_along_lines(premises: Premises) -> Conclusion | None:
    """Conclude the curvature from the second derivative along every line."""
    (statement,) = premises.of(SecondAlong)
    return None if has_kink(statement.formula, statement.wrt) else _of_second_derivative(statement)


def _of_network(network: Network, directions: frozenset[Node], assumptions: Mapping[Node, Any]) -> Conclusion | None:
    signed = _gram_sign(network, set(directions), Facts(assumptions))
    if signed is None:
        return None
    sign, definite = signed
    return Conclusion(
        GramForm(network, directions, assumptions, sign, frozenset(definite)),
        f"{network} {'≥' if sign > 0 else '≤'} 0",
        "a Gram form: a half, matrices that are positive semidefinite, and the same half",
    )


def _of_terms(
    formula: Node, wrt: tuple[Node, ...], domain: Domain, second: Node, directions: Sequence[Node], terms: Sequence[GramForm]
) -> Conclusion | None:
    signs = {term.sign for term in terms}
    if len(signs) != 1:
        return None
    (sign,) = signs
    is_strict = frozenset[Node]().union(*(term.definite for term in terms)) >= set(directions)
    claim = f"the second derivative along a line is {shorten(second)} {'≥' if sign > 0 else '≤'} 0"
    return Conclusion(SecondAlong(formula, wrt, domain, sign, is_strict), claim, "term by term")


def _of_second_derivative(statement: SecondAlong) -> Conclusion:
    kind = {
        (1, True): Kind.STRICTLY_CONVEX,
        (1, False): Kind.CONVEX,
        (-1, True): Kind.STRICTLY_CONCAVE,
        (-1, False): Kind.CONCAVE,
    }[statement.sign, statement.is_strict]
    because = "along every line its second derivative has this sign" + (
        ", and it is 0 along none" if statement.is_strict else ""
    )
    claim = f"{shorten(statement.formula)} is {kind.in_words}"
    return Conclusion(Curved(statement.formula, statement.wrt, statement.domain, kind), claim, because)


def _networks(formula: Node, wrt: tuple[Node, ...], domain: Domain) -> tuple[Node, list[Node], list[Network]]:
    """Return the second derivative along a line, the direction of the line, and the terms; none where there are too many."""
    second, directions = _second_derivative(formula, wrt, Facts(domain.assumptions()))
    return second, directions, [] if second.shape else Expansion().of(second) or []


def _second_derivative(formula: Node, wrt: Sequence[Node], facts: Facts) -> tuple[Node, list[Node]]:
    """Return vᵀ∇²f·v and the directions v, one for each variable."""
    directions = [
        tensor(f"V_{node.name}", node.shape, **({"symmetric": True} if node.facts.is_symmetric else {})) for node in wrt
    ]
    for _ in range(2):
        parts = [directional_derivative(formula, node, v) for node, v in zip(wrt, directions, strict=True)]
        formula = parts[0] if len(parts) == 1 else add.make(tuple(parts))
    return simplify([formula], facts).roots[0], directions


# -- Gram forms -----------------------------------------------------------------------------------------------


def _gram_sign(network: Network, directions: set[Node], facts: Facts) -> tuple[int, set[Node]] | None:
    """Return the sign of a Gram form, and the directions that it shows to be 0 where it is; None for any other network."""
    sign = 1 if network.coefficient > 0 else -1
    if network.output:
        return None
    weights, links, halves = [], [], []
    carried = depends_on(tuple(atom for atom, _ in network.factors), tuple(directions))
    for atom, labels in network.factors:
        if atom in carried:
            if atom not in directions and not _is_linear_in(atom, directions):
                return None
            halves.append((atom, labels))
        elif atom.rank == 2 and is_positive_semidefinite(atom) and labels[0] != labels[1]:
            links.append((atom, labels))
        else:
            weights.append((atom, labels))
    if len(halves) != 2 or halves[0][0] is not halves[1][0]:
        return None
    result = _match_halves(halves, links, weights, facts)
    if result is None:
        return None
    factor, definite = result
    return sign * factor, definite


def _is_linear_in(atom: Node, directions: set[Node]) -> bool:
    return atom.primitive.linear_in == "each" or (len(atom.args) == 1 and 0 in (atom.primitive.linear_in or ()))


Factor = tuple[Node, Labels]


def _match_halves(
    halves: Sequence[Factor], links: Sequence[Factor], weights: Sequence[Factor], facts: Facts
) -> tuple[int, set[Node]] | None:
    """Split a network into a half, what lies between, and the same half again.

    The two atoms that carry the direction are matched label by label (of a symmetric one also crosswise).
    """
    (first, left), (_, right) = halves
    turns = [right]
    if first.rank == 2 and first.is_symbol and first.facts.is_symmetric:
        turns.append(right[::-1])
    for turned in turns:
        mirror = _Mirror()
        if mirror.join(left, turned):
            completed = _complete(
                first, left, mirror, [*((*factor, True) for factor in links), *((*factor, False) for factor in weights)], facts
            )
            if completed is not None:
                return completed
    return None


class _Mirror:
    """Which label of one half is which of the other; a label that is its own image is summed once, in both halves together."""

    def __init__(self) -> None:
        self.image: dict[int, int] = {}
        self.side: dict[int, int] = {}

    def join(self, left: Labels, right: Labels) -> bool:
        """Enter the labels of an atom of the one half and of its image in the other; whether they fit."""
        for a, b in zip(left, right, strict=True):
            sides = {a: 0} if a == b else {a: -1, b: 1}
            if any(self.side.setdefault(label, side) != side for label, side in sides.items()):
                return False
            if self.image.setdefault(a, b) != b or self.image.setdefault(b, a) != a:
                return False
        return True

    def with_join(self, left: Labels, right: Labels) -> _Mirror | None:
        """Return the mirror after a join, or None where it does not fit."""
        trial = _Mirror()
        trial.image, trial.side = dict(self.image), dict(self.side)
        return trial if trial.join(left, right) else None

    def open_pairs(self) -> set[frozenset[int]]:
        """Return the pairs of labels that are no single label of both halves."""
        return {frozenset((a, b)) for a, b in self.image.items() if a != b}


Waiting = tuple[Node, Labels, bool]


def _complete(atom: Node, left: Labels, mirror: _Mirror, waiting: list[Waiting], facts: Facts) -> tuple[int, set[Node]] | None:
    """Give every other factor its place: a link between a label and its image, a weight on shared labels, or one of a pair.

    A pair of labels without a link is summed on both sides alone: that is a link by a matrix of ones, which is semidefinite.
    """
    sign, is_definite = 1, True
    linked: set[frozenset[int]] = set()
    progress = True
    while waiting and progress:
        progress = False
        for k, (node, labels, is_link) in enumerate(waiting):
            if is_link and mirror.image.get(labels[0]) == labels[1]:
                linked.add(frozenset(labels))
                is_definite = is_definite and is_positive_definite(node)
            elif all(mirror.side.get(label) == 0 for label in labels):
                weight = facts.sign(node)
                if not (weight.is_nonnegative or weight.is_nonpositive):
                    return None
                sign = sign if weight.is_nonnegative else -sign
                is_definite = is_definite and weight.is_nonzero
            else:
                partner = _partner(waiting, k, mirror)
                if partner is None:
                    continue
                other, mirror = partner
                open_labels = [label for label in labels if mirror.side[label] != 0]
                if is_link and is_positive_definite(node) and len(open_labels) == 1:  # L·P with an invertible P
                    linked.add(frozenset((open_labels[0], mirror.image[open_labels[0]])))
                else:
                    is_definite = False
                waiting = [factor for j, factor in enumerate(waiting) if j not in (k, other)]
                progress = True
                break
            waiting = waiting[:k] + waiting[k + 1 :]
            progress = True
            break
    if waiting:
        return None
    plain = atom.is_symbol and len(set(left)) == len(left)
    is_definite = is_definite and plain and mirror.open_pairs() <= linked
    return sign, ({atom} if is_definite else set())


def _partner(waiting: Sequence[Waiting], k: int, mirror: _Mirror) -> tuple[int, _Mirror] | None:
    """Return the other one of a pair, the same atom on the other side, and the mirror with the labels that this enters."""
    atom, labels, _ = waiting[k]
    known = {mirror.side[label] for label in labels if label in mirror.side} - {0}
    if not any(label in mirror.side for label in labels) or len(known) > 1:
        return None
    on_left = known != {1}
    for j, (other, theirs, _) in enumerate(waiting):
        if j == k or other is not atom:
            continue
        turns = [theirs]
        if atom.rank == 2 and is_positive_semidefinite(atom):
            turns.append(theirs[::-1])
        for turned in turns:
            trial = mirror.with_join(*((labels, turned) if on_left else (turned, labels)))
            if trial is not None:
                return j, trial
    return None
