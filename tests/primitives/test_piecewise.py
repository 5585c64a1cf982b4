"""Functions with branches: values, which branch moves at a tie, the verdict at kinks, facts, folding, and refusals."""

from __future__ import annotations

from itertools import product

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts
from symgd.graph.primitive import REGISTRY
from tests.primitives.scalar_comparison import check_known, check_slopes, evaluated, known, refusal

EVERYWHERE, ABOVE, BELOW = Interval(), Interval(0), Interval(high=0)

# formula of x, the same in mpmath
FUNCTIONS = [
    ("abs(x)", abs), ("abs(x**2 - 3)", lambda x: abs(x**2 - 3)), ("sign(x)", mpmath.sign),
    ("floor(x)*x", lambda x: mpmath.floor(x) * x),
    ("ceil(x)*x", lambda x: mpmath.ceil(x) * x), ("relu(x)**3", lambda x: max(x, 0) ** 3),
    ("maximum(x, x**2)", lambda x: max(x, x**2)),
    ("minimum(x**3, x)", lambda x: min(x, x**3)), ("where(x < 1, exp(x), x**2)", lambda x: mpmath.exp(x) if x < 1 else x**2),
    ("where(x <= 1, -x, x)", lambda x: -x if x <= 1 else x), ("heaviside(x)*x**2", lambda x: x**2 if x > 0 else 0 * x),
    ("mod(x, 3)*x", lambda x: (x - 3 * mpmath.floor(x / 3)) * x), ("mod(7, x)", lambda x: 7 - x * mpmath.floor(7 / x)),
    ("clip(x**2, 1, 4)", lambda x: min(max(x**2, 1), 4)), ("clip(1/2, x, 2*x)", lambda x: min(max(mpmath.mpf("0.5"), x), 2 * x)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function"), FUNCTIONS, ids=[text for text, _ in FUNCTIONS])
def test_values_and_slopes(text, function):
    for x in (-2.75, -0.625, 0.375, 1.3125, 2.25):
        check_slopes(text, function, x)


SPECIAL = (-np.inf, -2.5, -2.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.5, np.inf, np.nan)

# formula of x, NumPy's
LIKE_NUMPY = [
    ("abs(x)", np.abs), ("sign(x)", np.sign), ("floor(x)", np.floor), ("ceil(x)", np.ceil),
    ("maximum(x, 1)", lambda x: np.maximum(x, 1)),
    ("minimum(x, -1)", lambda x: np.minimum(x, -1)), ("relu(x)", lambda x: np.maximum(x, 0)),
    ("clip(x, -1, 2)", lambda x: np.clip(x, -1, 2)),
    ("heaviside(x)", lambda x: np.heaviside(x, 0.5)), ("heaviside(x, 3)", lambda x: np.heaviside(x, 3)),
    ("where(x > 0, x, 2)", lambda x: np.where(x > 0, x, 2)),
    ("where(x != 1, 5, x)", lambda x: np.where(x != 1, 5, x)), ("where(x == -2, 1, 0)", lambda x: np.where(x == -2, 1, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function"), LIKE_NUMPY, ids=[text for text, _ in LIKE_NUMPY])
def test_values_at_kinks_and_at_infinity_are_those_of_numpy(text, function):
    x = np.array(SPECIAL)
    found = evaluated(text, x=x)
    np.testing.assert_array_equal(found, function(x))
    assert found.dtype == float


@pytest.mark.parametrize(("x", "y"), [*product((-7.0, -3.0, 0.0, 5.5, 1e10), (-3.0, -0.25, 2.0, 1e3))])
def test_the_remainder_has_the_sign_of_the_divisor(x, y):
    found = float(evaluated("mod(x, y)", x=x, y=y))
    assert found == pytest.approx(np.mod(x, y), abs=1e-9)
    assert found == 0 or found * y > 0


# formula of x, x, slope there, whether it is a kink
AT_KINKS = [
    ("abs(x)", 0.0, 0, True), ("sign(x)", 0.0, 0, True), ("relu(x)", 0.0, 0, True), ("floor(x)", 2.0, 0, True),
    ("ceil(x)", -1.0, 0, True),
    ("maximum(x, 1)", 1.0, 0, True), ("maximum(1, x)", 1.0, 1, True), ("minimum(x, 1)", 1.0, 0, True),
    ("minimum(1, x)", 1.0, 1, True),
    ("maximum(x, x)", 1.0, 1, False), ("maximum(2*x, 3*x)", 0.0, 3, True), ("minimum(2*x, 3*x)", 0.0, 3, True),
    ("clip(x, -1, 1)", 1.0, 0, True),
    ("clip(x, -1, 1)", -1.0, 0, True), ("clip(0, x, 1)", 0.0, 1, True), ("where(x > 0, x, 2*x)", 0.0, 2, True),
    ("where(x >= 0, x, 2*x)", 0.0, 1, True),
    ("where(x > 0, x**2, 0)", 0.0, 0, False), ("abs(x)**3", 0.0, 0, False), ("heaviside(x)", 0.0, 0, True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "slope", "is_kink"), AT_KINKS)
def test_the_convention_at_kinks(text, x, slope, is_kink):
    assert float(evaluated(sg.gradient(sg.formula(text), sg.scalar("x")), x=x)) == slope
    verdict = sg.check_gradient(text, "x", at=[{"x": x}]).verdict.name
    assert (verdict == "RIGHT") is not is_kink


def test_at_a_tie_the_second_argument_receives_the_adjoint():
    for name in ("maximum", "minimum"):
        slopes = sg.gradient(f"{name}(x, y)", ["x", "y"])
        assert [float(evaluated(slope, x=2.0, y=2.0)) for slope in slopes] == [0, 1]


def test_the_value_of_a_step_at_zero_moves_it_there_only():
    slope = sg.gradient("heaviside(x, a)", "a")
    assert evaluated(slope, x=np.array([-1.0, 0.0, 2.0])).tolist() == [0, 1, 0]


# formula of x, function, piece, what is known
KNOWN = [
    ("abs(x)", abs, EVERYWHERE, "NONNEGATIVE [0, inf) UNKNOWN CONVEX"),
    ("abs(x)", abs, ABOVE, "NONNEGATIVE [0, inf) INCREASING CONVEX"),
    ("abs(x)", abs, BELOW, "NONNEGATIVE [0, inf) DECREASING CONVEX"),
    ("abs(x)", abs, Interval(-3, -2), "POSITIVE [2, 3] DECREASING CONVEX"),
    ("abs(x)", abs, Interval(-3, 2), "NONNEGATIVE [0, 3] UNKNOWN CONVEX"),
    ("sign(x)", mpmath.sign, EVERYWHERE, "ANY [-1, 1] INCREASING UNKNOWN"),
    ("sign(x)", mpmath.sign, ABOVE, "NONNEGATIVE [0, 1] INCREASING UNKNOWN"),
    ("floor(x)", mpmath.floor, Interval("1/2", "7/2"), "ANY [-1/2, 7/2] INCREASING UNKNOWN"),
    ("ceil(x)", mpmath.ceil, Interval("1/2", "7/2"), "POSITIVE [1/2, 9/2] INCREASING UNKNOWN"),
    ("maximum(x, 1)", lambda x: max(x, 1), EVERYWHERE, "POSITIVE [1, inf) INCREASING CONVEX"),
    ("maximum(x, 1)", lambda x: max(x, 1), Interval(-2, 3), "POSITIVE [1, 3] INCREASING CONVEX"),
    ("maximum(-1, x)", lambda x: max(x, -1), BELOW, "NONPOSITIVE [-1, 0] INCREASING CONVEX"),
    ("maximum(0, x)", lambda x: max(x, 0), Interval(0, open_low=True), "POSITIVE (0, inf) INCREASING CONVEX"),
    ("minimum(x, 1)", lambda x: min(x, 1), EVERYWHERE, "ANY (-inf, 1] INCREASING CONCAVE"),
    ("minimum(x, -1)", lambda x: min(x, -1), Interval(-2, 3), "NEGATIVE [-2, -1] INCREASING CONCAVE"),
    ("minimum(2, x)", lambda x: min(x, 2), ABOVE, "NONNEGATIVE [0, 2] INCREASING CONCAVE"),
    ("relu(x)", lambda x: max(x, 0), EVERYWHERE, "NONNEGATIVE [0, inf) INCREASING CONVEX"),
    ("relu(x)", lambda x: max(x, 0), BELOW, "ZERO [0, 0] INCREASING CONVEX"),
    ("relu(x)", lambda x: max(x, 0), Interval(2, 5), "POSITIVE [2, 5] INCREASING CONVEX"),
    ("heaviside(x)", lambda x: mpmath.mpf(1 + mpmath.sign(x)) / 2, EVERYWHERE, "ANY (-inf, inf) UNKNOWN UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function", "piece", "expected"), KNOWN)
def test_facts(text, function, piece, expected):
    assert known(text, piece) == expected
    check_known(text, function, piece)


@pytest.mark.parametrize(
    ("branches", "piece", "expected"),
    [("x, 2", Interval(3, 5), "POSITIVE [2, 5]"), ("-1, x", Interval(-3, 0), "NONPOSITIVE [-3, 0]")],
)
def test_a_choice_is_one_of_its_branches(branches, piece, expected):
    facts, node = Facts({sg.scalar("x"): piece}), sg.formula(f"where(y > 0, {branches})")
    assert f"{facts.sign(node).name} {facts.interval(node)}" == expected


# formula, what it becomes when it is built
FORMS = [
    ("x > 1", "x > 1"), ("1 > x", "x < 1"), ("1 <= x", "x >= 1"), ("x == 1", "x == 1"), ("x != y", "x != y"),
    ("where(x != 0, a, b)", "where(x == 0, b, a)"),
    ("where(x > 0, y, y)", "y"), ("where(1 > 0, x, y)", "where(0 < 1, x, y)"),
    ("clip(x, -1, 1)", "minimum(maximum(x, -1), 1)"), ("mod(x, y)", "x - y*floor(x/y)"),
    ("remainder(7, 4)", "7 - 4*floor(7/4)"), ("absolute(x)", "abs(x)"), ("fabs(x)", "abs(x)"),
    ("heaviside(x)", "heaviside(x, 1/2)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_printed_forms(text, shown):
    assert str(sg.formula(text)) == shown


# what is refused, and how
REFUSED = [
    (lambda: sg.where(sg.scalar("x"), 1, 2), "SymgdError: the first argument of where is a condition"),
    (lambda: sg.mod(sg.scalar("x"), 0), "DomainError: division by zero"),
    (lambda: sg.maximum(sg.tensor("x", 3), sg.tensor("y", 4)), "ShapeError: cannot maximum (3,) and (4,)"),
    (lambda: sg.where(sg.tensor("x", 3) > 0, sg.tensor("y", 4), 1), "ShapeError: cannot choose between (3,) and (4,)"),
    (lambda: sg.clip(sg.scalar("x"), "low", 1), "SymgdError: str cannot stand in a formula"),
    (lambda: sg.abs(1j), "SymgdError: complex cannot stand in a formula"),
    (lambda: bool(sg.scalar("x") > 0), "SymgdError: "),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)


def test_branches_broadcast_and_keep_the_type_of_the_inputs():
    x, y = np.arange(-1.0, 2.0)[None], np.array([[10.0], [20.0]])
    np.testing.assert_array_equal(evaluated("where(x > 0, x, y)", x=x, y=y), np.where(x > 0, x, y))
    assert evaluated("where(x > 0, 1, 0)", x=np.float32(2)).dtype == np.float32
    assert sg.where(sg.tensor("c", (2, 1)) > 0, 1, sg.tensor("x", (1, 3))).shape == (2, 3)


def test_comparisons_are_conditions_that_do_not_move():
    for name in ("less", "less_equal", "equal", "not_equal"):
        record = REGISTRY[name]
        assert record.is_boolean
        assert [rule(sg.scalar("x"), sg.scalar("y"), None).value for rule in record.derivative] == [0, 0]
