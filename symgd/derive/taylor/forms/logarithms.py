"""Functions with logarithmic singularities: products with the logarithm of the variable, right of the point.

log(tᵛ·w) = v·log t + log w,   Ci x = γ + log x + Σ (−1)ᵏx²ᵏ/(2k·(2k)!),   K(1 − v) = −log(v)·K(v)/π + Σ c_k·vᵏ
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy as sp

from symgd.derive.taylor.expansion_point import Place
from symgd.derive.taylor.forms.poles import alternating
from symgd.derive.taylor.forms.power_series import Form, applied, power_series, sum_of
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS
from symgd.primitives.trigonometric import pi

__all__ = ["WITH_LOGARITHMS"]

_HALF = Fraction(1, 2)


def _log(node: Node, place: Place) -> Node | None:
    """The logarithm of tᵛ·w is v·log t + log w."""
    (x,) = node.args
    if not place.does_move(x) or node is place.log_variable:
        return None
    value = place.value(x)
    if value is not None and not place.is_zero(value):
        return None
    order = place.valuation(x)
    return order * place.log_variable + FUNCTIONS["log"](x * place.variable ** (-order))


def _exp(node: Node, place: Place) -> Node | None:
    """e^(c·log t + w) = tᶜ·eʷ."""
    (x,) = node.args
    value = place.value(x)
    if value is None or not value.has(place.logarithm):
        return None
    factor = sp.expand(value).coeff(place.logarithm, 1)
    if not factor.is_Rational or factor == 0:
        return None
    exponent = constant(Fraction(int(factor.p), int(factor.q)))
    return place.variable**exponent * FUNCTIONS["exp"](x - exponent * place.log_variable)


def _power(node: Node, place: Place) -> Node | None:
    base, exponent = node.args
    if exponent.is_constant or not place.does_move(base):
        return None
    value = place.value(base)
    return FUNCTIONS["exp"](exponent * FUNCTIONS["log"](base)) if value is None or place.is_zero(value) else None


def _loggamma(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    return FUNCTIONS["loggamma"](x + 1) - FUNCTIONS["log"](x) if place.value(x) == 0 else None


def _exponential_integral(node: Node, place: Place) -> Node | None:
    """Ei x = γ + log |x| + Σ xᵏ/(k·k!)."""
    (x,) = node.args
    if place.value(x) != 0:
        return None
    return FUNCTIONS["log"](place.sign(x) * x) + power_series(lambda k: _of_exponential(k, lambda k: 1), x)


def _cosine_integral(node: Node, place: Place) -> Node | None:
    """Ci x = γ + log x + Σ (−1)ᵏx²ᵏ/(2k·(2k)!), and Chi x without the signs."""
    (x,) = node.args
    if place.value(x) != 0:
        return None
    sign = -1 if node.primitive.name == "Ci" else 1
    entire = power_series(lambda k: _of_exponential(k, lambda k: 0 if k % 2 else sign ** (k // 2)), x)
    return FUNCTIONS["log"](x) + entire


def _generalised_exponential_integral(node: Node, place: Place) -> Node | None:
    """E₁ x = −γ − log x − Σ (−x)ᵏ/(k·k!)."""
    n, x = node.args
    if not n.equals_number(1) or place.value(x) != 0:
        return None
    return -FUNCTIONS["log"](x) - power_series(lambda k: _of_exponential(k, lambda k: (-1) ** k), x)


def _of_exponential(k: int, sign: Callable[[int], int]) -> sp.Expr:
    return sp.Integer(sign(k)) / (k * sp.factorial(k)) if k else sp.EulerGamma


def _logarithmic_integral(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    return applied("Ei", FUNCTIONS["log"](x)) if place.value(x) == 1 else None


def _elliptic_integral(node: Node, place: Place) -> Node | None:
    """K(1 − v) = −log(v)·K(v)/π + Σ ((1/2)_k/k!)²·(ψ(k + 1) − ψ(k + 1/2))·vᵏ (NIST DLMF 19.12.1)."""
    (m,) = node.args
    if place.value(m) != 1 or not place.does_move(m):
        return None

    def coefficient(k: int) -> sp.Expr:
        logarithms = sp.digamma(k + 1) - sp.digamma(k + sp.Rational(1, 2)).rewrite(sp.harmonic).doit()
        return (sp.rf(sp.Rational(1, 2), k) / sp.factorial(k)) ** 2 * sp.expand_func(logarithms)

    return power_series(coefficient, 1 - m) - FUNCTIONS["log"](1 - m) * applied("elliptic_k", 1 - m) / pi


def _second_bessel(node: Node, place: Place) -> Node | None:
    """Y_n and K_n at 0: a pole, a logarithm times J_n or I_n, and a power series (NIST DLMF 10.8.1, 10.31.1)."""
    n, x = node.args
    if place.value(x) != 0 or not n.is_exact or not isinstance(n.value, int) or n.value < 0:
        return None
    order: int = n.value
    is_modified = node.primitive.name == "besselk"
    sign = 1 if is_modified else -1
    square = (x / 2) ** 2

    def coefficient(k: int) -> sp.Expr:
        weight = sp.digamma(k + 1) + sp.digamma(order + k + 1)
        return sp.Integer(sign) ** k * weight / (sp.factorial(k) * sp.factorial(order + k))

    pole = [
        constant(Fraction(int((-sign) ** k * sp.factorial(order - k - 1)), int(sp.factorial(k))))
        * square**k
        * (x / 2) ** -order
        for k in range(order)
    ]
    entire = (x / 2) ** order * power_series(coefficient, square)
    logarithm = FUNCTIONS["log"](x / 2) * FUNCTIONS["besseli" if is_modified else "besselj"](n, x)
    if is_modified:
        return _HALF * sum_of(pole) - alternating(order) * (logarithm - _HALF * entire)
    return (2 * logarithm - entire - sum_of(pole)) / pi


WITH_LOGARITHMS: dict[str, Form] = {
    "log": _log,
    "exp": _exp,
    "pow": _power,
    "loggamma": _loggamma,
    "besselk": _second_bessel,
    "bessely": _second_bessel,
    "Ei": _exponential_integral,
    "Ci": _cosine_integral,
    "Chi": _cosine_integral,
    "expint": _generalised_exponential_integral,
    "li": _logarithmic_integral,
    "elliptic_k": _elliptic_integral,
}
"""Forms that hold on the right side of a point."""
