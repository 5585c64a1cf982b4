"""Rules of arithmetic: collect terms, factors and powers; signs; masks; functions that undo each other."""

from __future__ import annotations

import functools
import operator
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from symgd.graph.node import CONSTANT, Node, constant
from symgd.graph.shape import Shape, stretch_each_other
from symgd.graph.shape import broadcast as broadcast_shapes
from symgd.graph.traversal import rebuild
from symgd.primitives.arithmetic import add, is_divisor, mul, pow
from symgd.primitives.contraction import broadcast, einsum, expand, expand_at, supplies_only_axes
from symgd.primitives.piecewise import abs
from symgd.rewrite.rule import Context, rewriting

__all__: list[str] = []

ONE = constant(1)
_UNIT = Fraction(1)


# -- sums -----------------------------------------------------------------------------------------------------


def split_term(term: Node) -> tuple[Fraction, Node]:
    """Split a term into its exact coefficient and the rest."""
    if term.is_exact:
        return Fraction(term.params[1]), ONE
    if term.primitive is mul and term.args[0].is_exact:
        return Fraction(term.args[0].params[1]), _rest(term)
    return _UNIT, term


def factors_of(term: Node) -> tuple[Node, ...]:
    """Return the factors of a product; a term that is none is its only factor."""
    return term.args if term.primitive is mul else (term,)


def without(factors: Iterable[Node], *removed: Node) -> list[Node]:
    """Return the factors but some, each of which is taken out once: one may stand there twice."""
    rest = list(factors)
    for one in removed:
        rest.remove(one)
    return rest


def scaled(coefficient: Fraction, core: Node) -> Node:
    """Return coefficient·core as one product."""
    if coefficient == 1:
        return core
    return mul.make((constant(coefficient), *factors_of(core)))


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
            coefficient, core = split_term(term)
            terms[core] = terms[core] + coefficient if core in terms else coefficient
    kept = [core for core, coefficient in terms.items() if coefficient]
    parts = [
        scaled(coefficient, core)
        for core, coefficient in terms.items()
        if coefficient or not may_vanish(factors_of(core), kept, context)
    ]
    if not parts:
        return constant(0)
    if node.shape:
        parts = without_needless_axes(parts, node.shape)
    parts.sort(key=_place_in_sum(parts))
    after = add.make(tuple(parts))
    return None if after is node else after


def may_vanish(factors: Iterable[Node], kept: Iterable[Node], context: Context) -> bool:
    """Whether a product may be dropped with the coefficient 0: other terms have no values either where it has none."""
    partial = {_domain_of_factor(factor) for factor in factors if not factor.is_exact and not context.facts.may_vanish(factor)}
    return not partial or partial <= {_domain_of_factor(factor) for term in kept for factor in factors_of(term)}


def _domain_of_factor(factor: Node) -> tuple[Node, bool, bool]:
    """Return what is alike for factors that have values at the same points: 1/x and 1/x² have."""
    if factor.primitive is not pow or not factor.args[1].is_exact:
        return factor, False, False
    exponent = Fraction(factor.args[1].params[1])
    return factor.args[0], exponent < 0, exponent.denominator != 1


def _meet_in_numbers(inner: Node, outer: Node) -> bool:
    """Whether a sum with a number is added to nothing but a number: (x + 1) − 1, which costs nothing to join."""
    return len(outer.args) == 2 and inner.args[-1].is_exact and any(arg.is_exact for arg in outer.args)


Core = tuple[tuple[Node, Fraction], ...]
"""The factors of a term: bases and their exact exponents, in an order of their own."""


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
    total: dict[Core, Fraction] = {}
    pieces = before = 0
    for arg, inner in zip(node.args, sums, strict=True):
        factors = [one for one in factors_of(arg) if one is not inner]
        for term in (ONE,) if inner is None else inner.args:
            number, core = _core([*factors, *factors_of(term)])
            total[core] = total.get(core, Fraction(0)) + number
            pieces += 1
        before += _weight(_core(factors)) + (0 if inner is None else sum(_weight(_core([term])) for term in inner.args))
    kept = {core: coefficient for core, coefficient in total.items() if coefficient}
    if len(kept) == pieces:
        return None
    if not _may_be_dropped([core for core in total if core not in kept], kept, context):
        return None
    if sum(_weight((coefficient, core)) for core, coefficient in kept.items()) >= before:
        return None
    return _sum_of(kept)


