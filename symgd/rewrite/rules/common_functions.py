"""Rules of sums of scalars that share a function, eˣ·y − eˣ·z = eˣ·(y − z): for readers, and the other way round for code."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.exponential import exp
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import (
    ONE,
    base_and_exponent,
    collected_terms,
    content_of,
    factors_of,
    may_cancel,
    may_join,
    split_term,
    sum_of_terms,
    terms_of,
    without,
)

__all__: list[str] = []

_MOST_TERMS = 4
_MOST_FACTORS = 12

Exponent = dict[Node, Fraction]
"""The coefficients of the terms of an exponent; the number stands at ONE."""


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
        "k*x**(k - 1) - x**k*y",
    ),
)
def take_function_out(node: Node, context: Context) -> Node | None:
    """eˣ·y − eˣ·z → eˣ·(y − z), for factors that are long to write; x·y − x·z stays."""
    common = _bases(node.args[0], are_long=True)
    for term in node.args[1:]:
        if not common:
            return None
        common &= _bases(term, are_long=True)
    if not common:
        return None
    terms = _exponents_of_all(node.args, context.facts)
    shared = _shared(terms, context.facts)
    if not any(exponent.get(ONE, 0) > 0 or exponent.keys() - {ONE} for base, exponent in shared.items() if base in common):
        return None
    return _taken_out(node, terms, shared)


@rewriting(
    "take a common factor out of a sum in a product",
    mul,
    because="every term of the sum has the factor",
    purpose=("people",),
    needs=(add,),
    of="scalars",
    examples=(
        "exp(x)*(a*y - a*z)",
        "x*(y/z**2 - 1/z)",
    ),
)
def take_factor_out(node: Node, context: Context) -> Node | None:
    """eˣ·(a·y − a·z) → a·eˣ·(y − z)."""
    for factor in node.args:
        if factor.primitive is not add or len(factor.args) > _MOST_TERMS or not context.is_private(factor):
            continue
        if factor in context.normal or not _may_share(factor.args):
            context.normal.add(factor)
            continue
        terms = _exponents_of_all(factor.args, context.facts)
        if not terms:
            continue
        shared = _shared(terms, context.facts)
        if shared or content_of(split_term(term)[0] for term in factor.args) != 1:
            return mul.make((*without(node.args, factor), *factors_of(_taken_out(factor, terms, shared))))
    return None


def _taken_out(node: Node, terms: list[dict[Node, Exponent]], shared: dict[Node, Exponent]) -> Node:
    content = content_of(split_term(term)[0] for term in node.args)
    rests = []
    for term, exponents in zip(node.args, terms, strict=True):
        number, _ = split_term(term)
        left = {base: _difference(exponent, shared.get(base, {})) for base, exponent in exponents.items()}
        rests.append(mul.make((constant(number / content), *_powers(left), ONE)))
    return mul.make((constant(content), *_powers(shared), add.make(tuple(rests))))


def _bases(term: Node, are_long: bool = False) -> set[Node]:
    """Return the bases of a term's factors, those of products and powers among them, in a quick way.

    Those that are long to write are functions of something, and powers with exponents that are no numbers.
    """
    found: set[Node] = set()
    waiting = list(factors_of(term))
    while waiting:
        factor = waiting.pop()
        base = factor
        if factor.primitive is pow:
            base, exponent = factor.args
            if not exponent.is_exact:
                found.update((base, factor))
                continue
        if base.primitive is mul or (base is not factor and base.primitive is pow):
            waiting += factors_of(base)
        elif base.args or not are_long:
            found.add(base)
    return found


def _may_share(terms: Sequence[Node]) -> bool:
    """Whether terms can have a factor in common, or a number."""
    numbers = (term.args[0] if term.primitive is mul else term for term in terms)
    if all(number.is_exact and number.value * number.value != 1 for number in numbers):
        return True
    common = _bases(terms[0])
    for term in terms[1:]:
        common &= _bases(term)
    return bool(common)


def _exponents(term: Node, facts: Facts) -> dict[Node, Exponent] | None:
    """Return the bases of the factors of a term but its number, with their exponents; products inside it are opened.

    A power that may not be joined with others is a base of its own; None where a base stands beside such a power of it.
    """
    found: dict[Node, Exponent] = {}
    apart: dict[Node, int] = {}
    waiting = [(factor, 1) for factor in factors_of(split_term(term)[1])[::-1] if factor is not ONE]  # a number may stand last
    count = 0
    while waiting:
        factor, outer = waiting.pop()
        base, exponent = base_and_exponent(factor)
        number = exponent.value if exponent.is_exact else None
        count += 1
        if type(number) is int and count <= _MOST_FACTORS and _opens(base, facts):
            waiting += [(inner, number * outer) for inner in factors_of(base)[::-1]]
        elif number is not None and _joins(found.get(base), Fraction(number), outer, base, facts):
            known = found.setdefault(base, {})
            known[ONE] = known.get(ONE, Fraction(0)) + Fraction(number) * outer
        elif number is None and (
            facts.is_positive(base) or (may_cancel(base, facts) and (facts.is_inside or base not in found))
        ):
            before = [(c, core) for core, c in found.get(base, {}).items()]
            found[base] = collected_terms([*before, *terms_of(exponent, Fraction(outer))])
        else:
            apart[factor] = apart.get(factor, 0) + outer
    return None if any(base in apart for base in found) else found | {factor: {ONE: Fraction(n)} for factor, n in apart.items()}


def _exponents_of_all(terms: Sequence[Node], facts: Facts) -> list[dict[Node, Exponent]]:
    """Return the bases and exponents of terms; an empty list where those of one of them are not known."""
    found = []
    for term in terms:
        exponents = _exponents(term, facts)
        if exponents is None:
            return []
        found.append(exponents)
    return found


def _opens(base: Node, facts: Facts) -> bool:
    """Whether a whole power of a base is the powers of what it is made of."""
    return base.primitive is mul or (base.primitive is pow and may_cancel(base.args[0], facts))


def _joins(known: Exponent | None, number: Fraction, outer: int, base: Node, facts: Facts) -> bool:
    """Whether a power of a power may be joined with the others of its base: √x·√x has no value where x < 0, and x has."""
    if facts.is_positive(base) or (known is None and outer == 1):
        return True
    exponents = [number * outer, *(() if known is None else known.values())]
    if known is not None and not known.keys() <= {ONE}:
        exponents.append(-exponents[0])  # what a symbol stands for may have any sign
    if number.denominator != 1 or number < 0:
        exponents.append(number)
    return may_join(base, exponents, facts)


def _shared(terms: list[dict[Node, Exponent]], facts: Facts) -> dict[Node, Exponent]:
    """Return what divides every term: bases with their exponents."""
    shared = {}
    for base in terms[0] if terms else ():
        if all(base in exponents for exponents in terms):
            least = _least([exponents[base] for exponents in terms])
            if least:
                shared[base] = least
    return shared


def _least(exponents: list[Exponent]) -> Exponent | None:
    """Return the exponent that all share: of numbers of one sign the one next to 0, else that which the others exceed."""
    if all(exponent.keys() <= {ONE} for exponent in exponents):
        numbers = [exponent.get(ONE, Fraction(0)) for exponent in exponents]
        if all(n > 0 for n in numbers):
            return {ONE: min(numbers)}
        return {ONE: max(numbers)} if all(n < 0 for n in numbers) else None
    for candidate in exponents:
        differences = [_difference(exponent, candidate) for exponent in exponents]
        if all(n >= 0 for difference in differences for n in difference.values()):
            return candidate
    return None


def _difference(exponent: Exponent, subtracted: Exponent) -> Exponent:
    terms = collected_terms([*((c, core) for core, c in exponent.items()), *((-c, core) for core, c in subtracted.items())])
    return {core: c for core, c in terms.items() if c}


def _powers(exponents: dict[Node, Exponent]) -> list[Node]:
    """Return the powers of bases; a base with the exponent 0 is left out."""
    return [pow.make((base, sum_of_terms([(c, core) for core, c in e.items()]))) for base, e in exponents.items() if e]


@rewriting(
    "take an input out that stands in every term",
    add,
    because="what is left is a function of fewer quantities, whose limits are found",
    purpose=("limit",),
    needs=(mul,),
    of="scalars",
    examples=(
        "y*cos(x)/x - y*sin(x)/x**2",
        "exp(x)/(x*y) - 1/(x*y)",
    ),
)
def take_input_out(node: Node, context: Context) -> Node | None:
    """y·cos(x)/x − y·sin(x)/x² → y·(cos(x)/x − sin(x)/x²)."""
    if len(node.args) > _MOST_TERMS or not _may_share(node.args):
        return None
    terms = _exponents_of_all(node.args, context.facts)
    if not terms:
        return None
    alike = {base: exponent for base, exponent in terms[0].items() if all(one.get(base) == exponent for one in terms)}
    alike = {base: exponent for base, exponent in alike.items() if base.is_symbol and exponent.keys() <= {ONE}}
    left = {
        symbol
        for one in terms
        for base, e in one.items()
        if base not in alike
        for part in (base, *e)
        for symbol in part.symbols
    }
    inputs = {base: exponent for base, exponent in alike.items() if base not in left}
    return _taken_out(node, terms, inputs) if inputs else None


@rewriting(
    "a power beside a sum that cancels it",
    mul,
    because="multiplied in, a power is no quotient where its base is 0: x⁰⁻¹·(0 − x) is −x⁰",
    purpose=("limit",),
    needs=(pow,),
    of="scalars",
    examples=(
        "x**(k - 1)*(k - x*y)",
        "exp(-x)*x**(k - 2)*(k - x**2)*y",
    ),
)
def multiply_power_in(node: Node, context: Context) -> Node | None:
    """xᵏ⁻¹·(k − x·y) → k·xᵏ⁻¹ − y·xᵏ, where x may be 0 and k is no number."""
    for power in node.args:
        base, exponent = base_and_exponent(power)
        if power.primitive is not pow or exponent.is_exact or context.facts.is_nonzero(base):
            continue
        for inner in node.args:
            if inner.primitive is not add or len(inner.args) > _MOST_TERMS:
                continue
            found = [_whole_power(term, base) for term in inner.args]
            if any(factor is not None for factor in found):
                rest = without(node.args, inner, power)
                pairs = zip(inner.args, found, strict=True)
                return add.make(tuple(mul.make((*rest, *_raised(term, factor, power))) for term, factor in pairs))
    return None


def _whole_power(term: Node, base: Node) -> Node | None:
    """Return the factor xⁿ of a term, with a whole positive n."""
    for factor in factors_of(term):
        root, n = base_and_exponent(factor)
        if root is base and n.is_exact and isinstance(n.value, int) and n.value > 0:
            return factor
    return None


def _raised(term: Node, factor: Node | None, power: Node) -> list[Node]:
    """Return the factors of a term times a power, of which its factor xⁿ becomes a part."""
    if factor is None:
        return [*factors_of(term), power]
    base, exponent = power.args
    together = sum_of_terms([*terms_of(exponent), *terms_of(base_and_exponent(factor)[1])])
    return [*without(factors_of(term), factor), pow.make((base, together))]


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
