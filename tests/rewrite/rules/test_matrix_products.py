"""Gram forms are squares where their weights are not negative; determinants of products are products."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.rewrite.rules.matrix_products import is_square, matrix_product
from tests.rewrite.rules.tables import rewritten

BECAUSE = "XᵀDX = (√D·X)ᵀ(√D·X) for D ≥ 0, half the work"
WRITTEN = [  # formula, its other form
    ("X.T @ (abs(r)[:, None]*X)", "(X * sqrt(abs(r))[:, None]).T @ (X * sqrt(abs(r))[:, None])"),
    ("X.T @ diag(r**2) @ X", "(X * abs(r)[:, None]).T @ (X * abs(r)[:, None])"),
    ("X.T @ (exp(r)[:, None]*X)", "(X * exp(r/2)[:, None]).T @ (X * exp(r/2)[:, None])"),
]
KEPT = [  # what stays, and why
    "X.T @ (r[:, None]*X)",  # a weight may be negative
    "X.T @ X",
    "X.T @ diag(r**2) @ Y",  # of two matrices
    "X.T @ (abs(r)*r)",
]


@pytest.mark.parametrize(("text", "after"), WRITTEN)
def test_a_gram_form_with_weights_is_a_square(text, after):
    found, reasons = rewritten(text, "code")
    assert (found, BECAUSE in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_other_products_are_no_squares(text):
    assert BECAUSE not in rewritten(text, "code")[1]


def test_a_gram_form_is_a_square_where_the_weights_are_known_to_be_positive():
    found, reasons = rewritten("X.T @ diag(r) @ X", "code", r={"positive": True})
    assert (found, BECAUSE in reasons) == ("(X * sqrt(r)[:, None]).T @ (X * sqrt(r)[:, None])", True)


TRACES = [
    ("trace(A - outer(u, v))", "trace(A) - u @ v"),
    ("trace(outer(A @ u, v)*x + B)", "x*(v @ A @ u) + trace(B)"),
    ("trace(A + B)", "trace(A + B)"),
    ("trace(A @ B - D)", "trace(A @ B - D)"),
]


@pytest.mark.parametrize(("text", "after"), TRACES)
def test_the_trace_of_an_outer_product_is_a_scalar_product(text, after):
    assert rewritten(text)[0] == after


OF_PRODUCT = "log |det AB| = log |det A| + log |det B|"
DETERMINANTS = [
    ("logdet(A @ B)", "logdet(A) + logdet(B)"),
    ("logdet(A @ B.T)", "logdet(A) + logdet(B)"),
    ("logdet(A.T @ B)", "logdet(A) + logdet(B)"),
    ("logdet(A.T)", "logdet(A)"),
    ("logdet(A @ A)", "2*logdet(A)"),
    ("logdet(A.T @ A)", "2*logdet(A)"),
]
OTHERS = [
    "logdet(X @ X.T)",  # its factors have no determinant
    "logdet(A + B)",
    "logdet(A * B)",
    "logdet(A)",
]


@pytest.mark.parametrize(("text", "after"), DETERMINANTS)
def test_the_logarithm_of_the_determinant_of_a_product_is_a_sum(text, after):
    found, reasons = rewritten(text)
    assert (found, OF_PRODUCT in reasons) == (after, True)


@pytest.mark.parametrize("text", OTHERS)
def test_other_determinants_stay(text):
    assert OF_PRODUCT not in rewritten(text)[1]


@pytest.mark.parametrize(
    ("inputs", "output", "is_product"),
    [
        (((0, 1), (1, 2)), (0, 2), True),
        (((1, 0), (1, 2)), (0, 2), True),
        (((0, 1), (1, 2)), (2, 0), True),  # turned
        (((0, 1), (1, 0)), (), False),  # a trace
        (((0, 1), (0, 1)), (0, 1), False),  # entry by entry
        (((0, 0), (0, 1)), (0, 1), False),
        (((0, 1), (1, 2)), (0, 0), False),
        (((0, 1), (2, 3)), (0, 2), False),
        (((0, 1), (1,)), (0,), False),
        (((0, 1), (1, 2), (2, 3)), (0, 3), False),
    ],
)
def test_a_contraction_is_a_product_of_two_matrices_by_its_indices(inputs, output, is_product):
    assert matrix_product(inputs, output) is is_product


@pytest.mark.parametrize(
    ("shape", "square"), [("n n", True), ("3 3", True), ("m n", False), ("3 4", False), ("n", False), ("n n n", False)]
)
def test_a_matrix_is_square_by_the_names_of_its_sizes(shape, square):
    assert is_square(sg.tensor("M", shape)) is square


TURNED = "(Aᵀ + Bᵀ)ᵀ = A + B"
TRANSPOSES = [
    ("(A.T + 2*B.T).T", "A + 2*B"),
    ("(A.T + B).T", "A + B.T"),
    ("(A.T + x).T", "x + A"),
    ("(A.T @ B - D.T).T", "B.T @ A - D"),
    ("X @ (A.T + B.T)", "X @ (A + B).T"),
    ("2*(A @ B) - 3*(A @ D)", "A @ (2*B - 3*D)"),
]


@pytest.mark.parametrize(("text", "after"), TRANSPOSES)
def test_a_sum_of_transposes_is_turned(text, after):
    found, reasons = rewritten(text)
    assert (found, TURNED in reasons) == (after, True)


@pytest.mark.parametrize("text", ["(A + B).T", "X @ (A.T + B)", "(A + x).T"])
def test_other_sums_are_not_turned(text):
    assert TURNED not in rewritten(text)[1]
