"""The composition theorem, written once over the primitives' declared facts.

f(g₁, …) is convex where f is convex and, in each argument, f rises and gᵢ is convex, or f falls and gᵢ is concave,
or gᵢ is affine.
Sums and contractions with weights of known sign keep curvature. This is the proof for formulas with kinks, and for
all sizes at once.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symgd.graph.facts import Curvature, Interval, Monotone, Sign
from symgd.graph.infer import Facts
from symgd.graph.node import Node
from symgd.graph.walk import depends_on, toposort

__all__ = ["Composition", "compose"]

CONVEX, CONCAVE, AFFINE, UNKNOWN = Curvature.CONVEX, Curvature.CONCAVE, Curvature.AFFINE, Curvature.UNKNOWN


@dataclass(frozen=True)
class Composition:
    """What the theorem says of every node.

    Attributes
    ----------
    curvature : Curvature
        Of the formula.
    steps : list of str
        One line for each node that moves, in order.
    obstacle : Node or None
        The first node about which nothing could be said.
    """

    curvature: Curvature
    steps: list[str]
    obstacle: Node | None


def compose(formula: Node, wrt: Iterable[Node], facts: Facts) -> Composition:
    """Apply the composition theorem to every node of a formula."""
    moving = depends_on((formula,), wrt)
    curvature: dict[Node, Curvature] = {}
    steps: list[str] = []
    obstacle: Node | None = None
    variables = set(wrt)
    for node in toposort((formula,)):
        if node not in moving or node in variables:
            curvature[node] = AFFINE
            continue
        found, why = _judge(node, curvature, moving, facts)
        curvature[node] = found
        if found == UNKNOWN:
            obstacle = node if obstacle is None else obstacle
        else:
            steps.append(f"{_word(found)}: {_short(node)}  ({why})")
    return Composition(curvature[formula], steps, obstacle)


def _short(node: Node) -> str:
    text = str(node)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _word(curvature: Curvature) -> str:
    return {CONVEX: "convex", CONCAVE: "concave", AFFINE: "affine"}.get(curvature, "unknown")


def _judge(node: Node, known: dict[Node, Curvature], moving: set[Node], facts: Facts) -> tuple[Curvature, str]:
    record = node.primitive
    movers = [k for k, arg in enumerate(node.args) if arg in moving]
    if record.linear_in == "each" and not record.is_weighted:
        return _all(known[arg] for arg in node.args), "it keeps what all its terms have"
    square = _sum_of_squares(node, known)
    if square:
        return square
    if len(movers) == 1 and record.is_linear_in(movers[0]):
        return _weighted(node, movers[0], known, facts)
    if record.conditional or (record.is_weighted and len(movers) > 1):
        return UNKNOWN, ""
    intervals = [facts.interval(arg) for arg in node.args]
    bend = record.curvature(node, *intervals) if callable(record.curvature) else record.curvature
    if bend == UNKNOWN:
        return UNKNOWN, ""
    runs = _runs(node, intervals)
    convex = bool(bend & CONVEX) and all(_keeps(known[node.args[k]], runs[k], CONVEX) for k in movers)
    concave = bool(bend & CONCAVE) and all(_keeps(known[node.args[k]], runs[k], CONCAVE) for k in movers)
    found = Curvature((CONVEX if convex else 0) | (CONCAVE if concave else 0))
    return found, f"{record.name} is {_word(bend)}{_running(runs, movers)}, its argument {_word(known[node.args[movers[0]]])}"


def _all(curvatures: Iterable[Curvature]) -> Curvature:
    total = AFFINE
    for one in curvatures:
        total &= one
    return total


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


def _weighted(node: Node, mover: int, known: dict[Node, Curvature], facts: Facts) -> tuple[Curvature, str]:
    """A linear function of one moving argument, with the others as weights."""
    inner = known[node.args[mover]]
    if inner == AFFINE:
        return AFFINE, "linear in an affine argument"
    if len(node.args) > 1 and not node.primitive.is_weighted:
        return UNKNOWN, ""
    sign = Sign.POSITIVE
    for k, arg in enumerate(node.args):
        if k != mover:
            one = facts.sign(arg)
            if one.is_nonnegative:
                continue
            if one.is_nonpositive:
                sign = sign.negated()
            else:
                return UNKNOWN, ""
    if sign.is_positive:
        return inner, "weights that are not negative keep curvature"
    return inner.negated(), "weights that are not positive turn curvature round"


def _sum_of_squares(node: Node, known: dict[Node, Curvature]) -> tuple[Curvature, str] | None:
    """Σ rᵢ² for affine r, written as a product of r with itself; xᵀPx for a matrix declared positive semidefinite."""
    if node.primitive.name != "einsum":
        return None
    inputs, output = node.params
    if len(node.args) == 2 and node.args[0] is node.args[1] and inputs[0] == inputs[1] and known[node.args[0]] == AFFINE:
        return CONVEX, "squares of an affine argument, added"
    if len(node.args) == 3 and output == ():
        for k, arg in enumerate(node.args):
            first, second = (one for j, one in enumerate(node.args) if j != k)
            ends = {inputs[j] for j in range(3) if j != k}
            psd = arg.is_symbol and arg.facts.is_positive_semidefinite
            if psd and first is second and known[first] == AFFINE and ends == {inputs[k][:1], inputs[k][1:]}:
                return CONVEX, f"a quadratic form with {arg.name} positive semidefinite"
    return None
