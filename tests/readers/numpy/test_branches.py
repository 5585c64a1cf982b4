"""Functions with branches: the formula has the value of the function whichever way its conditions send it."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError
from symgd.graph.node import Node
from symgd.readers.numpy.branches import MOST_CONDITIONS, decide, over_all_ways

x = sg.tensor("x", "3")
s = sg.scalar("s")


class Program:
    """A random function of three numbers with branches, loops, early results and changes of an array."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = ["def function(x):", "    total = 1.0", "    out = np.zeros(2)"]
        self.block(4, 2)
        self.lines.append("    return total + out[0] - 2 * out[1]")

    def comparison(self):
        left, right = (self.random.choice(["x[0]", "x[1]", "x[2]", "total", "out[0]", "x[0] - x[1]"]) for _ in range(2))
        right = self.random.choice([right, str(self.random.randint(-1, 1))])
        return f"{left} {self.random.choice(['<', '<=', '>', '>=', '==', '!='])} {right}"

    def condition(self):
        kind = self.random.randrange(7)
        if kind > 4:
            return f"np.{self.random.choice(['any', 'all'])}({self.random.choice(['x', 'out'])} > {self.random.randint(-1, 1)})"
        if kind == 0:
            return f"not ({self.comparison()})"
        if kind == 1:
            return f"{self.comparison()} {self.random.choice(['and', 'or'])} {self.comparison()}"
        return self.comparison()

    def statement(self, indent):
        entry, factor = self.random.randrange(3), self.random.randint(1, 3)
        kinds = [f"total += {factor} * x[{entry}]", f"total = x[{entry}] - total", f"out[{entry % 2}] += x[{entry}]"]
        kinds += [f"out[out > x[{entry}]] -= {factor}", f"total += float(x[{entry}] > 0)", f"total += int(x[{entry}] / 2)"]
        self.lines.append(" " * indent + self.random.choice([*kinds, "total *= 2", "total = abs(total)"]))

    def block(self, indent, depth):
        for _ in range(self.random.randint(1, 2)):
            self.statement(indent)
            if not depth:
                continue
            self.lines.append(" " * indent + f"if {self.condition()}:")
            self.block(indent + 4, depth - 1)
            if self.random.random() < 0.2:
                self.lines.append(" " * (indent + 4) + "return total")
            if self.random.random() < 0.6:
                self.lines.append(" " * indent + "else:")
                self.block(indent + 4, depth - 1)

    def function(self):
        scope = {"np": np}
        exec("\n".join(self.lines), scope)
        return scope["function"]


POINTS = [np.array(point, dtype=float) for point in np.ndindex(3, 3, 3)]


@pytest.mark.parametrize("seed", range(25))
def test_the_formula_of_a_random_function_has_its_values(seed):
    program = Program(seed)
    function = program.function()
    compiled = sg.lambdify([x], sg.formula(function, x))
    for point in POINTS:
        assert compiled(point - 1) == function(point - 1), "\n".join(program.lines)


# -- forms ----------------------------------------------------------------------------------------------------


def penalty(x):
    total = np.sum(x**2)
    for v in x:
        if v > 1:
            total += (v - 1) ** 2
    return total


def pieces(s):
    if s < 0:
        return 1
    if s < 1:
        return s
    if s >= 1:
        return s**2
    raise AssertionError


def guarded(s):
    if s <= 0:
        raise ValueError("a scale is positive")
    return np.log(s)


def asserted(s):
    assert s > 0, "a scale is positive"
    return np.log(s)


def asserted_and_caught(s):
    try:
        asserted(s)
    except AssertionError:
        return -s
    return s


@pytest.mark.parametrize(
    ("function", "inputs", "expected"),
    [
        (lambda s: 2 * s if s > 0 else -s, [s], "where(s > 0, 2*s, -s)"),
        (penalty, [x], "sum(x**2) + where(x[0] > 1, (x[0] - 1)**2, 0) + where(x[1] > 1, (x[1] - 1)**2, 0)"
                       " + where(x[2] > 1, (x[2] - 1)**2, 0)"),
        (pieces, [s], "where(s < 0, 1, where(s < 1, s, s**2))"),
        (asserted_and_caught, [s], "where(s > 0, s, -s)"),
        (lambda s: 1 if 0 < s < 1 else 0, [s], "where(s > 0, where(s < 1, 1, 0), 0)"),
        (lambda s: 3 if s else 5, [s], "where(s == 0, 5, 3)"),
        (lambda s: [s, 1] if s > 0 else [s, 2], [s], "[s, where(s > 0, 1, 2)]"),
        (lambda s: -np.inf if s < 0 else np.log(s), [s], "where(s < 0, -inf, log(s))"),
        (lambda x: x if x.sum() > 0 else 2 * x, [x], "where(sum(x) > 0, x, 2*x)"),
        (lambda x: x * 2 if x[:1].sum() > 0 else x * 3, [x], "where(sum(x[:1]) > 0, 2*x, 3*x)"),
        (lambda s: 1 if s > 0 else (2 if s >= 0 else 3), [s], "where(s > 0, 1, where(s >= 0, 2, 3))"),
        (lambda s: (1 if s >= 0 else 2) if s > 0 else 3, [s], "where(s > 0, 1, 3)"),
        (lambda s: sum(1 for v in (s, 2 * s) if v == 1), [s], "where(s == 1, where(2*s == 1, 2, 1), where(2*s == 1, 1, 0))"),
    ],
)  # fmt: skip
def test_results_are_chosen_and_what_they_have_in_common_stands_outside(function, inputs, expected):
    assert str(sg.formula(function, *inputs)) == expected


