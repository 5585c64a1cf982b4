"""Deviations from their mean add to 0, where all of them have a value."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import rewritten

BECAUSE = "deviations from their mean add to 0"
WRITTEN = [  # formula, its other form
    ("sum(v - mean(v))", "0"),
    ("sum(mean(v) - v)", "0"),
    ("sum(3*v - 3*mean(v))", "0"),
    ("sum(v**2 - mean(v**2))", "0"),
    ("sum(X - mean(X, axis=0))", "0"),
    ("sum(X - mean(X, axis=0), axis=0)", "zeros(n)"),
    ("sum(X - mean(X, axis=1)[:, None], axis=1)", "zeros(m)"),
    ("sum(r[:, None]*(X - mean(X, axis=1)[:, None]))", "0"),
    ("sum(X - mean(X))", "0"),
]
KEPT = [  # what stays, and why
    "sum(u*(v - mean(v)))",  # a factor runs along the axis
    "sum(v - mean(u))",
    "sum(v - 2*mean(v))",
    "sum(v + mean(v))",
    "sum((v - mean(v))**2)",
    "sum(X - mean(X, axis=0), axis=1)",  # along the other axis
    "sum(A - mean(A, axis=1), axis=1)",  # the mean of a row is taken from a column
    "sum(log(v) - mean(log(v)))",  # a logarithm may have no value
]


@pytest.mark.parametrize(("text", "after"), WRITTEN)
def test_a_sum_of_deviations_is_0(text, after):
    found, reasons = rewritten(text)
    assert (found, BECAUSE in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_other_sums_are_not(text):
    assert BECAUSE not in rewritten(text)[1]
