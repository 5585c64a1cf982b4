"""A rule of sums of scalars whose terms share a function: eˣ·y − eˣ·z = eˣ·(y − z)."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import factors_of, powers_of, product_of, split_term

__all__: list[str] = []


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
    powers = [powers_of(factors_of(split_term(term)[1])) for term in node.args]
    shared = {}
    for base in powers[0]:
        found = [exponents.get(base, Fraction(0)) for exponents in powers]
        if all(exponent > 0 for exponent in found):
            shared[base] = min(found)
        elif all(exponent < 0 for exponent in found):
            shared[base] = max(found)
    if not any(exponent > 0 and _is_long(base) for base, exponent in shared.items()):
        return None
    rests = []
    for term, exponents in zip(node.args, powers, strict=True):
        number, _ = split_term(term)
        rests.append(mul.make((constant(number), product_of({base: n - shared.get(base, 0) for base, n in exponents.items()}))))
    return mul.make((product_of(shared), add.make(tuple(rests))))


def _is_long(base: Node) -> bool:
    """Whether a factor is a function of something."""
    return bool(base.args) and (base.primitive is not pow or not base.args[1].is_exact)
