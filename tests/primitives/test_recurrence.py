"""The linear recurrence s₀ = start, s_{k+1} = aₖ·sₖ + bₖ: values by definition, gradients, broadcasting, refusals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.primitives.recurrence import products_before
from tests.primitives.scalar_comparison import evaluated, refusal

RNG = np.random.default_rng(13)
A, B = RNG.normal(size=4), RNG.normal(size=4)


def run(a, b, start):
    states = [start]
    for factor, term in zip(a[:-1], b[:-1], strict=True):
        states.append(factor * states[-1] + term)
    return np.array(states, dtype=float)


@pytest.mark.parametrize("start", [0, 1, -2, Fraction(1, 3)])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_values_follow_the_definition(start, is_reversed):
    found = evaluated(f"recurrence(a, b, {start}, reverse={is_reversed})", a=A, b=B)
    expected = run(A[::-1], B[::-1], start)[::-1] if is_reversed else run(A, B, start)
    np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_values_along_an_axis(axis):
    a, b = RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3))
    expected = np.apply_along_axis(lambda k: run(a.ravel()[k], b.ravel()[k], 2), axis, np.arange(6).reshape(2, 3))
    np.testing.assert_allclose(evaluated(f"recurrence(a, b, 2, axis={axis})", a=a, b=b), expected, rtol=1e-13)


@pytest.mark.parametrize("axis", [0, 1])
def test_terms_may_have_further_leading_axes(axis):
    a, b = RNG.normal(size=3), RNG.normal(size=(2, 3))
    expected = (
        [run(a, row, 1) for row in b]
        if axis == 1
        else np.transpose([run(np.full(2, factor), column, 1) for factor, column in zip(a, b.T, strict=True)])
    )
    np.testing.assert_allclose(evaluated(f"recurrence(a, b, 1, axis={axis})", a=a, b=b), expected, rtol=1e-13)
    loss = sg.formula(f"sum(recurrence(a, b, 1, axis={axis})**2)", shapes={"a": 3, "b": (2, 3)})
    assert all(sg.check_gradient(loss, name, points=2).verdict.name == "RIGHT" for name in "ab")


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("zero", [None, 1])
def test_gradients_are_differences(is_reversed, zero):
    a = A.copy()
    if zero is not None:
        a[zero] = 0
    t, order, step = RNG.normal(size=4), slice(None, None, -1 if is_reversed else 1), 1e-6
    loss = sg.formula(f"t @ recurrence(a, b, 1, reverse={is_reversed})", shapes={"a": 4, "b": 4, "t": 4})
    for name in "ab":
        found = evaluated(sg.gradient(loss, name), a=a, b=B, t=t)
        for k, move in enumerate(step * np.eye(4)):
            ends = [
                t[order] @ run((a + side * move * (name == "a"))[order], (B + side * move * (name == "b"))[order], 1)
                for side in (1, -1)
            ]
            assert found[k] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-8)


def test_the_last_factor_and_term_do_not_count():
    loss = sg.formula("sum(recurrence(a, b, 1)**2)", shapes={"a": 4, "b": 4})
    assert [evaluated(sg.gradient(loss, name), a=A, b=B)[-1] for name in "ab"] == [0, 0]


@pytest.mark.parametrize(
    ("x", "before", "behind"),
    [([2.0, 3.0, 5.0], [1, 2, 6], [15, 5, 1]), ([2.0, 0.0, 5.0], [1, 2, 0], [0, 5, 1]), ([7.0], [1], [1])],
)
def test_products_of_the_entries_before(x, before, behind):
    node = sg.tensor("x", len(x))
    assert evaluated(products_before(node, -1, False), x=np.array(x)).tolist() == before
    assert evaluated(products_before(node, -1, True), x=np.array(x)).tolist() == behind


# formula, how it is written
FORMS = [
    ("recurrence(a, b)", "recurrence(a, b, 0)"), ("recurrence(a, b, 1/2)", "recurrence(a, b, 1/2)"),
    ("recurrence(a, b, 0.5, reverse=True)", "recurrence(a, b, 1/2, reverse=True)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_printed_forms(text, shown):
    assert str(sg.formula(text, shapes={"a": "n", "b": "n"})) == shown


V, M, X = sg.tensor("v", "n"), sg.tensor("A", "m n"), sg.scalar("x")

# what is refused, and how
REFUSED = [
    (lambda: sg.recurrence(V, sg.tensor("u", 3)),
     "ShapeError: a recurrence needs factors and terms of one shape, not (n,) and (3,)"),
    (lambda: sg.recurrence(M, V), "ShapeError: a recurrence needs factors and terms of one shape, not (m, n) and (n,)"),
    (lambda: sg.recurrence(V, V, X), "ShapeError: a recurrence starts at a number"),
    (lambda: sg.recurrence(V, V, float("inf")), "ShapeError: a recurrence starts at a number"),
    (lambda: sg.recurrence(M, M), "ShapeError: recurrence of shape (m, n) needs an axis"),
    (lambda: sg.recurrence(X, X), "ShapeError: recurrence of shape () needs an axis"),
    (lambda: sg.recurrence(V, V, 1, 1), "ShapeError: there is no axis 1 in shape (n,)"),
    (lambda: sg.recurrence(V, V, reverse=1), "SymgdError: reverse is True or False, not 1"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)
