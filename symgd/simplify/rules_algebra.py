"""Rules of arithmetic: collect terms, factors and powers; signs; masks; functions that undo each other."""

from __future__ import annotations

import functools
import operator
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.graph.shape import Shape
from symgd.graph.shape import broadcast as broadcast_shapes
from symgd.graph.walk import rebuild
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import broadcast, contract, einsum, expand
from symgd.primitives.exponential import cosh, exp, log, logaddexp, sigmoid, sinh, softplus, tanh
from symgd.primitives.piecewise import abs, maximum, minimum, relu, sign, where
from symgd.primitives.reduction import norm2_record as norm2
from symgd.primitives.trigonometric import cos, sin
from symgd.simplify.rule import Context, rewriting, rule

__all__: list[str] = []


# -- sums -----------------------------------------------------------------------------------------------------


def split_term(term: Node) -> tuple[Fraction, Node]:
    """Split a term into its exact coefficient and the rest."""
    if term.is_exact:
        return Fraction(term.params[1]), constant(1)
    if term.primitive is mul and term.args[0].is_exact:
        rest = term.args[1:]
        return Fraction(term.args[0].params[1]), rest[0] if len(rest) == 1 else mul.make(rest)
    return Fraction(1), term


def scaled(coefficient: Fraction, core: Node) -> Node:
    """Return coefficient·core as one product."""
    if coefficient == 1:
        return core
    return mul.make((constant(coefficient), *(core.args if core.primitive is mul else (core,))))


@rewriting("collect terms", add, because="like terms are added")
def collect_terms(node: Node, context: Context) -> Node | None:
    """Join nested sums, add like terms, drop what is stretched without need."""
    terms: dict[Node, Fraction] = {}
    count = 0
    for arg in node.args:
        inner = arg.args if arg.primitive is add and context.is_private(arg) else (arg,)
        for term in inner:
            count += 1
            coefficient, core = split_term(term)
            terms[core] = terms.get(core, Fraction(0)) + coefficient
    parts = [scaled(coefficient, core) for core, coefficient in terms.items() if coefficient]
    if not parts:
        return constant(0)
    parts = without_needless_axes(parts, node.shape)
    parts.sort(key=_place_in_sum(parts))
    after = add.make(tuple(parts)) if len(parts) > 1 else parts[0]
    return None if after is node else after


def _place_in_sum(parts: list[Node]) -> Callable[[Node], bool]:
    """Numbers come last; a matrix stands before its transpose; everything else stays as it was."""
    if all(part.is_symbol or (part.primitive is einsum and part.args[0].is_symbol and len(part.args) == 1) for part in parts):
        return lambda part: not part.is_symbol
    return lambda part: part.is_constant


def without_needless_axes(operands: list[Node], shape: Shape) -> list[Node]:
    """Drop stretchings and leading axes that broadcasting supplies anyway."""
    slim = list(operands)
    for k, operand in enumerate(operands):
        inner = _without_leading_axis(operand)
        while inner is not None:
            others = [other.shape for j, other in enumerate(slim) if j != k]
            if broadcast_shapes([*others, inner.shape]) != shape:
                break
            slim[k] = inner
            inner = _without_leading_axis(inner)
    return slim


def _without_leading_axis(operand: Node) -> Node | None:
    """Return the operand without a stretching, or without a leading axis of size 1; None where it has neither."""
    if operand.primitive is broadcast:
        return operand.args[0]
    if operand.primitive is expand and (operand.params[0] == (-operand.rank,) or all(size == 1 for size in operand.shape)):
        return operand.args[0]
    if operand.primitive is mul:
        tensors = [factor for factor in operand.args if factor.shape]
        inner = _without_leading_axis(tensors[0]) if len(tensors) == 1 else None
        if inner is not None:
            return mul.make(tuple(inner if factor is tensors[0] else factor for factor in operand.args))
    return None


# -- products -------------------------------------------------------------------------------------------------


