"""Quadratic forms with data are judged by the symmetric parts of their matrices; eigenvalues and determinants by hand."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.kind import Kind
from symgd.curvature.symmetric_parts import symmetric_parts


def asymmetric(size, lowest):
    """A matrix whose symmetric part has the eigenvalues `lowest`, …: Q·D·Qᵀ of a reflection Q, plus a skew matrix."""
    mirror = np.eye(size) - np.full((size, size), 2 / size)
    spread = np.diag(np.linspace(lowest, lowest + 3, size))
    skew = np.triu(np.arange(size * size).reshape(size, size) % 5.0, 1)
    return mirror @ spread @ mirror + skew - skew.T


FORMS = ["x @ A @ x", "x @ A.T @ x", "3*x @ A @ x + sum(x)", "exp(x @ A @ x)", "trace(Y @ A @ Y.T)", "trace(Y.T @ Y @ A)"]


@pytest.mark.parametrize("size", [2, pytest.param(7, marks=pytest.mark.study), 8, 30])
@pytest.mark.parametrize("text", FORMS)
def test_a_form_of_a_matrix_that_is_not_symmetric_is_judged_by_its_symmetric_part(text, size):
    form = sg.formula(text, shapes={("Y" if "Y" in text else "x"): (2, size) if "Y" in text else size, "A": (size, size)})
    variable = "Y" if "Y" in text else "x"
    found = sg.convexity(form, variable, data={"A": asymmetric(size, 0.5)})
    assert found.kind in (Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX)
    assert found.check()


@pytest.mark.parametrize("size", [2, 7, 20])
def test_the_modulus_of_a_form_is_twice_the_smallest_eigenvalue_of_the_symmetric_part(size):
    form = sg.formula("x @ A @ x", shapes={"x": size, "A": (size, size)})
    found = sg.convexity(form, "x", data={"A": asymmetric(size, 0.5)})
    assert found.kind is Kind.STRONGLY_CONVEX and 1 - 1e-5 <= found.modulus <= 1 + 1e-12
    bounds = sg.curvature_bounds(form, "x", data={"A": asymmetric(size, 0.5)})
    assert (bounds.modulus, bounds.lipschitz) == pytest.approx((1, 7), rel=1e-9)
    bounds = sg.curvature_bounds(form, "x", data={"A": asymmetric(size, -1)})
    assert (bounds.modulus, bounds.lipschitz) == pytest.approx((-2, 4), rel=1e-9)


@pytest.mark.parametrize("size", [2, 8, 20])
def test_a_negative_symmetric_part_makes_a_form_concave(size):
    form = sg.formula("x @ A @ x", shapes={"x": size, "A": (size, size)})
    for matrix in (asymmetric(size, -4), asymmetric(size, -4) + asymmetric(size, -4).T):
        assert sg.convexity(form, "x", data={"A": matrix}).kind is Kind.STRICTLY_CONCAVE


@pytest.mark.parametrize("text", ["x @ A @ x", "trace(Y @ A @ Y.T)"])
@pytest.mark.parametrize(
    "matrix", [[[1.0, 4.0], [0.0, 1.0]], [[1.0, 2.0000000000000004], [0.0, 1.0]], [[0.1, 0.7], [-0.1, 0.8]]]
)
def test_an_indefinite_symmetric_part_makes_no_form_convex(text, matrix):
    """Determinants by hand: 1 − 2² < 0, 1 − 1.0000000000000002² < 0, 0.1·0.8 − 0.3² < 0."""
    form = sg.formula(text, shapes={"Y": (2, 2), "A": (2, 2)} if text[0] == "t" else {"x": 2, "A": (2, 2)})
    assert sg.convexity(form, text[0] if text[0] == "x" else "Y", data={"A": np.array(matrix)}).kind in (
        Kind.NEITHER,
        Kind.UNKNOWN,
    )


@pytest.mark.parametrize(
    "text", ["x @ A @ x + sum(A @ x)", "x @ A @ y", "sum((A @ x)**2)*sum(x)", "sum(A*A)*sum(x**2)", "x @ A @ A @ x"]
)
def test_a_matrix_that_stands_elsewhere_too_is_kept(text):
    used = {name: 2 for name in "xy" if name in text}
    form = sg.formula(text, shapes={**used, "A": (2, 2)})
    (matrix,) = (node for node in form.symbols if node.name == "A")
    assert symmetric_parts(form, {matrix: np.array([[1.0, 4.0], [0.0, 1.0]])}) is None


@pytest.mark.parametrize(("matrix", "sign"), [([[1, 4], [-2, 3]], 1), ([[-1, 4], [-2, -3]], -1), ([[-2, 1], [1, -2]], -1)])
def test_the_symmetric_part_takes_the_place_of_a_matrix(matrix, sign):
    form = sg.formula("x @ A @ x", shapes={"x": 2, "A": (2, 2)})
    (given,) = (node for node in form.symbols if node.name == "A")
    array = np.array(matrix, dtype=float)
    found = symmetric_parts(form, {given: array})
    (part,) = found.meaning
    assert np.array_equal(found.values[part], sign * (array + array.T) / 2)
    assert part.facts.is_symmetric and part.facts.is_positive_definite
    x = np.array([1.5, -2.0])
    value = sg.lambdify(["x", part], found.formula)(x, found.values[part])
    assert value == x @ array @ x
    assert found.in_words.startswith(f"{part.name} = ")


def test_a_symmetric_matrix_that_is_not_negative_stays():
    form = sg.formula("x @ A @ x", shapes={"x": 2, "A": (2, 2)})
    (given,) = (node for node in form.symbols if node.name == "A")
    assert symmetric_parts(form, {given: np.array([[2.0, 1.0], [1.0, 2.0]])}) is None


@pytest.mark.parametrize("text", ["x@A@y", "sum((A@y)*x)", "(x@A@y)**2"])
def test_a_matrix_of_two_sizes_has_no_symmetric_part(text):
    """The data are square, and the axes are not the same."""
    formula = sg.formula(text, shapes={"x": "m", "A": "m n", "y": "n"})
    (matrix,) = [node for node in formula.symbols if node.name == "A"]
    for array in ([[1.0, 2.0], [0.0, 1.0]], [[-1.0, 0.0], [0.0, -1.0]]):
        assert symmetric_parts(formula, {matrix: np.array(array)}) is None
