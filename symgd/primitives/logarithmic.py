"""Functions made of the logarithm: x·log y with its limit at 0, and Lambert's W, which solves W·e^W = x."""

from __future__ import annotations

from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.conversion import as_node
from symgd.graph.primitive import elementwise
from symgd.primitives.exponential import exp, log, same_sign
from symgd.primitives.piecewise import equal, where
from symgd.primitives.special import scipy_paths

__all__ = ["lambertw", "xlogy"]


lambertw = elementwise(
    "lambertw",
    derivative=lambda x, out: exp(-out) / (1 + out),
    reference="lambertw",
    sympy="LambertW",
    code=lambda node, names, printer: (
        f"where({names[0]} >= -exp(-1), lambertw({names[0]}).real, {printer.library('nan')}).astype(dtype)"
    ),
    imports=scipy_paths("lambertw"),
    latex=r"W({x})",
    domain=lambda node: [(node.args[0] + exp(-as_node(1)), Sign.POSITIVE)],
    sign=same_sign,
    range=Interval(-1),
    monotone=Monotone.INCREASING,
    curvature=Curvature.CONCAVE,
    strict=True,
    because="W·e^W = x gives W′ = e^(−W)/(1 + W)",
    source="Corless et al. 1996, 3.2; the principal branch",
)


xlogy = elementwise(
    "xlogy",
    definition=lambda x, y: where(equal(x, 0), 0, x * log(y)),
    derivative=(lambda x, y, out: log(y), lambda x, y, out: x / y),
    numpy="xlogy({x}, {y})",
    imports=scipy_paths("xlogy"),
    latex=r"{x} \log {y}",
    domain=lambda node: [(where(equal(node.args[0], 0), 1, node.args[1]), Sign.POSITIVE)],
    because="x·log y moves by log y with x and by x/y with y",
    source="SciPy: xlogy, with the limit 0·log 0 = 0",
)