@rewriting("collect factors", mul, because="constants are multiplied and powers of one base joined")
def collect_factors(node: Node, context: Context) -> Node | None:
    """Join nested products, multiply constants, join powers of one base where that keeps the domain."""
    factors: list[Node] = []
    for arg in node.args:
        dissolved = arg.primitive is mul and (context.is_private(arg) or arg.args[0].is_exact)
        factors.extend(arg.args if dissolved else (arg,))
    coefficient: int | Fraction = 1
    bases: dict[Node, list[Node]] = {}
    for factor in factors:
        if factor.is_exact:
            coefficient *= factor.params[1]
        else:
            base, exponent = factor.args if factor.primitive is pow else (factor, constant(1))
            bases.setdefault(base, []).append(exponent)
    if coefficient == 0 and all(_is_total(base) for base in bases):
        return constant(0)
    joined: list[Node] = []
    for base, exponents in bases.items():
        for exponent in _joined_exponents(base, exponents, context):
            power = pow.make((base, exponent))
            joined.append(power)
    joined = [one for one in without_needless_axes(joined, node.shape) if not one.equals_number(1)]
    joined = _one_stretching(joined)
    joined.sort(key=_reading_order)
    if coefficient != 1 or not joined:
        joined.insert(0, constant(coefficient))
    after = mul.make(tuple(joined)) if len(joined) > 1 else joined[0]
    return None if after is node else after


def _is_total(node: Node) -> bool:
    """Whether a factor is finite for all inputs, seen from its form."""
    return node.is_symbol or node.primitive.name in ("size", "sigmoid", "tanh", "sin", "cos")


def _joined_exponents(base: Node, exponents: list[Node], context: Context) -> list[Node]:
    if len(exponents) == 1:
        return exponents
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
        summed = add.make((*others, *(constant(e) for e in exact))) if len(others) + len(exact) > 1 else others[0]
        return [summed]
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
    "pull a factor out of a stretched tensor", broadcast, expand, because="what is the same everywhere can stand in front"
)
def stretched_product(node: Node, context: Context) -> Node | None:
    """broadcast(c·x) → c·broadcast(x) for scalars c, so that constants meet."""
    (inner,) = node.args
    if inner.primitive is not mul:
        return None
    scalars = [arg for arg in inner.args if not arg.shape]
    rest = [arg for arg in inner.args if arg.shape]
    if not scalars or not rest:
        return None
    return mul.make((*scalars, rebuild(node, (mul.make(tuple(rest)) if len(rest) > 1 else rest[0],))))


@rewriting("turn the sign inside", mul, because="a minus in front turns the signs of the difference")
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


def _turned(factor: Node, context: Context) -> Node | None:
    if factor.primitive is not add or not context.is_private(factor):
        return None
    terms = [split_term(term) for term in factor.args]
    negative = [c < 0 for c, _ in terms].count(True)
    if 2 * negative < len(terms) or negative == 0:
        return None
    return add.make(tuple(scaled(-c, core) for c, core in terms))


@rewriting("take a common factor out", add, because="every term has the factor")
def common_scalar(node: Node, context: Context) -> Node | None:
    """a/m + b/m → (a + b)/m for tensors with a common scalar factor that is not a number."""
    if not node.shape or any(term.primitive is not mul for term in node.args):
        return None
    counts = [Counter(arg for arg in term.args if not arg.shape and not arg.is_constant) for term in node.args]
    shared_factors = functools.reduce(operator.and_, counts)
    common = list(shared_factors.elements())
    if not common:
        return None
    coefficients = {abs_value(split_term(term)[0]) for term in node.args}
    shared = coefficients.pop() if len(coefficients) == 1 else Fraction(1)
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


@rewriting("a power of a product", pow, because="an exact factor leaves the power")
def power_of_product(node: Node, context: Context) -> Node | None:
    """(c·x)ⁿ → cⁿ·xⁿ for an exact c and an integer n; (xᵃ)ᵇ → xᵃᵇ where that keeps the domain."""
    base, exponent = node.args
    if not exponent.is_exact:
        return None
    n = exponent.params[1]
    if base.primitive is mul and base.args[0].is_exact and isinstance(n, int):
        coefficient = base.args[0].params[1]
        if coefficient == -1 and n % 2:
            return None if len(base.args) < 2 else mul.make((constant(-1), pow.make((_rest(base), exponent))))
        return mul.make((constant(Fraction(coefficient) ** n), pow.make((_rest(base), exponent))))
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
        if isinstance(inner, int) and inner % 2 == 0 and n == Fraction(1, 2) and inner == 2:
            return abs.make((root,))
        if isinstance(n, int) and Fraction(inner).denominator != 1 and (n > 0) == (inner > 0) and not _integral(total):
            return pow.make((root, constant(total)))
        if isinstance(n, int) and n < 0 and inner > 0 and not _integral(total):
            return pow.make((root, constant(total)))
    return None


def _distributes(product: Node, context: Context) -> bool:
    """Whether (p/q)ⁿ with n < 0 may become pⁿ·q⁻ⁿ: what stood below the line and rises must be known to be different from 0."""
    below = [
        factor
        for factor in product.args
        if factor.primitive is pow and factor.args[1].is_exact and factor.args[1].params[1] < 0
    ]
    return bool(below) and all(context.facts.is_nonzero(factor.args[0]) for factor in below)


