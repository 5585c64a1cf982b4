"""Wrong gradients of every kind: none passes for right, and the words name the fault where one fault explains it."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symgd as sg
from symgd.checking.verdict import Verdict
from tests.checking.least_squares import W, X, Y, loss, opaque, slope

WRAPPED = pytest.mark.parametrize("wrapped", [lambda function: function, opaque], ids=["read", "values"])


def with_entry(index, change):
    def gradient(w):
        result = slope(w).copy()
        result[index] = change(result[index])
        return result

    return gradient


def of_the_call_before():
    """Return a gradient that answers for the point at which it was asked before."""
    last = [np.ones(3)]

    def gradient(w):
        last.append(slope(w))
        return last[-2]

    return gradient


FAULTS = {  # a wrong gradient, and the words for it; no words where no single fault explains it
    "sign": (lambda w: -slope(w), "wrong sign"),
    "factor 2": (lambda w: slope(w) / 2, "missing factor 2: .*2 from the square"),
    "factor 2 too many": (lambda w: 2 * slope(w), "factor 2 too many: .*½ in front"),
    "missing 1/n": (lambda w: 5 * slope(w), "factor 5 too many"),
    "another count": (lambda w: 5 / 3 * slope(w), "factor 1.666666667 too many"),
    "sign and factor": (lambda w: -3 * slope(w), "wrong sign and factor 3 too many"),
    "everything": (lambda w: 0 * w, "everything is missing: 0 is claimed"),
    "sign of one entry": (with_entry(2, lambda v: -v), r"entry \(2\) only: wrong sign"),
    "factor of one entry": (with_entry(0, lambda v: v / 2), r"entry \(0\) only: missing factor 2"),
    "one entry is 0": (with_entry(1, lambda v: 0.0), r"entry \(1\) only: 0 is claimed"),
    "one entry is off": (with_entry(1, lambda v: v + 1e-4), r"entry \(1\) only"),
    "index": (lambda w: np.roll(slope(w), 1), "the index is off by one: .*before it"),
    "other index": (lambda w: np.roll(slope(w), -1), "the index is off by one: .*after it"),
    "reversed": (lambda w: slope(w)[::-1], r"entries \(0\), \(2\) only"),
    "column": (lambda w: slope(w)[:, None], "the broadcast axis is not summed: axis 1 is too many"),
    "row": (lambda w: slope(w)[None], "the broadcast axis is not summed: axis 0 is too many"),
    "matrix": (lambda w: np.outer(slope(w), np.ones(3)), "the broadcast axis is not summed"),
    "summed": (lambda w: np.sum(slope(w)), "an axis is missing: summed over too many axes"),
    "too short": (lambda w: slope(w)[:2], None),
    "empty": (lambda w: slope(w)[:0], None),
    "too large by 1e-6": (lambda w: 1.000001 * slope(w), None),
    "too small by 1e-6": (lambda w: (1 - 1e-6) * slope(w), None),
    "shifted": (lambda w: slope(w) + 1e-6, None),
    "mean of all entries": (lambda w: np.full(3, np.mean(slope(w))), None),
    "of another point": (lambda w: slope(W + 0.1), None),
    "of the call before": (of_the_call_before(), None),
    "a term too many": (lambda w: slope(w) + 0.1 * w, None),
    "rounded to integers": (lambda w: np.round(slope(w)).astype(int), None),
    "not a number": (lambda w: np.full(3, np.nan), None),
    "not a number in one entry": (with_entry(0, lambda v: np.nan), None),
    "infinite in one entry": (with_entry(0, lambda v: np.inf), None),
    "sign of the rest": (lambda w: 2 * X.T @ (X @ w + Y) / 5, None),
    "without the target": (lambda w: 2 * X.T @ (X @ w) / 5, None),
    "sorted": (lambda w: np.sort(slope(w)), None),
}


BY_VALUES = ["sign", "missing 1/n", "sign of one entry", "index", "column", "too large by 1e-6", "shifted", "not a number"]


@pytest.mark.parametrize(
    ("name", "function"), [*((name, loss) for name in FAULTS), *((name, opaque(loss)) for name in BY_VALUES)]
)
def test_faults_are_wrong_and_named(name, function):
    gradient, words = FAULTS[name]
    check = sg.check_gradient(function, gradient, at=W)
    assert check.verdict is Verdict.WRONG
    if words is not None:
        assert re.search(words, "; ".join(check.causes)), check.causes


IN_WORDS = {  # what is told where code is read as a formula, and not by values alone
    "sign of the rest": "sign of term 2",
    "without the target": "term 2 is missing",
    "too large by 1e-6": "factor 1.000001 too many",
}


@pytest.mark.parametrize("name", IN_WORDS)
def test_code_that_is_read_has_its_terms_told_apart(name):
    assert IN_WORDS[name] in sg.check_gradient(loss, FAULTS[name][0], at=W).causes[0]


A = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, -1.0], [1.0, 0.5, 1.5]])
P = np.array([0.4, -1.2, 0.9])
CLAIMS = {  # a function, its gradient, and wrong ones
    "quadratic form": (
        lambda x: x @ A @ x, lambda x: (A + A.T) @ x, [lambda x: 2 * A @ x, lambda x: 2 * A.T @ x, lambda x: A @ x],
    ),
    "cross-entropy": (
        lambda x: np.log(np.sum(np.exp(x))) - x[1], lambda x: np.exp(x) / np.sum(np.exp(x)) - np.eye(3)[1],
        [lambda x: np.exp(x) / np.sum(np.exp(x)), lambda x: np.exp(x) - np.eye(3)[1]],
    ),
    "product": (np.prod, lambda x: np.prod(x) / x, [lambda x: np.prod(x) * x, lambda x: np.full(3, np.prod(x))]),
    "norm": (
        lambda x: np.sqrt(np.sum(x**2)), lambda x: x / np.sqrt(np.sum(x**2)),
        [lambda x: x, lambda x: x / np.sum(x**2), lambda x: 2 * x / np.sqrt(np.sum(x**2))],
    ),
    "inner function": (
        lambda x: np.sum(np.sin(x**2)), lambda x: 2 * x * np.cos(x**2),
        [lambda x: np.cos(x**2), lambda x: 2 * x * np.cos(x), lambda x: -2 * x * np.cos(x**2), lambda x: 2 * x * np.sin(x**2)],
    ),
    "broadcast": (
        lambda x: np.sum((x[:, None] - x[None, :]) ** 2), lambda x: 4 * (3 * x - np.sum(x)),
        [lambda x: 2 * (3 * x - np.sum(x)), lambda x: 4 * (x - np.sum(x)), lambda x: 4 * (3 * x - np.mean(x))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLAIMS)
def test_rules_that_are_misapplied_are_wrong(name):
    function, gradient, wrong = CLAIMS[name]
    for wrapped in (opaque, lambda one: one):
        assert sg.check_gradient(wrapped(function), gradient, at=P).verdict is Verdict.RIGHT
    for claim in wrong:
        assert sg.check_gradient(function, claim, at=P).verdict is Verdict.WRONG
    assert sg.check_gradient(opaque(function), wrong[0], at=P).verdict is Verdict.WRONG


REGIONS = {  # wrong in a part of the space in which the point lies, or not
    "beyond a number": (lambda x: np.where(x > 50, 3 * x, 2 * x), [1.0, -2.0]),
    "below a number": (lambda x: np.where(x < -7.5, 0.0, 2 * x), [1.0, 2.0]),
    "at a number": (lambda x: np.where(x == 3, 0.0, 2 * x), [1.0, 2.0]),
    "in a branch of code": (lambda x: 2 * x if x[0] < 20 else x, [1.0, 2.0]),
    "around the point": (lambda x: np.where(np.abs(x - 1) < 0.5, 2 * x + 1, 2 * x), [1.0, 4.0]),
    "for negative entries": (lambda x: 2 * np.abs(x), [1.0, -4.0]),
}


@WRAPPED
@pytest.mark.parametrize("name", REGIONS)
def test_what_is_wrong_in_one_region_is_wrong(name, wrapped):
    gradient, at = REGIONS[name]
    check = sg.check_gradient(wrapped(lambda x: np.sum(x**2)), gradient, at=at)
    assert check.verdict is Verdict.WRONG, check.explain()


M = np.array([[1.0, 2.0, -1.0], [0.5, -3.0, 2.0]])
JACOBIANS = {
    "transposed": (lambda x: (M * np.cos(x)).T, "transposed: the axes stand in another order"),
    "sign": (lambda x: -M * np.cos(x), "wrong sign"),
    "row": (lambda x: M * np.cos(x) * np.array([[1.0], [2.0]]), "(1, 0), (1, 1), (1, 2) only: factor 2 too many"),
    "column": (lambda x: M * np.cos(x) * np.array([1.0, 1.0, -1.0]), "entries (0, 2), (1, 2) only: wrong sign"),
    "entry": (lambda x: M * np.cos(x) + 1e-3 * np.eye(2, 3)[:, ::-1], "entries (0, 2), (1, 1) only"),
    "without the inner derivative": (lambda x: M, ""),
    "off by 1e-6": (lambda x: 1.000001 * M * np.cos(x), ""),
}


@pytest.mark.parametrize(
    ("name", "wrapped"),
    [
        *((name, lambda function: function) for name in JACOBIANS),
        ("row", opaque),
        ("transposed", opaque),
        ("off by 1e-6", opaque),
    ],
)
def test_jacobians_of_every_fault(name, wrapped):
    claim, words = JACOBIANS[name]
    assert sg.check_jacobian(wrapped(lambda x: M @ np.sin(x)), lambda x: M * np.cos(x), at=P).verdict is Verdict.RIGHT
    check = sg.check_jacobian(wrapped(lambda x: M @ np.sin(x)), claim, at=P)
    assert check.verdict is Verdict.WRONG
    assert words in "; ".join(check.causes)


HESSIANS = {
    "right": (lambda x: A + A.T + np.diag(np.exp(x)), Verdict.RIGHT, ""),
    "transposed": (lambda x: 2 * A + np.diag(np.exp(x)), Verdict.WRONG, ""),
    "diagonal": (lambda x: A + A.T, Verdict.WRONG, "term 2 is missing, diag(exp(x))"),
    "upper half": (lambda x: np.triu(A + A.T + np.diag(np.exp(x))), Verdict.WRONG, "0 is claimed"),
    "factor 2": (lambda x: (A + A.T + np.diag(np.exp(x))) / 2, Verdict.WRONG, "missing factor 2"),
    "one entry": (
        lambda x: A + A.T + np.diag(np.exp(x)) + 1e-4 * np.eye(3)[[1, 0, 2]] * np.eye(3)[1],
        Verdict.WRONG,
        "entry (0, 1)",
    ),
}


@WRAPPED
@pytest.mark.parametrize("name", HESSIANS)
def test_hessians_of_every_fault(name, wrapped):
    claim, verdict, words = HESSIANS[name]
    check = sg.check_hessian(
        wrapped(lambda x: x @ A @ x + np.sum(np.exp(x))), claim, gradient=lambda x: (A + A.T) @ x + np.exp(x), at=P
    )
    assert check.verdict is verdict, check.explain()
    assert words in "; ".join(check.causes), check.causes