def _may_be_dropped(dropped: Iterable[Core], kept: Iterable[Core], context: Context) -> bool:
    """Whether every factor that is dropped has a value everywhere, or stands in what is kept."""
    left = {factor for core in kept for factor, _ in core}
    return all(factor in left or context.facts.may_vanish(factor) for core in dropped for factor, _ in core)


def _may_join(terms: Sequence[Node], sums: Sequence[Node | None]) -> bool:
    """Whether two products would be alike when multiplied out, told by numbers: like products have like numbers."""
    seen: set[int] = set()
    for term, inner in zip(terms, sums, strict=True):
        outside = _number_of(term) - (0 if inner is None else _number_of(inner))
        for part in (term,) if inner is None else inner.args:
            number = outside if inner is None else outside + _number_of(part)
            if number in seen:
                return True
            seen.add(number)
    return False


def _number_of(node: Node) -> int:
    """Return a number for a product: the sum of pseudo-random numbers of its factors, coefficients left out."""
    if node.primitive is mul:
        return sum(map(_number_of, node.args))
    if node.is_exact:
        return 0
    if node.primitive is pow and node.args[1].is_exact and node.args[1].params[1] in (2, 3, 4):
        return int(node.args[1].params[1]) * _number_of(node.args[0])
    mixed = node.serial * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    return (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF


def _sum_inside(term: Node, context: Context) -> Node | None:
    """Return the only sum among the factors of a term, if nothing stretches it and nothing else uses it."""
    if term.primitive is not mul:
        return None
    sums = [one for one in term.args if one.primitive is add]
    is_plain = len(sums) == 1 and sums[0].shape == term.shape and context.is_private(sums[0]) and context.is_private(term)
    return sums[0] if is_plain and len(sums[0].args) <= 6 else None


def _core(factors: list[Node]) -> tuple[Fraction, Core]:
    """Return the coefficient of a product and its other factors as powers."""
    coefficient = Fraction(1)
    powers: dict[Node, Fraction] = {}
    for factor in factors:
        if factor.is_exact:
            coefficient *= factor.params[1]
        elif factor.primitive is pow and factor.args[1].is_exact and factor.args[1].params[1] in (2, 3, 4):
            powers[factor.args[0]] = powers.get(factor.args[0], Fraction(0)) + factor.args[1].params[1]
        else:
            powers[factor] = powers.get(factor, Fraction(0)) + 1
    return coefficient, tuple(sorted(powers.items(), key=lambda pair: pair[0].serial))


def _weight(term: tuple[Fraction, Core]) -> int:
    """Return about how long a term is."""
    coefficient, core = term
    return sum(1 if exponent == 1 else 2 for _, exponent in core) + (coefficient not in (1, -1) or not core)


def _is_collected_sum(node: Node, context: Context) -> bool:
    """Whether a sum has no like terms, and numbers only at its end, as most sums do."""
    if node.shape and (any(map(_may_lose_axes, node.args)) or all(map(_is_input_or_transpose, node.args))):
        return False
    cores: set[tuple[Node, ...]] = set()
    last = len(node.args) - 1
    for k, arg in enumerate(node.args):
        if arg.is_exact:
            if k != last or arg.params[1] == 0:
                return False
            continue
        if arg.is_constant or (arg.primitive is add and (context.is_private(arg) or _meet_in_numbers(arg, node))):
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


def _may_lose_axes(operand: Node) -> bool:
    """Whether an operand is stretched, or a product with a factor that is."""
    if operand.primitive is mul:
        return any(factor.primitive in _STRETCHED for factor in operand.args)
    return operand.primitive in _STRETCHED


_STRETCHED = {broadcast, expand, mul}


def without_needless_axes(operands: list[Node], shape: Shape) -> list[Node]:
    """Drop stretchings and leading axes that broadcasting supplies anyway."""
    if not any(map(_may_lose_axes, operands)):
        return operands
    slim = list(operands)
    for k, operand in enumerate(operands):
        inner = _without_leading_axis(operand)
        while inner is not None:
            others = [other.shape for j, other in enumerate(slim) if j != k]
            if broadcast_shapes([*others, inner.shape]) != shape:
                break
            if slim[0].shape != shape and any(stretch_each_other(other, inner.shape) for other in others):
                slim[k] = expand_at(inner, range(slim[k].rank - inner.rank))
                break
            slim[k] = inner
            inner = _without_leading_axis(inner)
    return slim


def _without_leading_axis(operand: Node) -> Node | None:
    """Return the operand without a stretching, or without a leading axis of size 1; None where it has neither."""
    if supplies_only_axes(operand):
        return operand.args[0]
    if operand.primitive is mul:
        tensors = [factor for factor in operand.args if factor.shape]
        inner = _without_leading_axis(tensors[0]) if len(tensors) == 1 else None
        if inner is not None:
            return mul.make(tuple(inner if factor is tensors[0] else factor for factor in operand.args))
    return None


# -- products -------------------------------------------------------------------------------------------------


@rewriting(
    "collect factors",
    mul,
    because="constants are multiplied and powers of one base joined",
    examples=(
        "x*2*x",
        "x**2*y*x**3",
        "sqrt(x)*y*sqrt(x)",
        "x**3*y/x",
        "x**a*x**b",
        "0*x*y",
        "0*log(x)*y*x**2",
        "3*(v*x*2)",
    ),
)
def collect_factors(node: Node, context: Context) -> Node | None:
    """Join nested products, multiply constants, join powers of one base where that keeps the domain."""
    if _is_collected(node, context):
        return None
    factors: list[Node] = []
    for arg in node.args:
        dissolved = arg.primitive is mul and (context.is_private(arg) or arg.args[0].is_exact)
        factors.extend(arg.args if dissolved else (arg,))
    coefficient: int | Fraction = 1
    bases: dict[Node, list[Node]] = {}
    for factor in factors:
        if factor.is_exact:
            coefficient *= factor.params[1]
        elif factor.primitive is broadcast and factor.args[0].equals_number(0):
            coefficient = 0
        else:
            bases.setdefault(factor.args[0] if factor.primitive is pow else factor, []).append(factor)
    if coefficient == 0 and all(context.facts.is_defined(factor) for powers in bases.values() for factor in powers):
        return constant(0)
    joined: list[Node] = []
    for base, powers in bases.items():
        if len(powers) == 1:
            joined.append(powers[0])
            continue
        exponents = [factor.args[1] if factor.primitive is pow else ONE for factor in powers]
        joined.extend(pow.make((base, exponent)) for exponent in _joined_exponents(base, exponents, context))
    if node.shape:
        joined = _one_stretching(without_needless_axes(joined, node.shape))
    joined = [one for one in joined if one is not ONE]
    if len(joined) > 1:
        joined.sort(key=_reading_order)
    if coefficient != 1 or not joined:
        joined.insert(0, constant(coefficient))
    after = mul.make(tuple(joined))
    return None if after is node else after


def _is_collected(node: Node, context: Context) -> bool:
    """Whether a product has nothing to join and stands in reading order, as most products do."""
    if node.shape and any(arg.primitive in _STRETCHED for arg in node.args):
        return False
    bases: set[Node] = set()
    last = (-1, "")
    for k, arg in enumerate(node.args):
        if arg.is_exact:
            if k or arg.params[1] in (0, 1):
                return False
            continue
        if arg.primitive is mul and (context.is_private(arg) or arg.args[0].is_exact):
            return False
        base = arg.args[0] if arg.primitive is pow else arg
        place = _reading_order(arg)
        if base in bases or place < last:
            return False
        bases.add(base)
        last = place
    return len(node.args) > 1


def _joined_exponents(base: Node, exponents: list[Node], context: Context) -> list[Node]:
    if len(exponents) == 1:
        return exponents
    if all(e.is_exact and type(e.params[1]) is int and e.params[1] > 0 for e in exponents):  # x²·x³: the usual case
        return [constant(sum(e.params[1] for e in exponents))]
    exact = [Fraction(e.params[1]) for e in exponents if e.is_exact]
    others = [e for e in exponents if not e.is_exact]
    facts = context.facts
    whole = all(e.denominator == 1 for e in exact)
    same_direction = all(e > 0 for e in exact) or all(e < 0 for e in exact)
    if exact:
        total = sum(exact, Fraction(0))
        keeps_domain = same_direction and (whole or facts.is_nonnegative(base) or not _integral(total))
        if not (keeps_domain or (whole and facts.is_nonzero(base)) or facts.is_positive(base)):
            return exponents
        exact = [total]
    if others and facts.is_positive(base):
        return [add.make((*others, *(constant(e) for e in exact)))]
    return [*(constant(e) for e in exact if e != 0), *others]


def _integral(value: Fraction) -> bool:
    return value.denominator == 1


def _one_stretching(factors: list[Node]) -> list[Node]:
    """c·broadcast(d) → broadcast(c·d), where nothing else has axes."""
    tensors = [factor for factor in factors if factor.shape]
    if len(tensors) != 1 or tensors[0].primitive is not broadcast or tensors[0].args[0].shape:
        return factors
    scalars = [factor for factor in factors if not factor.shape]
    return [broadcast.make((mul.make((*scalars, tensors[0].args[0])),), tensors[0].params)] if scalars else factors


def _reading_order(factor: Node) -> tuple[int, str]:
    """Scalars before tensors, in each symbols before what is computed; scalar symbols by name."""
    base = factor.args[0] if factor.primitive is pow else factor
    place = 2 * bool(factor.shape) + (not base.is_symbol and base.primitive.name != "size")
    return place, base.name if place == 0 and base.is_symbol else ""


@rewriting(
    "pull a factor out of a stretched tensor",
    broadcast,
    expand,
    because="what is the same everywhere can stand in front",
    needs=(mul,),
    examples=(
        "(x*v)[:, None]*A",
        "broadcast_to(x*p, (2, 3))",
    ),
)
def stretched_product(node: Node, context: Context) -> Node | None:
    """broadcast(c·x) → c·broadcast(x) for scalars c, so that constants meet."""
    (inner,) = node.args
    scalars = [arg for arg in inner.args if not arg.shape]
    rest = [arg for arg in inner.args if arg.shape]
    if not scalars or not rest:
        return None
    return mul.make((*scalars, rebuild(node, (mul.make(tuple(rest)),))))


@rewriting(
    "turn the sign inside",
    mul,
    because="a minus in front turns the signs of the difference",
    needs=(CONSTANT, (add, einsum)),
    examples=(
        "-(y - x)",
        "-2*(y - x - z)",
        "-X.T @ (r - X @ v)",
    ),
)
def turn_sign(node: Node, context: Context) -> Node | None:
    """−(y − z) → z − y, also inside a contraction: −Xᵀ(y − Xw) → Xᵀ(Xw − y)."""
    if not (node.args[0].is_exact and node.args[0].params[1] < 0):
        return None
    for k, factor in enumerate(node.args[1:], 1):
        turned = _turned(factor, context)
        if turned is None and factor.primitive is einsum and context.is_private(factor):
            for j, operand in enumerate(factor.args):
                inside = _turned(operand, context)
                if inside is not None:
                    turned = einsum.make((*factor.args[:j], inside, *factor.args[j + 1 :]), factor.params)
                    break
        if turned is not None:
            front = constant(-node.args[0].params[1])
            return mul.make((front, *node.args[1:k], turned, *node.args[k + 1 :]))
    return None


def _is_negative(term: Node) -> bool:
    front = term.args[0] if term.primitive is mul else term
    return bool(front.is_exact and front.params[1] < 0)


def _turned(factor: Node, context: Context) -> Node | None:
    if factor.primitive is not add or not context.is_private(factor):
        return None
    negative = sum(1 for term in factor.args if _is_negative(term))
    if 2 * negative < len(factor.args) or negative == 0:
        return None
    terms = [split_term(term) for term in factor.args]
    return add.make(tuple(scaled(-c, core) for c, core in terms))


@rewriting(
    "take a common factor out",
    add,
    because="every term has the factor",
    needs=(mul,),
    of="tensors",
    examples=(
        "u*x + v*x",
        "u/x + w/x",
        "2*x*u - 2*x*v",
    ),
)
def common_scalar(node: Node, context: Context) -> Node | None:
    """a/m + b/m → (a + b)/m for tensors with a common scalar factor that is not a number."""
    if any(term.primitive is not mul for term in node.args):
        return None
    counts = [Counter(arg for arg in term.args if not arg.shape and not arg.is_constant) for term in node.args]
    shared_factors = functools.reduce(operator.and_, counts)
    common = list(shared_factors.elements())
    if not common:
        return None
    coefficients = {abs_value(split_term(term)[0]) for term in node.args}
    shared = coefficients.pop() if len(coefficients) == 1 and 0 not in coefficients else Fraction(1)
    rests = []
    for term in node.args:
        coefficient, _ = split_term(term)
        left = Counter(shared_factors)
        rest = []
        for arg in term.args:
            if left[arg]:
                left[arg] -= 1
            elif not arg.is_exact:
                rest.append(arg)
        rests.append(mul.make((constant(coefficient / shared), *rest)))
    return mul.make((constant(shared), *common, add.make(tuple(rests))))


def abs_value(value: Fraction) -> Fraction:
    """Return |value|."""
    return -value if value < 0 else value


@rewriting(
    "a power of what is the same everywhere",
    pow,
    because="every entry has the same power",
    needs=(broadcast,),
    examples=(
        "(x*ones(3))**2",
        "broadcast_to(x, (2, 3))**3",
    ),
)
def power_of_stretched(node: Node, context: Context) -> Node | None:
    """broadcast(x)ⁿ → broadcast(xⁿ) for a scalar n."""
    base, exponent = node.args
    if base.primitive is not broadcast or exponent.shape:
        return None
    return broadcast.make((pow.make((base.args[0], exponent)),), base.params)


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
            return None if len(base.args) < 2 else mul.make((constant(-1), pow.make((_rest(base), exponent))))
        return mul.make((constant(Fraction(coefficient) ** n), pow.make((_rest(base), exponent))))
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
        if inner == 2 and Fraction(n).denominator != 1:
            return pow.make((abs.make((root,)), constant(total)))
        if isinstance(n, int) and inner > 0 and not _integral(total):  # 1/x^(−1/2) has no value at 0
            return pow.make((root, constant(total)))
    return None


def root_of_number(factor: Node) -> Fraction | None:
    """Return c for √c, and 1/c for 1/√c, of an exact positive c; None for anything else."""
    if factor.primitive is not pow or not factor.args[0].is_exact or not factor.args[1].is_exact:
        return None
    number, exponent = Fraction(factor.args[0].value), factor.args[1]
    if number <= 0:
        return None
    return number if exponent.equals_number(Fraction(1, 2)) else 1 / number if exponent.equals_number(Fraction(-1, 2)) else None


def _is_scaled_square(product: Node) -> bool:
    """Whether a product is c·x² with a positive number c."""
    if len(product.args) != 2 or not product.args[0].is_exact or product.args[0].params[1] <= 0:
        return False
    return product.args[1].primitive is pow and product.args[1].args[1].equals_number(2)


def _distributes(product: Node, context: Context) -> bool:
    """Whether (p/q)ⁿ with n < 0 may become pⁿ·q⁻ⁿ: what stood below the line and rises must be known to be different from 0."""
    below = [factor for factor in product.args if is_divisor(factor)]
    return bool(below) and all(context.facts.is_nonzero(factor.args[0]) for factor in below)


def _rest(product: Node) -> Node:
    return mul.make(product.args[1:])


# -- quotients ------------------------------------------------------------------------------------------------


@rewriting(
    "a common denominator",
    add,
    because="a/d + b/d² = (a·d + b)/d², and a·d + b is short",
    needs=((mul, pow),),
    of="scalars",
    examples=(
        "1/(x + y) - x/(x + y)**2",
        "y/(x + 1) - x*y/(x + 1)**2",
    ),
)
def common_denominator(node: Node, context: Context) -> Node | None:
    """a·d⁻ᵏ + b·d⁻ᵏ⁻¹ → (a·d + b)·d⁻ᵏ⁻¹ for scalars, where a·d + b is short: the quotient rule of n/(c + n)."""
    if len(node.args) != 2:
        return None
    (first, one), (second, other) = (split_term(term) for term in node.args)
    if not (_divides_by_a_sum(one) and _divides_by_a_sum(other)):
        return None
    for less, more in ((one, other), (other, one)):
        powers, higher = (powers_of(factors_of(term)) for term in (less, more))
        for base, exponent in powers.items():
            if base.primitive is not add or exponent >= 0 or higher.get(base) != exponent - 1 or len(base.args) > 4:
                continue
            lower_part, higher_part = (
                (front, product_of({key: value for key, value in found.items() if key is not base}))
                for front, found in ((first if less is one else second, powers), (second if less is one else first, higher))
            )
            numerator = _shorter_sum(lower_part, base, higher_part, context)
            if numerator is not None:
                return mul.make((numerator, pow.make((base, constant(exponent - 1)))))
    return None


def _shorter_sum(outside: tuple[Fraction, Node], inner: Node, other: tuple[Fraction, Node], context: Context) -> Node | None:
    """Return c·a·(Σ…) + d·b multiplied out, where that is no longer than c·a + d·b."""
    (c, a), (d, b) = outside, other
    total: dict[Core, Fraction] = {}
    for factors in (*([constant(c), a, term] for term in inner.args), [constant(d), b]):
        flat = [part for factor in factors for part in factors_of(factor)]
        number, core = _core(flat)
        total[core] = total.get(core, Fraction(0)) + number
    kept = {core: number for core, number in total.items() if number}
    if not _may_be_dropped([core for core in total if core not in kept], kept, context):
        return None
    before = _weight(_core([constant(c), a])) + _weight(_core([constant(d), b]))
    if sum(_weight((number, core)) for core, number in kept.items()) > before:
        return None
    return _sum_of(kept)


def _sum_of(terms: Mapping[Core, Fraction]) -> Node:
    parts = [scaled(number, product_of(dict(core))) if core else constant(number) for core, number in terms.items()]
    return (add.make(tuple(parts)) if len(parts) > 1 else parts[0]) if parts else constant(0)


def _divides_by_a_sum(term: Node) -> bool:
    return any(factor.primitive is pow and factor.args[0].primitive is add for factor in factors_of(term))


def powers_of(factors: Iterable[Node]) -> dict[Node, Fraction]:
    """Return the bases of factors with their exact exponents, those of one base together."""
    found: dict[Node, Fraction] = {}
    for factor in factors:
        is_power = factor.primitive is pow and factor.args[1].is_exact
        base, exponent = (factor.args[0], Fraction(factor.args[1].value)) if is_power else (factor, _UNIT)
        found[base] = found.get(base, Fraction(0)) + exponent
    return found


def product_of(powers: Mapping[Node, Fraction]) -> Node:
    """Return the product of bases with their exponents."""
    factors = [base if n == 1 else pow.make((base, constant(n))) for base, n in powers.items() if n]
    return constant(1) if not factors else factors[0] if len(factors) == 1 else mul.make(tuple(factors))


def exact_difference(left: Node, right: Node) -> Fraction | None:
    """Return the number by which two sums differ, or None where they differ by more than a number."""
    terms: defaultdict[Node, Fraction] = defaultdict(Fraction)
    number = Fraction(0)
    for sign, whole in ((1, left), (-1, right)):
        for term in whole.args if whole.primitive is add else (whole,):
            if term.is_exact:
                number += sign * Fraction(term.value)
            else:
                coefficient, core = split_term(term)
                terms[core] += sign * coefficient
    return None if any(terms.values()) else number