def _rest(product: Node) -> Node:
    rest = product.args[1:]
    return rest[0] if len(rest) == 1 else mul.make(rest)


@rewriting("a condition without needless axes", where, because="broadcasting supplies the axes")
def slim_where(node: Node, context: Context) -> Node | None:
    """Drop stretchings inside a choice."""
    after = where.make(tuple(without_needless_axes(list(node.args), node.shape)))
    return None if after is node else after


@rewriting("the square of a root", pow, because="(√u)² = u where u ≥ 0", purpose=("recognise", "people", "code"))
def square_of_root(node: Node, context: Context) -> Node | None:
    """(√u)² → u for u that is surely ≥ 0, ‖x‖² → Σx²; the derivative then has no quotient 0/0."""
    base, exponent = node.args
    if not exponent.equals_number(2):
        return None
    if base.primitive is pow and base.args[1].equals_number(Fraction(1, 2)) and context.facts.is_nonnegative(base.args[0]):
        return base.args[0]
    if base.primitive is norm2:
        (x,) = base.args
        dropped = {axis % x.rank for axis in base.params[0]}
        return contract([x**2], [range(x.rank)], [axis for axis in range(x.rank) if axis not in dropped])
    return None


@rewriting("complementary sigmoids", add, because="σ(−x) = 1 − σ(x), and like terms cancel")
def complementary_sigmoids(node: Node, context: Context) -> Node | None:
    """(1 − y)·σ(x) − y·σ(−x) → σ(x) − y: expand where both σ(x) and σ(−x) stand in a sum and the result is shorter."""
    found = {factor for term in node.args for factor in _factors(term) if factor.primitive is sigmoid}
    for plain in found:
        opposite = sigmoid.make((scaled(Fraction(-1), plain.args[0]),))
        mirrored = next((one for one in found if one is opposite or _negates(one.args[0], plain.args[0])), None)
        if mirrored is None or _is_negative(plain.args[0]):
            continue
        totals: dict[Node, Fraction] = {}
        for term in node.args:
            for coefficient, core in _expanded(term, plain, mirrored):
                totals[core] = totals.get(core, Fraction(0)) + coefficient
        parts = [scaled(c, core) for core, c in totals.items() if c]
        if parts and len(parts) <= len(node.args):
            return add.make(tuple(sorted(parts, key=lambda part: not any(f is plain for f in _factors(part)))))
    return None


def _factors(term: Node) -> tuple[Node, ...]:
    return term.args if term.primitive is mul else (term,)


def _is_negative(node: Node) -> bool:
    return split_term(node)[0] < 0


def _negates(left: Node, right: Node) -> bool:
    a, b = split_term(left), split_term(right)
    same = a[1] is b[1] or sorted(f.serial for f in _factors(a[1])) == sorted(f.serial for f in _factors(b[1]))
    return a[0] == -b[0] and same


def _expanded(term: Node, plain: Node, mirrored: Node) -> list[tuple[Fraction, Node]]:
    """Write a term as a sum of products in which σ(−x) is 1 − σ(x), where a sigmoid is among its factors."""
    coefficient, core = split_term(term)
    factors = list(_factors(core))
    if plain not in factors and mirrored not in factors:
        return [(coefficient, core)]
    products: list[tuple[Fraction, list[Node]]] = [(coefficient, [])]
    for factor in factors:
        if factor is mirrored:
            pieces = [(Fraction(1), None), (Fraction(-1), plain)]
        elif factor.primitive is add:
            pieces = [(c, None if one.equals_number(1) else one) for c, one in map(split_term, factor.args)]
        else:
            pieces = [(Fraction(1), factor)]
        products = [(a * b, [*kept, *([one] if one is not None else [])]) for a, kept in products for b, one in pieces]
    return [(c, _ordered_product(kept)) for c, kept in products]


def _ordered_product(factors: list[Node]) -> Node:
    if not factors:
        return constant(1)
    ordered = sorted(factors, key=lambda factor: factor.serial)
    return ordered[0] if len(ordered) == 1 else mul.make(tuple(ordered))


@rewriting("a mask", mul, because="where the mask is 0 nothing remains")
def mask(node: Node, context: Context) -> Node | None:
    """a·where(c, b, 0) → where(c, a·b, 0), which also holds where a is not finite on the masked side."""
    for k, factor in enumerate(node.args):
        if factor.primitive is not where or not any(branch.equals_number(0) for branch in factor.args[1:]):
            continue
        rest = node.args[:k] + node.args[k + 1 :]
        numbers = [arg for arg in rest if arg.is_exact]
        others = tuple(arg for arg in rest if not arg.is_exact)
        if not others:
            continue
        condition, *branches = factor.args
        inside = [branch if branch.equals_number(0) else mul.make((*others, branch)) for branch in branches]
        masked = where.make((condition, *inside))
        return mul.make((*numbers, masked)) if numbers else masked
    return None


