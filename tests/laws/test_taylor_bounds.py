"""A bound of a Taylor remainder holds wherever it is given: values in 50 digits judge it, of every function with kinks."""

from __future__ import annotations

import itertools
from fractions import Fraction
from operator import attrgetter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.equality.finite_values import value_at
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.node import constant, scalar
from symgd.graph.primitive import REGISTRY
from tests.formulas import X, Y, scalar_formulas

x = scalar("x")
KINKED = [
    record
    for record in REGISTRY.values()
    if record.is_elementwise and (record.kinks is not None or record.conditional) and not record.is_boolean
]
NOT_ENCLOSED = {"besselie"}
"""Functions whose derivatives have no enclosure."""
NOT_REACHED = {"hypot"}
"""Functions whose kink needs two arguments that are 0."""
INNER = [lambda t: 2 * t - 1, lambda t: REGISTRY["sin"](3 * t)]
POINTS = [Fraction(-5, 4), Fraction(2, 5), Fraction(3, 2)]
REACH = [Fraction(1, 4), Fraction(2)]


def formulas_of(record):
    """The function of x and of functions of x, in each of its arguments; `where` chooses by them."""
    if record.name == "where":
        return [record(inner(x) > 0, sg.exp(x), x**2) for inner in INNER]
    moving = range(record.arity) if record.arity is not None else (0, 1)
    arguments = [Fraction(1, 3), Fraction(-2, 3)][: len(moving)]
    return [
        record.make(tuple(inner(x) if j == k else constant(number) for j, number in enumerate(arguments)))
        for k in moving
        for inner in INNER
        if not record.derivative or record.derivative[k] is not None
    ]


def assert_bound_holds(expansion, formula, box, bound, places=17):
    """|f − P| is not larger than the bound at many places between the ends of the box and the point."""
    hull = {
        node: (min(low, Fraction(str(at))), max(high, Fraction(str(at))))
        for (node, (low, high)), at in zip(box.items(), expansion.at, strict=True)
    }
    polynomial = expansion.polynomial
    each = places if len(box) == 1 else 7
    grid = itertools.product(
        *([low + (high - low) * Fraction(k, each - 1) for k in range(each)] for low, high in hull.values())
    )
    for place in grid:
        values = dict(zip(hull, place, strict=True))
        true, near = (
            value_at(part, {node: values[node] for node in part.symbols}, {}, digits=50).item()
            for part in (formula, polynomial)
        )
        assert mpmath.isfinite(true), f"{formula} has no value at {values}, and a bound"
        with mpmath.workdps(50):
            allowed = mpmath.mpf(bound.numerator) / bound.denominator + mpmath.mpf(10) ** -40 * (1 + abs(true))
            assert abs(true - near) <= allowed, f"{formula} around {expansion.at}, order {expansion.order}: {values}"


def bounds_of(record):
    """Yield every expansion that exists, with its box, and its bound or None."""
    for k, (formula, point, reach) in enumerate(itertools.product(formulas_of(record), POINTS, REACH)):
        try:
            expansion = sg.taylor(formula, "x", at=point, order=k % 3)
        except SymgdError:
            continue
        box = {x: (point - reach / (1 + k % 2), point + reach)}
        try:
            yield formula, expansion, box, expansion.bound({"x": box[x]})
        except SymgdError:
            yield formula, expansion, box, None


@pytest.mark.study
@pytest.mark.parametrize("record", KINKED, ids=attrgetter("name"))
def test_bounds_of_functions_with_kinks_hold(record):
    given_bounds = refused = 0
    for formula, expansion, box, bound in bounds_of(record):
        if bound is None:
            refused += 1
            continue
        given_bounds += 1
        assert_bound_holds(expansion, formula, box, bound)
    assert refused or record.name in NOT_REACHED
    assert given_bounds or record.name in NOT_ENCLOSED


@pytest.mark.parametrize("record", [record for record in KINKED if record.name not in NOT_ENCLOSED], ids=attrgetter("name"))
def test_bounds_are_given_where_no_kink_is_near(record):
    for formula in formulas_of(record)[: len(INNER)]:
        for point in POINTS:
            try:
                expansion = sg.taylor(formula, "x", at=point, order=1)
            except SymgdError:
                continue
            reach = Fraction(1, 2**16)
            assert expansion.bound({"x": (point - reach, point + reach)}) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    "name",
    [
        "abs",
        "sign",
        "ceil",
        *(pytest.param(name, marks=pytest.mark.study) for name in ("relu", "floor", "maximum", "minimum", "heaviside")),
    ],
)
def test_the_law_sees_a_bound_that_takes_no_notice_of_kinks(name):
    wrong = 0
    for formula, expansion, box, _ in bounds_of(REGISTRY[name]):
        expansion.branch = lambda formula, box, point: formula
        try:
            assert_bound_holds(expansion, formula, box, expansion.bound({"x": box[x]}))
        except AssertionError:
            wrong += 1
        except SymgdError:
            pass
    assert wrong


