"""Rules of products: collect factors, turn signs, pull scalars out of tensors."""

from __future__ import annotations

import functools
import operator
from collections import Counter
from fractions import Fraction

from symgd.graph.node import CONSTANT, Node, constant
from symgd.graph.traversal import rebuild
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import broadcast, einsum, expand
from symgd.rewrite.needless_axes import STRETCHED, without_needless_axes
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import (
    ONE,
    absolute,
    may_be_added,
    may_cancel,
    scaled,
    split_term,
    stretched_number,
    sum_of_terms,
    terms_of,
)

__all__: list[str] = []


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
        elif (number := stretched_number(factor)) is not None and (number.equals_number(0) or len(node.args) > 1):
            coefficient *= number.params[1]
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
    joined = [factor for factor in joined if factor is not ONE]
    if len(joined) > 1:
        joined.sort(key=_reading_order)
    if coefficient != 1 or not joined:
        joined.insert(0, constant(coefficient))
    after = mul.make(tuple(joined))
    return None if after is node else after


def _is_collected(node: Node, context: Context) -> bool:
    """Whether a product has nothing to join and stands in reading order, as most products do."""
    if node.shape and any(arg.primitive in STRETCHED for arg in node.args):
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
    cancels = facts.is_inside and may_cancel(base, facts)
    are_integers = all(e.denominator == 1 for e in exact)
    if exact:
        total = sum(exact, Fraction(0))
        keeps_zero = all(e > 0 for e in exact) or total < 0  # 0 was excluded and is, or neither
        keeps_domain = keeps_zero and (are_integers or facts.is_nonnegative(base) or total.denominator != 1)
        if not (keeps_domain or cancels or (are_integers and facts.is_nonzero(base)) or facts.is_positive(base)):
            return exponents
        if total == 0 and not others and not facts.may_vanish(base):
            return exponents  # exp(√x)/exp(√x) has no value where x < 0
        exact = [total]
    if others and (cancels or facts.is_positive(base)):
        terms = [term for part in (*others, *map(constant, exact)) for term in terms_of(part)]
        return [sum_of_terms(terms)] if may_be_added(terms, facts) else exponents
    return [*(constant(e) for e in exact if e != 0), *others]


def _one_stretching(factors: list[Node]) -> list[Node]:
    """c·broadcast(d) → broadcast(c·d), where nothing else has axes."""
    tensors = [factor for factor in factors if factor.shape]
    if len(tensors) != 1 or tensors[0].primitive is not broadcast or tensors[0].args[0].shape:
        return factors
    scalars = [factor for factor in factors if not factor.shape]
    return [broadcast.make((mul.make((*scalars, tensors[0].args[0])),), tensors[0].params)] if scalars else factors


def _reading_order(factor: Node) -> tuple[int, str]:
    """Scalars before tensors, in each symbols before what is computed; π before scalar symbols, and these by name."""
    base = factor.args[0] if factor.primitive is pow else factor
    if base.args:
        return 3 if base.shape else 1, ""
    if base.is_symbol:
        return (2, "") if base.shape else (0, base.name)
    return 3 if base.shape else 0, ""


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
    "add before stretching",
    add,
    because="columns are added as vectors",
    needs=((expand, mul),),
    of="tensors",
    examples=(
        "A + v[:, None] + 2*u[:, None]",
        "r[:, None] - (r**2)[:, None]",
    ),
)
def stretched_sum(node: Node, context: Context) -> Node | None:
    """u[:, None] + v[:, None] → (u + v)[:, None]."""
    terms = [split_term(term) for term in node.args]
    first = next((core for _, core in terms if core.primitive is expand and context.is_private(core)), None)
    if first is None:
        return None
    alike = [
        core.primitive is expand and core.params == first.params and core.shape == first.shape and context.is_private(core)
        for _, core in terms
    ]
    if sum(alike) < 2:
        return None
    inner = add.make(tuple(scaled(number, core.args[0]) for (number, core), same in zip(terms, alike, strict=True) if same))
    place = alike.index(True)
    others = [term for term, same in zip(node.args, alike, strict=True) if not same]
    return add.make((*others[:place], expand.make((inner,), first.params), *others[place:]))


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
                opposite = _turned(operand, context)
                if opposite is not None:
                    turned = einsum.make((*factor.args[:j], opposite, *factor.args[j + 1 :]), factor.params)
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
    if not shared_factors:
        return None
    return _taken_out(node, shared_factors)


@rewriting(
    "take a common matrix out of products entry by entry",
    add,
    because="every term has the factor",
    purpose=("people", "code"),
    needs=(mul,),
    of="tensors",
    examples=(
        "A*u + A*v*x",
        "2*X*r[:, None] - X*(r**2)[:, None]",
    ),
)
def common_matrix(node: Node, context: Context) -> Node | None:
    """A ⊙ u + A ⊙ v → A ⊙ (u + v), for a matrix beside rows and columns: their sum costs less than another matrix."""
    if node.rank < 2 or any(term.primitive is not mul for term in node.args):
        return None
    counts = [Counter(arg for arg in term.args if arg.shape == node.shape) for term in node.args]
    shared_factors = functools.reduce(operator.and_, counts)
    if shared_factors.total() != 1 or any(count.total() != 1 for count in counts):
        return None
    return _taken_out(node, shared_factors)


def _taken_out(node: Node, shared_factors: Counter[Node]) -> Node:
    """Return a sum of products with the factors that all of them have, and a number that all share, in front."""
    common = list(shared_factors.elements())
    coefficients = {absolute(split_term(term)[0]) for term in node.args}
    shared = coefficients.pop() if len(coefficients) == 1 and 0 not in coefficients else Fraction(1)
    rests = []
    for term in node.args:
        coefficient, _ = split_term(term)
        remaining = Counter(shared_factors)
        rest = []
        for arg in term.args:
            if remaining[arg]:
                remaining[arg] -= 1
            elif not arg.is_exact:
                rest.append(arg)
        rests.append(mul.make((constant(coefficient / shared), *rest)))
    return mul.make((constant(shared), *common, add.make(tuple(rests))))
