"""Rules of quotients to be read: what stands above and below the line is cancelled, where that keeps the values."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction

from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, is_divisor, mul, pow
from symgd.primitives.exponential import exp
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import (
    ONE,
    base_and_exponent,
    collected_terms,
    content_of,
    exponential_of,
    factors_of,
    may_be_added,
    may_be_joined,
    may_cancel,
    powers_of,
    product_of,
    sum_of_terms,
    terms_of,
    without,
)

__all__: list[str] = []


_MOST_FACTORS = 8
"""Longer products stay whole: opened in each of n products that contain them, they would cost n²."""


@rewriting(
    "open a product whose parts join",
    mul,
    because="a factor stands above and below the line, or in two places",
    purpose=("people",),
    needs=((pow, mul),),
    examples=(
        "y*z/(x*y*z)",
        "s*pi/(s**2*pi)",
        "x*exp(z)/(A*exp(z))**2",
        "(x*y)**2/(x*z)**3",
        "exp(x*y)*(x*y)*y",
    ),
)
def open_product(node: Node, context: Context) -> Node | None:
    """y·z·(x·y·z)⁻¹ → y·z·y⁻¹·z⁻¹·x⁻¹, whose powers of one base are joined then."""
    opened = {}
    for factor in node.args:
        if (factor.primitive is mul or factor.primitive is pow) and (parts := _parts_of(factor, context)):
            opened[factor] = parts
    if not opened:
        return None
    found: defaultdict[Node, list[bool | None]] = defaultdict(list)
    plain: Counter[Node] = Counter()
    inside: dict[Node, Iterable[tuple[Node, Node]]] = {}
    divisors = sum(map(is_divisor, node.args))
    for factor in node.args:
        powers = opened[factor].values() if factor in opened else [base_and_exponent(factor)]
        for base, exponent in powers:
            found[base].append(_is_above(exponent))
        if factor not in opened or factor.primitive is mul:
            plain.update(base for base, _ in powers)
        for part, (root, _) in opened[factor].items() if factor in opened and factor.primitive is mul else ():
            inside[part] = _parts_of(part, context).values() if root.primitive is mul else ()
            for base, exponent in inside[part]:
                found[base].append(_is_above(exponent))
    meeting = {base for base, places in found.items() if _may_meet(places) and may_cancel(base, context.facts)}
    for factor, parts in opened.items():
        taken = {
            part: power
            for part, power in parts.items()
            if power[0] in meeting or any(base in meeting for base, _ in inside.get(part, ()))
        }
        if factor.primitive is mul and any(plain[base] > 1 for base, _ in parts.values()):
            taken = parts
        elif divisors > 1 and factor.primitive is pow and factor.args[1].equals_number(-1) and not factor.shape:
            taken = {part: power for part, power in parts.items() if _has_values(power, context.facts)}  # c/(T²·(k·l))
        if taken:
            base, exponent = (factor, ONE) if factor.primitive is mul else factor.args
            kept = [part for part in _all_factors(base, context) if part not in taken]
            closed = [pow.make((mul.make((*kept, ONE)), exponent))] if kept else []
            return mul.make((*without(node.args, factor), *map(pow.make, taken.values()), *closed, ONE))
    return None


def _all_factors(node: Node, context: Context) -> list[Node]:
    """Return the factors of a product, those of products inside it, too; none where they are more than are opened."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        factor = waiting.pop()
        if factor.primitive is not mul:
            found.append(factor)
        elif factor in context.long_products or len(found) + len(waiting) + len(factor.args) > _MOST_FACTORS:
            context.long_products.add(node)
            return []
        else:
            waiting += factor.args[::-1]
    return found


def _may_meet(places: list[bool | None]) -> bool:
    """Whether powers of a base stand above and below the line, or have exponents of which that is not known."""
    return len(places) > 1 and len({*places} - {None}) + places.count(None) > 1


def _parts_of(factor: Node, context: Context) -> dict[Node, tuple[Node, Node]]:
    """Return what may be taken out of (x·yᵃ)ⁿ with a whole n, or of x·yᵃ, with bases and exponents."""
    base, n = (factor, ONE) if factor.primitive is mul else base_and_exponent(factor)
    if base in context.long_products or (base.primitive is not mul and (base.primitive is not pow or n is ONE)):
        return {}
    if n is not ONE and not (n.is_exact and isinstance(n.value, int)):
        return {}
    parts: dict[Node, tuple[Node, Node]] = {}
    facts = context.facts
    for part in _all_factors(base, context):
        root, exponent = base_and_exponent(part)
        is_whole = exponent.is_exact and isinstance(exponent.value, int)
        if part in parts:
            return {}  # x·x is joined first
        if n is ONE or is_whole or facts.is_inside or facts.is_positive(root):  # (√x)² has values for x ≥ 0 only
            parts[part] = (root, exponent if n is ONE else mul.make((n, exponent)))
    return parts


