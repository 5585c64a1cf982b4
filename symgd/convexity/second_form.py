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

import functools
from collections.abc import Sequence

from symgd.convexity.forms import is_positive_definite, is_positive_semidefinite
from symgd.convexity.found import Found, shorten
from symgd.convexity.networks import Expansion, Labels, Network
from symgd.convexity.proof import Step
from symgd.convexity.verdict import Kind
from symgd.derive.jacobian import directional_derivative
from symgd.errors import SymgdError
from symgd.graph.infer import Facts
from symgd.graph.node import Node, tensor
from symgd.graph.walk import depends_on
from symgd.primitives.arithmetic import add
from symgd.simplify.rewrite import simplify

__all__ = ["curvature_along_lines"]


def curvature_along_lines(formula: Node, wrt: Sequence[Node], facts: Facts) -> Found | None:
    """Return the curvature of a formula whose second derivative along every line is a sum of Gram forms, or None.

    The caller makes sure that the formula has no kinks and that its domain is convex.
    """
    try:
        second, directions = _second_derivative(formula, wrt, facts)
        networks = Expansion().of(second)
    except (SymgdError, RecursionError):
        return None
    if networks is None or second.shape:
        return None
    moving = set(directions)
    signs, definite, steps = set[int](), set[Node](), list[Step]()
    for network in networks:
        judged = _gram_sign(network, moving, facts)
        if judged is None:
            return None
        sign, of = judged
        signs.add(sign)
        definite |= of
        text = str(network)
        steps.append(
            Step(
                f"{text} {'≥' if sign > 0 else '≤'} 0",
                "a Gram form: a half, matrices that are positive semidefinite, and the same half",
                verify=functools.partial(_is_gram_of_sign, network, moving, facts, sign),
            )
        )
    if len(signs) != 1:
        return None
    (sign,) = signs
    is_strict = definite >= moving
    kinds = {
        (1, True): Kind.STRICTLY_CONVEX,
        (1, False): Kind.CONVEX,
        (-1, True): Kind.STRICTLY_CONCAVE,
        (-1, False): Kind.CONCAVE,
    }
    kind = kinds[sign, is_strict]
    shown = Step(
        f"the second derivative along a line is {shorten(second)} {'≥' if sign > 0 else '≤'} 0", "term by term", tuple(steps)
    )
    claim = f"{shorten(formula)} is {str(kind).lower().replace('_', ' ')}"
    because = "along every line its second derivative has this sign" + (", and it is 0 along none" if is_strict else "")
    return Found(kind, Step(claim, because, (shown,)), "by the second derivative along lines")


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


def _is_gram_of_sign(network: Network, directions: set[Node], facts: Facts, sign: int) -> bool:
    found = _gram_sign(network, directions, Facts(facts.assumptions))
    return found is not None and found[0] == sign


def _is_linear_in(atom: Node, directions: set[Node]) -> bool:
    return atom.primitive.linear_in == "each" or (len(atom.args) == 1 and 0 in (atom.primitive.linear_in or ()))


Factor = tuple[Node, Labels]


def _match_halves(
    halves: Sequence[Factor], links: Sequence[Factor], weights: Sequence[Factor], facts: Facts
) -> tuple[int, set[Node]] | None:
    """Split a network into a half, what lies between, and the same half again.

    The two atoms that carry the direction are matched label by label (of a symmetric one also crosswise). Other atoms join one
    of the halves and need a partner in the other; labels that both halves share are summed once, which is the identity in
    between; matrices that are positive semidefinite may connect a label with its image.
    """
    (first, left), (_, right) = halves
    turns = [right]
    if first.rank == 2 and first.is_symbol and first.facts.is_symmetric:
        turns.append(right[::-1])
    for turned in turns:
        image = _images(left, turned)
        if image is None:
            continue
        found = _complete(first, left, image, list(links), list(weights), facts)
        if found is not None:
            return found
    return None


def _images(left: Labels, right: Labels) -> dict[int, int] | None:
    """Return the label that mirrors each label, or None where one would have two images."""
    image: dict[int, int] = {}
    for a, b in zip(left, right, strict=True):
        if image.setdefault(a, b) != b or image.setdefault(b, a) != a:
            return None
    return image


def _complete(
    atom: Node, left: Labels, image: dict[int, int], links: list[Factor], weights: list[Factor], facts: Facts
) -> tuple[int, set[Node]] | None:
    """Give every other factor its place: a link between a label and its image, a weight on shared labels, or one of a pair."""
    sign, is_definite = 1, True
    rest = [(one, labels, True) for one, labels in links] + [(one, labels, False) for one, labels in weights]
    waiting = list(rest)
    progress = True
    while waiting and progress:
        progress = False
        for k, (one, labels, is_link) in enumerate(waiting):
            if is_link and image.get(labels[0]) == labels[1]:
                is_definite = is_definite and is_positive_definite(one)
            elif not labels or all(image.get(label) == label for label in labels):
                weight = facts.sign(one)
                if weight.is_nonpositive and not weight.is_nonnegative:
                    sign = -sign
                elif not weight.is_nonnegative:
                    return None
                is_definite = is_definite and weight.is_nonzero
            elif (partner := _partner(waiting, k, image)) is not None:
                for index in sorted((k, partner), reverse=True):
                    waiting.pop(index)
                is_definite = is_definite and is_link and is_positive_definite(one)
                progress = True
                break
            else:
                continue
            waiting.pop(k)
            progress = True
            break
    if waiting:
        return None
    plain = atom.is_symbol and len(set(left)) == len(left)
    return sign, ({atom} if is_definite and plain else set())


def _partner(waiting: Sequence[tuple[Node, Labels, bool]], k: int, image: dict[int, int]) -> int | None:
    """Return the other one of a pair: the same atom with every label mirrored; labels met first are entered as images."""
    one, labels, _ = waiting[k]
    if not any(label in image for label in labels):
        return None
    for j, (other, theirs, _) in enumerate(waiting):
        if j == k or other is not one:
            continue
        turns = [theirs]
        if one.rank == 2 and is_positive_semidefinite(one):
            turns.append(theirs[::-1])
        for turned in turns:
            trial = dict(image)
            if all(trial.setdefault(a, b) == b and trial.setdefault(b, a) == a for a, b in zip(labels, turned, strict=True)):
                image.update(trial)
                return j
    return None
