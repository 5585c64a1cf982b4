"""Functions of which it is known by hand whether they are quasiconvex, quasiconcave, log-convex and log-concave.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, examples 3.28–3.49 and exercises 3.42–3.56; Bagnoli & Bergstrom, *Log-concave
probability and its applications*, 2005, tables 1–3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["FUNCTIONS", "KINDS", "MATRICES", "Function"]

KINDS = {"V": "quasiconvex", "C": "quasiconcave", "L": "log-convex", "K": "log-concave"}
UP, UP_CLOSED, UNIT = "(0, inf)", "[0, inf)", "(0, 1)"


@dataclass(frozen=True, eq=False)
class Function:
    """A function, the letters of what it is, and of what is not decided."""

    text: str
    kinds: str
    domain: Mapping[str, Any] = field(default_factory=dict)
    undecided: str = ""
    shapes: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    constraints: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join([self.text, *(f"{name}{ends}" for name, ends in self.domain.items())])


def of(text: str, kinds: str, undecided: str = "", **domain: str) -> Function:
    return Function(text, kinds, domain, undecided)


BOTH = {"x": UP, "y": UP}
FUNCTIONS = [
    # Boyd & Vandenberghe, section 3.4, and siblings
    of("log(x)", "VC", x=UP),
    of("log(x)", "VCK", x="(1, inf)"),
    of("-log(x)", "VC", x=UP),
    of("ceil(x)", "VC"),
    of("floor(x)", "VC"),
    of("sign(x)", "VC"),
    of("x*y", "CK", x=UP_CLOSED, y=UP_CLOSED),
    of("x*y", ""),
    of("x*y", "CK", **BOTH),
    of("(2*x + 3*y + 1)/(x + y + 2)", "VC", x=UP_CLOSED, y=UP_CLOSED),
    of("x/y", "VC", **BOTH),
    of("(x**2 + y**2)/(x + y + 1)", "V", x=UP_CLOSED, y=UP_CLOSED),
    of("x**2/y", "V", y=UP),
    of("sqrt(abs(x))", "V"),
    of("abs(x)**(1/3)", "V"),
    of("sqrt(abs(x + 2*y))", "V"),
    of("exp(-sqrt(abs(x)))", "C"),
    of("maximum(log(x), -x)", "V", x=UP),
    of("maximum(x, 1/x)", "V", x=UP),
    of("minimum(x, 1 - x)", "C"),
    of("minimum(x, 1 - x)", "CK", x="[0, 1]"),
    of("sqrt(x**2 + y**2)", "V"),
    of("hypot(x, y)**3", "V"),
    of("abs(x - y)", "V"),
    of("x**2", "V"),
    of("x**2", "VCK", x=UP),
    of("x**3", "VC"),
    of("x**3", "VCK", x=UP),
    of("x**4 - x**2", ""),
    of("x**4 - x**3", "V"),
    of("((x - 1)/(x + 1))**2", "V", x=UP_CLOSED),
    of("x**2/(1 + x**2)", "V"),
    of("x/(1 + x**2)", ""),
    of("x/(1 + x**2)", "C", x=UP),
    of("x*exp(x)", "V"),
    of("x*log(x)", "V", x=UP),
    of("log(x)**2", "V", x=UP),
    of("abs(log(x))", "V", x=UP),
    of("log(x)/x", "C", x=UP),
    of("x + sin(x)", "VC"),
    of("sin(x)", ""),
    of("sin(x)", "CK", x="(0, 3)"),
    of("atan(x)", "VC"),
    of("tanh(x)", "VC"),
    of("x**2 + log(x)", "VC", x=UP),
    of("x*y*z", "CK", x=UP, y=UP, z=UP),
    of("sqrt(x*y)", "CK", **BOTH),
    of("1/(x*y)", "VL", **BOTH),
    of("x**2*y**3", "CK", **BOTH),
    of("x**2 - y**2", ""),
    of("-x**2 - y**2", "C"),
    of("exp(-x**2 - y**2)", "CK"),
    of("where(x < 0, -x, sqrt(x))", "V", undecided="CK"),
    of("where(x < 0, -x, 2*x)", "V"),
    of("maximum(0, x)**2 + maximum(0, -x)", "V"),
    # section 3.5
    of("exp(x)", "VCLK"),
    of("exp(x + y**2)", "VL"),
    of("exp(exp(x))", "VCL"),
    of("exp(x) + exp(y)", "VL"),
    of("1/(exp(x) + exp(y))", "CK"),
    of("exp(x)/(exp(x) + exp(y))", "VCK", undecided="V"),
    of("1/x", "VCL", x=UP),
    of("x**(-2)", "VCL", x=UP),
    of("gamma(x)", "VL", x=UP),
    of("log(1 + exp(x))", "VCK"),
    of("maximum(0, 1 - abs(x))", "CK"),
    of("maximum(0, 1 - x**2 - y**2)**(3/2)", "CK"),
    of("maximum(0, x)", "VCK"),
    of("sigmoid(x)", "VCK"),
    of("ndtr(x)", "VCK"),
    of("1 - ndtr(x)", "VCK"),
    of("erf(x)", "VCK", x=UP),
    of("cosh(x)", "VL"),
    of("1/cosh(x)", "CK"),
    of("exp(x)/x", "VL", x=UP),
    of("x", "VCK", x=UP_CLOSED),
    of("x - 2", "VC"),
    of("exp(x**2/2)", "VL"),
    of("exp(x) - 1", "VCK", x=UP),
    of("maximum(exp(x), exp(-2*x))", "VL"),
    of("minimum(exp(x), exp(-2*x))", "CK"),
    # densities: Bagnoli & Bergstrom, tables 1-3
    of("exp(-x**2/2)/sqrt(2*pi)", "CK"),
    of("exp(-abs(x))/2", "CK"),
    of("exp(-x)/(1 + exp(-x))**2", "CK"),
    of("exp(-x)", "VCLK", x=UP),
    of("exp(-x - exp(-x))", "CK"),
    of("x*exp(-x**2)", "CK", x=UP),
    of("x**(-1/2)*exp(-sqrt(x))", "VCL", x=UP),
    of("x**2*exp(-x)", "CK", x=UP),
    of("x**(-1/2)*exp(-x)", "VCL", x=UP),
    of("x*exp(-x**2/2)", "CK", x=UP),
    of("x**2*exp(-x**2/2)", "CK", x=UP),
    of("x*(1 - x)**2", "CK", x=UNIT),
    of("1/sqrt(x*(1 - x))", "VL", x=UNIT),
    of("x**2", "VCK", x=UNIT),
    of("x**(-3)", "VCL", x="(1, inf)"),
    of("exp(-log(x)**2/2)/x", "C", x=UP),
    of("(1 + x**2)**(-2)", "C"),
    of("1/(1 + x**2)", "C"),
    of("x/(1 + x)**3", "C", x=UP),
    of("x**(-3/2)*exp(-(x - 1)**2/(2*x))", "C", x=UP),
    of("1 - abs(x)", "CK", x="[-1, 1]"),
]
"""Formulas of scalars."""

PD = {"X": {"pd": True}}
MATRICES = [
    Function("det(X)", "CK", undecided="VL", shapes={"X": "n n"}, facts=PD),
    Function("1/det(X)", "VL", undecided="CK", shapes={"X": "n n"}, facts=PD),
    Function("eigvalsh(X)[-1]/eigvalsh(X)[0]", "V", undecided="CLK", shapes={"X": "3 3"}, facts=PD),
    Function("prod(x)", "CK", shapes={"x": "n"}, facts={"x": {"positive": True}}),
    Function("1/prod(x)", "VL", shapes={"x": "n"}, facts={"x": {"positive": True}}),
    Function("sum(exp(x))", "VL", shapes={"x": "n"}),
    Function("norm2(x)", "V", shapes={"x": "n"}),
    Function("sqrt(norm1(x))", "V", shapes={"x": "n"}),
    Function("min(x)", "C", shapes={"x": "n"}),
    Function("max(sqrt(abs(x)))", "V", shapes={"x": "n"}),
    Function("exp(-x@x)", "CK", shapes={"x": "n"}),
    Function("sigmoid(a@x)", "VCK", shapes={"a": "n", "x": "n"}),
]
"""Formulas of vectors and matrices."""
