"""Keep the branch of a ``where`` that is not taken from being computed where it has no value.

NumPy computes both branches. An argument that stands only inside a branch is replaced, where the condition fails, by a number
that every function takes: ``where(x > 0, log(x), 0)`` becomes ``where(x > 0, log(where(x > 0, x, 1)), 0)``.

The identity matrix is a choice, too: in ``eye(n)/sqrt(u)`` an entry 0 of u concerns its own place on the diagonal alone. So is
every array of numbers that has zeros, and the triangle of a matrix, of which the other entries are not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symgd.graph.assumptions import Growth, Interval, Sign
from symgd.graph.node import Node, constant
from symgd.graph.primitive import lookup
from symgd.graph.shape import broadcast
from symgd.graph.traversal import rebuild, toposort
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.contraction import broadcast as broadcast_to
from symgd.primitives.identity import eye_record
from symgd.primitives.indexing import array
from symgd.primitives.piecewise import equal, where
from symgd.primitives.triangles import triangle

__all__ = ["with_guarded_branches"]

Guard = tuple[tuple[Node, bool], ...]
"""Conditions and whether they hold, from the outermost choice to the innermost."""

_CHOICES = frozenset({where, triangle})
_SAFE = (Fraction(1), Fraction(1, 2), Fraction(2))


def with_guarded_branches(outputs: Sequence[Node]) -> list[Node]:
    """Return formulas that compute nothing outside its domain for a branch that is not taken."""
    order = toposort(outputs)
    numbers = _arrays_of_numbers(order)
    if not numbers and not any(node.primitive in _CHOICES for node in order):
        return list(outputs)
    guards = _guards(outputs, order)
    known: dict[Node, Node] = {}
    may_be_infinite: set[Node] = set()
    for node in order:
        args = [known[arg] for arg in node.args]
        exposed = _exposed(node)
        guard = _without_implied(guards.get(node, ()))
        if guard:
            for k, safe in exposed.items():
                args[k] = _guarded(args[k], guard, safe)
        if exposed or any(arg in may_be_infinite for arg in node.args):
            may_be_infinite.add(node)
        pattern = _pattern(node, numbers) if node.primitive is mul and node in may_be_infinite else None
        if pattern is not None:
            known[node] = _beside_zeros(pattern, args)
        else:
            known[node] = rebuild(node, tuple(args))
    return [known[output] for output in outputs]


def _arrays_of_numbers(order: Sequence[Node]) -> set[Node]:
    """Return the tensors that no input stands in."""
    moving: set[Node] = set()
    for node in order:
        if node.is_symbol or any(arg in moving for arg in node.args):
            moving.add(node)
    return {node for node in order if node.shape and node not in moving and not node.is_boolean}


def _pattern(product: Node, numbers: set[Node]) -> Node | None:
    """Return the factor of a product that is 0 in known places: an identity, or an array of numbers."""
    return next((factor for factor in product.args if factor in numbers and _may_have_zeros(factor)), None)


def _may_have_zeros(numbers: Node) -> bool:
    while numbers.primitive.is_stretching:
        numbers = numbers.args[0]
    if numbers.primitive is array:
        return any(entry.equals_number(0) for entry in numbers.args)
    return bool(numbers.shape)


def _beside_zeros(pattern: Node, args: Sequence[Node]) -> Node:
    """Choose 0 where a pattern is 0, where multiplication would give 0·∞."""
    if pattern.primitive is not eye_record:
        return where.make((equal.make((pattern, constant(0))), constant(0), mul.make(tuple(args))))
    rest = mul.make(tuple(arg for arg in args if arg is not pattern))
    return where.make((pattern > 0, rest, constant(0)))


def _guards(outputs: Sequence[Node], order: Sequence[Node]) -> dict[Node, Guard]:
    """Return for every node what holds wherever its value is used.

    A condition on entries holds for an argument's entries only where a function acts entry by entry: a sum uses entries
    whose own condition fails.
    """
    guards: dict[Node, Guard] = dict.fromkeys(outputs, ())
    for node in reversed(order):
        guard = guards.get(node, ())
        if not node.primitive.is_elementwise:
            guard = tuple((condition, holds) for condition, holds in guard if not condition.shape)
        for k, arg in enumerate(node.args):
            arg_guard = guard
            if node.primitive is where and k > 0:
                arg_guard = (*guard, *_known_in_branch(node.args[0], k == 1))
            elif node.primitive is triangle:
                arg_guard = (*guard, (_is_inside(node), True))
            guards[arg] = _common(guards[arg], arg_guard) if arg in guards else arg_guard
    return guards


def _is_inside(node: Node) -> Node:
    """Return the condition that an entry stands in a triangle."""
    ones = broadcast_to.make((constant(1),), (node.shape[-2:],))
    inside: Node = triangle.make((ones,), node.params) > 0
    return inside


def _known_in_branch(condition: Node, holds: bool) -> Guard:
    """Return what is known in a branch: where |u| < r fails, u is not 0."""
    if holds or condition.primitive is not lookup("less") or condition.args[0].primitive is not lookup("abs"):
        return ((condition, holds),)
    is_zero = lookup("equal").make((condition.args[0].args[0], constant(0)))
    return ((condition, holds), (is_zero, False))


def _without_implied(guard: Guard) -> Guard:
    """Return what is known without what follows from the rest."""
    implied = {fact for condition, holds in guard for fact in _known_in_branch(condition, holds)[1:]}
    return tuple(fact for fact in guard if fact not in implied)


def _common(first: Guard, second: Guard) -> Guard:
    return tuple(fact for fact in first if fact in second)


def _exposed(node: Node) -> dict[int, Fraction]:
    """Return the arguments that may lie outside the domain, each with a number inside it."""
    record = node.primitive
    if record.growth is Growth.EXPONENTIAL:
        return {0: Fraction(1)}
    if record is pow and not (node.args[1].is_exact and isinstance(node.args[1].value, int) and node.args[1].value > 0):
        return {} if node.args[0].is_constant else {0: Fraction(1)}
    if not record.is_elementwise:
        return {}
    safe_numbers = {}
    for arg, allowed in record.requirements(node):
        if arg in node.args and not arg.is_constant and allowed != Sign.ANY:
            safe = next((number for number in _SAFE if _lies_inside(number, allowed)), None)
            if safe is not None:
                safe_numbers[node.args.index(arg)] = safe
    return safe_numbers


def _lies_inside(number: Fraction, allowed: Sign | Interval) -> bool:
    return bool(allowed & Sign.POSITIVE) if isinstance(allowed, Sign) else number in allowed


def _guarded(arg: Node, guard: Guard, safe: Fraction) -> Node:
    result = arg
    for condition, holds in reversed(guard):
        if broadcast((condition.shape, arg.shape)) != arg.shape:
            return arg
        branches = (result, constant(safe)) if holds else (constant(safe), result)
        result = where.make((condition, *branches))
    return result
