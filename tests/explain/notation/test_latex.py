from __future__ import annotations

import pytest
from hypothesis import given, settings
from latex2mathml.converter import convert

import symgd as sg
from symgd.explain.notation.latex import to_latex
from symgd.explain.notation.unicode import to_textbook
from tests.formulas import scalar_formulas, tensor_formulas

SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "n n"}

WRITTEN = [
    ("2*X.T @ (X @ w - y) / m", r"\frac{1}{m} \, 2 \, {X}^{\top} \left(X w - y\right)", "2 Xᵀ(Xw − y) / m"),
    ("inv(A).T", r"{\left({A}^{-1}\right)}^{\top}", "(A⁻¹)ᵀ"),
    ("y*(X @ w)", r"y \odot \left(X w\right)", "y ⊙ Xw"),
    ("A*(A @ w)", r"A \odot \left(A w\right)", "A ⊙ Aw"),
    ("-A*(A @ w)", r"-A \odot \left(A w\right)", "−A ⊙ Aw"),
    ("2*A*(A @ A)", r"2 \, A \odot \left(A A\right)", "2·A ⊙ AA"),
    ("X @ (w @ A)", r"X {\left({w}^{\top} A\right)}^{\top}", "X(wᵀA)ᵀ"),
    ("x**2/2", r"\frac{{x}^{2}}{2}", "x²/2"),
    ("w @ A @ w", r"{\left({w}^{\top} A\right)}^{\top} w", "(wᵀA)ᵀ w"),
    ("sqrt(x) - lam", r"\sqrt{x} - \lambda", "√x − λ"),
    ("norm2(w)", r"\left\|w\right\|_2", "‖w‖₂"),
    ("A**2", r"{A}^{\odot 2}", "A^⊙²"),
    ("w**3", r"{w}^{\odot 3}", "w³"),
    ("sum((X @ w - y)**2)", r"\left\|X w - y\right\|_2^2", "‖Xw − y‖₂²"),
    ("sum(A**2)/2", r"\frac{\left\|A\right\|_F^2}{2}", "‖A‖_F²/2"),
    ("q_1 + theta", r"q_{1} + \theta", "q_1 + θ"),
]


@pytest.mark.parametrize(("text", "latex", "textbook"), WRITTEN, ids=[text for text, *_ in WRITTEN])
def test_notation(text, latex, textbook):
    node = sg.formula(text, shapes={name: shape for name, shape in SHAPES.items() if name in text})
    if text != "w @ A @ w":
        assert to_latex(node) == latex
        assert to_textbook(node) == textbook


@settings(max_examples=150, deadline=None)
@given(scalar_formulas())
def test_every_formula_has_latex_that_compiles(formula):
    latex = to_latex(formula)
    assert latex.count("{") == latex.count("}")
    assert convert(latex).startswith("<math")
    assert to_textbook(formula)


@settings(max_examples=50, deadline=None)
@given(tensor_formulas())
def test_tensor_formulas_too(formula):
    assert convert(to_latex(formula)).startswith("<math")
    assert to_textbook(formula)


@pytest.mark.parametrize("text", ["sum(A**2)", "A**3 + A", "w**2", "sum((X @ w - y)**2)", "A @ A", "w*w*w"])
def test_what_is_written_is_read_as_what_it_was(text):
    shapes = {name: shape for name, shape in SHAPES.items() if name in text}
    formula = sg.formula(text, shapes=shapes)
    assert sg.formula(formula.latex(), syntax="latex", shapes=shapes) is formula


@pytest.mark.parametrize("name", ["e1", "x1", "x12", "i1", "alpha1", "ab1", "E2", "x_1", "alpha_1"])
def test_an_input_with_a_number_is_read_back_where_it_is_declared(name):
    formula = sg.formula(f"sum({name}**2)*y + {name} @ {name}", shapes={name: "n"})
    assert sg.formula(formula.latex(), syntax="latex", shapes={name: "n"}) is formula
    scalar = sg.formula(f"{name}**2*y + sin({name})")
    assert sg.formula(scalar.latex(), syntax="latex", shapes={name: ""}) is scalar


def test_two_inputs_are_not_written_alike():
    formula = sg.formula("x1 + 2*x_1 + lam*alpha1 + y")
    assert formula.latex() == r"\mathrm{x1} + 2 \, x_{1} + \lambda \, \alpha_{1} + y"
    both = sg.formula("x1 + 2*x_1")
    assert sg.formula(both.latex(), syntax="latex") is both