def _has_values(power: tuple[Node, Node], facts: Facts) -> bool:
    """Whether what leaves the lower side of a fraction has no more values there: 1/(1/x) has none at 0, and x has."""
    root, exponent = power
    return not _is_above(exponent) or may_cancel(root, facts)


def _is_above(exponent: Node) -> bool | None:
    """Whether a power stands above the line; None where its exponent is no number."""
    return exponent.value > 0 if exponent.is_exact else None


@rewriting(
    "join exponentials whose exponents cancel",
    mul,
    because="eᵃ·eᵇ = eᵃ⁺ᵇ, which is shorter here",
    purpose=("people",),
    needs=((exp, pow),),
    anywhere=(exp,),
    examples=(
        "exp(2*x)*exp(-x)",
        "y*exp(x + z)/exp(x)",
        "exp(x)**2*exp(-x)",
        "exp(x)/exp(y)",
    ),
)
def join_exponentials(node: Node, context: Context) -> Node | None:
    """exp(u)·exp(v) → exp(u + v), where u and v have terms that join."""
    found = [(factor, *pair) for factor in node.args if (pair := exponential_of(factor)) is not None]
    for k, (first, u, m) in enumerate(found):
        for second, v, n in found[k + 1 :]:
            terms = [*terms_of(u, m), *terms_of(v, n)]
            if len({core for _, core in terms}) < len(terms) and may_be_added(terms, context.facts):
                joined = exp.make((sum_of_terms(terms),))
                return mul.make((*without(node.args, first, second), joined, ONE))
    for factor, u, n in found if len(found) > 1 else ():
        if n < 0:
            return mul.make((*without(node.args, factor), exp.make((mul.make((constant(n), u)),))))
    return None


@rewriting(
    "sums that are multiples of each other",
    mul,
    because="one sum is the other one times a number",
    purpose=("people",),
    needs=(add, pow),
    examples=(
        "(x - y)/(y - x)**2",
        "(2*x + 2*y)/(x + y)",
        "(v - u)/(u - v)**3",
    ),
)
def multiples_of_sums(node: Node, context: Context) -> Node | None:
    """(x − y)·(y − x)⁻² → −(y − x)·(y − x)⁻²."""
    sums = [(arg, *pair) for arg in node.args if (pair := base_and_exponent(arg))[0].primitive is add]
    for k, (first, above, m) in enumerate(sums):
        if not m.is_exact or not isinstance(m.value, int):
            continue
        for other, (_, below, _) in enumerate(sums):
            ratio = None if other == k or above is below else _ratio(above, below)
            if ratio is not None and (m.value > 0 or other < k):
                return mul.make((constant(ratio**m.value), *without(node.args, first), pow.make((below, m))))
    return None


def _ratio(first: Node, second: Node) -> Fraction | None:
    """Return the number that makes one sum of the other."""
    if len(first.args) != len(second.args) or first.shape != second.shape:
        return None
    terms, others = collected_terms(terms_of(first)), collected_terms(terms_of(second))
    if terms.keys() != others.keys() or not all(terms.values()) or not all(others.values()):
        return None
    ratios = {terms[core] / others[core] for core in terms}
    return ratios.pop() if len(ratios) == 1 else None


@rewriting(
    "the number that all terms of a power share",
    pow,
    because="an exact factor leaves the power",
    purpose=("people",),
    needs=(add,),
    examples=(
        "1/(2*x + 2*y)",
        "(3*u - 6*v)**-2",
    ),
)
def content_of_power(node: Node, context: Context) -> Node | None:
    """(2x + 2y)⁻¹ → (x + y)⁻¹/2."""
    base, n = node.args
    if not n.is_exact or not isinstance(n.value, int) or any(map(_has_no_number, base.args)):
        return None
    terms = list(terms_of(base))
    content = content_of(c for c, _ in terms)
    if content == 1:
        return None
    inner = add.make(tuple(mul.make((constant(c / content), core)) for c, core in terms))
    return mul.make((constant(content**n.value), pow.make((inner, n))))


def _has_no_number(term: Node) -> bool:
    """Whether the coefficient of a term is plainly 1."""
    return not (term.is_exact or term.primitive is add or (term.primitive is mul and term.args[0].is_exact))


@rewriting(
    "factors beside a power of their product",
    mul,
    because="x·y·(x·y)ⁿ = (x·y)ⁿ⁺¹",
    purpose=("people",),
    needs=(pow,),
    of="scalars",
    examples=(
        lambda x, y, a: mul.make((x, y, (x * y) ** a)),
        "x*(x/y)**(a - 1)/y",
        "sqrt(2*pi)/(2*pi)",
        "y*sqrt(3*x*z)/(x*z)",
    ),
)
def factors_beside_power(node: Node, context: Context) -> Node | None:
    """K·x⁻²·(K/x)ⁿ⁻¹ → x⁻¹·(K/x)ⁿ."""
    for factor in node.args:
        base, exponent = base_and_exponent(factor)
        if base.primitive is not mul or exponent is ONE:
            continue
        if not (context.facts.is_inside or exponent.is_exact or context.facts.is_positive(base)):
            continue
        opened = list(_opened(without(node.args, factor), context))
        rest, inner = powers_of(opened), powers_of(base.args)
        if not may_be_joined(opened, context.facts):
            continue
        turn = _whole_products(rest, inner, exponent)
        if not turn or (_gains_zero(exponent, turn) and not may_cancel(base, context.facts)):
            continue
        remaining = {root: rest.get(root, 0) - turn * n for root, n in inner.items()}
        after = pow.make((base, sum_of_terms([*terms_of(exponent), (Fraction(turn), ONE)])))
        return mul.make((product_of(rest | remaining), after, ONE))
    return None


