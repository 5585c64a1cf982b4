"""Functions with kinks and jumps: on one side of the point they are smooth; |x| = −x left of 0, ⌊x⌋ is a constant."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from symgd.derive.taylor.expansion_point import Place
from symgd.derive.taylor.forms.power_series import Form
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.piecewise import floor, maximum
from symgd.primitives.trigonometric import pi

__all__ = ["AT_KINKS", "BETWEEN_JUMPS"]


def _absolute(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    return mul.make((constant(place.sign(x)), x))


def _sign(node: Node, place: Place) -> Node | None:
    return constant(place.sign(node.args[0]))


def _larger(node: Node, place: Place) -> Node | None:
    x, y = node.args
    return x if (place.sign(x - y) >= 0) == (node.primitive is maximum) else y


def _step(node: Node, place: Place) -> Node | None:
    """Between two whole numbers, floor and ceil are constants."""
    value = place.value(node.args[0])
    if value is None or not value.is_number or value.is_integer:
        return None
    rounded = sp.floor(value) if node.primitive is floor else sp.ceiling(value)
    return constant(int(rounded)) if rounded.is_Integer and not place.is_zero(value - sp.Integer(round(value))) else None


def _step_at_a_jump(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    value = place.value(x)
    if value is None or not value.is_Integer:
        return None
    sign = place.sign(x - constant(int(value)))
    return constant(int(value) + (min(sign, 0) if node.primitive is floor else max(sign, 0)))


def _cube_root(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    sign = place.sign(x)
    return sign * pow.make((sign * x, constant(Fraction(1, 3)))) if sign else constant(0)


def _arc_tangent(node: Node, place: Place) -> Node | None:
    """At a pole, atan x = ±π/2 − atan(1/x)."""
    (x,) = node.args
    return place.sign(x) * pi / 2 - FUNCTIONS["atan"](1 / x) if place.value(x) is None else None


def _angle(node: Node, place: Place) -> Node | None:
    """The angle of (x, y): atan(y/x) right of the axis, ±π/2 − atan(x/y) elsewhere, and from ±π on left of it."""
    y, x = node.args
    values = [place.value(coordinate) for coordinate in node.args]
    if not any(value is None for value in values) and not place.is_zero(values[1]):
        turned = constant(0) if place.sign(x) > 0 else (1 if place.sign(y) >= 0 else -1) * pi
        return turned + FUNCTIONS["atan"](y / x)
    right, above = place.sign(x), place.sign(y)
    if right > 0:
        return FUNCTIONS["atan"](y / x)
    return above * pi / 2 - FUNCTIONS["atan"](x / y) if above else None


BETWEEN_JUMPS: dict[str, Form] = {"floor": _step, "ceil": _step}
"""Forms that hold on both sides of a point."""
AT_KINKS: dict[str, Form] = {
    "abs": _absolute,
    "sign": _sign,
    "maximum": _larger,
    "minimum": _larger,
    "floor": _step_at_a_jump,
    "ceil": _step_at_a_jump,
    "cbrt": _cube_root,
    "atan": _arc_tangent,
    "atan2": _angle,
}
"""Forms that hold on the right side of a point."""
