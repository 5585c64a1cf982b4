"""Other forms of functions around a point where their own derivative has no power series.

    Γ(x) = Γ(x + n + 1)/(x(x + 1)⋯(x + n)),   Ci x = γ + log x + Σ (−1)ᵏx²ᵏ/(2k·(2k)!),   |x| = −x left of 0

A form has the same values, and a series that follows from those of its parts: poles are quotients, logarithmic singularities
products with the logarithm, and known power series stand as nodes of their own.
"""

from __future__ import annotations

from symgd.derive.taylor.expansion_point import Place
from symgd.derive.taylor.forms.kinks import AT_KINKS, BETWEEN_JUMPS
from symgd.derive.taylor.forms.known_series import KNOWN_AROUND, KNOWN_BESIDE
from symgd.derive.taylor.forms.logarithms import WITH_LOGARITHMS
from symgd.derive.taylor.forms.poles import AT_POLES
from symgd.derive.taylor.forms.power_series import Form
from symgd.graph.node import Node

__all__ = ["form_at", "form_beside"]

_AROUND: dict[str, Form] = {**AT_POLES, **BETWEEN_JUMPS, **KNOWN_AROUND}
"""Forms that hold on both sides of a point."""
_BESIDE: dict[str, Form] = {**WITH_LOGARITHMS, **KNOWN_BESIDE, **AT_KINKS}
"""Forms that hold on the right side of a point."""


def form_at(node: Node, place: Place) -> Node | None:
    """Return another form of a function around a point, on both sides of it; None where its own rules serve."""
    rule = _AROUND.get(node.primitive.name)
    return None if rule is None else rule(node, place)


def form_beside(node: Node, place: Place) -> Node | None:
    """Return another form of a function on the right side of the point; None where its own rules serve."""
    record = node.primitive
    rule = _BESIDE.get(record.name)
    if rule is not None:
        return rule(node, place)
    if record.kinks is not None and record.definition is not None:
        return record.definition(*node.args)
    return None
