"""Functions whose curvature is known by hand, each beside one that differs by a little and has it no longer.

What is no longer true is shown by a point and a step: f(p + d) + f(p − d) against 2·f(p), in 50 digits and without symgd.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, chapter 3; Rockafellar, *Convex Analysis*, 1970, part I; Bauschke & Combettes,
*Convex Analysis and Monotone Operator Theory in Hilbert Spaces*, 2017, chapters 8–10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["MISSES", "TRUE", "Miss", "Truth"]

UP = (0, None)
STRONG, STRICT, CONVEX, CONCAVE, STRICTLY_CONCAVE = (
    ("STRONGLY_CONVEX", "STRICTLY_CONVEX", "CONVEX"),
    ("STRICTLY_CONVEX", "CONVEX"),
    ("CONVEX",),
    ("CONCAVE",),
    ("STRICTLY_CONCAVE", "CONCAVE"),
)


@dataclass(frozen=True, eq=False)
class Truth:
    """A function, and which verdicts are true of it."""

    text: str
    kinds: tuple[str, ...]
    domain: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.text, *(f"{name}{ends}" for name, ends in self.domain.items())])


@dataclass(frozen=True, eq=False)
class Miss:
    """A function that is not convex (concave, strictly convex), and where this is seen."""

    text: str
    is_not: str
    at: Mapping[str, str]
    step: Mapping[str, str]
    domain: Mapping[str, Any] = field(default_factory=dict)

    __str__ = Truth.__str__


def yes(text: str, kinds: tuple[str, ...], **domain: Any) -> Truth:
    return Truth(text, kinds, domain)


def not_convex(text: str, at: str, step: str, is_not: str = "convex", **domain: Any) -> Miss:
    """In one variable x."""
    return Miss(text, is_not, {"x": at}, {"x": step}, domain)


def not_concave(text: str, at: str, step: str, **domain: Any) -> Miss:
    return not_convex(text, at, step, "concave", **domain)


def at(text: str, is_not: str, place: str, step: str, **domain: Any) -> Miss:
    """In several variables, in alphabetical order."""
    names = [name for name in "uwxyz" if name in text.replace("exp", "").replace("maximum", "")]
    return Miss(text, is_not, dict(zip(names, place.split(), strict=True)), dict(zip(names, step.split(), strict=True)), domain)


TRUE = [
    # a domain that ends just before the inflection
    yes("x**4 - 6*x**2", STRICT, x=(1, None)),
    yes("x*exp(x)", STRICT, x=(-2, None)),
    yes("x*exp(-x)", STRICT, x=(2, None)),
    yes("exp(-x**2)", STRICTLY_CONCAVE, x=("-7/10", "7/10")),
    yes("sin(x)", STRICTLY_CONCAVE, x=(0, 3)),
    yes("x/(1 + x**2)", STRICT, x=("1733/1000", None)),
    yes("1/(1 + x**2)", STRICT, x=("578/1000", None)),
    yes("log(1 + x**2)", STRICT, x=(-1, 1)),
    yes("log(x)**2", STRONG, x=(0, "271/100")),
    yes("x*log(x)**2", STRICT, x=("368/1000", None)),
    yes("log(x)/x", STRICT, x=("449/100", None)),
    yes("exp(x) - x**2/2", STRICT, x=UP),
    yes("-log(x) - x**2/100", STRONG, x=(0, 7)),
    yes("x**3", STRICT, x=UP),
    yes("tan(x)", STRICT, x=(0, 1)),
    yes("tanh(x)", STRICT, x=(None, 0)),
    yes("atan(x)", STRICTLY_CONCAVE, x=UP),
    # a coefficient on its bound
    yes("x**2 + 2*sin(x)", STRICT),
    yes("x**2/2 + cos(x)", STRICT),
    yes("x**4 - 4*x**3 + 6*x**2", STRICT),
    yes("x**6 - 129*x**4/100 + x**2", STRONG),
    yes("cosh(x) - x**2/2", STRICT),
    yes("x**2/8 - log(1 + exp(x))", STRICT),
    yes("x**2/2 - log(cosh(x))", STRICT),
    yes("x*log(x)", STRICT),
    yes("x**(101/100)", STRICT),
    yes("x**(99/100)", STRICTLY_CONCAVE),
    yes("x**(-1/100)", STRICT),
    # pieces
    yes("abs(x) + abs(x - 1) + abs(x - 2)", CONVEX),
    yes("where(x > 0, x**2, -x/100)", CONVEX),
    yes("where(x >= 1, x**2, 2*x - 1)", CONVEX),
    yes("where(x > 1, 1/x**2, 3 - 2*x)", CONVEX),
    # several variables
    yes("x**2 + y**2 + 2*x*y", CONVEX),
    yes("x**2/y", CONVEX, y=UP),
    yes("x**3/y**2", CONVEX, x=UP, y=UP),
    yes("sqrt(x*y)", CONCAVE, x=UP, y=UP),
    yes("x**(1/4)*y**(3/4)", CONCAVE, x=UP, y=UP),
    yes("x*log(x/y)", CONVEX, x=UP, y=UP),
    yes("x*exp(y/x)", CONVEX, x=UP),
    yes("log(exp(x) + exp(y))", CONVEX),
    yes("sqrt(x**2 + y**2)", CONVEX),
    yes("x**4 + y**4 + 6*x**2*y**2", STRICT),
    yes("exp(x)/y**(1/10)", STRICT, y=UP),
    yes("x**2 + y**2 + z**2 - x*y - y*z - x*z", CONVEX),
    yes("x*y/(x + y)", CONCAVE, x=UP, y=UP),
    yes("u**2/x + w**2/x**(1/2)", CONVEX, x=UP),
]

MISSES = [
    not_convex("x**4 - 6*x**2", "0.994", "0.003", x=("99/100", None)),
    not_convex("x*exp(x)", "-2.005", "0.004", x=("-201/100", None)),
    not_convex("x*exp(-x)", "1.995", "0.004", x=("199/100", None)),
    not_concave("exp(-x**2)", "0.7077", "0.0002", x=("-708/1000", "708/1000")),
    not_concave("sin(x)", "3.145", "0.003", x=(0, "63/20")),
    not_convex("x/(1 + x**2)", "1.731", "0.0009", x=("173/100", None)),
    not_convex("1/(1 + x**2)", "0.5772", "0.0001", x=("577/1000", None)),
    not_convex("log(1 + x**2)", "1.005", "0.004", x=(-1, "101/100")),
    not_convex("log(x)**2", "2.7195", "0.0004", x=(0, "272/100")),
    not_convex("x*log(x)**2", "0.3675", "0.0003", x=("367/1000", None)),
    not_convex("log(x)/x", "4.4807", "0.0006", x=("448/100", None)),
    not_convex("exp(x) - x**2/2", "-0.005", "0.004", x=("-1/100", None)),
    not_convex("-log(x) - x**2/100", "7.15", "0.04", x=(0, "36/5")),
    not_convex("x**3", "-0.0005", "0.0004", x=("-1/1000", None)),
    not_convex("tan(x)", "-0.005", "0.004", x=("-1/100", 1)),
    not_convex("tanh(x)", "0.005", "0.004", x=(None, "1/100")),
    not_concave("atan(x)", "-0.005", "0.004", x=("-1/100", None)),
    not_convex("x**2 + 201*sin(x)/100", "1.5708", "0.01"),
    not_convex("x**2/2 + 101*cos(x)/100", "0", "0.01"),
    not_convex("x**4 - 4*x**3 + 599*x**2/100", "1", "0.01"),
    not_convex("x**6 - 13*x**4/10 + x**2", "0.51", "0.002"),
    not_convex("cosh(x) - 501*x**2/1000", "0", "0.01"),
    not_convex("x**2/9 - log(1 + exp(x))", "0", "0.1"),
    not_convex("49*x**2/100 - log(cosh(x))", "0", "0.05"),
    not_convex("x*log(x) - x**2/100", "60", "5"),
    not_convex("x**(99/100)", "1", "0.5"),
    not_concave("x**(101/100)", "1", "0.5"),
    not_concave("x**(-1/100)", "1", "0.5"),
    not_convex("-x**(3/2)", "1", "0.5"),
    # pieces: a slope that falls, a jump, a pole
    not_convex("abs(x) + abs(x - 2) - abs(x - 1)", "1", "0.5"),
    not_convex("where(x > 0, x**2, x/100)", "0", "0.001"),
    not_convex("where(x > 0, x**2 + 1, x**2)", "0.1", "0.2"),
    not_convex("where(x >= 1, x**2, 21*x/10 - 11/10)", "1", "0.01"),
    not_convex("where(x > 1, 1/(x - 2)**2, x)", "1.9", "0.4"),
    not_convex("where(x > 1, -log((x - 2)**2), 1 - x)", "1.99", "0.4"),
    not_convex("where(x > 0, -sqrt(x), 0)", "0", "0.1"),
    not_convex("maximum(x, 0) - maximum(x, 0)**2/100", "60", "1"),
    not_convex("where(x > 1, x, -x)", "1.1", "0.2"),
    # affine on a piece, or along a line
    not_convex("abs(x)", "2", "1", "strict"),
    not_convex("where(x > 0, x**2, 0)", "-2", "1", "strict"),
    not_convex("maximum(x**2, 2*x)", "1", "0.5", "strict"),
    at("x**2 + y**2 + 2*x*y", "strict", "0 0", "1 -1"),
    at("(x - y)**4", "strict", "0 0", "1 1"),
    at("x*log(x/y)", "strict", "1 1", "0.5 0.5", x=UP, y=UP),
    at("x**2/y", "strict", "1 1", "0.5 0.5", y=UP),
    at("log(exp(x) + exp(y))", "strict", "0 1", "1 1"),
    at("sqrt(x**2 + y**2)", "strict", "1 2", "0.5 1"),
    at("sqrt(x*y)", "strict", "1 2", "0.5 1", x=UP, y=UP),
    at("x*exp(y/x)", "strict", "1 2", "0.5 1", x=UP),
    at("-(x*y)**(1/3)", "strict", "0 2", "0 1", x=UP, y=UP),
    at("u**2/x + w**2/x**(1/2)", "strict", "0 0 2", "0 0 1", x=UP),
    at("u**2*x/(3*x - 1) + w**2*x**3/(3*x**3 - 2*x + 1)", "strict", "0 0 3", "0 0 1", x=(1, None)),
    # several variables: a coefficient or an exponent across its bound, and along a ray
    at("x**2 + y**2 + 201*x*y/100", "convex", "0 0", "1 -1"),
    at("x**2/y**(11/10)", "convex", "1 1", "0.011 0.01", x=UP, y=UP),
    at("x**3/y**(21/10)", "convex", "1 1", "0.0105 0.01", x=UP, y=UP),
    at("x**(51/100)*y**(1/2)", "concave", "1 1", "0.1 0.1", x=UP, y=UP),
    at("x**(1/4)*y**(19/25)", "concave", "1 1", "0.1 0.1", x=UP, y=UP),
    at("x*log(x/y) - x**2/1000", "convex", "1 1", "0.5 0.5", x=UP, y=UP),
    at("x*exp(y/x) - y**2/1000", "convex", "1 1", "0.5 0.5", x=UP),
    at("log(exp(x) + exp(y)) - x**2/1000", "convex", "0 0", "1 1"),
    at("sqrt(x**2 + y**2) - x**2/1000", "convex", "1 1", "0.5 0.5"),
    at("x**4 + y**4 + 601*x**2*y**2/100", "convex", "1 1", "0.01 -0.01"),
    at("x**4 - x**2*y**2/1000 + y**4", "convex", "0 1", "0.001 0"),
    at("exp(x)*y**(1/10)", "convex", "0 1", "0 0.1", y=UP),
    at("x**2 + y**2 + z**2 - x*y - y*z - 101*x*z/100", "convex", "0 0 0", "1 1 1"),
    at("x*y/(x + y) + x**2/1000", "concave", "1 1", "0.5 0.5", x=UP, y=UP),
    at("x**2*y", "convex", "1 1", "0.1 -0.3", x=UP, y=UP),
    at("sqrt(1 + x**2*y**2)", "convex", "1 1", "0.1 -0.1"),
    at("x**2 + y**2 - sqrt(x**2 + sin(x)**2)/1000", "convex", "0 0", "0.0001 0"),
]
