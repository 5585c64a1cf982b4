"""Differences of what is nearly alike, in forms that do not cancel: √a − √b = (a − b)/(√a + √b)."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import CONSTANT, Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.piecewise import abs, where
from symgd.primitives.trigonometric import cos, sin
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import HALF, absolute, exact_difference, factors_of, scaled, split_term

__all__: list[str] = []


@rewriting(
    "a difference of powers",
    add,
    because="aⁿ − bⁿ = (a − b)·(aⁿ⁻¹ + … + bⁿ⁻¹), which keeps its digits where a and b are large",
    purpose=("code",),
    needs=((pow, mul),),
    examples=(
        "sqrt(x + 1) - sqrt(x)",
        "1/(x + 1) - 1/x",
        "y*(x + 2)**3 - y*x**3",
        "(x + 1)**(-1/2) - x**(-1/2)",
    ),
)
def difference_of_powers(node: Node, context: Context) -> Node | None:
    """c·aᵖ − c·bᵖ for whole and half p, where a − b is a number: √a − √b → (a − b)/(√a + √b), 1/a − 1/b → (b − a)/(a·b)."""
    if len(node.args) != 2:
        return None
    (first, first_core), (second, second_core) = (split_term(term) for term in node.args)
    if first != -second:
        return None
    left, right = (factors_of(term) for term in (first_core, second_core))
    common = [factor for factor in left if factor in right]
    (a, p), (b, q) = (_base_and_exponent([factor for factor in side if factor not in common]) for side in (left, right))
    if a is None or b is None or p != q or p == 1 or p.denominator > 2 or 2 * absolute(p) > _LARGEST_POWER:
        return None
    gap = exact_difference(_multiplied_out(a), _multiplied_out(b))
    if not gap:
        return None
    return mul.make((constant(first * gap), *common, _quotient_of_powers(a, b, p)))


_LARGEST_POWER = 6


def _base_and_exponent(factors: list[Node]) -> tuple[Node | None, Fraction]:
    """Return the base and the exponent of the only factor; no base where there are several."""
    if len(factors) != 1:
        return None, Fraction(1)
    (factor,) = factors
    is_power = factor.primitive is pow and factor.args[1].is_exact
    return (factor.args[0], Fraction(factor.args[1].value)) if is_power else (factor, Fraction(1))


def _quotient_of_powers(a: Node, b: Node, p: Fraction) -> Node:
    """(aᵖ − bᵖ)/(a − b), without a difference."""
    if p < 0:  # a⁻ᵖ − b⁻ᵖ = −(aᵖ − bᵖ)/(aᵖ·bᵖ)
        return -_quotient_of_powers(a, b, -p) * a**p * b**p
    if p.denominator == 2:  # over √a + √b, with n = 2p: (√aⁿ − √bⁿ)/(√a − √b)
        a, b = a**HALF, b**HALF
    count = int(2 * p) if p.denominator == 2 else int(p)
    total = add.make(tuple(a**k * b ** (count - 1 - k) for k in range(count)))
    return total * (a + b) ** -1 if p.denominator == 2 else total


@rewriting(
    "a difference of sines",
    add,
    because="sin a − sin b = 2·cos((a + b)/2)·sin((a − b)/2), which does not cancel",
    purpose=("code",),
    examples=(
        "sin(x + 1) - sin(x)",
        "2*cos(x + 3) - 2*cos(x)",
    ),
)
def difference_of_sines(node: Node, context: Context) -> Node | None:
    """Where a − b is a number: sin a − sin b, and cos a − cos b = −2·sin((a + b)/2)·sin((a − b)/2)."""
    if len(node.args) != 2:
        return None
    (first, left), (second, right) = (split_term(term) for term in node.args)
    if first != -second or left.primitive is not right.primitive or left.primitive not in (sin, cos):
        return None
    gap = exact_difference(left.args[0], right.args[0])
    if not gap:
        return None
    middle = right.args[0] + constant(gap / 2)
    turned = cos(middle) if left.primitive is sin else -sin(middle)
    return scaled(2 * first, turned * sin(constant(gap / 2)))


@rewriting(
    "1 minus a square under a power",
    pow,
    because="1 − x² = (1 − x)·(1 + x), which keeps its digits near ±1",
    purpose=("code",),
    needs=(add,),
    examples=(
        "(1 - x**2)**(1/2)",
        "(x**2 - 1)**(-1/2)",
        "1/(1 - x**2)",
    ),
)
def one_minus_square(node: Node, context: Context) -> Node | None:
    """(1 − x²)ᵖ → ((1 − x)·(1 + x))ᵖ and (x² − 1)ᵖ → ((x − 1)·(x + 1))ᵖ, for a p that is not a positive whole number."""
    base, exponent = node.args
    if not exponent.is_exact or len(base.args) != 2 or (isinstance(exponent.value, int) and exponent.value > 0):
        return None
    for square, other in (base.args, base.args[::-1]):
        sign, core = split_term(square)
        if core.primitive is pow and core.args[1].equals_number(2) and absolute(sign) == 1 and other.equals_number(-sign):
            x = core.args[0]
            return ((-x + 1 if sign < 0 else x - 1) * (x + 1)) ** exponent
    return None


def _multiplied_out(product: Node) -> Node:
    """Return x² − 1 for (x − 1)·(x + 1), and 1 − x² for (1 − x)·(1 + x); anything else as it is."""
    if product.primitive is mul and len(product.args) == 2:
        first, second = product.args
        for x in first.symbols:
            if {first, second} == {x - 1, x + 1}:
                return x**2 - 1
            if {first, second} == {-x + 1, x + 1}:
                return 1 - x**2
    return product


@rewriting(
    "a root beside what it nearly is",
    add,
    because="√a − b = (a − b²)/(√a + b), which keeps its digits where b is positive and large",
    purpose=("code",),
    needs=((pow, mul),),
    examples=(
        "sqrt(x**2 + 1) - x",
        "x - sqrt(x**2 - 2)",
        "sqrt((x - 1)*(x + 1)) - x",
        "sqrt(x**2 + 1) + x",
        "3*x - sqrt(9*x**2 + 1)",
    ),
)
def root_beside_its_size(node: Node, context: Context) -> Node | None:
    """√a − b → (a − b²)/(√a + |b|) for b > 0, where a − b² is a number; also −√a + b."""
    if len(node.args) != 2:
        return None
    for root, beside in (node.args, node.args[::-1]):
        (front, root), (back, size) = split_term(root), split_term(beside)
        if root.primitive is not pow or not root.args[1].equals_number(HALF) or not size.is_symbol or absolute(front) != 1:
            continue
        gap = exact_difference(_multiplied_out(root.args[0]), scaled((back / front) ** 2, size**2))
        size = scaled(-back / front, size)  # √a − size
        if not gap or context.facts.sign(size).is_nonpositive:
            continue  # nothing cancels
        near = scaled(gap, (root + abs(size)) ** -1)
        return scaled(front, near if context.facts.is_nonnegative(size) else where(size > 0, near, root + abs(size)))
    return None


@rewriting(
    "the slope of a root beside what it nearly is",
    add,
    because="x/√(c + x²) − 1 = −c/(√(c + x²)·(√(c + x²) + x)), which does not cancel for x > 0",
    purpose=("code",),
    needs=(mul, CONSTANT),
    examples=(
        "x/sqrt(x**2 + 1) - 1",
        "3*x/sqrt(x**2 - 2) + 3",
    ),
)
def slope_of_root_beside_its_size(node: Node, context: Context) -> Node | None:
    """k·x/√(c + x²) − k for a number c, and k·x/√(c + x²) + k."""
    if len(node.args) != 2 or not node.args[1].is_exact:
        return None
    front, core = split_term(node.args[0])
    if not front or core.primitive is not mul or len(core.args) != 2:
        return None
    for x, below in (core.args, core.args[::-1]):
        if below.primitive is not pow or not below.args[1].equals_number(-HALF) or not x.is_symbol:
            continue
        gap = exact_difference(_multiplied_out(below.args[0]), x**2)
        sign = Fraction(node.args[1].value) / front
        if not gap or absolute(sign) != 1:
            continue
        root = below.args[0] ** HALF
        near = scaled(sign * gap, (root * (root + abs(x))) ** -1)
        if context.facts.is_nonnegative(scaled(sign, x)):
            return None  # nothing cancels
        if context.facts.is_nonnegative(scaled(-sign, x)):
            return scaled(front, near)
        return scaled(front, where(scaled(sign, x) < 0, near, scaled(sign, 1 + abs(x) * below)))
    return None
