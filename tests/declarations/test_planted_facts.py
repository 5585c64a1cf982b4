"""False facts of users' functions, of numbers and of tensors, are each refused by the law of their field."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.declarations.check import check
from symgd.extend import (
    Curvature,
    DeclarationError,
    Interval,
    Monotone,
    Parity,
    Sign,
    as_node,
    check_declaration,
    elementwise,
    primitive,
)
from symgd.graph.primitive import REGISTRY
from symgd.graph.traversal import substitute
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import expand_at
from symgd.primitives.piecewise import relu
from tests.laws.test_tensor_primitives import EXAMPLES

STATED = {"because": "the slope follows from the definition", "source": "an example"}

OF_NUMBERS = [  # definition, false facts, the field whose law finds them
    (lambda u: -u, {"linear_in": "each", "is_weighted": True}, "is_weighted"),
    (lambda u: 2 * u - 1, {"is_stretching": True}, "is_stretching"),
    (lambda u: u**2, {"is_stretching": True}, "is_stretching"),
    (lambda u: abs(u), {"is_stretching": True, "kinks": lambda x: (x,), "at_kink": "f'(0) = 0"}, "is_stretching"),
    (lambda u: u**2, {"domain": Interval(-100, 100)}, "domain"),
    (lambda u: u**2, {"domain": Interval(0)}, "domain"),
    (lambda u: u**2, {"range": Interval(0, 10**12)}, "range"),
    (lambda u: u**2 - u**4 / 10**16, {"curvature": Curvature.CONVEX}, "curvature"),
    (
        lambda u: -((u - 7) ** 2),
        {"curvature": lambda node, x: Curvature.CONVEX if x.low >= 30 and x.high <= 40 else Curvature.CONCAVE},
        "curvature",
    ),
]


def of_numbers(definition, facts):
    slope = sg.gradient(as_node(definition(sg.scalar("x"))), "x")
    return elementwise(
        "planted",
        definition=definition,
        derivative=lambda x, out: sg.formula(str(slope)) if slope.is_constant else _with(slope, x),
        **facts,
        **STATED,
    )


def _with(formula, x):
    return substitute([formula], {sg.scalar("x"): x})[0]


@pytest.mark.parametrize(("definition", "facts", "field"), OF_NUMBERS)
def test_false_facts_of_functions_of_numbers(definition, facts, field):
    with pytest.raises(DeclarationError) as error:
        check_declaration(of_numbers(definition, facts))
    assert f"'{field}'" in str(error.value) or f"in {field}" in str(error.value)


OWN = [  # function, field, a false value of it
    ("sin", "is_weighted", True),
    ("cbrt", "is_stretching", True),
    ("floor", "is_stretching", True),
    ("exp", "domain", Interval(-100, 100)),
    ("relu", "domain", Interval(-1000, 1000)),
    ("min", "is_weighted", True),
    ("det", "is_weighted", True),
    *((name, "conditional", (0,)) for name in ("norm2", "max", "logsumexp", "det", "eigmax", "softmax")),
    ("logsumexp", "range", Interval(0)),
    ("logsumexp", "sign", Sign.POSITIVE),
    ("eigmax", "range", Interval(0)),
    ("max", "range", Interval(-50, 50)),
    ("eigmax", "monotone", Monotone.INCREASING),
    ("prod", "parity", Parity.ODD),
    *((name, "strict", True) for name in ("norm2", "max", "logsumexp")),
]


@pytest.mark.parametrize(("name", "field", "value"), OWN, ids=[f"{row[0]}-{row[1]}" for row in OWN])
def test_false_facts_of_our_own_functions(name, field, value):
    record = REGISTRY[name]
    formulas = () if record.is_elementwise else EXAMPLES[name]
    check(record, formulas)
    changed = dataclasses.replace(record, **{field: value})
    with pytest.raises(DeclarationError) as error:
        check(changed, formulas)
    assert f"'{field}'" in str(error.value)


def spread(t):
    """Return an adjoint with a new last axis."""
    return expand_at(t, [t.rank])


def _sum_of_squares(node, context, arrays):
    algebra, total = context.algebra, context.algebra.number(0)
    for x in arrays[0]:
        total = algebra.apply(add, total, algebra.apply(mul, x, x))
    return np.array(total, dtype=object)


def squares(**facts):
    return primitive(
        "planted_squares",
        shape=lambda shapes, params: (),
        vjp=lambda node, t, k: mul.make((spread(t), 2 * node.args[0])),
        evaluate=_sum_of_squares,
        **facts,
        **STATED,
    )


V = sg.tensor("v", "n")


@pytest.mark.parametrize(
    ("facts", "field"), [({"range": Interval(Fraction(1, 1000))}, "range"), ({"sign": Sign.POSITIVE}, "sign")]
)
def test_false_facts_at_zero(facts, field):
    record = squares(**facts)
    with pytest.raises(DeclarationError) as error:
        check_declaration(record, examples=[record(V)])
    assert f"'{field}'" in str(error.value)


def kinked(number, **facts):
    def evaluate(node, context, arrays):
        algebra = context.algebra
        total = algebra.number(0)
        for x in arrays[0]:
            beyond = algebra.apply(relu, algebra.apply(add, x, algebra.number(-number)))
            total = algebra.apply(add, total, x, beyond)
        return np.array(total, dtype=object)

    return primitive(
        "planted_kinks",
        shape=lambda shapes, params: (),
        vjp=lambda node, t, k: mul.make((spread(t), 1 + sg.where(node.args[0] > number, 1, 0))),
        code=lambda node, names, printer: f"({names[0]} + maximum({names[0]} - {number}, 0)).sum()",
        evaluate=evaluate,
        **facts,
        **STATED,
    )


def test_a_kink_of_a_function_of_tensors_is_found_at_the_number_in_its_code():
    record = kinked(500, curvature=Curvature.AFFINE)
    with pytest.raises(DeclarationError) as error:
        check_declaration(record, examples=[record(V)])
    assert "'curvature'" in str(error.value)
    assert "'kinks'" in str(error.value)
    with pytest.raises(DeclarationError):
        sg.convexity(record(V), "v")


def test_right_kinks_at_a_number_are_accepted():
    record = kinked(5, curvature=Curvature.CONVEX, kinks=lambda x: (x - 5,), at_kink="the slope from below")
    check_declaration(record, examples=[record(V)])


def test_a_derivative_may_be_a_number():
    twice = elementwise("planted_twice", definition=lambda x: 2 * x, derivative=lambda x, out: 2, **STATED)
    assert str(sg.gradient(twice(sg.scalar("x")) ** 2, "x")) == "4*planted_twice(x)"
