"""Kinks that are none: parts with a kink each, which together have a slope everywhere.

|x|·sin|x| is x·sin x. Such a formula is written without |x| before it is differentiated: at 0 its slopes would be products of
slopes that were chosen there, and 0 is chosen for |x|.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

from symgd.graph.assumptions import Parity
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Primitive
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.piecewise import abs, maximum, minimum, relu, sign
from symgd.rewrite.rule import ALWAYS, Context, rewriting, rule
from symgd.rewrite.rules.quotients import power_of
from symgd.rewrite.terms import ONE, factors_of, scaled, split_term, without

__all__: list[str] = []

_RECTIFIERS = frozenset((relu, maximum, minimum))


def _is_even(record: Primitive) -> bool:
    return record.parity is Parity.EVEN and record is not abs  # of which other rules know more


def _is_odd(record: Primitive) -> bool:
    """Whether an argument of this kind may be odd in x where it stands before ``abs(x)``; the absolute value is x itself."""
    return record.parity is Parity.ODD or record is abs


@rewriting(
    "an even function of an absolute value",
    _is_even,
    because="the function is even: f(|x|) = f(x)",
    purpose=ALWAYS,
    needs=(abs,),
    examples=(
        "cos(abs(x))",
        "cosh(abs(x))",
        "sinc(abs(x))",
        "sech(abs(x))",
    ),
)
def even_function(node: Node, context: Context) -> Node | None:
    """cos(abs(x)) → cos(x)."""
    return node.primitive.make(node.args[0].args) if node.args[0].primitive is abs else None


@rewriting(
    "two odd functions of an absolute value",
    mul,
    because="both functions are odd: f(|x|)·g(|x|) = f(x)·g(x), and f(|x|)·sign(x) = f(x)",
    purpose=ALWAYS,
    needs=(_is_odd,),
    anywhere=(abs,),
    examples=(
        "abs(x)*sin(abs(x))",
        "sin(abs(x))*sign(x)",
        "tanh(abs(x))*atan(abs(x))",
        "sin(abs(x))*sign(x)*sign(y)*sign(y)",
        "y*abs(x)*erf(abs(x))**3",
    ),
)
def odd_functions(node: Node, context: Context) -> Node | None:
    """abs(x)*sin(abs(x)) → x*sin(x), and sin(abs(x))*sign(x) → sin(x)."""
    factors = [factor for arg in node.args for factor in factors_of(arg)]
    odd_factors: dict[Node, Node] = {}
    for factor in factors:
        odd = _odd_part(factor)
        if odd is None:
            continue
        x, plain = odd
        other = odd_factors.get(x)
        beside = None if other is None else _odd_part(other)
        if other is None or beside is None or beside[1] is ONE is plain:  # sign(x)² is 0 at 0
            odd_factors[x] = factor
            continue
        return mul.make((*without(factors, factor, other), plain, beside[1], ONE))
    return None


@rewriting(
    "an even power of an odd function",
    pow,
    because="f(|x|)² = f(x)² for an odd function",
    purpose=ALWAYS,
    needs=(_is_odd,),
    anywhere=(abs,),
    examples=(
        "tanh(abs(x))**2",
        "sin(abs(x))**4",
        "cbrt(abs(x))**(-2)",
    ),
)
def even_power(node: Node, context: Context) -> Node | None:
    """tanh(abs(x))**2 → tanh(x)**2."""
    base, exponent = node.args
    odd = _odd_part(base)
    if odd is None or base.primitive is sign or not exponent.is_exact or Fraction(exponent.value) % 2:
        return None
    return pow.make((odd[1], exponent))


def _odd_part(factor: Node) -> tuple[Node, Node] | None:
    """Return x and f(x) for f(|x|) with an odd f; 1 stands for sign(x), and x for |x|. An odd power is odd, too."""
    if factor.primitive is pow:
        power = power_of(factor)
        inner = None if power is None or power[1] % 2 != 1 else _odd_part(power[0])
        return None if inner is None else (inner[0], inner[1] ** factor.args[1])
    if factor.primitive is sign:
        return factor.args[0], ONE
    if factor.primitive is abs:
        return factor.args[0], factor.args[0]
    if factor.primitive.parity is Parity.ODD and factor.args[0].primitive is abs:
        return factor.args[0].args[0], factor.primitive.make(factor.args[0].args)
    return None


@rewriting(
    "two rectifiers",
    add,
    because="relu(x) − relu(−x) = x, and relu(x) + relu(−x) = |x|",
    purpose=ALWAYS,
    needs=((relu, maximum, minimum, mul),),
    anywhere=((relu, maximum, minimum),),
    examples=(
        "relu(x) - relu(-x)",
        "relu(x) + relu(-x)",
        "relu(x) + minimum(-x, 0) + relu(-x)",
        "2*maximum(x, 0) + 2*minimum(x, 0) + y",
    ),
)
def two_rectifiers(node: Node, context: Context) -> Node | None:
    """relu(x) - relu(-x) → x, and relu(x) + relu(-x) → abs(x), with numbers before them too."""
    last = [term.args[-1] if term.primitive is mul else term for term in node.args]
    if sum(term.primitive in _RECTIFIERS for term in last) < 2:
        return None
    rectifiers = [(term, *rectified) for term in node.args if (rectified := _rectified(term)) is not None]
    for (left, number, x), (right, opposite, y) in itertools.combinations(rectifiers, 2):
        if split_term(y) == (-split_term(x)[0], split_term(x)[1]) and number in (opposite, -opposite):
            together = scaled(number, x if number == -opposite else abs(x))
            return add.make((*without(node.args, left, right), together, constant(0)))
    return None


def _rectified(term: Node) -> tuple[Fraction, Node] | None:
    """Return c and x for c·relu(x); minimum(x, 0) is −relu(−x)."""
    number, core = split_term(term)
    if core.primitive is relu:
        return number, core.args[0]
    if core.primitive in (maximum, minimum) and any(arg.equals_number(0) for arg in core.args):
        x = core.args[core.args[0].equals_number(0)]
        return (number, x) if core.primitive is maximum else (-number, -x)
    return None


rule(
    "a maximum beside the minimum",
    lambda x, y: maximum(x, y) + minimum(x, y),
    lambda x, y: x + y,
    because="one of them is x, the other y",
    purpose=ALWAYS,
)
rule(
    "the larger of a value and its negative",
    lambda x: maximum(x, -x),
    lambda x: abs(x),
    because="it is |x|",
    purpose=ALWAYS,
)
rule(
    "the smaller of a value and its negative",
    lambda x: minimum(x, -x),
    lambda x: -abs(x),
    because="it is −|x|",
    purpose=ALWAYS,
)


@rewriting(
    "the square of a slope of an absolute value",
    pow,
    because="the slope of |x| is 1 or −1, and its square 1",
    purpose=("derivative",),
    needs=(sign,),
    examples=(
        "sign(x)**2",
        "sign(x)**4",
    ),
)
def squared_slope(node: Node, context: Context) -> Node | None:
    """sign(x)**2 → 1, where sign(x) is the slope of abs(x) and no part of the formula itself."""
    base, exponent = node.args
    is_even = base.primitive is sign and exponent.is_exact and Fraction(exponent.value) % 2 == 0
    return ONE if is_even else None


@rewriting(
    "a slope of an absolute value times a sum with it",
    mul,
    because="the square of the slope of |x| is 1",
    purpose=("derivative",),
    needs=(sign, add),
    examples=(
        "(2*sign(x)*cos(x) - x*sin(x))*sign(x)",
        "sign(x)*(x*y + sign(x))",
    ),
)
def slope_beside_sum(node: Node, context: Context) -> Node | None:
    """(2*sign(x)*cos(x) - x*sin(x))*sign(x) → 2*cos(x) - abs(x)*sin(x), if every term has the slope or x."""
    for slope in node.args:
        for total in node.args if slope.primitive is sign else ():
            together = _times_slope(total, slope) if total.primitive is add else None
            if together is not None:
                return mul.make((*without(node.args, slope, total), together, ONE))
    return None


def _times_slope(node: Node, slope: Node) -> Node | None:
    """Return a formula times the slope of |x|, without that slope; None where a term has neither the slope nor x."""
    if node is slope:
        return ONE
    if node is slope.args[0]:
        return abs(node)
    if node.primitive is mul:
        for k, factor in enumerate(node.args):
            together = _times_slope(factor, slope)
            if together is not None:
                return mul.make((*node.args[:k], together, *node.args[k + 1 :]))
    if node.primitive is add:
        terms = [_times_slope(term, slope) for term in node.args]
        known = [term for term in terms if term is not None]
        return add.make(tuple(known)) if len(known) == len(terms) else None
    return None
