"""Functions with a known power series where the equations of their slopes are singular: Li_s, Φ, P_n, γ(s, x), J_n and I_n."""

from __future__ import annotations

import sympy as sp

from symgd.derive.taylor.expansion_point import Place
from symgd.derive.taylor.forms.power_series import Form, applied, power_series
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS

__all__ = ["KNOWN_AROUND", "KNOWN_BESIDE"]


def _polylog(node: Node, place: Place) -> Node | None:
    s, x = node.args
    if place.value(x) != 0 or place.does_move(s):
        return None
    order = place.value(s)
    return power_series(lambda k: sp.Integer(k) ** -order if k else sp.Integer(0), x)


def _lerchphi(node: Node, place: Place) -> Node | None:
    x, s, a = node.args
    if place.value(x) != 0 or place.does_move(s) or place.does_move(a):
        return None
    order, start = place.value(s), place.value(a)
    return power_series(lambda k: (start + k) ** -order, x)


def _legendre(node: Node, place: Place) -> Node | None:
    """P_n(1 − 2v) = Σ (−n)_k(n + 1)_k/k!²·vᵏ."""
    n, x = node.args
    if place.value(x) != 1 or place.does_move(n):
        return None
    degree = place.value(n)
    return power_series(lambda k: sp.rf(-degree, k) * sp.rf(degree + 1, k) / sp.factorial(k) ** 2, (1 - x) / 2)


def _lowergamma(node: Node, place: Place) -> Node | None:
    """γ(s, x) = xˢ·Σ (−x)ᵏ/(k!·(s + k))."""
    s, x = node.args
    if place.value(x) != 0 or place.does_move(s):
        return None
    order = place.value(s)
    return x**s * power_series(lambda k: (-1) ** k / (sp.factorial(k) * (order + k)), x)


def _uppergamma(node: Node, place: Place) -> Node | None:
    s, x = node.args
    if place.value(x) != 0 or place.does_move(s) or _is_whole(place.value(s)):
        return None
    return FUNCTIONS["gamma"](s) - applied("lowergamma", s, x)


def _bessel(node: Node, place: Place) -> Node | None:
    """J_n(x) = (x/2)ⁿ·Σ (−x²/4)ᵏ/(k!·Γ(n + k + 1)), and I_n without the signs."""
    n, x = node.args
    if place.value(x) != 0 or place.does_move(n) or _is_whole(place.value(n)):
        return None
    order, sign = place.value(n), -1 if node.primitive.name == "besselj" else 1
    known = power_series(lambda k: sp.Integer(sign) ** k / (sp.factorial(k) * sp.gamma(order + k + 1)), (x / 2) ** 2)
    return (x / 2) ** n * known


def _is_whole(value: sp.Expr) -> bool:
    return bool(value.is_integer)


KNOWN_AROUND: dict[str, Form] = {"polylog": _polylog, "lerchphi": _lerchphi, "legendre": _legendre}
"""Forms that hold on both sides of a point."""
KNOWN_BESIDE: dict[str, Form] = {
    "lowergamma": _lowergamma,
    "uppergamma": _uppergamma,
    "besselj": _bessel,
    "besseli": _bessel,
}
"""Forms with a power of x in front, right of 0."""
