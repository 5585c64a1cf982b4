"""The tail of the bell curve: erfc and Φ in forms that do not underflow, erfc x = erfcx x·e^(−x²), Φ(x) = erfc(−x/√2)/2."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.error_function import erfc, erfcx
from symgd.primitives.exponential import (
    exp,
    log,
    log1p,
)
from symgd.primitives.normal_distribution import ndtr
from symgd.primitives.piecewise import maximum, minimum, where
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


@rewriting(
    "the normal distribution function below a bell curve",
    mul,
    because="e^(−x²/2)/Φ(x) is 2/erfcx(−x/√2), which keeps its digits where both underflow",
    purpose=("code",),
    needs=(exp, (ndtr, pow)),
    examples=(
        "exp(-x**2/2)/ndtr(x)",
        "y*exp(-x**2)/ndtr(x)**2",
    ),
)
def distribution_below_bell_curve(node: Node, context: Context) -> Node | None:
    """e^(n·x²/2)·Φ(x)ⁿ for n < 0 → (erfcx(−x/√2)/2)ⁿ for x < 0; above, Φ is no less than 1/2."""
    for tail in node.args:
        if tail.primitive is not pow or tail.args[0].primitive is not ndtr or not tail.args[1].is_exact:
            continue
        exponent, (x,) = Fraction(tail.args[1].value), tail.args[0].args
        known = context.facts.interval(x)
        if known.low >= 0:
            continue
        bell = exp(scaled(exponent / 2, _square(x)))
        if exponent < 0 and bell in node.args:
            rest = [arg for arg in node.args if arg is not tail and arg is not bell]
            low, high = minimum(x, 0), maximum(x, 0)
            below = mul.make((*rest, constant(2**-exponent), erfcx(-low / sqrt(2)) ** constant(exponent)))
            above = mul.make((*rest, exp(scaled(exponent / 2, _square(high))), ndtr(high) ** constant(exponent)))
            return below if known.high <= 0 else where(x < 0, below, above)
    return None


@rewriting(
    "a slope over a power of erfcx",
    mul,
    because="(a·erfcx x + b)/erfcx²x is a/erfcx x + b/erfcx²x, in which nothing overflows below 0",
    purpose=("code",),
    needs=((erfcx, pow, add),),
    examples=(
        "(2*x*erfcx(x) - 2)/erfcx(x)**2",
        "y*(erfcx(x) + 1)/erfcx(x)**3",
    ),
)
def slope_over_erfcx(node: Node, context: Context) -> Node | None:
    """(Σ terms)·erfcx(x)⁻ⁿ, n > 1 → Σ term·erfcx(x)⁻ⁿ for x < 0, where erfcx overflows; above, the sum may cancel."""
    if node in context.normal:
        return None
    for below in node.args:
        if below.primitive is not pow or below.args[0].primitive is not erfcx or not below.args[1].is_exact:
            continue
        function, exponent = below.args
        for terms in node.args:
            if exponent.value < -1 and terms.primitive is add and any(function in factors_of(term) for term in terms.args):
                rest = [arg for arg in node.args if arg is not terms and arg is not below]
                context.normal.add(node)
                split = add.make(tuple(mul.make((*rest, term, below)) for term in terms.args))
                return where(function.args[0] < 0, split, node)
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
