"""Functions at their poles: quotients whose divisor vanishes there.

Γ(x) = Γ(x + n + 1)/(x(x + 1)⋯(x + n)),   ψ(x) = ψ(x + n + 1) − Σ 1/(x + k),   tan x = sin x/cos x
"""

from __future__ import annotations

import functools

import sympy as sp

from symgd.derive.taylor.expansion_point import Place
from symgd.derive.taylor.forms.power_series import Form, power_series, sum_of
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS

__all__ = ["AT_POLES", "alternating"]

MOST_FACTORS = 200
"""How many steps of a recurrence lead away from a pole."""


def _steps_off_a_pole(node: Node, place: Place) -> int:
    """Return n + 1 where the value of a node is −n, one of 0, −1, −2, …; 0 elsewhere."""
    value = place.value(node)
    if value is None or not value.is_Integer or not -MOST_FACTORS < value <= 0 or not place.does_move(node):
        return 0
    return int(1 - value)


def _gamma(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    steps = _steps_off_a_pole(x, place)
    return FUNCTIONS["gamma"](x + steps) / _product([x + k for k in range(steps)]) if steps else None


def _product(factors: list[Node]) -> Node:
    return functools.reduce(lambda a, b: a * b, factors)


def _digamma(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    steps = _steps_off_a_pole(x, place)
    return FUNCTIONS["digamma"](x + steps) - sum_of([1 / (x + k) for k in range(steps)]) if steps else None


def _polygamma(node: Node, place: Place) -> Node | None:
    order, x = node.args
    steps = _steps_off_a_pole(x, place)
    if not steps or not order.is_exact or not isinstance(order.value, int):
        return None
    n: int = order.value
    if n == 0:
        return FUNCTIONS["digamma"](x)
    factor = alternating(n) * int(sp.factorial(n))
    poles = sum_of([1 / (x + k) ** (n + 1) for k in range(steps)])
    return FUNCTIONS["polygamma"](order, x + steps) - factor * poles


def alternating(n: int) -> int:
    """Return (−1)ⁿ."""
    return -1 if n % 2 else 1


def _beta(node: Node, place: Place) -> Node | None:
    a, b = node.args
    if not any(_steps_off_a_pole(arg, place) for arg in (a, b, a + b)):
        return None
    gamma = FUNCTIONS["gamma"]
    return gamma(a) * gamma(b) / gamma(a + b)


def _zeta(node: Node, place: Place) -> Node | None:
    """ζ(s, a) = 1/(s − 1) + Σ (−1)ᵏγ_k(a)/k!·(s − 1)ᵏ, and ζ(s, a) = a⁻ˢ + ζ(s, a + 1)."""
    s, a = node.args
    steps = _steps_off_a_pole(a, place)
    if steps:
        return FUNCTIONS["zeta"](s, a + steps) + sum_of([(a + k) ** (-s) for k in range(steps)])
    if place.value(s) != 1 or not place.does_move(s) or place.does_move(a):
        return None
    start = place.value(a)
    return 1 / (s - 1) + power_series(lambda k: (-1) ** k * _stieltjes(k, start) / sp.factorial(k), s - 1)


def _stieltjes(k: int, a: sp.Expr) -> sp.Expr:
    """Return the Stieltjes constant γ_k(a); SymPy takes the one of order 0 for Euler's constant at every a."""
    if k == 0:
        return -sp.digamma(a)
    return sp.stieltjes(k) if a == 1 else sp.stieltjes(k, a)


def _tan(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    value = place.value(x)
    if value is None or not sp.cos(value).is_zero:
        return None
    return FUNCTIONS["sin"](x) / FUNCTIONS["cos"](x)


AT_POLES: dict[str, Form] = {
    "gamma": _gamma,
    "digamma": _digamma,
    "polygamma": _polygamma,
    "beta": _beta,
    "zeta": _zeta,
    "tan": _tan,
}
"""Forms that hold on both sides of a pole."""
