"""Unicode notation as a textbook prints it, with brackets wherever another reading would mean something else."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.explain.notation.unicode import to_textbook
from tests.formulas import declared

SHAPES = {"X": "m n", "y": "m", "w": "n", "v": "n", "A": "n n", "B": "n n", "u": "3"}
TABLE = [
    # products of matrices and vectors
    ("2*X.T @ (X @ w - y)", "2 Xᵀ(Xw − y)"),
    ("X @ w", "Xw"),
    ("w @ v", "wᵀv"),
    ("w @ w", "wᵀw"),
    ("(A + B) @ v", "(A + B) v"),
    ("A @ (v + w)", "A(v + w)"),
    ("inv(A) @ v", "A⁻¹ v"),
    ("inv(A + B)", "(A + B)⁻¹"),
    ("kron(A, B)", "A ⊗ B"),
    ("w * v", "w ⊙ v"),
    ("(w + v) * v", "(w + v) ⊙ v"),
    # scalars and numbers
    ("2*v", "2 v"),
    ("-v", "−v"),
    ("-3*x", "−3·x"),
    ("x*t", "x·t"),
    ("(x + t)*v", "(x + t) v"),
    ("pi*x", "π·x"),
    ("x/3", "x/3"),
    ("v/x", "v/x"),
    ("2*v/(3*x)", "2 v / (3·x)"),
    ("x - (t - 1)", "x − (t − 1)"),
    # powers and roots
    ("x**2", "x²"),
    ("x**-2", "1/x²"),
    ("x**13", "x¹³"),
    ("(x + 1)**2", "(x + 1)²"),
    ("x**t", "x^t"),
    ("x**(t + 1)", "x^(t + 1)"),
    ("w**2", "w²"),
    ("A**2", "A^⊙²"),  # entry by entry; A² is A times A
    ("sqrt(x)", "√x"),
    ("sqrt(x + 1)", "√(x + 1)"),
    # norms, sums and functions
    ("norm2(w)", "‖w‖₂"),
    ("norm2(X @ w - y)", "‖Xw − y‖₂"),
    ("sum(w**2)", "‖w‖₂²"),
    ("sum(X**2)", "‖X‖_F²"),
    ("sigmoid(x)", "σ(x)"),
    ("relu(x)", "relu(x)"),
    ("exp(-x**2)", "exp(−x²)"),
    ("ones(3)*x", "x·𝟏"),
    # conditions
    ("x <= 1", "x ≤ 1"),
    ("x == t", "x = t"),
    ("x != t", "x ≠ t"),
    ("x < t", "x < t"),
    # names
    ("alpha*x", "α·x"),
    ("lam*v", "λ v"),
    ("theta_1", "θ_1"),
]


def read(text):
    return sg.formula(text, shapes=declared(SHAPES, text))


@pytest.mark.parametrize(("text", "notation"), TABLE)
def test_a_formula_is_printed_as_in_a_textbook(text, notation):
    assert to_textbook(read(text)) == notation


@pytest.mark.parametrize("text", [text for text, _ in TABLE])
def test_no_sign_of_programs_is_left(text):
    found = to_textbook(read(text))
    assert not {"*", "@", "-", "<=", "!=", "=="} & {*found, *(found[k : k + 2] for k in range(len(found)))}


APART = [  # formulas of other values, which are printed apart
    ("(A + B) @ v", "A + B @ v"),
    ("A @ B", "A * B"),
    ("A @ A", "A**2"),
    ("(-x)**2", "-x**2"),
    ("x**(t**2)", "(x**t)**2"),
    ("(x + 1)*t", "x + 1*t"),
    ("x/(t*z)", "x/t*z"),
    ("x - (t - z)", "x - t - z"),
    ("sqrt(x)*t", "sqrt(x*t)"),
    ("sqrt(x)**3", "sqrt(x**3)"),
    ("inv(A) @ B", "inv(A @ B)"),
    ("inv(A).T @ v", "inv(A) @ v"),
    ("sum(w)**2", "sum(w**2)"),
    ("norm2(w)**2 + 1", "norm2(w + 1)**2"),
    ("2*(w @ v)", "(2*w) * v"),
    ("exp(x)**2", "exp(x**2)"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_has_other_values_is_printed_apart(one, other):
    assert to_textbook(read(one)) != to_textbook(read(other))


def test_names_may_be_given():
    x = sg.scalar("x")
    assert to_textbook(2 * x, {x: "x₀"}) == "2·x₀"


def test_long_parts_are_named_and_told_behind():
    x = sg.tensor("x", "n")
    part = sg.exp(sg.sin(x) + sg.cos(x) * sg.tanh(x)) * sg.softplus(x) + sg.sigmoid(x)
    deep = part
    for _ in range(6):
        deep = sg.exp(deep) * deep + sg.log(1 + deep**2)
    found = to_textbook(deep)
    assert " where " in found
    assert "*" not in found


def test_a_name_with_a_superscript_is_defined():
    """t1³ was taken for another name than t1, and printed without its definition."""
    formula = sg.formula("mean(tanh(softmax(X @ v)/3)**4)", shapes={"X": "m n", "v": "n"})
    assert to_textbook(sg.gradient(formula, "v")).endswith("where t1 = tanh(softmax(Xv)/3)")