def _opened(factors: Iterable[Node], context: Context) -> Iterator[Node]:
    """Yield factors; of products and of their powers the factors of these."""
    for factor in factors:
        parts = _parts_of(factor, context)
        yield from map(pow.make, parts.values()) if parts else (factor,)


def _gains_zero(exponent: Node, turn: int) -> bool:
    """Whether a base that could not be 0 can be 0 after the factors beside it have turned its exponent by 1."""
    return exponent.is_exact and exponent.value + turn >= 0 and (exponent.value < 0 or turn < 0)


def _whole_products(rest: dict[Node, Fraction], inner: dict[Node, Fraction], exponent: Node) -> int:
    """Return 1 where factors hold a product once, −1 where they are divided by it, but for a number, and 0 otherwise."""
    if all(n * rest.get(root, 0) > 0 and rest[root] / n >= 1 for root, n in inner.items()):
        return 1
    roots = {root: n for root, n in inner.items() if not root.is_exact}
    is_divided = roots and all(n * rest.get(root, 0) < 0 and rest[root] / n <= -1 for root, n in roots.items())
    return -1 if is_divided and not (exponent.is_exact and isinstance(exponent.value, int)) else 0


@rewriting(
    "multiply out where factors cancel",
    mul,
    because="multiplied into the sum, a factor cancels",
    purpose=("people",),
    needs=(add,),
    of="scalars",
    examples=(
        "x*(1/(a*x) - 1/(b*x + 1))",
        "y*z*(x/y + 1)",
        "x/(z**2*(y**2/z**2 + 1))",
    ),
)
def cancel_into_sum(node: Node, context: Context) -> Node | None:
    """x·(1/(a·x) − 1/(b·x + 1)) → 1/a − x/(b·x + 1), where that is no longer."""
    if len(node.args) > _MOST_FACTORS or all(arg.is_exact or arg.primitive is add for arg in node.args):
        return None
    for factor in node.args:
        inner, power = base_and_exponent(factor)
        if inner.primitive is not add or not context.is_private(inner) or len(inner.args) > 4:
            continue
        if power.equals_number(-1):
            after = _cancelled_below(node, factor, context)
            if after is not None:
                return after
        if power is not ONE or not any(map(_has_power, inner.args)):
            continue
        divisors = [_divisors(term, context) for term in inner.args]
        if not any(divisors):
            continue
        chosen = [
            factor
            for factor in node.args
            if factor is not inner and factor.primitive is not add and _cancels_in(factor, divisors, context.facts)
        ]
        if chosen:
            terms = [mul.make((*chosen, *factors_of(term))) for term in inner.args]
            return mul.make((*without(node.args, inner, *chosen), add.make(tuple(terms)), ONE))
    return None


def _has_power(term: Node) -> bool:
    return any(factor.primitive is pow for factor in (term.args if term.primitive is mul else (term,)))


def _cancelled_below(node: Node, below: Node, context: Context) -> Node | None:
    """g⁻²·(x²/g² + 1)⁻¹ → (x² + g²)⁻¹."""
    inner = below.args[0]
    divisors = [_divisors(term, context, Fraction(-2)) for term in inner.args]
    for factor in node.args:
        base, exponent = base_and_exponent(factor)
        if factor is below or not exponent.equals_number(-2) or not may_cancel(base, context.facts):
            continue
        if any(base in found for found in divisors):
            terms = [mul.make((base ** constant(2), *factors_of(term))) for term in inner.args]
            return mul.make((*without(node.args, factor, below), add.make(tuple(terms)) ** constant(-1), ONE))
    return None


def _cancels_in(factor: Node, divisors: list[set[Node]], facts: Facts) -> bool:
    """Whether a factor cancels in the terms of a sum, in so many of them that the sum gets no longer."""
    base, exponent = base_and_exponent(factor)
    count = sum(base in below for below in divisors)
    return 0 < count >= len(divisors) - count - 1 and _is_above(exponent) is True and may_cancel(base, facts)


def _divisors(term: Node, context: Context, wanted: Fraction | None = None) -> set[Node]:
    """Return the bases of what stands below the line, those of one exponent if one is wanted."""
    found = set()
    for factor in factors_of(term):
        if factor.primitive is not pow and factor.primitive is not mul:
            continue
        for base, exponent in _parts_of(factor, context).values() or [base_and_exponent(factor)]:
            if _is_above(exponent) is False and (wanted is None or exponent.equals_number(wanted)):
                found.add(base)
    return found
