"""Rules of sums: collect terms, and multiply out where terms join."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, is_divisor, mul, pow
from symgd.primitives.contraction import einsum
from symgd.primitives.exponential import exp
from symgd.rewrite.needless_axes import may_lose_axes, without_needless_axes
from symgd.rewrite.polynomials import Core, core_of, in_order, may_be_dropped, sum_of, weight_of
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import (
    ONE,
    base_and_exponent,
    factors_of,
    may_be_joined,
    may_vanish,
    powers_of,
    product_of,
    scaled,
    split_term,
    stretched_number,
    terms_of,
    unstretched,
)

__all__: list[str] = []


@rewriting(
    "collect terms",
    add,
    because="like terms are added",
    examples=(
        "x + 2*x",
        "x + (y + x) - 3",
        "2*v + v - u",
        "x + 1 - x*1",
    ),
)
def collect_terms(node: Node, context: Context) -> Node | None:
    """Join nested sums, add like terms, drop what is stretched without need."""
    if _is_collected_sum(node, context):
        return None
    terms: dict[Node, Fraction] = {}
    count = 0
    for arg in node.args:
        dissolves = arg.primitive is add and (context.is_private(arg) or _meet_in_numbers(arg, node))
        inner = arg.args if dissolves else (arg,)
        for term in inner:
            count += 1
            coefficient, core = split_term(term if (number := stretched_number(term)) is None else number)
            terms[core] = terms[core] + coefficient if core in terms else coefficient
    nonzero = [core for core, coefficient in terms.items() if coefficient]
    parts = [
        scaled(coefficient, core)
        for core, coefficient in terms.items()
        if coefficient or not may_vanish(factors_of(core), nonzero, context)
    ]
    if not parts:
        return constant(0)
    if node.shape:
        parts = without_needless_axes(parts, node.shape)
        if all(not unstretched(part).shape for part in parts):
            parts = [unstretched(part) for part in parts]  # each entry is the same
    parts.sort(key=_place_in_sum(parts))
    after = add.make(tuple(parts))
    return None if after is node else after


@rewriting(
    "like terms whose divisors are written in other ways",
    add,
    because="1/(x·y) = 1/x·1/y, and like terms are added",
    purpose=("people",),
    needs=((mul, pow), (mul, pow)),
    anywhere=(pow,),
    examples=(
        lambda x, y, z: y / (x * z) - mul.make((x**-1, y, z**-1)),
        lambda x, y, z: z + 1 / (x * y) + 2 * mul.make((x**-1, y**-1)),
        lambda x, y, u: u / (x * y) - mul.make((x**-1, y**-1, u)),
    ),
)
def like_terms_apart(node: Node, context: Context) -> Node | None:
    """y/(x·z) − (y/x)/z → 0."""
    if not any(map(_divides_by_a_product, node.args)):
        return None
    places: dict[Core, list[int]] = {}
    for k, term in enumerate(node.args):
        factors = _with_divisors_apart(factors_of(split_term(term)[1]), context)
        if factors is not None:
            places.setdefault(in_order(powers_of(factors)), []).append(k)
    terms = list(node.args)
    for core, found in places.items():
        for k in found if len(found) > 1 else ():
            terms[k] = scaled(split_term(terms[k])[0], product_of(dict(core)))
    return None if terms == list(node.args) else add.make(tuple(terms))


def _divides_by_a_product(term: Node) -> bool:
    return any(is_divisor(factor) and factor.args[0].primitive is mul for factor in factors_of(term))


def _with_divisors_apart(factors: Sequence[Node], context: Context) -> list[Node] | None:
    """Return factors with 1/(x·y) as 1/x·1/y; None where powers of one base may not be joined then."""
    apart: list[Node] = []
    waiting = [base_and_exponent(factor) for factor in reversed(factors)]
    while waiting:
        base, exponent = waiting.pop()
        if base.primitive is mul and exponent.is_exact and isinstance(exponent.value, int) and exponent.value < 0:
            if any(is_divisor(inner) for inner in base.args) or len(waiting) + len(apart) + len(base.args) > _MOST_FACTORS:
                return None  # 1/(x/y) has no value at y = 0, and y/x has
            waiting += [(inner, exponent) for inner in base.args[::-1]]
        else:
            apart.append(pow.make((base, exponent)))
    return apart if may_be_joined(apart, context.facts) else None


_MOST_FACTORS = 12


def _meet_in_numbers(inner: Node, outer: Node) -> bool:
    """Whether a sum with a number meets another number, (x + 1) − 1, where joining them costs nothing."""
    return min(len(outer.args), len(inner.args)) == 2 and _has_number(outer) and _has_number(inner)


def _has_number(node: Node) -> bool:
    return any(term.is_exact for term in node.args)


@rewriting(
    "multiply out",
    add,
    because="multiplied out, terms join or cancel",
    needs=(mul,),
    examples=(
        "y*(x + 1) - x*y",
        "(x + y)*z - x*z",
        "2*(x - y)*x + 2*x*y",
    ),
)
def multiply_out(node: Node, context: Context) -> Node | None:
    """a·(x + y) − a·x → a·y: sums inside products are dissolved where the result is shorter."""
    sums = [_sum_inside(arg, context) for arg in node.args]
    if all(inner is None for inner in sums) or not _may_join(node.args, sums):
        return None
    total: dict[Core, int | Fraction] = {}
    pieces = before = 0
    for arg, inner in zip(node.args, sums, strict=True):
        factors = [factor for factor in factors_of(arg) if factor is not inner]
        for term in (ONE,) if inner is None else inner.args:
            number, core = core_of([*factors, *factors_of(term)])
            total[core] = total.get(core, 0) + number
            pieces += 1
        before += weight_of(core_of(factors)) + (0 if inner is None else sum(weight_of(core_of([term])) for term in inner.args))
    nonzero = {core: coefficient for core, coefficient in total.items() if coefficient}
    if len(nonzero) == pieces:
        return None
    if not may_be_dropped([core for core in total if core not in nonzero], nonzero, context):
        return None
    if sum(weight_of((coefficient, core)) for core, coefficient in nonzero.items()) >= before:
        return None
    return sum_of(nonzero)


def _may_join(terms: Sequence[Node], sums: Sequence[Node | None]) -> bool:
    """Whether two products would be alike when multiplied out, decided by numbers: like products have like numbers."""
    seen: set[int] = set()
    for term, inner in zip(terms, sums, strict=True):
        outside = _number_of(term) - (0 if inner is None else _number_of(inner))
        for part in (term,) if inner is None else inner.args:
            number = outside if inner is None else outside + _number_of(part)
            if number in seen:
                return True
            seen.add(number)
    return False


_COMMON_DENOMINATOR = 720_720
"""Multiples of most small fractions are whole numbers."""


def _number_of(node: Node) -> int:
    """Return a number for a product: the sum of pseudo-random numbers of its factors, coefficients left out."""
    if node.primitive is mul:
        return sum(map(_number_of, node.args))
    if node.is_exact:
        return 0
    if node.primitive is pow and node.args[1].is_exact and node.args[1].params[1] in (2, 3, 4):
        return int(node.args[1].params[1]) * _number_of(node.args[0])
    if node.primitive is exp:
        return sum(int(c * _COMMON_DENOMINATOR) * _number_of(core) for c, core in terms_of(node.args[0]) if core is not ONE)
    mixed = node.serial * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    return (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF


def _sum_inside(term: Node, context: Context) -> Node | None:
    """Return the only sum among the factors of a term, if nothing stretches it and nothing else uses it."""
    if term.primitive is not mul:
        return None
    sums = [factor for factor in term.args if factor.primitive is add]
    is_plain = len(sums) == 1 and sums[0].shape == term.shape and context.is_private(sums[0]) and context.is_private(term)
    return sums[0] if is_plain and len(sums[0].args) <= 6 else None


def _is_collected_sum(node: Node, context: Context) -> bool:
    """Whether a sum has no like terms, and numbers only at its end, as most sums do."""
    if node.shape and (any(map(may_lose_axes, node.args)) or all(map(_is_input_or_transpose, node.args))):
        return False
    cores: set[tuple[Node, ...]] = set()
    last = len(node.args) - 1
    for k, arg in enumerate(node.args):
        if arg.is_exact:
            if k != last or arg.params[1] == 0:
                return False
            continue
        if (
            arg.is_constant
            or stretched_number(arg) is not None
            or (arg.primitive is add and (context.is_private(arg) or _meet_in_numbers(arg, node)))
        ):
            return False
        is_scaled = arg.primitive is mul and arg.args[0].is_exact
        core = arg.args[1:] if is_scaled else (arg,)
        core = core if len(core) > 1 else factors_of(core[0])  # 2·(x·y), where x·y stands elsewhere too
        if core in cores or (is_scaled and arg.args[0].params[1] == 0):
            return False
        cores.add(core)
    return last > 0


def _place_in_sum(parts: list[Node]) -> Callable[[Node], bool]:
    """Numbers come last; a matrix stands before its transpose; everything else stays as it was."""
    if all(map(_is_input_or_transpose, parts)):
        return lambda part: not part.is_symbol
    return lambda part: part.is_constant


def _is_input_or_transpose(node: Node) -> bool:
    return node.is_symbol or (node.primitive is einsum and len(node.args) == 1 and node.args[0].is_symbol)