@rewriting("join choices", add, because="both choices depend on one condition")
def join_choices(node: Node, context: Context) -> Node | None:
    """where(c, a, b) + where(c, d, e) → where(c, a + d, b + e)."""
    found: dict[Node, list[tuple[Fraction, Node]]] = {}
    for term in node.args:
        coefficient, core = split_term(term)
        if core.primitive is where:
            found.setdefault(core.args[0], []).append((coefficient, core))
    group = next((terms for terms in found.values() if len(terms) > 1), None)
    if group is None:
        return None
    joined = {core for _, core in group}
    branches = [add.make(tuple(mul.make((constant(c), core.args[k])) for c, core in group)) for k in (1, 2)]
    rest = [term for term in node.args if split_term(term)[1] not in joined]
    choice = where.make((group[0][1].args[0], *branches))
    return add.make((choice, *rest)) if rest else choice


# -- functions that undo or complement each other -------------------------------------------------------------

rule(
    "log undoes exp",
    lambda x: log(exp(x)),
    lambda x: x,
    because="the logarithm undoes the exponential",
)
rule(
    "exp undoes log",
    lambda x: exp(log(x)),
    lambda x: x,
    when=lambda facts, x: facts.is_positive(x),
    because="the exponential undoes the logarithm",
)
rule(
    "the complement of a sigmoid",
    lambda x: 1 - sigmoid(x),
    lambda x: sigmoid(-x),
    because="1 − σ(x) = σ(−x), without cancellation",
    purpose=("recognise", "people", "code"),
)
rule(
    "the logarithm of a sigmoid",
    lambda x: log(sigmoid(x)),
    lambda x: -softplus(-x),
    because="log σ(x) = −softplus(−x), without underflow",
    purpose=("recognise", "people", "code"),
)
rule(
    "the quotient of sinh and cosh",
    lambda x: sinh(x) / cosh(x),
    lambda x: tanh(x),
    because="sinh/cosh = tanh, which does not overflow",
)
rule(
    "the logarithm of cosh",
    lambda x: log(cosh(x)),
    lambda x: logaddexp(x, -x) - log(2),
    because="log cosh x = log(eˣ + e⁻ˣ) − log 2, which does not overflow",
    purpose=("code",),
)
rule(
    "the slope of tanh in its tails",
    lambda x: 1 - tanh(x) ** 2,
    lambda x: 4 * sigmoid(2 * x) * sigmoid(-2 * x),
    because="1 − tanh² x = 4·σ(2x)·σ(−2x), which keeps its digits in the tails",
    purpose=("code",),
)
rule(
    "Pythagoras",
    lambda x: sin(x) ** 2 + cos(x) ** 2,
    lambda x: constant(1),
    because="sin² + cos² = 1",
)
rule(
    "the absolute value of what is not negative",
    lambda x: abs(x),
    lambda x: x,
    when=lambda facts, x: facts.is_nonnegative(x),
    because="it is not negative",
)
rule(
    "the absolute value of what is not positive",
    lambda x: abs(x),
    lambda x: -x,
    when=lambda facts, x: facts.sign(x).is_nonpositive,
    because="it is not positive",
)
rule(
    "a value times its sign",
    lambda x: x * sign(x),
    lambda x: abs(x),
    because="x·sign(x) = |x|",
)
rule(
    "an absolute value times the sign",
    lambda x: abs(x) * sign(x),
    lambda x: x,
    because="|x|·sign(x) = x",
)
rule(
    "the square of an absolute value",
    lambda x: abs(x) ** 2,
    lambda x: x**2,
    because="|x|² = x²",
)
rule(
    "the sign of what is positive",
    lambda x: sign(x),
    lambda x: constant(1),
    when=lambda facts, x: facts.is_positive(x),
    because="it is positive",
)
rule(
    "the rectifier of what is not negative",
    lambda x: relu(x),
    lambda x: x,
    when=lambda facts, x: facts.is_nonnegative(x),
    because="it is not negative",
)
rule(
    "the maximum of equals",
    lambda x: maximum(x, x),
    lambda x: x,
    because="both are the same",
)
rule(
    "the minimum of equals",
    lambda x: minimum(x, x),
    lambda x: x,
    because="both are the same",
)