def test_a_condition_stays_a_condition():
    formula = sg.formula(lambda s: s > 0 if s < 5 else s < 7, s)
    assert formula.is_boolean
    assert [bool(sg.lambdify([s], formula)(value)) for value in (-1.0, 2.0, 6.0, 8.0)] == [False, True, True, False]
    assert not sg.formula(lambda s: s > 0 if s < 5 else s, s).is_boolean


@pytest.mark.parametrize("function", [guarded, asserted])
def test_a_check_that_cannot_fail_for_what_is_declared_is_passed(function):
    assert str(sg.formula(function, sg.scalar("s", positive=True))) == "log(s)"
    with pytest.raises(UnsupportedError, match=r"raises \w+Error where[\s\S]*a scale is positive[\s\S]*declare"):
        sg.formula(function, s)


def test_the_derivative_is_that_of_the_branch():
    gradient = sg.lambdify([x], sg.gradient(sg.formula(penalty, x), x))
    np.testing.assert_array_equal(gradient(np.array([3.0, 0.5, -2.0])), [10.0, 1.0, -4.0])


# -- refusals -------------------------------------------------------------------------------------------------


def halved(s):
    while s > 1:
        s = s / 2
    return s


def remembering():
    known = {}

    def function(s):
        if "factor" not in known:
            known["factor"] = 1 if s > 0 else 2
        return known["factor"] * s

    return function


def many(x):
    total = 0
    for k in range(3):
        for v in x:
            total += v if v > k else 2 * v
    return total


@pytest.mark.parametrize(
    ("function", "inputs", "message"),
    [
        (halved, [s], f"more than {MOST_CONDITIONS} conditions"),
        (many, [x], "more than 256 ways"),
        (remembering(), [s], "another formula each time"),
        (lambda s: [s, 1] if s > 0 else s, [s], r"shape \(2,\) where s > 0, and \(\) where not"),
        (lambda s: s if s > 0 else None, [s], "returns nothing where not s > 0"),
        (lambda s: s if s > 0 else 1 / 0, [s], "ZeroDivisionError where not s > 0"),
        (lambda s: s if s > 0 else np.fft.fft(s), [s], "no derivative for numpy.fft.fft"),
        (lambda x: x if x > 0 else -x, [x], "truth of an array of several entries"),
        (lambda x: x if x else -x, [sg.tensor("x", "n")], "truth of an array of several entries"),
    ],
)
def test_what_cannot_be_followed_is_refused(function, inputs, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(function, *inputs)


def test_without_a_traced_function_the_truth_is_not_known():
    with pytest.raises(SymgdError, match="truth of a formula is not known"):
        decide(s > 0)
    with pytest.raises(SymgdError, match="truth of a formula is not known"):
        over_all_ways(lambda: s if decide(s > 0) else 2 * s, most=0)
    assert over_all_ways(lambda: s if decide(s > 0) else 2 * s) is sg.formula("where(s > 0, s, 2*s)")


def test_results_of_different_shapes_are_refused_also_with_names():
    X = sg.tensor("X", "m n")
    with pytest.raises(ShapeError):
        sg.formula(lambda X: X if X.sum() > 0 else X.T, X)
    assert isinstance(sg.formula(lambda X: X if X.sum() > 0 else -X, X), Node)


def _guarded_logarithm(x):
    try:
        return math.log(x)
    except ValueError:
        return 7.0


def _guarded_inverse(x):
    try:
        return 1 / x
    except ZeroDivisionError:
        return 7.0


@pytest.mark.parametrize(
    ("function", "place", "value"),
    [(_guarded_logarithm, -1.0, np.nan), (_guarded_logarithm, 0.0, -np.inf), (_guarded_inverse, 0.0, np.inf)],
)
def test_what_python_floats_would_raise_is_what_numpy_computes(function, place, value):
    compiled = sg.lambdify(["x"], sg.formula(function, sg.scalar("x")))
    with np.errstate(all="ignore"):
        np.testing.assert_equal(float(compiled(place)), value)


def test_sizes_with_different_names_are_different():
    square, single = lambda a: a if a.shape[0] == a.shape[1] else 2 * a, lambda a: a if len(a) == 1 else 2 * a
    assert str(sg.formula(square, sg.tensor("a", "m n"))) == str(sg.formula(single, sg.tensor("a", "m n"))) == "2*a"
    assert str(sg.formula(square, sg.tensor("a", "n n"))) == str(sg.formula(single, sg.tensor("a", "1 n"))) == "a"
