"""Formulas as papers write them give the graph of the text, and what is printed as LaTeX reads back."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings

import symgd as sg
from symgd.errors import AmbiguityError, ShapeError, SymgdError
from symgd.explain.notation.latex import to_latex
from symgd.graph.primitive import REGISTRY
from tests.formulas import scalar_formulas, tensor_formulas
from tests.readers.text.test_juxtaposition import assert_same_value

ATTENTION = {"Q": "n d_k", "K": "m d_k", "V": "m d_v"}
PAPERS = [
    (r"\frac{1}{2} x^2", "x**2/2", {}),
    (r"-X^\top (y \odot \sigma(-y \odot Xw))/m", "-X.T @ (y*sigmoid(-y*(X @ w)))/m", {"X": "m n", "w": "n", "y": "m"}),
    (
        r"\operatorname{softmax}(QK^\top/\sqrt{d})V",
        "softmax(Q @ K.T/sqrt(d), axis=1) @ V",
        {"Q": "n d", "K": "m d", "V": "m k"},
    ),
    (r"\operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V", "softmax(Q @ K.T/sqrt(d_k), axis=1) @ V", ATTENTION),
    (r"\frac{1}{d_k} \sum_{i=1}^{d_k} x_i", "sum(x)/d_k", {"x": "d_k"}),
    (r"\sum_{i=1}^{n_1} x_i", "sum(x)", {"x": "n_1"}),
    (r"\mathbf{1}_{d_k}^\top x", "ones(d_k) @ x", {"x": "d_k"}),
    (r"\frac{1}{2} \ln|\Sigma|", "log(abs(det(Sigma)))/2", {"Sigma": "n n"}),
    (r"\log\frac{|\Sigma_1|}{|\Sigma_2|}", "log(abs(det(Sigma_1))/abs(det(Sigma_2)))", {"Sigma_1": "n n", "Sigma_2": "n n"}),
    (r"\log(|A|/2)", "log(abs(det(A))/2)", {"A": "n n"}),
    (r"\sum_i w_i x_i^k", "w @ x**k", {"w": "n", "x": "n"}),
    (r"\sum_{i=1}^n (x_i - j)^2", "sum((x - j)**2)", {"x": "n"}),
]


@pytest.mark.parametrize(("latex", "text", "shapes"), PAPERS)
def test_a_paper_and_a_text_give_one_graph(latex, text, shapes):
    assert str(sg.formula(latex, shapes=shapes, syntax="latex")) == str(sg.formula(text, shapes=shapes))


@pytest.mark.parametrize(("latex", "text", "shapes"), PAPERS)
def test_latex_is_recognised_by_its_commands(latex, text, shapes):
    assert sg.formula(latex, shapes=shapes) is sg.formula(latex, shapes=shapes, syntax="latex")


def test_norm_bars_are_commands_too():
    assert str(sg.formula(r"\|x\|^2", shapes={"x": "n"})) == "sum(x**2)"


@pytest.mark.parametrize(
    "latex", [r"|A|", r"\log(x^\top |A| x)", r"\log\operatorname{tr}(|A|)", r"\log\|A|A|\|_F", r"\exp(|A|/2)"]
)
def test_bars_of_a_matrix_elsewhere_have_two_readings(latex):
    shapes = {"A": "n n"} | ({"x": "n"} if "x" in latex.replace("exp", "") else {})
    with pytest.raises(AmbiguityError, match="two readings"):
        sg.formula(latex, shapes=shapes, syntax="latex")


def test_a_letter_with_brackets_is_offered_only_functions_that_are_known():
    assert str(sg.formula(r"\Phi(x)", syntax="latex")) == "ndtr(x)"
    with pytest.raises(AmbiguityError, match="none of that name is known"):
        sg.formula("f(x)", syntax="latex")


@pytest.mark.parametrize("latex", [r"\Phi^2(x)", r"\sigma^{-1}(x)", r"\sigma^3(x)", r"\phi^2(x)", r"\Gamma^{2}(x)", "J_0^2(x)"])
def test_a_power_of_a_function_may_be_a_product(latex):
    with pytest.raises(AmbiguityError, match="a product"):
        sg.formula(latex, syntax="latex")


@pytest.mark.parametrize(
    ("latex", "text", "facts"),
    [
        (r"\Phi^{-1}(p)", "ndtri(p)", {}),
        (r"\Phi^{-1}\left(\frac{p}{2}\right) y", "ndtri(p/2)*y", {}),
        (r"\frac{y^2}{\sigma^2(1 - \rho^2)}", "y**2/(sigma**2*(1 - rho**2))", {}),
        (r"\sigma^3(1 - \rho)", "sigma**3*(1 - rho)", {"sigma": {"positive": True}}),
        (r"\phi^2 x", "phi**2*x", {}),
        ("J_0^2 x", "J_0**2*x", {}),
    ],
)
def test_powers_in_front_of_brackets_and_of_names(latex, text, facts):
    assert sg.formula(latex, syntax="latex", facts=facts) is sg.formula(text, facts=facts)


@settings(max_examples=80, deadline=None)
@given(scalar_formulas())
def test_scalar_formulas_come_back_from_their_latex(formula):
    assert_same_value(formula, sg.formula(to_latex(formula), syntax="latex"))


BESIDE = ["{f}*y", "y*{f}", "{f}*(y + 1)", "y*(1 - y)*{f}", "1/({f}*(y + 1))", "-{f}*y", "{f}*sin(y)", "{f}*log(y)*y"]
BESIDE_TENSORS = ["{f}*v", "{f}*(X @ v)", "{f} @ v", "X.T @ {f}", "u @ {f} @ v", "{f}*X", "v * {f}"]


def _unary_functions():
    return sorted(name for name, record in REGISTRY.items() if record.is_elementwise and record.arity == 1)


def assert_comes_back_or_has_two_readings(text, shapes):
    formula = sg.formula(text, shapes=shapes)
    try:
        again = sg.formula(to_latex(formula), syntax="latex", shapes=shapes)
    except AmbiguityError:
        return False
    assert_same_value(formula, again)
    return True


@pytest.mark.parametrize("name", _unary_functions())
def test_functions_beside_other_factors_come_back_from_their_latex(name):
    for pattern in BESIDE:
        assert_comes_back_or_has_two_readings(pattern.format(f=f"{name}(x)"), {})
    shapes = {"X": "m n", "v": "n", "u": "m"}
    for argument, pattern in itertools.product(("x", "v", "X"), BESIDE_TENSORS):
        text = pattern.format(f=f"{name}({argument})")
        try:
            assert_comes_back_or_has_two_readings(text, {key: shapes[key] for key in shapes if key in text.replace(name, "")})
        except ShapeError:
            continue


@pytest.mark.parametrize("name", ["sin", "log", "tanh", "exp", "erf", "sqrt", "abs", "expm1", "sigmoid", "arctan"])
def test_common_functions_beside_other_factors_are_never_refused(name):
    assert all(assert_comes_back_or_has_two_readings(pattern.format(f=f"{name}(x)"), {}) for pattern in BESIDE)


@pytest.mark.parametrize("name", ["sigma", "Gamma", "Phi", "phi", "J_2", "loss", "x", "alpha_1"])
@pytest.mark.parametrize("pattern", ["{x}*(1 + y)", "({x} + 1)*{x}*(y + 2)", "1/({x}*(1 + y))", "{x}*y*(y + 1)"])
def test_a_name_in_front_of_a_sum_is_a_factor(name, pattern):
    assert assert_comes_back_or_has_two_readings(pattern.format(x=name), {})


LETTERS = [
    "sigmoid(x)*sigma", "Phi*ndtr(x)", "ndtri(Phi)*Phi_1", "Gamma*gamma(x)", "loggamma(x)*Gamma", "log(ndtr(x))*Phi",
    "sigmoid(x)**2*sigma", "digamma(x)*psi", "besselj(0, x)*J_0", "besselk(1, x)*K", "lambertw(x)*W", "zeta(x, 2)*zeta_1",
    "exp(x)*e", "exp(x)*e_1", "polygamma(1, x)*psi_1", "gammainc(2, x)*P",
]  # fmt: skip


@pytest.mark.parametrize("text", LETTERS)
def test_a_function_is_spelled_out_beside_an_input_with_its_letter(text):
    """With the input declared, \\sigma(x) reads as a product: sigma*x."""
    shapes = dict.fromkeys(
        ("x", *re.findall(r"\b(?:sigma|Phi_1|Phi|Gamma|psi_1|psi|J_0|K|W|zeta_1|e_1|e|P)\b(?!\()", text)), ""
    )
    formula = sg.formula(text, shapes={name: shape for name, shape in shapes.items() if re.search(rf"\b{name}\b(?!\()", text)})
    declared = {node.name: "" for node in formula.symbols}
    assert_same_value(formula, sg.formula(to_latex(formula), syntax="latex", shapes=declared))


_NOT_READ = ("_ is not known", "a sum joins", "an equation is not a formula", "a bound is a number", "ones")
"""Printed sums along an axis, sums that broadcast, definitions, and tensors of ones."""


@settings(max_examples=40, deadline=None)
@given(tensor_formulas())
def test_tensor_formulas_come_back_from_their_latex_or_are_refused(formula):
    shapes = {"X": "m n", "v": "n", "u": "m"}
    for root in (formula, *(sg.gradient(formula, node) for node in formula.symbols)):
        known = {node.name: shapes[node.name] for node in root.symbols}
        try:
            again = sg.formula(to_latex(root), shapes=known, syntax="latex")
        except SymgdError as error:
            if not str(error).startswith(_NOT_READ):
                raise
            continue
        if root.symbols and root.shape == again.shape:  # a tensor of ones is printed as the number 1
            assert_same_value(root, again)
