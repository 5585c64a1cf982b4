"""What formulas ask of their parts in order to have a value, in its simplest form."""

from __future__ import annotations

import mpmath
import pytest

import symgd as sg
from symgd.equality.needs import Needs, place_of
from symgd.graph.assumptions import Interval, Sign

ASKED = [  # a formula, and what it asks for: a part, and signs that it must not have, or where it must lie
    ("x + exp(y)", set()),
    ("1/x", {("x", Sign.NONZERO)}),
    ("1/(2*x)", {("x", Sign.NONZERO)}),
    ("1/(x*y)", {("x", Sign.NONZERO), ("y", Sign.NONZERO)}),
    ("1/x**2", {("x", Sign.NONZERO)}),
    ("1/(x**2*y)", {("x", Sign.NONZERO), ("y", Sign.NONZERO)}),
    ("sqrt(x)", {("x", Sign.NONNEGATIVE)}),
    ("1/sqrt(x)", {("x", Sign.NONNEGATIVE), ("x", Sign.NONZERO)}),
    ("log(x)", {("x", Sign.NONNEGATIVE), ("x", Sign.NONZERO)}),
    ("log(3*x)", {("x", Sign.NONNEGATIVE), ("x", Sign.NONZERO)}),
    ("log(-x)", {("x", Sign.NONPOSITIVE), ("x", Sign.NONZERO)}),
    ("log(-2*x)", {("x", Sign.NONPOSITIVE), ("x", Sign.NONZERO)}),
    ("x**y", {("x", Sign.NONNEGATIVE), ("x", Sign.NONZERO)}),
    ("x**3", set()),
    ("1/x + 1/x**3", {("x", Sign.NONZERO)}),
    ("asin(x)", {("x", Interval(-1, 1))}),
    ("acosh(x)", {("x", Interval(1, float("inf")))}),
    ("1/(x + y) + 1/(y + x)", {("x + y", Sign.NONZERO)}),
]


@pytest.mark.parametrize(("text", "asked"), ASKED)
def test_what_is_asked_is_said_in_its_simplest_form(text, asked):
    found = Needs([sg.formula(text)], None).kinds
    assert {(str(part), where) for part, where in found} == asked


DIFFERENCES = [  # two formulas, their source, and the parts of which only one asks for something that is not known
    ("1/x", "x**-1", None, []),
    ("log(x*y)", "log(x) + log(y)", None, ["x", "x*y", "y"]),
    ("x**2/x", "x", None, ["x"]),
    ("x**2/x", "x", "log(x)", []),
    ("x/(x*y)", "1/y", None, ["x"]),
    ("sqrt(x)**2", "x", None, ["x"]),
    ("sqrt(x)**2", "x", "sqrt(x)", []),
    ("exp(log(x))", "x", None, ["x"]),
    ("1/(1 + x**2)", "cos(atan(x))**2", None, []),
    ("1/(x + y)", "1/(y + x)", None, []),
]


@pytest.mark.parametrize(("one", "other", "source", "parts"), DIFFERENCES)
def test_what_only_one_asks_for_is_told_unless_it_is_known(one, other, source, parts):
    one, other = sg.formula(one), sg.formula(other)
    needs = Needs([one, other], None if source is None else sg.formula(source))
    for found in (needs.differing(one, other), needs.differing(other, one)):
        assert sorted({str(part) for part, _ in found}) == parts
    assert needs.differing(one, one) == []


PLACES = [  # a number, where it must lie, and its place outside
    ("1", Sign.POSITIVE, None),
    ("0", Sign.POSITIVE, 3),
    ("-1", Sign.POSITIVE, 1),
    ("0", Sign.NONNEGATIVE, None),
    ("1", Sign.NEGATIVE, 2),
    ("0", Sign.NONZERO, 3),
    ("-5", Sign.NONZERO, None),
    ("1e-300", Sign.NONZERO, None),
    ("nan", Sign.ANY, 0),
    ("inf", Sign.POSITIVE, 0),
    ("1", Interval(-1, 1), None),
    ("1.0001", Interval(-1, 1), 2),
    ("-2", Interval(-1, 1), 1),
    ("1", Interval(-1, 1, open_high=True), 3),
    ("-1", Interval(-1, 1, open_low=True), 3),
    ("1e400", Interval(1, float("inf")), None),
]


@pytest.mark.parametrize(("entry", "where", "place"), PLACES)
def test_places_outside_of_what_is_asked(entry, where, place):
    assert place_of(mpmath.mpf(entry), where) == place
