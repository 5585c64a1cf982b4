"""Quotients whose parts cancel or overflow, though they themselves do not: forms that code prefers."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from symgd.graph.node import SIZE, Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.bessel import besseli, besselie, besselk, besselke
from symgd.primitives.exponential import exp
from symgd.primitives.gamma_family import gamma
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.roots import cbrt
from symgd.rewrite.expansion import Polynomial, polynomial
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import ONE, exact_difference, factors_of, may_be_joined, may_fill, powers_of, product_of, without

__all__ = ["Grown", "grown", "power_of", "quotients_of_gammas"]

_MOST_FACTORS = 6
_MOST_TERMS = 12


def power_of(node: Node) -> tuple[Node, Fraction] | None:
    """Return the base and the exact exponent of a factor."""
    if node.primitive is not pow:
        return node, Fraction(1)
    base, exponent = node.args
    return (base, Fraction(exponent.value)) if exponent.is_exact else None


def quotients_of_gammas(product: Node) -> Iterator[tuple[Node, Node, Fraction]]:
    """Yield the factors Γ(u) and Γ(v)⁻¹ of a product, and v − u, where that is a number."""
    for above in product.args:
        for below in product.args if above.primitive is gamma else ():
            if below.primitive is pow and below.args[0].primitive is gamma and below.args[1].equals_number(-1):
                gap = exact_difference(below.args[0].args[0], above.args[0])
                if gap:
                    yield above, below, gap


@rewriting(
    "a quotient of gamma functions",
    mul,
    because="Γ(x + 1) = x·Γ(x), so that no gamma function is left, which would overflow",
    purpose=("code",),
    needs=(gamma, pow),
    examples=(
        "gamma(x + 2)/gamma(x)",
        "y*gamma(x)/gamma(x + 1)",
    ),
)
def quotient_of_gammas(node: Node, context: Context) -> Node | None:
    """Γ(u + n)/Γ(u) → u·(u + 1)·… for a small whole n, and its reciprocal."""
    for above, below, gap in quotients_of_gammas(node):
        if gap.denominator == 1 and gap * gap <= _MOST_FACTORS**2:
            u, v = above.args[0], below.args[0].args[0]
            rest = without(node.args, above, below)
            if gap < 0:
                return mul.make((*rest, *(v + k for k in range(int(-gap)))))
            return mul.make((*rest, *((u + k) ** -1 for k in range(int(gap)))))
    return None


class Grown(NamedTuple):
    """A power of modified Bessel functions, or of a sum of them, as a scaled one times e^(growth·x)."""

    x: Node
    scaled: Node
    growth: Fraction
    of_positive: bool
    """Whether it has values for x > 0 only."""


SCALED = {besseli: besselie, besselk: besselke}


def grown(factor: Node) -> Grown | None:
    """Read I(x)ⁿ, K(x)ⁿ, (I₀(x) + I₂(x))ⁿ and (y·K(x))ⁿ for an exact n."""
    base, exponent = power_of(factor) or (factor, Fraction(0))
    terms = base.args if base.primitive is add else (base,)
    bessels: list[Node] = []
    scaled = []
    for term in terms:
        factors = factors_of(term)
        functions = [factor for factor in factors if factor.primitive in SCALED]
        if len(functions) != 1:
            return None
        bessels += functions
        scaled.append(mul.make((*without(factors, *functions), SCALED[functions[0].primitive](*functions[0].args), ONE)))
    if not exponent or any(
        bessel.primitive is not bessels[0].primitive or bessel.args[1] is not bessels[0].args[1] for bessel in bessels
    ):
        return None
    total: Node = functools.reduce(operator.add, scaled)
    of_positive = bessels[0].primitive is besselk
    return Grown(bessels[0].args[1], total ** constant(exponent), -exponent if of_positive else exponent, of_positive)


@rewriting(
    "modified Bessel functions beside exponentials and each other",
    mul,
    because="I(x) = e^|x|·(e^(−|x|)·I(x)) and K(x) = e⁻ˣ·(eˣ·K(x)): no part overflows or vanishes where the exponents cancel",
    purpose=("code",),
    needs=((exp, pow, besseli, besselk),),
    examples=(
        "exp(-x)*besseli(0, x)",
        "exp(x)*besselk(1, x)",
        "besseli(1, x)/besseli(0, x)",
        "exp(y)*(besseli(0, x) + besseli(2, x))",
    ),
)
def bessel_beside_exponential(node: Node, context: Context) -> Node | None:
    """exp(u)·(I₀(x) + I₂(x)) → exp(u + |x|)·(e^(−|x|)·I₀(x) + e^(−|x|)·I₂(x)); I₁(x)/I₀(x) → that of the scaled ones."""
    candidates = [(arg, bessel) for arg in node.args if (bessel := grown(arg)) is not None]
    exponentials = [(arg, power) for arg in node.args if (power := power_of(arg)) is not None and power[0].primitive is exp]
    for x in dict.fromkeys(bessel.x for _, bessel in candidates):
        chosen = [(arg, bessel) for arg, bessel in candidates if bessel.x is x]
        growth = sum((bessel.growth for _, bessel in chosen), Fraction(0))
        scaled = [bessel.scaled for _, bessel in chosen]
        rest = without(node.args, *(arg for arg, _ in chosen))
        if not growth and len(chosen) > 1:
            return mul.make((*rest, *scaled))
        if growth and exponentials:
            total: Node = functools.reduce(operator.add, (base.args[0] * constant(n) for _, (base, n) in exponentials))
            size = x if any(bessel.of_positive for _, bessel in chosen) else absolute(x)
            rest = without(rest, *(arg for arg, _ in exponentials))
            return mul.make((*rest, exp(total + constant(growth) * size), *scaled))
    return None


@rewriting(
    "a quotient of polynomials",
    mul,
    because="a factor above and below the line is divided out, so that it does not cancel",
    purpose=("limit",),
    needs=(pow, add),
    of="scalars",
    examples=(
        "(x**2 - y**2)/(x - y)",
        "(x**2 - 1)/(x - 1)**2",
    ),
)
def quotient_of_polynomials(node: Node, context: Context) -> Node | None:
    """(x² − y²)/(x − y) → x + y: a sum below the line that divides one above it."""
    known: dict[Node, Polynomial | None] = {}
    for below in node.args:
        if below.primitive is not pow or below.args[0].primitive is not add:
            continue
        power = power_of(below)
        if power is None or power[1] >= 0 or power[1].denominator != 1 or not may_fill(power[0], context.facts):
            continue
        for above in node.args:
            if above.primitive is add:
                quotient = _divided(above, power[0], known)
                if quotient is not None:
                    rest = without(node.args, above, below)
                    return mul.make((*rest, quotient, pow.make((power[0], constant(power[1] + 1)))))
    return None


@rewriting(
    "a cube root below a power of its argument",
    mul,
    because="x = cbrt(x)³ and |x| = |cbrt(x)|³, so that no cube root is left below the line",
    purpose=("limit",),
    needs=(pow,),
    examples=(
        "x/cbrt(x)**2",
        "abs(x)/cbrt(x)**2",
        "y*cbrt(x)**4/cbrt(x)",
    ),
)
def cube_root_below(node: Node, context: Context) -> Node | None:
    """x/cbrt(x)² → cbrt(x), and cbrt(x)³/cbrt(x)² → cbrt(x)."""
    for place, below in enumerate(node.args):
        power = power_of(below)
        if power is None or power[0].primitive is not cbrt or power[1] >= 0 or power[1].denominator != 1:
            continue
        if not may_fill(power[0], context.facts):
            continue
        root, (x,) = power[0], power[0].args
        total, is_positive, rest = power[1], False, list[Node]()
        for arg in (*node.args[:place], *node.args[place + 1 :]):
            base, n = power_of(arg) or (arg, Fraction(1))
            if base in (root, x) and n > 0 and n.denominator == 1:
                total += n if base is root else 3 * n
            elif base is absolute(x) and n == 1 and not is_positive:
                total, is_positive = total + 2, True
            else:
                rest.append(arg)
        keeps_domain = total > 0 or is_positive or context.facts.may_vanish(x)  # log(x) has no value where x < 0
        if total >= 0 and keeps_domain and len(rest) < len(node.args) - 1:
            return mul.make((*rest, *([absolute(root)] if is_positive else []), root ** constant(total)))
    return None


@rewriting(
    "a power below another of the same base",
    mul,
    because="xᵃ/xᵇ is xᵃ⁻ᵇ, which has a value where x is 0",
    purpose=("limit",),
    needs=(pow,),
    examples=(
        "x**3/x**2",
        "x**(3/2)/x",
        "norm2(v)/norm2(v)",
        "sqrt(x)*y/x",
        "x**(3/2)*x**(-1/2)",
        "log(y)/log(y)",
    ),
)
def powers_of_one_base(node: Node, context: Context) -> Node | None:
    """x**(3/2)/x → sqrt(x), and norm(x)/norm(x) → 1; sqrt(x)/sqrt(x) keeps its domain."""
    powers = [(arg, *power) for arg in node.args if (power := power_of(arg)) is not None and power[0].primitive is not SIZE]
    for (below, base, m), (above, same, n) in itertools.product(powers, powers):
        if base is not same or m >= 0 or n <= 0:
            continue
        total = n + m
        if (not total and not context.facts.may_vanish(base)) or not may_fill(base, context.facts):
            continue
        if n.denominator == m.denominator == 1 or total.denominator != 1 or context.facts.is_nonnegative(base):
            return mul.make((*without(node.args, above, below), pow.make((base, constant(total))) if total else ONE, ONE))
    return None


@rewriting(
    "a root below the product it is taken of",
    mul,
    because="x·y/√(x·y) is √(x·y)",
    purpose=("limit",),
    needs=(pow,),
    of="scalars",
    examples=(
        lambda x, y: mul.make((x, y, (x * y) ** constant(Fraction(-1, 2)))),
        lambda x, y: mul.make((x, y**-1, (x / y) ** constant(Fraction(-1, 2)))),
        lambda x, y, z: mul.make((x, y, z, (x * y) ** constant(Fraction(-1, 2)))),
        lambda x, y: mul.make((x, y, (x * y) ** constant(-1))),
    ),
)
def root_below_product(node: Node, context: Context) -> Node | None:
    """x/(y*sqrt(x/y)) → sqrt(x/y)."""
    for below in node.args:
        power = power_of(below)
        if power is None or not -1 <= power[1] < 0 or power[0].primitive is not mul:
            continue
        beside = without(node.args, below)
        if None in map(power_of, (*beside, *power[0].args)) or not may_be_joined(beside, context.facts):
            continue
        rest, inner = powers_of(beside), powers_of(power[0].args)
        remaining = {base: n - inner.get(base, 0) for base, n in rest.items()}
        if not all(rest.get(base, 0) * n > 0 and remaining[base] * n >= 0 for base, n in inner.items()):
            continue
        if not may_fill(power[0], context.facts):
            continue
        if power[1] == -1 and not all(map(context.facts.may_vanish, power[0].args)):  # √x·y/(√x·y) has no value for x < 0
            continue
        return mul.make((product_of(remaining), pow.make((power[0], constant(power[1] + 1)))))
    return None


def _divided(above: Node, below: Node, known: dict[Node, Polynomial | None]) -> Node | None:
    """Return the quotient of two polynomials with rational coefficients, where nothing is left over."""
    if not below.symbols or not set(below.symbols) <= set(above.symbols):
        return None
    denominator = polynomial(below, known)
    numerator = polynomial(above, known) if denominator else None
    if not numerator or not denominator:
        return None
    import sympy as sp

    places = list(above.symbols)
    quotient, rest = sp.div(*(_poly(terms, places) for terms in (numerator, denominator)))
    if not rest.is_zero or len(quotient.terms()) > _MOST_TERMS:
        return None
    terms = []
    for powers, number in quotient.terms():
        factors = [node**k for node, k in zip(places, powers, strict=True) if k]
        terms.append(mul.make((constant(Fraction(int(number.p), int(number.q))), *factors, constant(1))))
    return add.make((*terms, constant(0)))


def _poly(terms: Polynomial, places: Sequence[Node]) -> Any:
    """Return a polynomial as one of SymPy's, with a symbol for each place."""
    import sympy as sp

    numbers = {
        tuple(dict(powers).get(place, 0) for place in places): sp.Rational(number.numerator, number.denominator)
        for powers, number in terms.items()
    }
    return sp.Poly(numbers, *(sp.Symbol(f"v{k}") for k in range(len(places))))
