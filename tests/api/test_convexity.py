"""Verdicts of convexity against second derivatives, how bounds, constraints and data are read, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.api.convexity import convexity, read_region
from symgd.api.inputs import read
from symgd.errors import DataError, SymgdError

SCALARS = {
    "x**2": "STRONGLY_CONVEX",
    "x**4": "STRICTLY_CONVEX",
    "exp(x)": "STRICTLY_CONVEX",
    "abs(x)": "CONVEX",
    "3*x - 1": "AFFINE",
    "-x**2": "STRICTLY_CONCAVE",
    "-abs(x)": "CONCAVE",
    "x**3": "NEITHER",
    "sin(x)": "NEITHER",
    "log(1 + exp(x))": "STRICTLY_CONVEX",
}
GRID = np.linspace(-3, 3, 61)


@pytest.mark.parametrize("text", SCALARS)
def test_verdicts_of_one_variable(text):
    assert str(convexity(text).kind) == SCALARS[text]


@pytest.mark.parametrize("text", [text for text, kind in SCALARS.items() if "CONVEX" in kind])
def test_what_is_convex_lies_below_its_chords(text):
    f = sg.lambdify("x", text)
    a, b = np.meshgrid(GRID, GRID)
    assert np.all(f((a + b) / 2) <= (f(a) + f(b)) / 2 + 1e-9)


@pytest.mark.parametrize("text", SCALARS)
def test_the_negative_has_the_opposite_verdict(text):
    found, negative = convexity(text).kind, convexity(f"-({text})").kind
    assert found.is_convex == negative.is_concave
    assert found.is_concave == negative.is_convex


@pytest.mark.parametrize("text", ["x**3", "sin(x)"])
def test_a_refutation_has_a_witness_and_a_proof_none(text):
    assert convexity(text).witness is not None
    assert convexity(text).proof is None
    assert convexity("exp(x)").witness is None
    assert convexity("exp(x)").proof is not None


QUADRATICS = {
    "x**2 + 2*y**2 + x*y": sp.Matrix([[2, 1], [1, 4]]),
    "3*x**2 + 3*y**2 + 2*x*y": sp.Matrix([[6, 2], [2, 6]]),
    "x**2 + y**2": sp.Matrix([[2, 0], [0, 2]]),
}


@pytest.mark.parametrize("text", QUADRATICS)
def test_the_modulus_of_a_quadratic_is_its_smallest_eigenvalue(text):
    smallest = min(QUADRATICS[text].eigenvals())
    assert sp.simplify(sp.sympify(str(convexity(text).modulus)) - smallest) == 0


DOMAINS = {
    "pair": {"x": (0, None)},
    "text": {"x": "[0, inf)"},
    "text with oo": {"x": "[0, oo)"},
    "node": {sg.scalar("x"): (0, None)},
    "symbol": {sp.Symbol("x"): (0, None)},
    "SymPy": {"x": sp.Interval(0, sp.oo)},
    "exact ends": {"x": ("1/3", sp.Rational(7, 2))},
    "fractions": {"x": (Fraction(1, 3), 2)},
}


@pytest.mark.parametrize("form", DOMAINS)
def test_domains_may_be_given_in_any_form(form):
    assert str(convexity("x**3").kind) == "NEITHER"
    assert convexity("x**3", domain=DOMAINS[form]).kind.is_convex


@pytest.mark.parametrize(
    ("given", "low", "high", "open_low", "open_high"),
    [((0, 1), 0, 1, False, False), ("(0, 1]", 0, 1, True, False),
     ("[-1/2, 0.25)", Fraction(-1, 2), Fraction(1, 4), False, True),
     ((None, 3), -np.inf, 3, False, False), (("-inf", "inf"), -np.inf, np.inf, False, False),
     (sp.Interval.open(0, 2), 0, 2, True, True), ([0, "22/7"], 0, Fraction(22, 7), False, False)],
)  # fmt: skip
def test_ends_are_exact_and_open_where_they_are_said_to_be(given, low, high, open_low, open_high):
    source = read("x**2")
    interval = read_region(source, list(source.symbols), {"x": given}, ()).intervals[source.symbols[0]]
    assert (interval.low, interval.high) == (low, high)
    if np.isfinite(float(low)):
        assert interval.open_low == open_low
    if np.isfinite(float(high)):
        assert interval.open_high == open_high


def test_constraints_cut_the_domain():
    assert str(convexity("x**3").kind) == "NEITHER"
    assert convexity("x**3", constraints=["x > 0"]).kind.is_convex
    assert convexity("x**3", constraints=[sg.scalar("x") > 0]).kind.is_convex
    assert convexity("x**3", constraints=[sp.Symbol("x") > 0]).kind.is_convex


LEAST_SQUARES = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})


def test_data_give_a_modulus():
    X = np.array([[3.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    found = convexity(LEAST_SQUARES, data={"X": X, "y": [1, 2, 3]})
    smallest = np.linalg.eigvalsh(2 * X.T @ X)[0]
    assert str(convexity(LEAST_SQUARES, "w").kind) == "CONVEX"
    assert str(found.kind) == "STRONGLY_CONVEX"
    assert float(found.modulus) <= smallest
    assert float(found.modulus) == pytest.approx(smallest, rel=1e-6)


def test_without_variables_those_without_data_are_meant():
    assert [one.name for one in convexity("a*x**2", data={"a": 2}).wrt] == ["x"]
    assert sorted(one.name for one in convexity("a*x**2").wrt) == ["a", "x"]


def test_stages_are_reported_and_a_spent_budget_leaves_it_open():
    stages = []
    convexity("x**3", progress=stages.append)
    assert stages
    assert all(isinstance(stage, str) for stage in stages)


def test_the_verdict_does_not_depend_on_the_seed():
    assert {str(convexity("x**4 - x**2", seed=seed).kind) for seed in range(3)} == {"NEITHER"}


REFUSED = {
    "constraints as a text": (lambda: convexity("x", constraints="x > 0"), SymgdError, "constraints are a list of conditions"),
    "a constraint that is none": (lambda: convexity("x", constraints=["x + 1"]), SymgdError, "is not a condition"),
    "a domain that is no mapping": (lambda: convexity("x", domain=[(0, 1)]), SymgdError, "a domain is a mapping"),
    "one end": (lambda: convexity("x", domain={"x": (0,)}), SymgdError, "the bounds of x are two ends"),
    "a number": (lambda: convexity("x", domain={"x": 0}), SymgdError, "the bounds of x are two ends"),
    "a text without brackets": (lambda: convexity("x", domain={"x": "0, 1"}), SymgdError, "are not understood: 0, 1"),
    "an irrational end": (lambda: convexity("x", domain={"x": (0, sp.sqrt(2))}), SymgdError, "is not a rational number"),
    "an end that is none": (lambda: convexity("x", domain={"x": (0, [1])}), SymgdError, "a bound is a number or None"),
    "an unknown variable": (lambda: convexity("x", domain={"z": (0, 1)}), SymgdError, "z"),
    "a budget": (lambda: convexity("x", budget=-1), SymgdError, "the budget, a number of seconds,"),
    "a seed": (lambda: convexity("x", seed=None), SymgdError, "a seed"),
    "progress": (lambda: convexity("x", progress=3), SymgdError, "progress is a function"),
    "data": (lambda: convexity("a*x**2", data=[1]), SymgdError, "data is a mapping"),
    "data of a variable": (lambda: convexity("a*x**2", "x", data={"x": 1}), SymgdError, "x is a variable"),
    "data that are not finite": (lambda: convexity("a*x**2", data={"a": np.inf}), DataError, "not finite"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("quasiconvex", "QUASICONVEX"), ("quasiconcave", "NOT_QUASICONCAVE"), ("log-concave", "NOT_LOG_CONCAVE")],
)
def test_kinds_beside_convexity(kind, verdict):
    assert str(sg.convexity("x**4 - x**3 + 1", kind=kind).kind) == verdict


def test_kinds_with_data():
    loss = sg.formula("exp(-sum((X @ w - y)**2))", shapes={"X": "m n", "w": "n", "y": "m"})
    data = {"X": [[1.0, 2.0], [0.0, 1.0]], "y": [1.0, 0.0]}
    assert str(sg.convexity(loss, "w", data=data, kind="log-concave").kind) == "LOG_CONCAVE"


@pytest.mark.parametrize("kind", ["concave", "Quasiconvex", "", None, 3, ["quasiconvex"]])
def test_a_kind_that_is_not_known_is_refused(kind):
    with pytest.raises(SymgdError, match="no kind of convexity"):
        sg.convexity("x**2", kind=kind)
