"""SciPy's special functions that are short formulas of the language, and NumPy's of angles and signs.

Outside of the domain of the formula, where SciPy returns an infinity, it has no value: ``entr`` below 0, ``logit`` at 0.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symgd.errors import UnsupportedError, shown
from symgd.graph.conversion import Operand, as_node
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.primitives.trigonometric import pi

__all__ = ["SPECIAL_FUNCTIONS"]


def _logit(p: Operand) -> Node:
    return FUNCTIONS["log"](p) - FUNCTIONS["log1p"](-as_node(p))


def _entropy(x: Operand) -> Node:
    return -FUNCTIONS["xlogy"](x, x)


def _relative_entropy(x: Operand, y: Operand) -> Node:
    """Return x·log(x/y); where y is negative and x is not positive, the quotient has a logarithm, and SciPy's value is inf."""
    numerator, divisor = as_node(x), as_node(y)
    entropy: Node = FUNCTIONS["xlogy"](numerator, numerator / divisor)
    facts = Facts()
    if facts.is_positive(numerator) or facts.is_nonnegative(divisor):
        return entropy
    return FUNCTIONS["where"](divisor < 0, float("inf"), entropy)


def _divergence(x: Operand, y: Operand) -> Node:
    return _relative_entropy(x, y) - as_node(x) + as_node(y)


def _xlog1py(x: Operand, y: Operand) -> Node:
    return as_node(x) * FUNCTIONS["log1p"](y)


def _betaln(a: Operand, b: Operand) -> Node:
    loggamma = FUNCTIONS["loggamma"]
    return loggamma(a) + loggamma(b) - loggamma(as_node(a) + as_node(b))


def _power_transform(logarithm: str) -> Callable[[Operand, Operand], Node]:
    """Return (x^λ − 1)/λ, written with the logarithm of x or of 1 + x; it is the logarithm where λ is the number 0."""

    def build(x: Operand, lmbda: Operand) -> Node:
        log, power = FUNCTIONS[logarithm](x), as_node(lmbda)
        return log if power.equals_number(0) else FUNCTIONS["expm1"](power * log) / power

    return build


def _threshold(name: str, delta: Operand) -> Node:
    """Return the threshold of a loss, which is known to be positive: SciPy's value for others is inf."""
    threshold = as_node(delta)
    if not Facts().is_positive(threshold):
        raise UnsupportedError(
            f"the threshold {shown(threshold)} of scipy.special.{name} is not known to be positive",
            hint="declare it positive, or give a number",
        )
    return threshold


def _huber(delta: Operand, r: Operand) -> Node:
    threshold, size = _threshold("huber", delta), FUNCTIONS["abs"](r)
    return FUNCTIONS["where"](size <= threshold, as_node(r) ** 2 / 2, threshold * (size - threshold / 2))


def _pseudo_huber(delta: Operand, r: Operand) -> Node:
    threshold = _threshold("pseudo_huber", delta)
    return threshold**2 * (FUNCTIONS["sqrt"](1 + (as_node(r) / threshold) ** 2) - 1)


def _of_order(name: str, order: int) -> Callable[[Operand], Node]:
    """Return a Bessel function of an order."""
    return lambda x: FUNCTIONS[name](order, x)


_BESSEL = {"j": "besselj", "y": "bessely", "i": "besseli", "k": "besselk"}


def _copysign(x1: Operand, x2: Operand) -> Node:
    """Return |x1| with the sign of x2; formulas have one zero, whose sign is plus."""
    size = FUNCTIONS["abs"](x1)
    return FUNCTIONS["where"](as_node(x2) < 0, -size, size)


def _rounded(x: Operand) -> Node:
    """Return the nearest whole number, the even one of two that are equally near."""
    above, below = FUNCTIONS["floor"](as_node(x) + Fraction(1, 2)), FUNCTIONS["ceil"](as_node(x) - Fraction(1, 2))
    is_odd = above - 2 * FUNCTIONS["floor"](above / 2)
    result: Node = above - (above - below) * is_odd  # above and below differ where two are equally near
    return result


def _truncated(x: Operand) -> Node:
    return FUNCTIONS["where"](as_node(x) < 0, FUNCTIONS["ceil"](x), FUNCTIONS["floor"](x))


def _to_radians(x: Operand) -> Node:
    return as_node(x) * pi / 180


def _to_degrees(x: Operand) -> Node:
    return as_node(x) * 180 / pi


SPECIAL_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "logit": _logit, "entr": _entropy, "rel_entr": _relative_entropy, "kl_div": _divergence, "xlog1py": _xlog1py,
    "betaln": _betaln, "boxcox": _power_transform("log"), "boxcox1p": _power_transform("log1p"), "huber": _huber,
    "pseudo_huber": _pseudo_huber, "exprel": lambda x: FUNCTIONS["expm1"](x) / as_node(x),
    "log_expit": lambda x: -FUNCTIONS["softplus"](-as_node(x)), "rgamma": lambda x: 1 / FUNCTIONS["gamma"](x),
    "exp10": lambda x: as_node(10) ** as_node(x),
    **{f"{letter}{order}": _of_order(name, order) for letter, name in _BESSEL.items() for order in (0, 1)},
    **{f"{letter}{order}e": _of_order(f"{_BESSEL[letter]}e", order) for letter in "ik" for order in (0, 1)},
    "copysign": _copysign, "fmax": lambda x1, x2: FUNCTIONS["maximum"](x1, x2),
    "fmin": lambda x1, x2: FUNCTIONS["minimum"](x1, x2),
    "rint": _rounded, "trunc": _truncated,
    "deg2rad": _to_radians, "radians": _to_radians, "rad2deg": _to_degrees, "degrees": _to_degrees,
}  # fmt: skip
"""By the names of universal functions."""
