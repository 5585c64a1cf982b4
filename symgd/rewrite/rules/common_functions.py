"""Rules of sums of scalars that share a function, eˣ·y − eˣ·z = eˣ·(y − z): for readers, and the other way round for code."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.exponential import exp
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import factors_of, powers_of, product_of, split_term, without

__all__: list[str] = []

_MOST_TERMS = 4


@rewriting(
    "take a common function out",
    add,
    because="every term has the factor",
    purpose=("people",),
    needs=(mul,),
    of="scalars",
    examples=(
        "exp(x)*y - exp(x)*z",
        "n*(x + 1)**(n - 2) - (x + 1)**(n - 2)",
        "sigmoid(x)**2*sigmoid(y) - sigmoid(x)*sigmoid(y)**2",
    ),
)
def take_function_out(node: Node, context: Context) -> Node | None:
    """eˣ·y − eˣ·z → eˣ·(y − z), for factors that are long to write; x·y − x·z stays."""
    common = set(filter(_is_long, map(_base, factors_of(node.args[0]))))
    for term in node.args[1:]:
        if not common:
            return None
        common.intersection_update(map(_base, factors_of(term)))
    powers = [powers_of(factors_of(split_term(term)[1])) for term in node.args]
    shared = {}
    for base in powers[0]:
        found = [exponents.get(base, Fraction(0)) for exponents in powers]
        if all(exponent > 0 for exponent in found):
            shared[base] = min(found)
        elif all(exponent < 0 for exponent in found):
            shared[base] = max(found)
    if not any(shared.get(base, 0) > 0 for base in common):
        return None
    rests = []
    for term, exponents in zip(node.args, powers, strict=True):
        number, _ = split_term(term)
        rests.append(mul.make((constant(number), product_of({base: n - shared.get(base, 0) for base, n in exponents.items()}))))
    return mul.make((product_of(shared), add.make(tuple(rests))))


def _base(factor: Node) -> Node:
    """Return x of xⁿ with an exact n."""
    return factor.args[0] if factor.primitive is pow and factor.args[1].is_exact else factor


def _is_long(base: Node) -> bool:
    """Whether a factor is a function of something."""
    return bool(base.args) and (base.primitive is not pow or not base.args[1].is_exact)


@rewriting(
    "an exponential beside a sum of powers",
    mul,
    because="a power overflows where its product with the exponential has vanished",
    purpose=("code",),
    needs=(exp, add),
    of="scalars",
    examples=(
        "exp(-x)*(2*x - x**2)",
        "y*exp(-x**2/2)*(x**4 + x**2 - 1)",
    ),
)
def multiply_exponential_in(node: Node, context: Context) -> Node | None:
    """e⁻ˣ·(2x − x²) → 2x·e⁻ˣ − x²·e⁻ˣ, whose powers come behind the exponential."""
    for inner in node.args:
        if inner.primitive is add and len(inner.args) <= _MOST_TERMS and any(map(_has_power, inner.args)):
            rest = without(node.args, inner)
            return add.make(tuple(mul.make((*rest, *factors_of(term))) for term in inner.args))
    return None


def _has_power(term: Node) -> bool:
    """Whether a term has a factor that overflows early: a power of what is no number."""
    return any(factor.primitive is pow and factor.args[1].is_exact and factor.args[1].value >= 2 for factor in factors_of(term))
