"""Directions: sums and means of gradients by their closed forms, and Newton's step wherever the curvature leads."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symgd.descent.direction import Adam, GradientDescent, Momentum, Newton, as_direction
from symgd.errors import SymgdError
from symgd.structures.operators.kinds import DenseOperator, DiagonalOperator

DRAWN = np.random.default_rng(3)
GRADIENTS = [DRAWN.normal(size=4) for _ in range(12)]


def steps(direction, gradients):
    direction.start(gradients[0])
    return [np.array(direction.next(gradient)) for gradient in gradients]


@pytest.mark.parametrize("beta", [0, Fraction(1, 4), 0.9, 0.999])
def test_momentum_is_the_sum_of_all_gradients_each_by_its_age(beta):
    for k, found in enumerate(steps(Momentum(beta), GRADIENTS)):
        expected = sum(float(beta) ** (k - j) * gradient for j, gradient in enumerate(GRADIENTS[: k + 1]))
        np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_of_one_gradient_again_and_again_tends_to_its_geometric_sum(beta):
    found = steps(Momentum(beta), GRADIENTS[:1] * 500)[-1]
    np.testing.assert_allclose(found, GRADIENTS[0] / (1 - beta), rtol=1e-12)


@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.0, 0.0), (0.5, 0.1)])
def test_the_first_step_of_adam_is_the_sign_of_the_gradient(beta1, beta2):
    (found,) = steps(Adam(beta1, beta2, 0.0), GRADIENTS[:1])
    np.testing.assert_allclose(found, np.sign(GRADIENTS[0]), rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-100, 1e-3, 7.0, 1e100])
def test_adam_does_not_depend_on_the_scale_of_the_loss(scale):
    usual, scaled = (steps(Adam(epsilon=0.0), [factor * one for one in GRADIENTS]) for factor in (1.0, scale))
    np.testing.assert_allclose(scaled, usual, rtol=1e-12)


def test_adam_of_one_gradient_again_and_again_keeps_its_sign():
    for found in steps(Adam(epsilon=0.0), GRADIENTS[:1] * 50):
        np.testing.assert_allclose(found, np.sign(GRADIENTS[0]), rtol=1e-12)


@pytest.mark.parametrize("make", [GradientDescent, Momentum, Adam])
def test_a_direction_acts_entry_by_entry(make):
    together = steps(make(), GRADIENTS)
    for entry in range(4):
        alone = steps(make(), [gradient[entry : entry + 1] for gradient in GRADIENTS])
        np.testing.assert_array_equal([step[entry : entry + 1] for step in together], alone)


def matrix_of(eigenvalues, seed=5):
    basis = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(eigenvalues), len(eigenvalues))))[0]
    return basis @ np.diag(eigenvalues) @ basis.T


FORMS = {"array": lambda matrix: matrix, "operator": lambda matrix: DenseOperator((len(matrix),), matrix)}
CONVEX = [[1, 2, 3, 4], [1e-3, 1, 1e3, 10], [5, 5, 5, 5]]
OTHERS = [[-1, 2, 3, 4], [-1, -2, -3, -4], [1, 1, 1, -1e-3], [1e3, -1e3, 2, 5]]
SINGULAR = [[0, 1, 2, 3], [0, 0, 0, 1], [0, -1, 0, 2]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("eigenvalues", CONVEX, ids=str)
def test_one_step_of_newton_leads_to_the_minimum_of_a_quadratic(eigenvalues, form):
    matrix, minimum, start = matrix_of(eigenvalues), DRAWN.normal(size=4), DRAWN.normal(size=4)
    step = Newton().next(matrix @ (start - minimum), FORMS[form](matrix))
    np.testing.assert_allclose(start - step, minimum, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("eigenvalues", CONVEX + OTHERS + SINGULAR, ids=str)
def test_a_step_of_newton_descends_wherever_the_curvature_leads(eigenvalues, form):
    matrix = matrix_of(eigenvalues)
    for gradient in GRADIENTS:
        step = Newton().next(gradient, FORMS[form](matrix))
        assert np.isfinite(step).all()
        assert step @ gradient > 0


@pytest.mark.parametrize("damping", [0.5, 3.0, 1e4])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("eigenvalues", CONVEX, ids=str)
def test_damping_adds_a_multiple_of_the_identity(eigenvalues, form, damping):
    matrix = matrix_of(eigenvalues)
    step = Newton(damping).next(GRADIENTS[0], FORMS[form](matrix))
    np.testing.assert_allclose((matrix + damping * np.eye(4)) @ step, GRADIENTS[0], rtol=1e-9)


@pytest.mark.parametrize("damping", [0.0, 2.0])
def test_a_diagonal_operator_divides(damping):
    diagonal = np.array([1.0, 2.0, 4.0, 0.5])
    step = Newton(damping).next(GRADIENTS[0], DiagonalOperator((4,), diagonal))
    np.testing.assert_allclose(step, GRADIENTS[0] / (diagonal + damping), rtol=1e-12)


CHOICES = [
    (None, GradientDescent()),
    ("momentum", Momentum()),
    ("ADAM", Adam()),
    (Newton, Newton()),
    (Adam(0.5), Adam(0.5)),
]
NO_DIRECTIONS = [3, "downhill", int, "backtracking", object(), {}]


@pytest.mark.parametrize(("choice", "expected"), CHOICES)
def test_a_direction_is_chosen_by_name_class_or_instance(choice, expected):
    assert as_direction(choice) == expected


def test_an_object_that_has_both_methods_is_a_direction():
    class Mine:
        def start(self, x): ...

        def next(self, gradient): ...

    mine = Mine()
    assert as_direction(mine) is mine
    with pytest.raises(SymgdError, match="is not a direction"):
        as_direction(Mine)


@pytest.mark.parametrize("choice", NO_DIRECTIONS, ids=range(len(NO_DIRECTIONS)))
def test_anything_else_is_refused_with_what_is_known(choice):
    with pytest.raises(SymgdError, match="is not a direction") as caught:
        as_direction(choice)
    assert caught.value.hint.startswith("known: gradient descent, momentum, adam, newton")
