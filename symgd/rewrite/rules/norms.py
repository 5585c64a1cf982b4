"""Norms in the place of roots and logarithms of sums of squares: the squares leave the range long before the norm does.

√(c·Σx²) = √c·‖x‖,  √(c + Σx²) = hypot(√c, ‖x‖),  log(c·Σx²) = 2·log(√c·‖x‖)
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from fractions import Fraction

from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant, size
from symgd.graph.primitive import lookup
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import einsum
from symgd.primitives.exponential import log, log2, log10
from symgd.primitives.indexing import array
from symgd.primitives.roots import hypot
from symgd.primitives.vector_norms import norm2_record as norm2
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import ONE, factors_of, without

__all__ = ["squared_norm"]

HALF = Fraction(1, 2)
mean = lookup("mean")


@rewriting(
    "the root of a sum of squares",
    pow,
    because="the norm neither overflows nor underflows where the squares do",
    purpose=("code",),
    needs=((einsum, mean, mul),),
    examples=(
        "sqrt(v @ v)",
        "sqrt(x*(v @ v))",
        "(2*(v @ v))**(3/2)",
        "sqrt(mean(v**2))",
        "sum(v**2)**(-1/2)",
    ),
)
def root_of_squares(node: Node, context: Context) -> Node | None:
    """(c·Σx²)ᵖ → cᵖ·‖x‖²ᵖ of a vector, for a p that is no whole number; the mean of squares is Σx²/n."""
    base, exponent = node.args
    if not exponent.is_exact or Fraction(exponent.value).denominator == 1:
        return None
    norm = squared_norm(base, context.facts)
    return None if norm is None else norm.power(Fraction(exponent.value))


@rewriting(
    "the root of a sum of squares and other terms",
    pow,
    because="hypot neither overflows nor underflows where the squares do",
    purpose=("code",),
    needs=(add,),
    of="scalars",
    examples=(
        "sqrt(x**2 + v @ v)",
        "sqrt(x + v @ v)",
        "(1 + u @ u + v @ v)**(-3/2)",
    ),
)
def root_of_squares_and_others(node: Node, context: Context) -> Node | None:
    """(c + Σx²)ᵖ → hypot(√c, ‖x‖)²ᵖ for a p that is no whole number; c is a term that is surely ≥ 0, or there are several."""
    base, exponent = node.args
    if not exponent.is_exact or Fraction(exponent.value).denominator == 1:
        return None
    if not all(context.facts.is_nonnegative(term) for term in base.args):
        return None
    norms = [squared_norm(term, context.facts) for term in base.args]
    if all(norm is None for norm in norms):
        return None
    roots = [term**HALF if norm is None else norm.power(HALF) for term, norm in zip(base.args, norms, strict=True)]
    return functools.reduce(hypot, roots) ** constant(2 * Fraction(exponent.value))


@rewriting(
    "the logarithm of a sum of squares",
    log,
    log2,
    log10,
    because="log Σx² = 2·log ‖x‖, and the norm neither overflows nor underflows where the squares do",
    purpose=("code",),
    needs=((einsum, mean, mul),),
    examples=(
        "log(v @ v)",
        "log2(x*(v @ v))",
        "log10(mean(v**2))",
    ),
)
def logarithm_of_squares(node: Node, context: Context) -> Node | None:
    """log(c·Σx²) → 2·log(√c·‖x‖) of a vector, to the bases 2 and 10 too."""
    norm = squared_norm(node.args[0], context.facts)
    return None if norm is None else 2 * node.primitive.make((norm.power(HALF),))


@dataclass(frozen=True)
class SquaredNorm:
    """A product c·Σx² with c ≥ 0.

    Attributes
    ----------
    x : Node
        The vector.
    factors : tuple of Node
        Those of c.
    """

    x: Node
    factors: tuple[Node, ...]

    def power(self, exponent: Fraction) -> Node:
        """Return (c·Σx²)ᵖ as cᵖ·‖x‖²ᵖ."""
        length = norm2.make((self.x,), ((0,),))
        return mul.make((*(factor ** constant(exponent) for factor in self.factors), length ** constant(2 * exponent), ONE))


def squared_norm(node: Node, facts: Facts) -> SquaredNorm | None:
    """Read x @ x, sum(x**2) or mean(x**2) of a vector, also as a factor beside others that are surely ≥ 0."""
    if node.shape:
        return None
    factors = factors_of(node)
    for factor in factors:
        x = _squared(factor)
        if x is None:
            continue
        rest = without(factors, factor)
        if factor.primitive is mean:
            rest.append(size(x.shape[0]) ** -1)
        return SquaredNorm(x, tuple(rest)) if all(map(facts.is_nonnegative, rest)) else None
    return None


def _squared(node: Node) -> Node | None:
    """Return x for x @ x, sum(x**2) and mean(x**2) of a vector."""
    if node.primitive is einsum and node.params == (((0,), (0,)), ()) and node.args[0] is node.args[1]:
        return node.args[0]
    if not (node.primitive is mean or (node.primitive is einsum and len(node.args) == 1)):
        return None
    (squares,) = node.args
    is_square = squares.primitive is pow and squares.args[1].equals_number(2) and squares.rank == 1
    return squares.args[0] if is_square else None


@rewriting(
    "the norm of two numbers",
    norm2,
    because="hypot neither overflows nor underflows",
    purpose=("code",),
    needs=(array,),
    examples=("norm2(array([x, y]))",),
)
def norm_of_two(node: Node, context: Context) -> Node | None:
    """‖[x, y]‖ → hypot(x, y)."""
    (entries,) = node.args
    return hypot(*entries.args) if entries.shape == (2,) else None
