"""What is declared of inputs: names, signs, bounds and structure; contradictions are refused."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.shape import parse_shape
from symgd.graph.symbol_facts import check_name, read_facts


@pytest.mark.parametrize("name", ["x", "X", "w_1", "_hidden", "α", "größe", "x1y2", "a" * 64])
def test_names_are_letters_digits_and_underscores(name):
    assert check_name(name) == name
    assert sg.scalar(name).name == name


@pytest.mark.parametrize("name", ["", None, 3, "1x", "a b", "x-y", "x.y", "a" * 65, "x\n", "√", "ﬁ", "x'"])
def test_other_names_are_refused(name):
    with pytest.raises(SymgdError, match="name"):
        check_name(name)


def read(shape="n", **facts):
    return read_facts("x", parse_shape(shape), facts)


INTERVALS = [
    ({}, Interval()),
    ({"positive": True}, Interval(0, open_low=True)),
    ({"nonnegative": True}, Interval(0)),
    ({"negative": True}, Interval(high=0, open_high=True)),
    ({"lower": 1, "upper": 2}, Interval(1, 2)),
    ({"lower": 0.1}, Interval(Fraction(1, 10))),
    ({"lower": -3, "positive": True}, Interval(0, open_low=True)),
    ({"lower": 3, "positive": True}, Interval(3)),
    ({"nonnegative": True, "nonpositive": True}, Interval(0, 0)),
    ({"lower": None, "upper": None}, Interval()),
    ({"positive": False}, Interval()),
    ({"one_hot": True}, Interval(0, 1)),
    ({"upper": math.inf}, Interval()),
    ({"values": [1, -1]}, Interval(-1, 1)),
    ({"values": (0, 0.5, 0)}, Interval(0, Fraction(1, 2))),
    ({"values": [-1, 0, 3], "lower": 0}, Interval(0, 3)),
    ({"values": [-1, 0, 3], "positive": True}, Interval(3, 3)),
    ({"values": None}, Interval()),
]


@pytest.mark.parametrize(("facts", "interval"), INTERVALS, ids=str)
def test_numbers_lie_where_all_facts_say(facts, interval):
    assert read(**facts).interval == interval


SIGNS = [
    ({}, Sign.ANY),
    ({"nonzero": True}, Sign.NONZERO),
    ({"nonzero": True, "nonnegative": True}, Sign.POSITIVE),
    ({"lower": 2}, Sign.POSITIVE),
    ({"upper": 0}, Sign.NONPOSITIVE),
]


@pytest.mark.parametrize(("facts", "sign"), SIGNS, ids=str)
def test_signs_follow_from_facts(facts, sign):
    assert read(**facts).sign == sign


STRUCTURES = [
    ({"symmetric": True}, (True, False, False)),
    ({"psd": True}, (True, True, False)),
    ({"pd": True}, (True, True, True)),
    ({}, (False, False, False)),
]


@pytest.mark.parametrize(("facts", "structure"), STRUCTURES, ids=str)
def test_definite_matrices_are_symmetric(facts, structure):
    found = read("n n", **facts)
    assert (found.is_symmetric, found.is_positive_semidefinite, found.is_positive_definite) == structure


@pytest.mark.parametrize(
    ("value", "total"), [(1, 1), (0.5, Fraction(1, 2)), (Fraction(1, 3), Fraction(1, 3)), (0, 0), (-2, -2)]
)
def test_sums_are_exact(value, total):
    assert read(sums_to=value).sums_to == total


CONTRADICTIONS = [
    ("n", {"positive": True, "negative": True}),
    ("n", {"lower": 2, "upper": 1}),
    ("n", {"positive": True, "upper": 0}),
    ("n", {"lower": 0, "upper": 0, "nonzero": True}),
    ("n n", {"pd": True, "upper": 0}),
    ("n n", {"pd": True, "negative": True}),
    ("n n", {"psd": True, "upper": -1}),
    ("n", {"one_hot": True, "positive": True}),
    ("n", {"one_hot": True, "nonzero": True}),
    ("n", {"one_hot": True, "upper": 0.5}),
    ("n", {"sums_to": 1, "negative": True}),
    ("n", {"sums_to": -1, "nonnegative": True}),
]


@pytest.mark.parametrize(("shape", "facts"), CONTRADICTIONS, ids=str)
def test_what_nothing_satisfies_is_refused(shape, facts):
    with pytest.raises(SymgdError, match="satisfies"):
        read(shape, **facts)


REFUSED = [
    ("n", {"symmetric": True}, ShapeError, "only a square matrix"),
    ("m n", {"psd": True}, ShapeError, "only a square matrix"),
    ("", {"one_hot": True}, ShapeError, "is a scalar"),
    ("", {"sums_to": 1}, ShapeError, "is a scalar"),
    ("n", {"happy": True}, SymgdError, "happy is not a fact"),
    ("n", {"positive": "yes"}, SymgdError, "positive of x"),
    ("n", {"lower": "a"}, SymgdError, "a bound is a number"),
    ("n", {"lower": True}, SymgdError, "a bound is a number"),
    ("n", {"lower": math.nan}, SymgdError, "a bound is a number"),
    ("n", {"upper": 10**400}, SymgdError, "that a float holds"),
    ("n", {"sums_to": "one"}, SymgdError, "the entries sum to a number"),
    ("n", {"sums_to": True}, SymgdError, "the entries sum to a number"),
    ("n", {"sums_to": math.inf}, SymgdError, "the entries sum to a number"),
]


@pytest.mark.parametrize(("shape", "facts", "error", "words"), REFUSED, ids=str)
def test_what_is_no_fact_is_refused(shape, facts, error, words):
    with pytest.raises(error, match=words):
        read(shape, **facts)


@pytest.mark.parametrize(
    ("given", "values"),
    [([1, -1], (-1, 1)), ([0.1], (Fraction(1, 10),)), (range(3), (0, 1, 2)), ((1, 1, 0), (0, 1)), ({0, 2}, (0, 2))],
)
def test_values_are_distinct_and_ascend(given, values):
    assert read(values=given).values == values


def test_values_are_kept_where_other_facts_allow_them():
    assert read(values=[-1, 0, 1], nonzero=True).values == (-1, 1)
    assert read(values=[-1, 0, 1], nonnegative=True).values == (0, 1)
    assert read(values=[1, 2]).is_nonzero
    assert not read(values=[0, 2]).is_nonzero


@pytest.mark.parametrize("given", ["01", 3, [], ["a"], [math.inf], [math.nan], [True], [None, 1], list(range(101)), True])
def test_values_are_a_list_of_numbers(given):
    with pytest.raises(SymgdError, match="number"):
        read(values=given)


def test_values_that_other_facts_exclude_are_refused():
    with pytest.raises(SymgdError, match="no number"):
        read(values=[-1, 0], positive=True)
