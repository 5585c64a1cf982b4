"""Formulas with equal values have values at the same points, or it is said where not."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.equality.domains import Change, domain_changes
from symgd.equality.proof import Equality, compare_formulas, proven
from symgd.graph.node import scalar
from tests.formulas import declared

SHAPES = {"v": "n", "A": "n n"}

CHANGED = [
    ("sqrt(x)*sqrt(x)", "x", Change.GAINED),
    ("sqrt(x)**2", "x", Change.GAINED),
    ("exp(log(x))", "x", Change.GAINED),
    ("2*log(x)", "log(x**2)", Change.GAINED),
    ("log(x**2)", "2*log(x)", Change.LOST),
    ("log(x*y)", "log(x) + log(y)", Change.LOST),
    ("sqrt(x*y)", "sqrt(x)*sqrt(y)", Change.LOST),
    ("log(x) - log(x) + y", "y", Change.GAINED),
    ("sin(asin(x))", "x", Change.GAINED),
    ("sin(asin(2*x + 9))", "2*x + 9", Change.GAINED),
    ("cosh(acosh(x))", "x", Change.GAINED),
    ("tanh(atanh(x))", "x", Change.GAINED),
    ("expm1(log1p(x))", "x", Change.GAINED),
    ("sqrt(1 - x**2)**2", "1 - x**2", Change.GAINED),
    ("sqrt(x - y)**2", "x - y", Change.GAINED),
    ("x**y*x**(-y)", "1 + 0*x*y", Change.GAINED),
    ("sum(sqrt(v)**2)", "sum(v)", Change.GAINED),
    ("x/x", "1 + 0*x", Change.FILLED),
    ("x**2/x", "x", Change.FILLED),
    ("(x**2 - y**2)/(x - y)", "x + y", Change.FILLED),
    ("(x**2 - 9)/(x - 3)", "x + 3", Change.FILLED),
    ("(x/y)**(-1)", "y/x", Change.FILLED),
    ("norm2(v)**2/norm2(v)", "norm2(v)", Change.FILLED),
    ("det(A)*inv(A)", "adjugate(A)", Change.FILLED),
    ("gamma(x + 1)/gamma(x)", "x", Change.FILLED),
    ("x", "x**2/x", Change.LOST),
    ("x**2*y/sqrt(x**2*y)", "sqrt(x**2*y)", Change.FILLED),  # also at x = 0 for y < 0, around which neither has a value
]


def _read(text: str, facts: dict | None = None):
    return sg.formula(
        text, shapes=declared(SHAPES, text), facts={name: fact for name, fact in (facts or {}).items() if name in text}
    )


@pytest.mark.parametrize(("before", "after", "kind"), CHANGED, ids=[f"{one} to {other}" for one, other, _ in CHANGED])
def test_changes_of_the_domain_are_seen(before, after, kind):
    (change,) = domain_changes([_read(before)], [_read(after)], None)
    assert change is not None
    assert change.kind is kind


KEPT = [
    ("log(x)", "log(x) + x - x", {}),
    ("1/(x*y)", "x**(-1)*y**(-1)", {}),
    ("sqrt(4*x)", "2*sqrt(x)", {}),
    ("log(-x)", "log(-3*x) - log(3)", {}),
    ("sqrt(x**2)", "abs(x)", {}),
    ("1/sqrt(x**2)", "1/abs(x)", {}),
    ("sqrt(x)*sqrt(x)", "x", {"x": {"nonnegative": True}}),
    ("exp(log(x))", "x", {"x": {"positive": True}}),
    ("x/x", "1 + 0*x", {"x": {"nonzero": True}}),
    ("sqrt(1 + x**2)**2", "1 + x**2", {}),
    ("log(exp(x))", "x", {}),
    ("where(x > 0, log(x), 0)", "where(x > 0, log(abs(x)), 0)", {}),
    ("(1 + erf(x))/(1 + erf(x)) + 0*y", "1 + 0*x*y", {}),  # in few digits 1 + erf(-20) is 0
]


@pytest.mark.parametrize(("before", "after", "facts"), KEPT, ids=[f"{one} to {other}" for one, other, _ in KEPT])
def test_what_keeps_its_domain_is_let_through(before, after, facts):
    assert domain_changes([_read(before, facts)], [_read(after, facts)], None) == [None]


def test_a_boundary_that_is_declared_is_tried_and_nothing_beyond_it():
    x, a = scalar("x", nonnegative=True), scalar("a")
    (change,) = domain_changes([x**a * x ** (-a)], [sg.formula("1")], None)
    assert change.kind is Change.FILLED  # at 0, for x < 0 nothing is asked
    assert domain_changes([sg.sqrt(x) * sg.sqrt(x)], [x], None) == [None]


def test_only_points_count_where_the_source_has_a_value():
    source = sg.formula("x*log(x)")
    before, after = sg.formula("log(x) + x/x"), sg.formula("log(x) + 1")
    assert domain_changes([before], [after], source) == [None]
    before, after = sg.formula("sqrt(x)**2"), sg.formula("x")
    assert domain_changes([before], [after], sg.formula("x**2"))[0].kind is Change.GAINED
    assert domain_changes([before], [after], sg.formula("log(x)")) == [None]
    assert domain_changes([sg.formula("x/x")], [sg.formula("1 + 0*x")], sg.formula("x**2"))[0].kind is Change.FILLED


def test_a_chosen_value_beside_a_mask_is_no_gain():
    source = sg.formula("where(x > 0, log(x), x**2)")
    raw = sg.formula("where(x > 0, 1, 0)/sqrt(x)**2 + 2*where(x > 0, 0, 1)*x")
    assert domain_changes([raw], [sg.formula("where(x > 0, 1/x, 2*x)")], source) == [None]
    assert domain_changes([raw], [sg.formula("where(x > 0, 1/x, 3*x)")], source)[0].kind is Change.GAINED


def test_the_verdict_on_two_formulas_counts_their_domains():
    def verdict(before, after, source=None, **options):
        return compare_formulas([sg.formula(before)], [sg.formula(after)], source, **options)[0]

    assert verdict("sqrt(x)*sqrt(x)", "x") == (Equality.DIFFERENT, "x = -1.")
    assert verdict("sqrt(x)*sqrt(x)", "x", fills_holes=True)[0] is Equality.DIFFERENT
    assert verdict("x/x", "1 + 0*x")[0] is Equality.UNDECIDED
    assert verdict("x/x", "1 + 0*x", fills_holes=True)[0] is Equality.EQUAL
    assert verdict("x/x", "1 + 0*x", sg.formula("x**2"))[0] is Equality.EQUAL


def test_what_would_fill_a_hole_is_left_as_it_was():
    before, after = sg.formula("y*x/x"), sg.formula("y + 0*x")
    with pytest.warns(sg.SymgdWarning, match="has a value at a point where there was none"):
        assert proven([before], [after], None) == [before]
    assert proven([before], [after], None, fills_holes=True) == [after]
    with pytest.warns(sg.SymgdWarning, match="could not be proven"):  # what was proven under other terms does not count
        assert proven([before], [after], None) == [before]


def test_what_gains_values_beyond_a_boundary_is_an_error():
    with pytest.raises(sg.SymgdError, match="a mistake in symgd"):
        proven([sg.formula("sqrt(z)*sqrt(z)")], [sg.formula("z")], None)


def test_what_is_0_over_0_everywhere_is_filled():
    before = sg.formula("sum((x - x)/norm2(stack([x - x, 0*y])))")
    after = sg.formula("0*x*y")
    assert domain_changes([before], [after], None)[0].kind is Change.FILLED
