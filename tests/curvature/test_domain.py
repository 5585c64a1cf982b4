"""Bounds, constraints and what the formula needs make one domain."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.domain import Domain, read_domain
from symgd.errors import DomainError, SymgdError
from symgd.graph.assumptions import Interval, Sign

INF = math.inf
DOMAINS = [  # text, bounds, constraints, the domain in words
    ("x", {}, [], ""),
    ("x", {"x": Interval(0, 1)}, [], "x in [0, 1]"),
    ("log(x)", {}, [], "x in (0, inf)"),
    ("sqrt(x) + log(1 - x)", {}, [], "x in [0, 1)"),
    ("1/x", {"x": Interval(0)}, [], "x in (0, inf)"),
    ("x*y", {}, ["x - y > 0"], "x - y > 0"),
    ("x", {}, ["x - 2 > 0"], "x in (2, inf)"),
]


@pytest.mark.parametrize(("text", "bounds", "constraints", "words"), DOMAINS)
def test_domains_in_words_and_their_samples(text, bounds, constraints, words):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    domain = read_domain(formula, variables, bounds, [sg.formula(one) for one in constraints])
    assert str(domain) == words
    points = domain.sample(variables, 50, 0)
    assert len(points)
    assert len(domain.keep(variables, points)) == len(points)
    exact = [{node: Fraction(float(x)) for node, x in zip(variables, point, strict=True)} for point in points[:5]]
    assert all(domain.contains(point) for point in exact)
    (values,) = sg.lambdify(variables, [formula])(*points.T)
    assert np.isfinite(values).all()


@pytest.mark.parametrize(
    ("text", "bounds", "constraints", "error"),
    [
        ("x", {"y": Interval(0)}, [], "has bounds and is not a variable"),
        ("x", {}, ["z > 0"], "stands in a constraint and not in the formula"),
        ("log(x)", {"x": Interval(-2, -1)}, [], "no x satisfies the bounds"),
        ("x", {"x": Interval(1, 1)}, [], "can only be 1"),
    ],
)
def test_what_makes_no_domain_is_refused(text, bounds, constraints, error):
    formula = sg.formula(text)
    with pytest.raises((SymgdError, DomainError), match=error):
        read_domain(formula, list(formula.symbols), bounds, [sg.formula(one) for one in constraints])


MORE = [  # text, bounds, constraints, the ends of x, whether they belong to it, and what else is needed
    ("log(1 - 2*x)", {}, [], (-INF, "1/2"), (True, True), 0),
    ("sqrt(3 - x)", {}, [], (-INF, 3), (True, False), 0),
    ("log(x) + sqrt(2 - x)", {}, [], (0, 2), (True, False), 0),
    ("1/(x - 1)", {"x": (1, None)}, [], (1, INF), (True, True), 0),
    ("1/(1 - x)", {"x": (None, 1)}, [], (-INF, 1), (True, True), 0),
    ("1/(x - 1)", {"x": (0, 2)}, [], (0, 2), (False, False), 1),
    ("x**(-1/2)", {}, [], (0, INF), (True, True), 0),
    ("x**(1/2)", {}, [], (0, INF), (False, True), 0),
    ("asin(x)", {}, [], (-1, 1), (False, False), 0),
    ("x", {}, ["2*x - 3 < 0"], (-INF, "3/2"), (True, True), 0),
    ("x", {}, ["2*x <= 3", "x >= -1"], (-1, "3/2"), (False, False), 0),
    ("x", {}, ["3 - 2*x > 0"], (-INF, "3/2"), (True, True), 0),
    ("x", {}, ["2*(x - 1) > 3*(2 - x)"], ("8/5", INF), (True, True), 0),
    ("x", {"x": (0, 1)}, ["x > 1/3"], ("1/3", 1), (True, False), 0),
    ("x", {"x": (0, 1)}, ["x > -1"], (0, 1), (False, False), 0),
    ("log(1 + x**2)", {}, [], (-INF, INF), (True, True), 0),
    ("log(x**2 - 1)", {}, [], (-INF, INF), (True, True), 1),
]


def ends_of(bounds):
    return [side if end is None else end for side, end in zip((-INF, INF), bounds, strict=True)]


@pytest.mark.parametrize(("text", "bounds", "constraints", "ends", "open_ends", "needs"), MORE)
def test_ends_and_what_else_is_needed(text, bounds, constraints, ends, open_ends, needs):
    formula = sg.formula(text)
    given = {name: Interval(*ends_of(one)) for name, one in bounds.items()}
    domain = read_domain(formula, list(formula.symbols), given, [sg.formula(one) for one in constraints])
    (interval,) = domain.intervals.values()
    assert (interval.low, interval.high) == tuple(end if isinstance(end, float) else Fraction(end) for end in ends)
    assert (interval.open_low, interval.open_high) == open_ends
    assert len(domain.natural) == needs
    assert not domain.constraints


INSIDE = [  # text, constraints, a point, whether it lies inside, exactly
    ("log(x + y)", [], ("1/3", "-1/3"), False),
    ("log(x + y)", [], ("1/3", "-333333333/1000000000"), True),
    ("x + y", ["x**2 + y**2 <= 1"], ("3/5", "4/5"), True),
    ("x + y", ["x**2 + y**2 < 1"], ("3/5", "4/5"), False),
    ("x + y", ["x == y"], ("1/3", "1/3"), True),
    ("x + y", ["x == y"], ("1/3", "1/4"), False),
    ("x + y", ["x - y >= 0"], ("1/3", "1/3"), True),
    ("x + y", ["x - y > 0"], ("1/3", "1/3"), False),
    ("sqrt(x) + y", [], ("0", "1"), True),
    ("1/(x - y)", [], ("1", "1"), False),
    ("1/(x - y)", [], ("1", "2"), True),
    ("asin(x + y)", [], ("1/3", "1/3"), True),
    ("asin(x + y)", [], ("2/3", "1/2"), False),
    ("asin(x + y)", [], ("-2/3", "-1/2"), False),
]


@pytest.mark.parametrize(("text", "constraints", "point", "is_inside"), INSIDE)
def test_points_are_inside_exactly(text, constraints, point, is_inside):
    formula = sg.formula(text)
    variables = sorted(formula.symbols, key=str)
    domain = read_domain(formula, variables, {}, [sg.formula(one) for one in constraints])
    assert domain.contains(dict(zip(variables, map(Fraction, point), strict=True))) == is_inside


@pytest.mark.parametrize(
    ("bounds", "constraints"),
    [
        ({}, []),
        ({"x": (0,)}, []),
        ({"y": (-INF, 2)}, []),
        ({"x": (0, 1), "y": (5, 6)}, []),
        ({}, ["x > y"]),
        ({"x": (0, 1)}, ["x + y < 1"]),
    ],
)
def test_samples_and_far_points_lie_inside(bounds, constraints):
    formula = sg.formula("x + y")
    variables = sorted(formula.symbols, key=str)
    domain = read_domain(
        formula, variables, {name: Interval(*one) for name, one in bounds.items()}, [sg.formula(one) for one in constraints]
    )
    for points in (domain.sample(variables, 100, 3), domain.far_points(variables)):
        assert len(points) > 20
        for point in points[::7]:
            assert domain.contains({node: Fraction(float(value)) for node, value in zip(variables, point, strict=True)})
    outside = np.array([[9.0, 9.0], [-9.0, 9.0], [9.0, -9.0], [-9.0, -9.0]])
    kept = domain.keep(variables, outside).tolist()
    exact = [row.tolist() for row in outside if domain.contains(dict(zip(variables, map(Fraction, row.tolist()), strict=True)))]
    assert kept == exact


def test_domains_are_equal_where_all_their_parts_are():
    x = sg.scalar("x")
    one = Domain({x: Interval(0, 1)}, [sg.formula("x > 0")], {})
    assert one == Domain({x: Interval(0, 1)}, [sg.formula("x > 0")], {})
    assert hash(one) == hash(Domain({x: Interval(0, 1)}, [], {}))
    for other in (
        Domain({x: Interval(0, 2)}, [sg.formula("x > 0")], {}),
        Domain({x: Interval(0, 1)}, [], {}),
        Domain({x: Interval(0, 1)}, [sg.formula("x > 0")], {x: Sign.POSITIVE}),
        Domain({x: Interval(0, 1)}, [sg.formula("x > 0")], {}, {x: Interval(0, 1)}),
        Domain({x: Interval(0, 1)}, [sg.formula("x > 0")], {}, None, {x: np.ones(1)}),
    ):
        assert one != other


def test_a_plane_is_a_box_only_of_free_variables():
    x, y = sg.scalar("x"), sg.scalar("y")
    free = Domain({x: Interval(), y: Interval(0, 1)}, [], {})
    assert free.without(x).intervals == {y: Interval(0, 1)}
    assert free.without(y) is None
    assert Domain({x: Interval(), y: Interval()}, [sg.formula("x > y")], {}).without(x) is None
    assert Domain({x: Interval(), y: Interval()}, [], {x + y: Sign.POSITIVE}).without(x) is None


def test_the_interior_leaves_ends_out():
    x = sg.scalar("x")
    domain = Domain({x: Interval(0, 1)}, [], {})
    assert domain.assumptions() == {x: Interval(0, 1)}
    assert domain.interior() == {x: Interval(0, 1, True, True)}


@pytest.mark.parametrize("text", ["x + y != 1", "x"])
def test_conditions_of_other_kinds_are_refused(text):
    with pytest.raises(SymgdError, match="is not a constraint that is understood"):
        read_domain(sg.formula("x + y"), [], {}, [sg.formula(text)])


@pytest.mark.parametrize(("constraint", "bound"), [("x**2 < 2", 2), ("x**2 + y**2 < 2", 2), ("abs(x) < 1", 1)])
def test_constraints_on_some_variables_hold_at_samples(constraint, bound):
    formula = sg.formula("x + y")
    variables = sorted(formula.symbols, key=str)
    domain = read_domain(formula, variables, {}, [sg.formula(constraint)])
    points = domain.sample(variables, 200, 0)
    assert len(points)
    assert (points[:, 0] ** 2 < bound).all()
    assert not len(domain.keep(variables, np.array([[9.0, 0.0], [-9.0, 0.0]])))


@pytest.mark.parametrize(
    ("text", "kind", "domain"),
    [
        ("xlogy(x, x)", "STRICTLY_CONVEX", "x in [0, inf)"),
        ("xlogy(x - 1, x - 1)", "STRICTLY_CONVEX", "x in [1, inf)"),
        ("xlogy(x, x) - log(x)", "STRICTLY_CONVEX", "x in (0, inf)"),
        ("xlogy(x, x) + xlogy(1 - x, 1 - x)", "STRONGLY_CONVEX", "x in [0, 1]"),
        ("-xlogy(x, x)", "STRICTLY_CONCAVE", "x in [0, inf)"),
        ("x*xlogy(x, x)", "NEITHER", "x in [0, inf)"),
        ("xlogy(x, x**2)", "NEITHER", "where(x == 0, 1, x**2) > 0"),
        ("xlogy(x, 2*x)", "STRICTLY_CONVEX", "x in [0, inf)"),
        ("xlogy(x, -2*x)", "UNKNOWN", "where(x == 0, 1, -2*x) > 0"),
    ],
)
def test_a_product_with_a_logarithm_and_its_limit_needs_what_is_not_negative(text, kind, domain):
    verdict = sg.convexity(text)
    assert (verdict.kind.name, verdict.domain) == (kind, domain)
    assert verdict.proof is None or verdict.check()
