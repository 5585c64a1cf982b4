"""arange means what NumPy's does: sizes, starts, steps both ways, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.graph.inference import Facts
from tests.primitives.scalar_comparison import evaluated, refusal

RANGES = [
    (1,),
    (7,),
    (0, 4),
    (1, 8),
    (-3, 2),
    (5, 1, -2),
    (0, -5, -1),
    (0, 10, 3),
    (1, 8, 3),
    (3, 4),
    (0, 3, 1),
    (-1, -9, -4),
    (0, 5, 100),
    (2**40, 2**40 + 3),
]


@pytest.mark.parametrize("arguments", RANGES)
def test_ranges_are_those_of_numpy(arguments):
    formula = sg.arange(*arguments)
    expected = np.arange(*arguments)
    assert formula.shape == expected.shape
    np.testing.assert_array_equal(evaluated(formula + 0 * sg.scalar("x"), x=1.0), expected)
    assert sg.formula(f"arange({', '.join(map(str, arguments))}) + 0*x").shape == expected.shape


@pytest.mark.parametrize(("stop", "step"), [(5, 2), (6, 3), (-4, -1), (1, 1)])
def test_a_step_without_a_start_counts_from_zero(stop, step):
    np.testing.assert_array_equal(evaluated(sg.arange(stop, step=step) + 0 * sg.scalar("x"), x=1.0), np.arange(0, stop, step))


# what is built, how it is written, its shape
FORMS = [
    (sg.arange("n"), "arange(n)", "(n,)"), (sg.arange(0, "n"), "arange(n)", "(n,)"), (sg.arange(7), "arange(7)", "(7,)"),
    (sg.arange(1, 4), "[1, 2, 3]", "(3,)"),
    (sg.arange(5, 1, -2), "[5, 3]", "(2,)"), (sg.arange(0, -2, -1), "[0, -1]", "(2,)"), (sg.arange(1.0, 3), "[1, 2]", "(2,)"),
    (sg.arange(sg.tensor("x", "n").shape[0]), "arange(n)", "(n,)"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "shown", "shape"), FORMS, ids=[shown for _, shown, _ in FORMS])
def test_printed_forms(node, shown, shape):
    assert (str(node), str(node.shape)) == (shown, shape)


def test_it_is_a_constant_that_is_not_negative():
    x = sg.tensor("x", "n")
    assert str(Facts().interval(sg.arange("n"))) == "[0, inf)"
    assert sg.gradient(sg.arange("n") @ x, x) is sg.arange("n")
    assert evaluated(sg.gradient(sg.arange("n") @ x**2, x), x=np.array([1.0, 2.0, 3.0])).tolist() == [0, 4, 12]
    assert evaluated(sg.arange("n") * x, x=np.ones(3, dtype=np.float32)).dtype == np.float32


WHOLE = "UnsupportedError: arange with a start or a step needs whole numbers"

# what is refused, and how
REFUSED = [
    (lambda: sg.arange(0), "ShapeError: an axis cannot have size 0"),
    (lambda: sg.arange(-3), "ShapeError: an axis cannot have size -3"),
    (lambda: sg.arange(2.5), "ShapeError: 2.5 is not a size"), (lambda: sg.arange("n/1"), "ShapeError: 'n/1' is not a size"),
    (lambda: sg.arange(True), "ShapeError: True is not a size"),
    (lambda: sg.arange(5, 1), "ShapeError: this range is empty"),
    (lambda: sg.arange(0, -5), "ShapeError: this range is empty"),
    (lambda: sg.arange(3, 3), "ShapeError: this range is empty"),
    (lambda: sg.arange(1, 8, 0), "ShapeError: this range is empty"),
    (lambda: sg.arange(1, 8, -1), "ShapeError: this range is empty"),
    (lambda: sg.arange(1, "n"), WHOLE), (lambda: sg.arange("n", step=2), WHOLE), (lambda: sg.arange("m", "n"), WHOLE),
    (lambda: sg.arange(1, 2.5), WHOLE),
    (lambda: sg.arange(0, 4, Fraction(1, 2)), WHOLE), (lambda: sg.arange(1, sg.scalar("x")), WHOLE),
    (lambda: sg.arange(0, 5000, 2), "UnsupportedError: a range with a start or a step is written out, up to 1000 numbers"),
    (lambda: sg.arange(1, 10**30), "UnsupportedError: a range with a start or a step is written out, up to 1000 numbers"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)


def test_as_many_numbers_as_are_written_out():
    assert sg.arange(1, 1001).shape == (1000,)
    assert refusal(lambda: sg.arange(1, 1002)).startswith("UnsupportedError")
