"""What is added to all entries alike leaves a softmax, and leaves a logsumexp as a term; known sums are numbers."""

from __future__ import annotations

import pytest

import symgd as sg
from tests.rewrite.rules.tables import rewritten

LEAVES = "what is added to all entries leaves a softmax as it is"
OUT = "log Σ exp(x + c) = c + log Σ exp(x)"
WRITTEN = [  # formula, its shorter form, the reason
    ("softmax(v - max(v))", "softmax(v)", LEAVES),
    ("softmax(X + r[:, None], axis=1)", "softmax(X, axis=1)", LEAVES),
    ("softmax(X - max(X, axis=1)[:, None], axis=1)", "softmax(X, axis=1)", LEAVES),
    ("softmax(v + 3)", "softmax(v)", LEAVES),
    ("logsumexp(v - max(v))", "logsumexp(v) - max(v)", OUT),
    ("logsumexp(u + x*y)", "logsumexp(u) + x*y", OUT),
]
KEPT = [
    "softmax(X + r[:, None], axis=0)",  # differs along the axis
    "softmax(u + v)",
    "softmax(v + log(x))",  # has no value for x < 0
    "logsumexp(X + r[:, None])",
]
SUMS = [  # formula, its value
    ("sum(softmax(v))", "1"),
    ("sum(softmax(X, axis=1), axis=1)", "ones(m)"),
    ("sum(softmax(X, axis=1))", "m"),
    ("sum(max_weights(v))", "1"),
    ("u @ v - sum(softmax(u))", "u @ v - 1"),
    ("sum(softmax(X, axis=1), axis=0)", "sum(softmax(X, axis=1), axis=0)"),
    ("u @ softmax(v)", "u @ softmax(v)"),
    ("sum(softmax(log(v)))", "sum(softmax(log(v)))"),  # has no value for v < 0
]


@pytest.mark.parametrize(("text", "after", "because"), WRITTEN)
def test_a_formula_is_rewritten_for_its_reason(text, after, because):
    found, reasons = rewritten(text)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_a_formula_stays_as_it_is(text):
    assert rewritten(text)[0] == text


@pytest.mark.parametrize(("text", "after"), SUMS)
def test_known_sums_are_numbers(text, after):
    assert rewritten(text)[0] == after


def test_the_gradient_of_a_shifted_logsumexp_is_softmax():
    """As it is written by hand against overflow."""
    loss = sg.formula("max(z) + log(sum(exp(z - max(z))))", shapes={"z": "n"})
    assert str(sg.gradient(loss, "z")) == "softmax(z)"
    rows = sg.formula("sum(max(Z, axis=1) + log(sum(exp(Z - max(Z, axis=1)[:, None]), axis=1)))", shapes={"Z": "m n"})
    assert str(sg.gradient(rows, "Z")) == "softmax(Z, axis=1)"
