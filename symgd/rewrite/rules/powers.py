"""Rules of powers: of products, of powers, and of what is the same everywhere."""

from __future__ import annotations

import functools
import operator
from fractions import Fraction

from symgd.graph.node import CONSTANT, Node, constant
from symgd.primitives.arithmetic import add, is_divisor, mul, pow
from symgd.primitives.contraction import broadcast, expand
from symgd.primitives.piecewise import abs
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import (
    may_cancel,
    may_fill,
    rest_of,
    root_of_number,
)

__all__: list[str] = []


@rewriting(
    "a function of what is the same everywhere",
    lambda record: record.is_elementwise and record not in (add, mul),
    because="every entry has the same value",
    needs=(broadcast,),
    of="tensors",
    examples=(
        "(x*ones(3))**2",
        "broadcast_to(x, (2, 3))**3",
        "exp(zeros(3))",
        "maximum(x*ones(3), 2)",
    ),
)
def function_of_stretched(node: Node, context: Context) -> Node | None:
    """f(broadcast(x)) → broadcast(f(x)) for scalars x, and broadcast(x)ⁿ → broadcast(xⁿ) for tensors, too."""
    if node.is_boolean:
        return None
    args = [arg.args[0] if arg.primitive is broadcast else arg for arg in node.args]
    is_power_of_stretched = node.primitive is pow and node.args[0].primitive is broadcast and not args[1].shape
    if any(arg.shape for arg in args) and not is_power_of_stretched:
        return None
    return broadcast.make((node.primitive.make(tuple(args), node.params),), (node.shape,))


@rewriting(
    "a power of a new axis",
    pow,
    because="every entry has the same power",
    needs=(expand,),
    of="tensors",
    examples=(
        "1/(1/u)[:, None]",
        "(v**3)[None, :]**2",
    ),
)
def power_of_new_axis(node: Node, context: Context) -> Node | None:
    """(xᵏ)[:, None]ⁿ → ((xᵏ)ⁿ)[:, None] for exact k and n, so that the exponents meet."""
    base, exponent = node.args
    if base.primitive is not expand or not exponent.is_exact:
        return None
    inner = base.args[0]
    if inner.primitive is not pow or not inner.args[1].is_exact:
        return None
    return expand.make((pow.make((base.args[0], exponent)),), base.params)


@rewriting(
    "a power beside a whole power of its base",
    mul,
    because="xᵃ·xⁿ is xᵃ⁺ⁿ, which has a value where x is 0 and n is negative",
    purpose=("limit",),
    needs=(pow,),
    examples=(
        "x**y/x",
        "z*x**2*(x**2)**(y - 1)",
        "x**4*(x**2)**(y - 2)",
    ),
)
def power_beside_whole_power(node: Node, context: Context) -> Node | None:
    """(x²)ʸ⁻¹·x² → (x²)ʸ, for exponents that are no numbers."""
    for power in node.args:
        if power.primitive is not pow or power.args[1].is_exact:
            continue
        base, exponent = power.args
        root, n = (base.args[0], base.args[1].value) if base.primitive is pow and base.args[1].is_exact else (base, 1)
        for other in node.args:
            inner, k = (other.args[0], other.args[1].value) if other.primitive is pow and other.args[1].is_exact else (other, 1)
            ratio = Fraction(k) / Fraction(n)
            if inner is root and ratio.denominator == 1 and may_fill(root, context.facts):
                rest = list(node.args)
                rest.remove(power)
                rest.remove(other)
                return mul.make((*rest, pow.make((base, exponent + constant(ratio))), constant(1)))
    return None


@rewriting(
    "a power of a product",
    pow,
    because="an exact factor leaves the power",
    needs=(CONSTANT, (mul, pow)),
    examples=(
        "(2*x)**3",
        "(-x*y)**3",
        "(sqrt(2)*x)**2",
        "(4*x**2)**(1/2)",
        "(x**2)**(1/2)",
        "(x**2)**(3/2)",
        "(y/x)**(-2)",
        "(x**(1/2))**4",
    ),
)
def power_of_product(node: Node, context: Context) -> Node | None:
    """(c·x)ⁿ → cⁿ·xⁿ for an exact c and an integer n; (xᵃ)ᵇ → xᵃᵇ where that keeps the domain."""
    base, exponent = node.args
    if not exponent.is_exact:
        return None
    n = exponent.params[1]
    if base.primitive is mul and base.args[0].is_exact and isinstance(n, int) and not (base.args[0].params[1] == 0 and n < 0):
        coefficient = base.args[0].params[1]
        if coefficient == -1 and n % 2:
            return None if len(base.args) < 2 else mul.make((constant(-1), pow.make((rest_of(base), exponent))))
        return mul.make((constant(Fraction(coefficient) ** n), pow.make((rest_of(base), exponent))))
    if base.primitive is mul and isinstance(n, int) and n > 0 and n % 2 == 0:
        roots = [root for root in map(root_of_number, base.args) if root is not None]
        if roots:
            rest = tuple(factor for factor in base.args if root_of_number(factor) is None)
            front = constant(functools.reduce(operator.mul, roots) ** (n // 2))
            return mul.make((front, pow.make((mul.make(rest), exponent)))) if rest else front
    if base.primitive is mul and Fraction(n).denominator == 2 and _is_scaled_square(base):
        front, root = base.args[0], base.args[1].args[0]
        return mul.make((pow.make((front, exponent)), pow.make((abs.make((root,)), constant(2 * n)))))
    if base.primitive is mul and isinstance(n, int) and n < 0 and _distributes(base, context):
        return mul.make(tuple(pow.make((factor, exponent)) for factor in base.args))
    if base.primitive is pow and base.args[1].is_exact:
        inner = base.args[1].params[1]
        root, total = base.args[0], Fraction(inner) * n
        facts = context.facts
        if isinstance(n, int) and n > 0 and (Fraction(inner).denominator % 2 == 0) and facts.is_nonnegative(root):
            return pow.make((root, constant(total)))
        if facts.is_positive(root) or (isinstance(n, int) and isinstance(inner, int) and facts.is_nonzero(root)):
            return pow.make((root, constant(total)))
        if facts.is_inside and isinstance(n, int) and may_cancel(root, facts):
            return pow.make((root, constant(total)))
        if inner == 2 and Fraction(n).denominator != 1:
            return pow.make((abs.make((root,)), constant(total)))
        if isinstance(n, int) and inner > 0 and total.denominator != 1:  # 1/x^(−1/2) has no value at 0
            return pow.make((root, constant(total)))
    return None


def _is_scaled_square(product: Node) -> bool:
    """Whether a product is c·x² with a positive number c."""
    if len(product.args) != 2 or not product.args[0].is_exact or product.args[0].params[1] <= 0:
        return False
    return product.args[1].primitive is pow and product.args[1].args[1].equals_number(2)


def _distributes(product: Node, context: Context) -> bool:
    """Whether (p/q)ⁿ with n < 0 may become pⁿ·q⁻ⁿ: what stood below the line and rises must be known to be different from 0."""
    below = [factor for factor in product.args if is_divisor(factor)]
    return bool(below) and all(context.facts.is_nonzero(factor.args[0]) for factor in below)