CUT = [  # formulas whose derivatives hide a jump, a pole or a root: the point, and a box across it
    ("sqrt(x**2)", 1, (-1, 2)), ("(x**2)**(3/2)", 1, (-1, 2)), ("(x**2)**(5/2)", 1, (-1, 2)), ("atan(1/x)", 1, (-1, 2)),
    ("atan(tan(x))", 0, (-2, 2)), ("asin(sin(x))", 0, (-2, 2)), ("acos(cos(x))", 1, (-1, 2)), ("atan2(x, -1)", 1, (-1, 1)),
    ("x/abs(x)", 1, (-1, 2)), ("abs(x)*abs(x)*abs(x)", 1, (-1, 2)), ("tanh(1/x)", 1, (-1, 2)), ("log(x**2)", 1, (-1, 2)),
    ("1/x", 1, (-1, 2)), ("tan(x)", 0, (-2, 2)), ("log(x)", 1, (-1, 2)), ("mod(x, 1)", Fraction(1, 2), (0, 2)),
    ("clip(x, 0, 1)", Fraction(1, 2), (0, 2)), ("max([x, 2*x])", 1, (-1, 2)), ("exp(-1/x**2)", 1, (-1, 2)),
    ("abs(x**2 - 2)", 0, (0, 2)), ("floor(x)", Fraction(1, 2), (0, 1)), ("sign(x)", 1, (0, 2)), ("(x**3)**(1/3)", 1, (-1, 2)),
    ("where(x > 0, x**2, sin(x))", 1, (-1, 2)), ("sqrt(x + abs(x))", 1, (-1, 2)), ("cbrt(x)**3", 1, (-1, 2)),
    ("x**(7/2)/sqrt(x)", 1, (-1, 2)), ("gamma(x)", Fraction(1, 2), (Fraction(-1, 2), 1)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "box"), CUT)
@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_no_bound_across_a_kink_a_jump_or_a_singularity(text, at, box, order):
    expansion = sg.taylor(text, "x", at=at, order=order)
    with pytest.raises(SymgdError):
        expansion.bound({"x": box})


@pytest.mark.parametrize(("text", "at", "box"), CUT)
def test_no_bound_across_a_kink_of_one_of_several_variables(text, at, box):
    formula = sg.formula(f"{text} + 0*y" if "max" in text else f"{text} + y**2")
    expansion = sg.taylor(formula, ["x", "y"], at=[at, 1], order=1)
    with pytest.raises(SymgdError):
        expansion.bound({"x": box, "y": (0, 1)})


UP_TO_A_KINK = [  # a box that ends at the kink: the way from the point reaches it at its end
    ("abs(x)", 1, 2, (0, 2), 0), ("relu(x)", 1, 1, (0, 3), 0), ("relu(x)", -1, 1, (-3, 0), 0),
    ("maximum(x, 1/3)", 1, 0, (Fraction(1, 3), 1), Fraction(2, 3)), ("abs(x - 1/3)", 1, 1, (Fraction(1, 3), 2), 0),
    ("floor(x)", Fraction(5, 4), 2, (1, Fraction(3, 2)), 0), ("where(x >= 1/3, 2*x, 0)", 1, 1, (Fraction(1, 3), 2), 0),
    ("abs(x)*x", 1, 1, (0, 2), 1), ("abs(x)*x", -1, 1, (-2, 0), 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "order", "box", "bound"), UP_TO_A_KINK)
def test_a_box_may_end_at_a_kink(text, at, order, box, bound):
    assert sg.taylor(text, "x", at=at, order=order).bound({"x": box}) == bound


NUMBERS = st.fractions(-2, 2, max_denominator=6)


@settings(max_examples=40, deadline=None)
@given(scalar_formulas(3), st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS), st.integers(0, 2))
def test_bounds_of_random_formulas_hold(formula, point, reach, order):
    variables = [node for node in (X, Y) if node in formula.symbols]
    assume(variables)
    box = {node: (at - abs(far) / 2, at + abs(far)) for node, at, far in zip(variables, point, reach, strict=False)}
    wrt = variables if len(variables) > 1 else variables[0]
    try:
        expansion = sg.taylor(formula, wrt, at=list(point[: len(variables)]) if len(variables) > 1 else point[0], order=order)
        bound = expansion.bound({node.name: ends for node, ends in box.items()})
    except SymgdError:
        return
    assert_bound_holds(expansion, formula, box, bound)
