"""Rules of what a condition says: about the larger of two numbers, and inside the branch where it holds."""

from __future__ import annotations

import operator
from fractions import Fraction

from symgd.graph.assumptions import Interval
from symgd.graph.node import Node, constant
from symgd.graph.traversal import rebuild
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.piecewise import abs, less, less_equal, maximum, minimum, relu, sign, where
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import split_term

__all__: list[str] = []

_DEEPEST = 4
"""How deep inside a branch what its condition says is used."""


@rewriting(
    "a comparison with a bounded number",
    less,
    less_equal,
    because="a bound on the other side of the number decides nothing",
    purpose=("people",),
    needs=((maximum, minimum, relu),),
    examples=(
        "where(relu(x) < 1, y, 0)",
        "where(maximum(x, -1) < 2, y, 0)",
        "where(minimum(x, 3) > 2, y, 0)",
        "where(maximum(x, -1) >= 2, y, 0)",
    ),
)
def bounded_comparison(node: Node, context: Context) -> Node | None:
    """max(x, −1) < 2 → x < 2, since −1 is less than 2 anyway."""
    for place, number in enumerate(node.args):
        if not number.is_exact:
            continue
        for bound, decides_nothing in ((maximum, operator.lt), (minimum, operator.gt)):
            bounded = _bounded(node.args[1 - place], bound)
            if bounded is not None and decides_nothing(bounded[1], Fraction(number.value)):
                return node.primitive.make((bounded[0], number) if place == 1 else (number, bounded[0]))
    return None


def _bounded(node: Node, bound: object) -> tuple[Node, Fraction] | None:
    """Return x and c of max(x, c), or of min(x, c)."""
    if node.primitive is relu and bound is maximum:
        return node.args[0], Fraction(0)
    if node.primitive is not bound or len(node.args) != 2:
        return None
    for number, other in (node.args, node.args[::-1]):
        if number.is_exact and not other.is_exact:
            return other, Fraction(number.value)
    return None


@rewriting(
    "what a condition says of its branch",
    where,
    because="inside a branch the number lies on one side",
    purpose=("people",),
    examples=(
        "where(x > 0, y*relu(x), 0)",
        "where(x < 1, minimum(x, 1), y)",
        "where(x < -1, abs(x), y)",
        "where(x > 0, where(x > -1, y, z), z)",
    ),
)
def known_in_branch(node: Node, context: Context) -> Node | None:
    """where(x > 0, relu(x), 0) → where(x > 0, x, 0)."""
    known = _what_is_known(node.args[0])
    if known is None:
        return None
    x, inside, outside = known
    branches = [_within(branch, x, where_, _DEEPEST) for branch, where_ in zip(node.args[1:], (inside, outside), strict=True)]
    if all(after is before for after, before in zip(branches, node.args[1:], strict=True)):
        return None
    after: Node = where.make((node.args[0], *branches))
    return after if after.shape == node.shape else None


def _what_is_known(condition: Node) -> tuple[Node, Interval, Interval] | None:
    """Return x and where it lies if a comparison with a number holds, and if it does not."""
    if condition.primitive not in (less, less_equal):
        return None
    left, right = condition.args
    is_strict = condition.primitive is less
    if right.is_exact and not left.is_exact:
        end = Fraction(right.value)
        return left, Interval(high=end, open_high=is_strict), Interval(low=end, open_low=not is_strict)
    if left.is_exact and not right.is_exact:
        end = Fraction(left.value)
        return right, Interval(low=end, open_low=is_strict), Interval(high=end, open_high=not is_strict)
    return None


def _within(node: Node, x: Node, interval: Interval, depth: int) -> Node:
    """Return a formula simplified by where x lies."""
    if node.primitive is relu and node.args[0] is x:
        return x if interval.low >= 0 else constant(0) if interval.high <= 0 else node
    if node.primitive is abs and node.args[0] is x:
        return x if interval.low >= 0 else -x if interval.high <= 0 else node
    for bound in (maximum, minimum):
        bounded = _bounded(node, bound)
        if node.primitive is bound and bounded is not None and bounded[0] is x:
            return _chosen(node, x, bounded[1], interval, is_larger=bound is maximum)
    if node.primitive is where and (known := _what_is_known(node.args[0])) is not None and known[0] is x:
        for branch, region in zip(node.args[1:], known[1:], strict=True):
            if interval & region == interval and branch.shape == node.shape:
                return _within(branch, x, interval, depth)
    if not depth or node.primitive not in (add, mul, pow, where, maximum, minimum):
        return node
    args = tuple(_within(arg, x, interval, depth - 1) for arg in node.args)
    after = node if args == node.args else rebuild(node, args)
    return after if after.shape == node.shape else node


def _chosen(node: Node, x: Node, number: Fraction, interval: Interval, is_larger: bool) -> Node:
    """Return the larger (smaller) one of x and a number, where it is known which that is."""
    if interval.low >= number:
        return x if is_larger else constant(number)
    if interval.high <= number:
        return constant(number) if is_larger else x
    return node


@rewriting(
    "a number between two bounds",
    where,
    because="between the bounds it is the number, and beyond them the nearer one",
    purpose=("people",),
    examples=(
        "where(abs(x) <= 1, x, sign(x))",
        "where(abs(x) < 2, x, 2*sign(x))",
    ),
)
def clipped(node: Node, context: Context) -> Node | None:
    """where(|x| ≤ c, x, c·sign(x)) → min(max(x, −c), c), for a number c > 0."""
    condition, inside, outside = node.args
    if condition.primitive not in (less, less_equal) or not condition.args[1].is_exact:
        return None
    size, bound = condition.args
    factor, core = split_term(outside)
    is_clipped = size.primitive is abs and size.args[0] is inside and core.primitive is sign and core.args[0] is inside
    if not is_clipped or factor != bound.value or factor <= 0:
        return None
    return minimum(maximum(inside, -bound), bound)
