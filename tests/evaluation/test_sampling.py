"""Random points are inside the domain, what is declared of the inputs, and on both sides of switches."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import DataError, DomainError, ShapeError, SymgdError
from symgd.evaluation.inputs import TooLargeError, check_facts
from symgd.evaluation.sampling import Point, Sampler, Spread, draw, points, read_point
from symgd.evaluation.switches import switches_of
from symgd.graph.assumptions import Interval, Sign

FACTS = [
    ("", {"positive": True}),
    ("n", {"nonnegative": True}),
    ("n", {"negative": True}),
    ("n", {"lower": 2, "upper": 3}),
    ("n", {"lower": 100}),
    ("n", {"upper": -100}),
    ("n", {"one_hot": True}),
    ("m n", {"one_hot": True}),
    ("n", {"values": [-1, 1]}),
    ("", {"values": [0, 1]}),
    ("n n", {"values": [0, 1], "symmetric": True}),
    ("n", {"sums_to": 1}),
    ("m n", {"sums_to": 3}),
    ("n n", {"symmetric": True}),
    ("n n", {"psd": True}),
    ("n n", {"pd": True}),
    ("n n", {"symmetric": True, "positive": True}),
    ("n n", {"symmetric": True, "lower": 2, "upper": 3}),
    ("n n", {"psd": True, "nonnegative": True}),
    ("n n", {"pd": True, "positive": True}),
    ("n n", {"pd": True, "lower": -1, "upper": 1}),
    ("n n", {"pd": True, "lower": 2, "upper": 3}),
    ("n n", {"psd": True, "lower": 5}),
    ("n n", {"psd": True, "upper": 1}),
    ("n", {}),
]


SPREADS = [Spread(1.0, 0.0, False), Spread(100.0, 0.0, False), Spread(0.3, 0.0, True), Spread(1.0, 5.0, False)]


@pytest.mark.parametrize(("shape", "facts"), FACTS, ids=str)
@pytest.mark.parametrize("spread", SPREADS)
def test_what_is_drawn_is_what_was_declared(shape, facts, spread):
    node = sg.tensor("x", shape, **facts)
    numbers = tuple({"m": 2, "n": 4}[name] for name in shape.split())
    for seed in range(5):
        value = draw(node, Sign.ANY, numbers, np.random.default_rng(seed), spread)
        assert np.shape(value) == numbers
        check_facts(node, value)


BOUNDED = [{"symmetric": True, "positive": True}, {"psd": True, "nonnegative": True}, {"pd": True, "positive": True}]


@pytest.mark.parametrize("facts", BOUNDED, ids=str)
def test_matrices_with_structure_and_signs_are_differentiated_and_checked(facts):
    loss = sg.formula("sum(abs(A)*A)", shapes={"A": "n n"}, facts={"A": facts})
    assert str(sg.gradient(loss, "A")) == "2*A"
    assert sg.check_gradient(loss, "A").verdict.name == "RIGHT"


def test_symmetric_matrices_lie_in_the_domain():
    formula = sg.formula("sum(log(A))", shapes={"A": "n n"}, facts={"A": {"symmetric": True}})
    for point in points(formula, 3, 0):
        (value,) = point.values.values()
        assert (value > 0).all()
        np.testing.assert_array_equal(value, value.T)


REQUIRED = [
    (Sign.POSITIVE, 0, np.inf),
    (Sign.NEGATIVE, -np.inf, 0),
    (Interval(-1, 1), -1, 1),
    (Interval(1, float("inf")), 1, np.inf),
]


@pytest.mark.parametrize(("required", "low", "high"), REQUIRED)
def test_what_a_formula_requires_holds(required, low, high):
    value = draw(sg.tensor("x", "n"), required, (100,), np.random.default_rng(0), Spread(1.0, 0.0, False))
    assert (low < value).all()
    assert (value < high).all()


def test_numbers_that_nothing_bounds_follow_the_spread():
    node, generator = sg.tensor("x", "n"), np.random.default_rng(0)
    assert 90 < np.std(draw(node, Sign.ANY, (1000,), generator, Spread(100.0, 0.0, False))) < 110
    assert draw(node, Sign.ANY, (1000,), generator, Spread(1.0, 0.0, True)).min() >= 0.1
    around = draw(node, Sign.ANY, (1000,), generator, Spread(1.0, 50.0, False))
    assert 49 < np.median(around) < 51


DOMAINS = [
    ("log(x)", lambda x: x > 0),
    ("sqrt(x - 1/2)", lambda x: x >= 0.5),
    ("asin(x)", lambda x: abs(x) <= 1),
    ("acosh(x)", lambda x: x >= 1),
    ("1/x", lambda x: x != 0),
    ("log(1 - x**2)", lambda x: abs(x) < 1),
    ("sqrt(-x)", lambda x: x <= 0),
    ("log(log(x))", lambda x: x > 1),
    ("x**x", lambda x: x > 0),
]


@pytest.mark.parametrize(("text", "holds"), DOMAINS)
def test_points_lie_inside_the_domain(text, holds):
    found = points(sg.formula(text), 6, 0)
    assert len(found) == 6
    assert all(holds(float(value)) for point in found for value in point.values.values())
    assert len({float(value) for point in found for value in point.values.values()}) == 6


@pytest.mark.parametrize("text", ["log(-x**2)", "sqrt(-1 - x**2)", "acosh(sin(x)/2)"])
def test_a_formula_that_is_defined_nowhere_has_no_points(text):
    with pytest.raises(DomainError, match="no point was found"):
        points(sg.formula(text), 2, 0)


def test_points_are_repeated_by_their_seed_and_others_by_another():
    formula = sg.formula("sum(x**2)*s", shapes={"x": "n"})
    first, again, other = ([repr(point) for point in points(formula, 3, seed)] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_sizes_are_those_that_are_given_and_shared():
    formula = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
    for point in points(formula, 2, 0, {"m": 4, "n": 3}):
        shapes = {node.name: np.shape(value) for node, value in point.values.items()}
        assert shapes == {"X": (4, 3), "w": (3,), "y": (4,)}
        assert point.sizes == {"m": 4, "n": 3}


def test_inputs_of_others_have_values_too():
    (point,) = points(sg.formula("x**2"), 1, 0, others=[sg.formula("y + z")])
    assert {node.name for node in point.values} == {"x", "y", "z"}


def test_a_formula_without_inputs_has_one_point():
    assert len(points(sg.formula("2 + 3"), 5, 0)) == 1


SWITCHED = ["abs(x - 50)", "where(x > 1000, x, 2*x)", "relu(x + 20)", "maximum(x, y)", "sign(x - 1/1000)"]


@pytest.mark.parametrize("text", SWITCHED)
def test_both_sides_of_every_switch_are_visited(text):
    formula = sg.formula(text)
    (switch,) = switches_of([formula])
    code = sg.lambdify(list(switch.symbols), switch)
    found = points(formula, 2, 0, switches=[switch])
    signs = {np.sign(float(code(*(point.values[node] for node in switch.symbols)))) for point in found}
    assert {-1.0, 1.0} <= signs


def test_rows_are_whole_numbers_below_their_size():
    formula = sg.formula("sum(take(v, i))", shapes={"v": "n", "i": "k"})
    for point in points(formula, 5, 0):
        values = {node.name: value for node, value in point.values.items()}
        assert values["i"].dtype.kind == "i"
        assert ((values["i"] >= 0) & (values["i"] < len(values["v"]))).all()


def test_formulas_of_minutes_are_refused():
    with pytest.raises(TooLargeError):
        Sampler(sg.formula("A @ A", shapes={"A": (200, 200)})).points(1, 0)


X, V = sg.scalar("x"), sg.tensor("v", "n")
REFUSED = [
    (3.0, SymgdError, "a point names its values"),
    ({"x": 1.0, "v": [1.0], "z": 2.0}, SymgdError, "'z' is not in the formula"),
    ({"x": 1.0}, SymgdError, "a value is missing for v"),
    ({}, SymgdError, "a value is missing for x, v"),
    ({"x": 1.0, "v": []}, ShapeError, "the value of v is empty"),
    ({"x": [1.0], "v": [1.0]}, ShapeError, "x has shape"),
    ({"x": np.nan, "v": [1.0]}, DataError, "the value of x is not finite"),
    ({"x": 1.0, "v": [1.0, np.inf]}, DataError, r"not finite: it is inf at \[1\]"),
    ({"x": "one", "v": [1.0]}, DataError, "the value of x"),
    ({"x": None, "v": [1.0]}, DataError, "the value of x"),
]


@pytest.mark.parametrize(("at", "error", "message"), REFUSED)
def test_points_that_do_not_fit_are_refused(at, error, message):
    with pytest.raises(error, match=message):
        read_point([X, V], at)


def test_points_are_read_by_names_and_by_nodes():
    for at in ({"x": 1, "v": [2, 3]}, {X: 1.0, V: np.array([2.0, 3.0])}):
        point = read_point([X, V], at)
        assert point.sizes == {"n": 2}
        assert {node: np.asarray(value, dtype=float).tolist() for node, value in point.values.items()} == {
            X: 1.0,
            V: [2.0, 3.0],
        }


def test_a_point_is_written_in_few_digits():
    point = Point({X: np.array(1 / 3), V: np.array([1.0, 2.5])}, {"n": 2})
    assert repr(point) == "x = 0.333333, v = [1.  2.5]"


BOTH_SIGNS = [
    ("x", {}),
    ("x*y*z", {}),
    ("x*y", {"x": {"lower": -1}, "y": {"upper": 1}}),
    ("x*y", {"x": {"lower": -1, "upper": 100}, "y": {"nonzero": True}}),
    ("x*y", {"x": {"values": [-1, 1]}}),
    ("asin(x) + 1/y", {}),
    ("sum(v)*x", {}),
    ("sum(A)", {"A": {"symmetric": True}}),
]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("count", [2, 5])
@pytest.mark.parametrize(("text", "facts"), BOTH_SIGNS)
def test_entries_have_both_signs_at_few_points(text, facts, count, seed):
    shapes = {"v": "3", "A": "2 2"}
    names = {name: shape for name, shape in shapes.items() if name in text}
    found = points(sg.formula(text, shapes=names, facts=facts), count, seed)
    assert len(found) == count
    for node in found[0].values:
        signs = np.sign([point.values[node] for point in found])
        assert (signs.min(0) == -1).all()
        assert (signs.max(0) == 1).all()
        for point in found:
            check_facts(node, point.values[node])


def test_scalars_beside_symbolic_sizes_have_both_signs():
    """The first two points have sizes of their own, and the others one point each."""
    loss = sg.formula("sum(x)*cosh(s)", shapes={"x": "n"})
    assert sg.check_gradient(loss, "s", gradient="sum(x)*sqrt(cosh(s)**2 - 1)").verdict.name == "WRONG"


@pytest.mark.parametrize(
    ("loss", "claim"),
    [
        ("sqrt(1 + x**2)", "sqrt(1 - 1/(1 + x**2))"),
        ("cosh(x)", "sqrt(cosh(x)**2 - 1)"),
        ("cos(x)", "-sqrt(1 - cos(x)**2)"),
        ("x**4", "4*sqrt(x**6)"),
        ("log(1 + x**2)", "2*sqrt(x**2)/(1 + x**2)"),
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_a_claim_for_one_sign_is_wrong(loss, claim, seed):
    """The derivative of an even function is odd."""
    assert sg.check_gradient(loss, "x", gradient=claim, seed=seed).verdict.name == "WRONG"
    assert sg.check_gradient(loss, "x", seed=seed).verdict.name == "RIGHT"


@pytest.mark.parametrize("seed", range(4))
def test_a_value_for_one_sign_is_wrong(seed):
    """sin(x) = √(1 − cos² x) holds for sin(x) ≥ 0 only."""
    assert sg.check_value("sin(x)", "sqrt(1 - cos(x)**2)", seed=seed).verdict.name == "WRONG"
    assert sg.check_gradient("cosh(x)", "exp(x)", gradient="sqrt(cosh(x)**2 - 1)/exp(x)", seed=seed).verdict.name == "WRONG"
