"""Functions of a norm beside its vector: the terms of a sum joined, so that one function of the norm stands before each.

The Hessian of f(‖x‖) is a(r)·xxᵀ + b(r)·I with r = ‖x‖. Derived, it is a sum of many such terms, which cancel near x = 0 to the
last digit; a(r) and b(r) are functions of one quantity, whose power series near 0 the compiler finds.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Iterable, Sequence
from fractions import Fraction

from symgd.graph.node import SIZE, Node, constant
from symgd.graph.traversal import rebuild, symbols_of, toposort
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import einsum
from symgd.primitives.vector_norms import norm2_record as norm2
from symgd.rewrite.driver import simplify
from symgd.rewrite.terms import ONE, product_of

__all__ = ["with_radial_factors"]

_MOST_TERMS = 40
_MOST_NODES = 300

Terms = dict[Node, Node]
"""Scalars, by what each is multiplied with: an array of numbers and inputs, or 1."""


def with_radial_factors(roots: Sequence[Node]) -> list[Node]:
    """Return formulas in which the terms of a sum that share a vector, xxᵀ or the identity are one, if norms stand before them.

    Parameters
    ----------
    roots : sequence of Node
        As they are to be compiled.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.rewrite.radial import with_radial_factors
    >>> slope = sg.formula("sin(norm2(x))*x - norm2(x)*x/3", shapes={"x": "n"})
    >>> print(with_radial_factors([slope])[0])
    (sin(norm2(x)) - norm2(x)/3)*x
    """
    return [_joined(root) for root in roots]


def _joined(root: Node) -> Node:
    order = toposort([root])
    norms = [node for node in order if node.primitive is norm2 and not node.shape]
    if not norms or len(order) > _MOST_NODES:
        return root
    root = _with_squares_of_norms(root, norms)
    if not root.shape:
        return root
    terms = _terms(root)
    if terms is None or len(terms) > _MOST_TERMS:
        return root
    is_shorter = len(terms) < _count(root)
    if not is_shorter or not any(_is_function_of_one(norms, scalar) for scalar in terms.values()):
        return root
    scaled = [_with_direction(core, scalar, norms) for core, scalar in terms.items()]
    simple = simplify([scalar for _, scalar in scaled], purpose="limit").roots
    return add.make((*(mul.make((scalar, core, ONE)) for (core, _), scalar in zip(scaled, simple, strict=True)), constant(0)))


def _with_direction(core: Node, scalar: Node, norms: Sequence[Node]) -> tuple[Node, Node]:
    """Return x/‖x‖ for every x in an array, and the scalar times as many ‖x‖, which has no pole then."""
    for norm in norms:
        x = norm.args[0]
        count = 1 if core is x else core.args.count(x) if core.primitive is einsum else 0
        if count and _divides_by(scalar, norm) and _is_function_of(norm, scalar):
            direction = mul.make((x, pow.make((norm, constant(-1)))))
            if core is x:
                core = direction
            else:
                core = einsum.make(tuple(direction if arg is x else arg for arg in core.args), core.params)
            return core, _product([scalar, pow.make((norm, constant(count)))])
    return core, scalar


def _divides_by(scalar: Node, norm: Node) -> bool:
    """Whether a norm stands below a line in a scalar."""
    return any(
        node.primitive is pow and node.args[0] is norm and node.args[1].is_exact and node.args[1].value < 0
        for node in toposort([scalar])
    )


def _with_squares_of_norms(root: Node, norms: Iterable[Node]) -> Node:
    """Return a formula with ‖x‖² for x @ x and Σx², where ‖x‖ stands in it."""
    by_vector = {norm.args[0]: norm for norm in norms}
    known: dict[Node, Node] = {}
    for node in toposort([root]):
        known[node] = rebuild(node, tuple(known[arg] for arg in node.args))
        if node.primitive is einsum:
            x = node.args[0]
            squares = x.primitive is pow and x.args[1].equals_number(2) and len(node.args) == 1
            x = x.args[0] if squares else x
            is_square = squares or (node.params == (((0,), (0,)), ()) and node.args[1] is x)
            if is_square and x in by_vector:
                known[node] = pow.make((by_vector[x], constant(2)))
    return known[root]


def _is_function_of_one(norms: Sequence[Node], scalar: Node) -> bool:
    """Whether one of some norms stands in a scalar, and nothing else of what it is made of."""
    parts = set(toposort([scalar]))
    contained = [norm for norm in norms if norm in parts]
    return len(contained) == 1 and _is_function_of(contained[0], scalar)


def _is_function_of(norm: Node, scalar: Node) -> bool:
    """Whether a norm stands in a scalar, and nothing else of what the norm is made of."""
    parts = set(toposort([scalar], {norm}))
    return norm in toposort([scalar]) and parts.isdisjoint(symbols_of(norm))


def _count(node: Node) -> int:
    """Return how many terms a formula has that is not multiplied out."""
    return sum(len(part.args) for part in toposort([node]) if part.primitive is add and part.shape) or 1


def _terms(node: Node) -> Terms | None:
    """Return a sum multiplied out; None for a long one."""
    if not node.shape:
        return {ONE: node}
    if node.primitive is add and all(arg.shape == node.shape for arg in node.args):
        return _sum([_terms(arg) for arg in node.args])
    if node.primitive is mul:
        scalars = [arg for arg in node.args if not arg.shape]
        arrays = [arg for arg in node.args if arg.shape]
        if len(arrays) != 1:
            return {mul.make(tuple(arrays)): _product(scalars)}
        inner = _terms(arrays[0])
        return None if inner is None else {core: _product([*scalars, scalar]) for core, scalar in inner.items()}
    if node.primitive is einsum:
        return _contracted(node)
    return {_in_one_order(node): ONE}


def _contracted(node: Node) -> Terms | None:
    parts = [part for arg in node.args if (part := _terms(arg)) is not None]
    if len(parts) < len(node.args) or math.prod(map(len, parts)) > _MOST_TERMS:
        return None
    total = []
    for chosen in itertools.product(*(part.items() for part in parts)):
        core = einsum.make(tuple(factor for factor, _ in chosen), node.params)
        total.append({_in_one_order(core): _product([scalar for _, scalar in chosen])})
    return _sum(total)


def _in_one_order(core: Node) -> Node:
    """Return a contraction with its labels numbered as they are met, and equal factors in one order."""
    if core.primitive is not einsum:
        return core
    inputs, output = core.params
    alternatives = [inputs]
    if len(core.args) == 2 and core.args[0] is core.args[1]:
        alternatives.append(inputs[::-1])
    specs = []
    for order in alternatives:
        numbers: dict[int, int] = {}
        for label in (*output, *itertools.chain.from_iterable(order)):
            numbers.setdefault(label, len(numbers))
        specs.append((tuple(tuple(numbers[label] for label in labels) for labels in order), tuple(numbers[k] for k in output)))
    return einsum.make(core.args, min(specs))


def _sum(parts: Sequence[Terms | None]) -> Terms | None:
    total: dict[Node, list[Node]] = {}
    for part in parts:
        if part is None or len(total) > _MOST_TERMS:
            return None
        for core, scalar in part.items():
            total.setdefault(core, []).append(scalar)
    return {core: functools.reduce(operator.add, scalars) for core, scalars in total.items()}


def _product(scalars: Sequence[Node]) -> Node:
    """Return a product of scalars with the powers of one base joined, so that r·r⁻¹ is no quotient."""
    number = Fraction(1)
    powers: dict[Node, Fraction] = {}
    others: list[Node] = []
    waiting = list(scalars)
    while waiting:
        factor = waiting.pop()
        if factor.primitive is mul:
            waiting += factor.args
        elif factor.is_exact:
            number *= Fraction(factor.value)
        elif factor.primitive is pow and factor.args[1].is_exact:
            powers[factor.args[0]] = powers.get(factor.args[0], Fraction(0)) + Fraction(factor.args[1].value)
        elif factor.primitive in (norm2, SIZE):
            powers[factor] = powers.get(factor, Fraction(0)) + 1
        else:
            others.append(factor)
    return mul.make((constant(number), *others, product_of(powers), ONE))
