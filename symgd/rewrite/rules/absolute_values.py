"""Rules of absolute values beside powers of what is inside them: |x|·√x = x·√x, |x|/x² = 1/|x|."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import Node
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.piecewise import abs
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import base_and_exponent, without

__all__: list[str] = []


@rewriting(
    "an absolute value beside a root",
    mul,
    because="a root has values for x ≥ 0 only, where |x| is x",
    needs=((abs, pow), pow),
    anywhere=(abs,),
    examples=(
        "sqrt(x)*abs(x)",
        "y*abs(x)**3/sqrt(x)",
    ),
)
def absolute_beside_root(node: Node, context: Context) -> Node | None:
    """|x|·√x → x·√x."""
    roots = {arg.args[0] for arg in node.args if arg.primitive is pow and _is_root(arg.args[1])}
    for arg in node.args:
        base, exponent = base_and_exponent(arg)
        if base.primitive is abs and base.args[0] in roots:
            return mul.make((*without(node.args, arg), pow.make((base.args[0], exponent))))
    return None


def _is_root(exponent: Node) -> bool:
    return exponent.is_exact and Fraction(exponent.value).denominator != 1


@rewriting(
    "an even power beside one of the absolute value",
    mul,
    because="x² = |x|²",
    purpose=("people",),
    needs=((abs, pow), pow),
    anywhere=(abs,),
    examples=(
        "abs(x)/x**2",
        "abs(x)**3*x**2",
    ),
)
def absolute_beside_square(node: Node, context: Context) -> Node | None:
    """|x|ᵖ/x² → |x|ᵖ⁻²."""
    powers = map(base_and_exponent, node.args)
    inside = {base.args[0]: base for base, n in powers if base.primitive is abs and (n.is_exact or context.facts.is_inside)}
    for arg in node.args if inside else ():
        base, n = base_and_exponent(arg)
        if base in inside and n.is_exact and isinstance(n.value, int) and n.value % 2 == 0:
            return mul.make((*without(node.args, arg), pow.make((inside[base], n))))
    return None
