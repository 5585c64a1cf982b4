"""Counterexamples are exact: what is returned is proven, and a convex function has none."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

import symgd as sg
from symgd.curvature.counterexample import refute
from symgd.curvature.domain import read_domain
from symgd.curvature.second_derivatives.hessian import Hessian, has_kink
from symgd.curvature.verdict import Bend
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts

REFUTED = [  # text, against convexity, against concavity
    ("x**3", True, True),
    ("x**2", False, True),
    ("-exp(x)", True, False),
    ("x*y", True, True),
    ("2*x + 1", False, False),
    ("abs(x)", False, True),
    ("abs(abs(x) - 1)", True, True),
    ("exp(-100*(x - 3)**2)", True, True),
]


@pytest.mark.parametrize(("text", "convexity", "concavity"), REFUTED)
def test_what_is_found_is_proven(text, convexity, concavity):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    domain = read_domain(formula, variables, {}, [])
    hessian = None if has_kink(formula, variables) else Hessian(formula, variables, Facts())
    found = refute(formula, variables, domain, hessian, Effort())
    assert (found.convexity is not None, found.concavity is not None) == (convexity, concavity)
    assert found.are_both == (convexity and concavity)
    for part in (found.convexity, found.concavity):
        assert part is None or (part.check() and part.chord().check())


HIDDEN = [  # text, bounds, constraints, against convexity, against concavity: narrow, far away, at an end, or at a kink
    ("x**2 + exp(-10000*(x - 3)**2)/1000", {}, [], True, True),
    ("x**2 + exp(-1000000*(3*x - 22)**2)/1000", {}, [], True, True),
    ("x**2 + exp(-1000000*(2*x + 13)**2)/1000", {}, [], True, True),
    ("x**4 - x**2/1000000", {}, [], True, True),
    ("exp(x) - exp(2*x)/1000", {}, [], True, True),
    ("x**2 - x**3/1000000", {}, [], True, True),
    ("exp(x)/10**345 + log(x)", {}, [], True, True),
    ("x**2 - abs(x - 1/3)/1000", {}, [], True, True),
    ("abs(x - 7/3)", {}, [], False, True),
    ("where(x == 0, -7, x**2)", {"x": (0, 1)}, [], True, True),
    ("where(x == 0, 7, x**2)", {"x": (0, 1)}, [], False, True),
    ("where(x == 1, 7, -x)", {"x": (0, 1)}, [], False, True),
    ("x**3", {"x": (0, 1)}, [], False, True),
    ("x**3", {"x": (-1, 0)}, [], True, False),
    ("x**2 + y**2 - 2001*x*y/1000", {}, [], True, True),
    ("x*y", {}, ["x > 2*y"], True, True),
    ("(x + y)**3", {}, ["x + y > 0"], False, True),
    ("(x + y)**3", {}, ["x + y < 0"], True, False),
    ("x*y*z", {"x": (0, 1), "y": (0, 1), "z": (0, 1)}, [], True, True),
    ("maximum(x, y) - maximum(y, 2*x)", {}, [], True, True),
    ("x1*x2 + x3*x4 + x5**2", {}, [], True, True),
    ("x*y + z*w", {}, [], True, True),
]


def second_look(formula, chord):
    """Return f in between minus the chord, computed by SymPy and mpmath in 400 digits."""
    expression = formula.to_sympy()
    symbols = sorted(expression.free_symbols, key=str)
    code = sp.lambdify(symbols, expression, modules="mpmath")

    def value(point):
        named = {node.name: number for node, number in point.items()}
        return code(*(mpmath.mpf(named[symbol.name].numerator) / named[symbol.name].denominator for symbol in symbols))

    with mpmath.workdps(400):
        weight = mpmath.mpf(chord.theta.numerator) / chord.theta.denominator
        return value(chord.middle) - weight * value(chord.first) - (1 - weight) * value(chord.second)


@pytest.mark.parametrize(("text", "bounds", "constraints", "convexity", "concavity"), HIDDEN)
def test_what_hides_is_found_inside_the_domain_and_holds(text, bounds, constraints, convexity, concavity):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    intervals = {name: Interval(*ends) for name, ends in bounds.items()}
    domain = read_domain(formula, variables, intervals, [sg.formula(one) for one in constraints])
    hessian = None if has_kink(formula, variables) else Hessian(formula, variables, Facts())
    found = refute(formula, variables, domain, hessian, Effort())
    assert (found.convexity is not None, found.concavity is not None) == (convexity, concavity)
    for part, way in ((found.convexity, 1), (found.concavity, -1)):
        if part is not None:
            chord = part.chord()
            assert all(domain.contains(point) for point in (chord.first, chord.second, chord.middle))
            assert way * second_look(formula, chord) > 0


@pytest.mark.parametrize("text", ["x**2 + y**2", "exp(x) + y**4", "maximum(x, y)", "sqrt(1 + x**2 + y**2)"])
def test_a_convex_function_is_never_refuted(text):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    domain = read_domain(formula, variables, {}, [])
    hessian = None if has_kink(formula, variables) else Hessian(formula, variables, Facts())
    for seed in range(2):
        assert refute(formula, variables, domain, hessian, Effort(300_000), seed).convexity is None
        turned = None if hessian is None else Hessian(-formula, variables, Facts())
        assert refute(-formula, variables, domain, turned, Effort(300_000), seed).concavity is None


def test_a_search_without_effort_finds_little():
    formula = sg.formula("x**2 + exp(-10000*(x - 22/7)**2)/1000")
    variables = list(formula.symbols)
    effort = Effort(0)
    effort.spend()
    found = refute(formula, variables, read_domain(formula, variables, {}, []), Hessian(formula, variables, Facts()), effort)
    assert found.convexity is None


@pytest.mark.parametrize(
    "text", ["x**2 + exp(-1000000*(3*x - 22)**2)/1000", "x**2 + y**2 + 2*exp(-(x - 3)**2 - (y + 13/3)**2)"]
)
def test_smooth_functions_are_refuted_at_a_point(text):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    domain = read_domain(formula, variables, {}, [])
    found = refute(formula, variables, domain, Hessian(formula, variables, Facts()), Effort())
    assert isinstance(found.convexity, Bend)
    assert found.convexity.check()


def test_of_two_directions_the_one_that_bends_is_found():
    """The function bends down along x and up along y near (22/7, −13/3), and its negative the other way round."""
    formula = sg.formula("-(x**2) - y**2 - 2*exp(-(x - 22/7)**2 - (y + 13/3)**2/100)")
    variables = list(formula.symbols)
    domain = read_domain(formula, variables, {}, [])
    found = refute(formula, variables, domain, Hessian(formula, variables, Facts()), Effort())
    assert isinstance(found.concavity, Bend)
    assert abs(found.concavity.direction[variables[0]]) > abs(found.concavity.direction[variables[1]])
