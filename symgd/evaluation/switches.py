"""The places where a formula changes its branch: expressions whose sign decides, and the sides that points have visited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.assumptions import Sign
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.traversal import toposort

__all__ = ["Sides", "rankings_of", "squares_under_roots_of", "switches_of", "thresholds_of", "without_known"]

Side = tuple[Node, int]
_LARGEST = 1e300
_EXTREMES = {"max": "max", "max_weights": "max", "min": "min", "min_weights": "min"}


def switches_of(formulas: Iterable[Node]) -> list[Node]:
    """Return the expressions whose zeros are the kinks and the jumps of formulas: x for abs(x), x - y for x < y."""
    switches: dict[Node, None] = {}
    for node in toposort(formulas):
        if node.primitive.kinks is not None and node.primitive.is_elementwise:
            switches.update((switch, None) for switch in node.primitive.kinks(*node.args) if not switch.is_constant)
    return list(switches)


def squares_under_roots_of(formulas: Iterable[Node]) -> list[Node]:
    """Return what is squared under roots: x for sqrt(x**2), which is abs(x)."""
    powers = [node for node in toposort(formulas) if node.primitive.name == "pow"]
    return list(dict.fromkeys(base for node in powers for base in _squared(*node.args)))


def _squared(base: Node, exponent: Node) -> list[Node]:
    if not exponent.is_exact or Fraction(exponent.value).denominator == 1:
        return []
    factors = base.args if base.primitive.name == "mul" else (base,)
    powers = [
        factor
        for factor in factors
        if factor.primitive.name == "pow" and factor.args[1].is_exact and not factor.args[0].is_constant
    ]
    return [power.args[0] for power in powers if Fraction(power.args[1].value) % 2 == 0]


def rankings_of(formulas: Iterable[Node]) -> list[Node]:
    """Return the entries beside the largest or smallest, where one of them decides: x - max(x) is 0 where x is largest."""
    rankings: dict[Node, None] = {}
    for node in toposort(formulas):
        if node.primitive.name in _EXTREMES:
            (x,), (axes,) = node.args, node.params
            rankings[x - FUNCTIONS[_EXTREMES[node.primitive.name]](x, axes, len(axes) < x.rank)] = None
    return list(rankings)


def without_known(switches: Iterable[Node], known: Iterable[Node]) -> list[Node]:
    """Return the switches that are none of the known ones with either sign: y - x changes its sign where x - y does."""
    terms = {frozenset(switch.args if switch.primitive.name == "add" else (switch,)) for switch in known}
    terms |= {frozenset(-part for part in parts) for parts in terms}
    return [
        switch for switch in switches if frozenset(switch.args if switch.primitive.name == "add" else (switch,)) not in terms
    ]


def thresholds_of(switches: Iterable[Node]) -> list[float]:
    """Return the numbers that stand in switches: 5 in x - 5."""
    numbers: set[Any] = {
        abs(node.value) for node in toposort(switches) if node.is_constant and not isinstance(node.value, bool)
    }
    return sorted(float(number) for number in numbers if 0 < number < _LARGEST)


class Sides:
    """Which sides of its switches a formula has been seen on.

    Parameters
    ----------
    switches : sequence of Node
    facts : Facts
        What is known where the formula is defined: a norm has no negative side.
    """

    def __init__(self, switches: Sequence[Node], facts: Facts) -> None:
        self.switches = list(switches)
        self.missing: set[Side] = {
            (node, side)
            for node in switches
            for side, sign in ((-1, Sign.NEGATIVE), (1, Sign.POSITIVE))
            if facts.sign(node) & sign
        }

    def visit(self, values: Mapping[Node, Any], sizes: Mapping[str, int]) -> set[Side]:
        """Return the sides that are missing and that a point lies on."""
        if not self.missing:
            return set()
        signs = evaluate_precisely(self.switches, values, sizes, digits=20)
        return {
            (node, side)
            for node, value in zip(self.switches, signs, strict=True)
            for side in (-1, 1)
            if (node, side) in self.missing and any(mpmath.isfinite(entry) and entry * side > 0 for entry in value.flat)
        }

    def note(self, sides: set[Side]) -> None:
        """Remove sides from the missing ones."""
        self.missing -= sides
