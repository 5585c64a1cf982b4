"""Norms along one axis: values without overflow, gradients, kinks at 0, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.graph.inference import Facts
from tests.primitives.scalar_comparison import evaluated, refusal

RNG = np.random.default_rng(5)
V, A = RNG.normal(size=4), RNG.normal(size=(3, 4))
KINDS = {"norm1": 1, "norm2": 2, "norminf": np.inf}


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
@pytest.mark.parametrize(("axis", "keepdims"), [(0, False), (1, False), (-1, True), (-2, True), ((1,), False)])
def test_norms_along_an_axis_are_those_of_numpy(name, kind, axis, keepdims):
    found = evaluated(f"{name}(A, axis={axis}, keepdims={keepdims})", A=A)
    expected = np.linalg.norm(A, kind, axis[0] if isinstance(axis, tuple) else axis, keepdims)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-14)


# formula of v, v, value
VALUES = [
    *((f"{name}(v)", [0.0, 0.0], 0.0) for name in KINDS), *((f"{name}(v)", [-3.0], 3.0) for name in KINDS),
    ("norm2(v)", [3e200, 4e200], 5e200),
    ("norm2(v)", [3e-200, 4e-200], 5e-200), ("norm1(v)", [1.0, -2.0, 3.0], 6.0), ("norminf(v)", [1.0, -4.0, 3.0], 4.0),
    ("norm2(v)", [1.0, np.inf], np.inf),
    ("norminf(v)", [-np.inf, 1.0], np.inf), ("norm2(v)", [1.0, np.nan], np.nan), ("norm1(v)", [np.nan, np.inf], np.nan),
    ("norminf(v)", [1.0, np.nan], np.nan),
    ("norm2(v)", [5e-324, 0.0], 5e-324),
]  # fmt: skip


@pytest.mark.parametrize(("text", "v", "value"), VALUES)
def test_values_neither_overflow_nor_vanish(text, v, value):
    assert float(evaluated(text, v=np.array(v))) == pytest.approx(value, rel=1e-14, abs=0, nan_ok=True)


def test_gradients_and_hessians():
    v = sg.tensor("v", 4)
    length, unit = np.linalg.norm(V), V / np.linalg.norm(V)
    np.testing.assert_allclose(evaluated(sg.gradient(sg.norm2(v), v), v=V), unit, rtol=1e-14)
    np.testing.assert_allclose(
        evaluated(sg.hessian(sg.norm2(v), v), v=V), (np.eye(4) - np.outer(unit, unit)) / length, rtol=1e-12, atol=1e-15
    )
    np.testing.assert_allclose(evaluated(sg.gradient(sg.norm1(v), v), v=V), np.sign(V))
    np.testing.assert_allclose(evaluated(sg.gradient(sg.norminf(v), v), v=V), np.sign(V) * (abs(V) == abs(V).max()))
    np.testing.assert_allclose(
        evaluated(sg.jacobian(sg.normalize(v), v), v=V), (np.eye(4) - np.outer(unit, unit)) / length, rtol=1e-12, atol=1e-15
    )


# formula of v, v, gradient
AT_KINKS = [
    ("norm2(v)", [0.0, 0.0], [0, 0]), ("norm1(v)", [0.0, -2.0], [0, -1]), ("norminf(v)", [2.0, -2.0], [0.5, -0.5]),
    ("norminf(v)", [0.0, 0.0], [0, 0]),
    ("norm2(v)**2", [0.0, 0.0], [0, 0]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "v", "gradient"), AT_KINKS)
def test_the_convention_at_kinks(text, v, gradient):
    formula = sg.formula(text, shapes={"v": 2})
    np.testing.assert_array_equal(evaluated(sg.gradient(formula, "v"), v=np.array(v)), gradient)
    assert (sg.check_gradient(formula, "v", at=[{"v": v}]).verdict.name == "RIGHT") is text.endswith("**2")


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_normalized_vectors_have_length_1(axis):
    array = V if axis is None else A
    found = evaluated(f"normalize(x, axis={axis})", x=array)
    np.testing.assert_allclose(found, array / np.linalg.norm(array, axis=axis, keepdims=True), rtol=1e-14)


@pytest.mark.parametrize("name", KINDS)
def test_facts(name):
    node = sg.formula(f"{name}(v)", shapes={"v": "n"})
    assert Facts().is_nonnegative(node)
    assert str(Facts().interval(node)) == "[0, inf)"


# formula, how it is written
FORMS = [
    ("norm2(v)", "norm2(v)"),
    ("norm1(v)", "sum(abs(v))"),
    ("norminf(v)", "max(abs(v))"),
    ("normalize(v)", "v/norm2(v)"),
    ("norm2(A, axis=-2)", "norm2(A, axis=0)"),
]


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_printed_forms(text, shown):
    assert str(sg.formula(text, shapes={"A": "m n"} if "A" in text else {"v": "n"})) == shown


M, N = sg.tensor("A", "m n"), sg.tensor("v", "n")

# what is refused, and how
REFUSED = [
    *((lambda name=name: getattr(sg, name)(M), f"ShapeError: {name} of shape (m, n) is ambiguous") for name in KINDS),
    *((lambda name=name: getattr(sg, name)(sg.scalar("x")), f"ShapeError: {name} of shape () is ambiguous") for name in KINDS),
    *((lambda name=name: getattr(sg, name)(M, axis=(0, 1)), f"ShapeError: {name} runs along one axis, not 2")
      for name in KINDS),
    (lambda: sg.norm2(N, axis=1), "ShapeError: there is no axis 1 in shape (n,)"),
    (lambda: sg.norm2(N, axis=0.5), "ShapeError: 0.5 is not an axis"),
    (lambda: sg.normalize(M), "ShapeError: norm2 of shape (m, n) is ambiguous"),
    (lambda: sg.norm1(N, keepdims="yes"), "SymgdError: keepdims is True or False"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("norm1", "sum(abs(X)) adds all entries"),
        ("norm2", "normF(X) is the Frobenius norm"),
        ("norminf", "max(abs(X)) is the largest entry"),
    ],
)
def test_an_ambiguous_norm_names_the_others(name, hint):
    assert hint in refusal(lambda: getattr(sg, name)(M))
