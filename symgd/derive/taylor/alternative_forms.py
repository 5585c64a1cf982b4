"""Other forms of functions around a point where their own derivative has no power series.

    Γ(x) = Γ(x + n + 1)/(x(x + 1)⋯(x + n)),   Ci x = γ + log x + Σ (−1)ᵏx²ᵏ/(2k·(2k)!),   |x| = −x left of 0

A form has the same values, and a series that follows from those of its parts: poles are quotients, logarithmic singularities
products with the logarithm, and known power series stand as nodes of their own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from symgd.derive.taylor.expansion_point import Place
from symgd.graph.conversion import as_node as from_sympy
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS, Primitive
from symgd.graph.shape import broadcast
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.trigonometric import pi

__all__ = ["POWER_SERIES", "form_at", "form_beside", "power_series"]

MOST_FACTORS = 200
"""How many steps of a recurrence lead away from a pole."""

half = Fraction(1, 2)


Form = Callable[[Node, Place], Node | None]

POWER_SERIES = Primitive(
    name="?power series",
    is_elementwise=True,
    arity=1,
    shape=lambda shapes, params: broadcast(shapes, "power series"),
    source="its coefficients",
)


def power_series(coefficient: Callable[[int], Any], variable: Node) -> Node:
    """Return Σ c_k·vᵏ of a node v that is 0 at the point.

    Parameters
    ----------
    coefficient : callable
        ``coefficient(k)`` is an exact number.
    variable : Node
    """
    return POWER_SERIES.make((variable,), (coefficient,))


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


# -- poles ------------------------------------------------------------------------------------------------------


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


def _sum(terms: list[Node]) -> Node:
    return add.make(tuple(terms)) if terms else constant(0)


def _digamma(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    steps = _steps_off_a_pole(x, place)
    return FUNCTIONS["digamma"](x + steps) - _sum([1 / (x + k) for k in range(steps)]) if steps else None


def _polygamma(node: Node, place: Place) -> Node | None:
    order, x = node.args
    steps = _steps_off_a_pole(x, place)
    if not steps or not order.is_exact or not isinstance(order.value, int):
        return None
    n: int = order.value
    if n == 0:
        return FUNCTIONS["digamma"](x)
    factor = _alternating(n) * int(sp.factorial(n))
    poles = _sum([1 / (x + k) ** (n + 1) for k in range(steps)])
    return FUNCTIONS["polygamma"](order, x + steps) - factor * poles


def _alternating(n: int) -> int:
    """Return (−1)ⁿ."""
    return -1 if n % 2 else 1


def _beta(node: Node, place: Place) -> Node | None:
    a, b = node.args
    if not any(_steps_off_a_pole(one, place) for one in (a, b, a + b)):
        return None
    gamma = FUNCTIONS["gamma"]
    return gamma(a) * gamma(b) / gamma(a + b)


def _zeta(node: Node, place: Place) -> Node | None:
    """ζ(s, a) = 1/(s − 1) + Σ (−1)ᵏγ_k(a)/k!·(s − 1)ᵏ, and ζ(s, a) = a⁻ˢ + ζ(s, a + 1)."""
    s, a = node.args
    steps = _steps_off_a_pole(a, place)
    if steps:
        return FUNCTIONS["zeta"](s, a + steps) + _sum([(a + k) ** (-s) for k in range(steps)])
    if place.value(s) != 1 or not place.does_move(s) or place.does_move(a):
        return None
    start = place.value(a)
    return 1 / (s - 1) + power_series(lambda k: (-1) ** k * _stieltjes(k, start) / sp.factorial(k), s - 1)


def _stieltjes(k: int, a: Any) -> Any:
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


# -- known power series -----------------------------------------------------------------------------------------


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
    return FUNCTIONS["gamma"](s) - _applied("lowergamma", s, x)


def _bessel(node: Node, place: Place) -> Node | None:
    """J_n(x) = (x/2)ⁿ·Σ (−x²/4)ᵏ/(k!·Γ(n + k + 1)), and I_n without the signs."""
    n, x = node.args
    if place.value(x) != 0 or place.does_move(n) or _is_whole(place.value(n)):
        return None
    order, sign = place.value(n), -1 if node.primitive.name == "besselj" else 1
    known = power_series(lambda k: sp.Integer(sign) ** k / (sp.factorial(k) * sp.gamma(order + k + 1)), (x / 2) ** 2)
    return (x / 2) ** n * known


def _is_whole(value: Any) -> bool:
    return bool(value.is_integer)


# -- logarithms ---------------------------------------------------------------------------------------------------


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


def _of_exponential(k: int, sign: Callable[[int], int]) -> Any:
    return sp.Integer(sign(k)) / (k * sp.factorial(k)) if k else sp.EulerGamma


def _logarithmic_integral(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    return _applied("Ei", FUNCTIONS["log"](x)) if place.value(x) == 1 else None


def _elliptic_integral(node: Node, place: Place) -> Node | None:
    """K(1 − v) = −log(v)·K(v)/π + Σ ((1/2)_k/k!)²·(ψ(k + 1) − ψ(k + 1/2))·vᵏ (NIST DLMF 19.12.1)."""
    (m,) = node.args
    if place.value(m) != 1 or not place.does_move(m):
        return None

    def coefficient(k: int) -> Any:
        logarithms = sp.digamma(k + 1) - sp.digamma(k + sp.Rational(1, 2)).rewrite(sp.harmonic).doit()
        return (sp.rf(sp.Rational(1, 2), k) / sp.factorial(k)) ** 2 * sp.expand_func(logarithms)

    return power_series(coefficient, 1 - m) - FUNCTIONS["log"](1 - m) * _applied("elliptic_k", 1 - m) / pi


def _second_bessel(node: Node, place: Place) -> Node | None:
    """Y_n and K_n at 0: a pole, a logarithm times J_n or I_n, and a power series (NIST DLMF 10.8.1, 10.31.1)."""
    n, x = node.args
    if place.value(x) != 0 or not n.is_exact or not isinstance(n.value, int) or n.value < 0:
        return None
    order: int = n.value
    is_modified = node.primitive.name == "besselk"
    sign = 1 if is_modified else -1
    square = (x / 2) ** 2

    def coefficient(k: int) -> Any:
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
        return half * _sum(pole) - _alternating(order) * (logarithm - half * entire)
    return (2 * logarithm - entire - _sum(pole)) / pi


def _applied(name: str, *args: Node) -> Node:
    """Return a function of SymPy that symgd has no declaration of."""
    variables = [sp.Dummy(f"argument_{k}", real=True) for k in range(len(args))]
    body: Node = from_sympy(getattr(sp, name)(*variables))
    return body.primitive.make(args)


# -- kinks --------------------------------------------------------------------------------------------------------


def _absolute(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    return mul.make((constant(place.sign(x)), x))


def _sign(node: Node, place: Place) -> Node | None:
    return constant(place.sign(node.args[0]))


def _larger(node: Node, place: Place) -> Node | None:
    x, y = node.args
    return x if (place.sign(x - y) >= 0) == (node.primitive.name == "maximum") else y


def _step(node: Node, place: Place) -> Node | None:
    """Between two whole numbers, floor and ceil are constants."""
    value = place.value(node.args[0])
    if value is None or not value.is_number or value.is_integer:
        return None
    rounded = sp.floor(value) if node.primitive.name == "floor" else sp.ceiling(value)
    return constant(int(rounded)) if rounded.is_Integer and not place.is_zero(value - sp.Integer(round(value))) else None


def _step_at_a_jump(node: Node, place: Place) -> Node | None:
    (x,) = node.args
    value = place.value(x)
    if value is None or not value.is_Integer:
        return None
    sign = place.sign(x - constant(int(value)))
    return constant(int(value) + (min(sign, 0) if node.primitive.name == "floor" else max(sign, 0)))


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
    values = [place.value(one) for one in node.args]
    if not any(value is None for value in values) and not place.is_zero(values[1]):
        turned = constant(0) if place.sign(x) > 0 else (1 if place.sign(y) >= 0 else -1) * pi
        return turned + FUNCTIONS["atan"](y / x)
    right, above = place.sign(x), place.sign(y)
    if right > 0:
        return FUNCTIONS["atan"](y / x)
    return above * pi / 2 - FUNCTIONS["atan"](x / y) if above else None


_AROUND: dict[str, Form] = {
    "gamma": _gamma,
    "digamma": _digamma,
    "polygamma": _polygamma,
    "beta": _beta,
    "zeta": _zeta,
    "tan": _tan,
    "floor": _step,
    "ceil": _step,
    "polylog": _polylog,
    "lerchphi": _lerchphi,
    "legendre": _legendre,
}
"""Forms that hold on both sides of a point."""

_BESIDE: dict[str, Form] = {
    "log": _log,
    "exp": _exp,
    "pow": _power,
    "loggamma": _loggamma,
    "lowergamma": _lowergamma,
    "uppergamma": _uppergamma,
    "besselj": _bessel,
    "besseli": _bessel,
    "besselk": _second_bessel,
    "bessely": _second_bessel,
    "Ei": _exponential_integral,
    "Ci": _cosine_integral,
    "Chi": _cosine_integral,
    "expint": _generalised_exponential_integral,
    "li": _logarithmic_integral,
    "elliptic_k": _elliptic_integral,
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
