"""The tail of the bell curve: erfc in forms that do not underflow, erfc x = erfcx x·e^(−x²)."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.error_function import erfc, erfcx
from symgd.primitives.exponential import (
    exp,
    log,
    log1p,
)
from symgd.primitives.piecewise import where
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import HALF, factors_of, root_of_number, scaled, split_term

__all__: list[str] = []


@rewriting(
    "the logarithm of erfc",
    log,
    because="log erfc x = log erfcx x − x², which does not underflow in the tail",
    purpose=("code",),
    needs=((erfc, mul),),
    examples=(
        "log(erfc(x))",
        "log(erfc(x)/2)",
        "log(3*erfc(x))",
    ),
)
def logarithm_of_erfc(node: Node, context: Context) -> Node | None:
    """log(c·erfc(x)) → log(c·erfcx(x)) − x² for x > 0; for x < 0, log(erfc(x)/2) → log1p(−erfc(−x)/2)."""
    number, core = split_term(node.args[0])
    if core.primitive is not erfc or number <= 0 or node in context.normal:
        return None
    (x,) = core.args
    context.normal.add(node)  # it stays as it is for x ≤ 0
    other = log1p(-erfc(-x) / 2) if number == HALF else node
    return where(x > 0, log(scaled(number, erfcx(x))) - _square(x), other)


@rewriting(
    "erfc beside a bell curve",
    mul,
    because="e^(x²)·erfc x is erfcx x, which does not underflow in the tail",
    purpose=("code",),
    needs=(exp, (erfc, pow)),
    examples=(
        "exp(x**2)*erfc(x)",
        "exp(-x**2)/erfc(x)",
        "y*exp(2*x**2)*erfc(x)**2",
    ),
)
def erfc_beside_bell_curve(node: Node, context: Context) -> Node | None:
    """e^(n·x²)·erfc(x)ⁿ → erfcx(x)ⁿ, for negative n too."""
    for j, factor in enumerate(node.args):
        is_power = factor.primitive is pow and factor.args[1].is_exact
        tail, exponent = (factor.args[0], Fraction(factor.args[1].value)) if is_power else (factor, Fraction(1))
        if tail.primitive is not erfc:
            continue
        bell = exp(scaled(exponent, _square(tail.args[0])))
        if bell in node.args:
            k = node.args.index(bell)
            rest = [arg for i, arg in enumerate(node.args) if i not in (j, k)]
            return mul.make((*rest, erfcx(*tail.args) ** constant(exponent)))
    return None


def _square(node: Node) -> Node:
    """Return x², with the squares of roots of numbers as numbers: (x/√2)² is x²/2."""
    number, core = split_term(node)
    number **= 2
    rest = []
    for factor in factors_of(core):
        root = root_of_number(factor)
        if root is None:
            rest.append(factor**2)
        else:
            number *= root
    return scaled(number, mul.make(tuple(rest))) if rest else constant(number)
