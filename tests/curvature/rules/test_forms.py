"""Special forms, each with its near miss."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.rules.composition import compose_all
from symgd.curvature.rules.forms import is_positive_definite, is_positive_semidefinite, is_square, special_form
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts, domain_of
from symgd.graph.traversal import depends_on
from tests.curvature.chords import far_from_chords, random_values
from tests.formulas import declared

SHAPES = {"X": "m n", "w": "n", "y": "m", "S": "n n", "t": "", "u": "n"}
FACTS = {"S": {"pd": True}, "t": {"positive": True}, "u": {"positive": True}}

CASES = [
    ("sqrt(1 + sum((X@w - y)**2))", "w", "CONVEX"),
    ("sqrt(sum((X@w - y)**2) - 1)", "w", None),
    ("sum((X@w - y)**2)/t", ["w", "t"], "CONVEX"),
    ("sum((X@w - y)**2)/sqrt(t)", ["w", "t"], "CONVEX"),
    ("sum((X@w - y)**2)/t**2", ["w", "t"], None),
    ("sum((X@w - y)**2)*t", ["w", "t"], None),
    ("w @ inv(S) @ w", ["w", "S"], "CONVEX"),
    ("w @ S @ w", ["w", "S"], None),
    ("sqrt(1 + w @ S @ w)", "w", "CONVEX"),
    ("sqrt((w - u) @ S @ (w - u))", "w", "CONVEX"),
    ("(w @ S @ w)/t", ["w", "t"], "CONVEX"),
    ("sqrt(w @ S @ w - 1)", "w", None),
    ("sqrt(w @ S @ u)", "w", "CONCAVE"),
    ("sum(w**4)**(1/4)", "w", "CONVEX"),
    ("sum(w**4)**(1/2)", "w", None),
    ("sum(w**3)**(1/3)", "w", None),
    ("sum(sqrt(u))**2", "u", "CONCAVE"),
    ("1/sum(1/u)", "u", "CONCAVE"),
    ("sum(sqrt(u))**3", "u", None),
    ("prod(u)**(1/n)", "u", "CONCAVE"),
    ("prod(u)**(1/(2*n))", "u", "CONCAVE"),
    ("prod(u)**(2/n)", "u", None),
    ("prod(u)**(-1)", "u", "CONVEX"),
    ("1/prod(sqrt(u))", "u", "CONVEX"),
    ("log(prod(u))", "u", "CONCAVE"),
    ("prod(u)", "u", None),
    ("sum(-log(erfc(X@w)))", "w", "CONVEX"),
    ("sum(log(erfc(-(X@w))))", "w", "CONCAVE"),
    ("sum(log(1 + erfc(X@w)))", "w", None),
]


@pytest.mark.parametrize(("text", "wrt", "kind"), CASES)
def test_forms_and_near_misses(text, wrt, kind):
    used = {
        name: shape for name, shape in SHAPES.items() if name in text.replace("sqrt", "").replace("sum", "").replace("inv", "")
    }
    formula = sg.formula(text, shapes=used, facts={name: facts for name, facts in FACTS.items() if name in used})
    verdict = sg.convexity(formula, wrt, budget=3)
    if kind is None:
        assert verdict.kind.name in ("UNKNOWN", "NEITHER"), str(verdict)
    else:
        assert verdict.kind.name == kind, str(verdict)
        assert verdict.proof.check()


SHAPES_OF_FORMS = {
    "A": "m n", "B": "n n", "P": "n n", "Q": "m m", "S": "n n", "T": "n n", "Y": "n k",
    "w": "n", "v": "n", "y": "m", "u": "n", "h": "n", "g": "n", "t": "", "b": "", "c": "",
}  # fmt: skip
FACTS_OF_FORMS = {
    "P": {"psd": True}, "Q": {"psd": True}, "S": {"pd": True}, "T": {"pd": True}, "u": {"positive": True},
    "g": {"positive": True}, "h": {"nonnegative": True}, "t": {"positive": True}, "c": {"positive": True},
}  # fmt: skip
SPECIAL = [  # text, in which variables, what the form is: one whose premises all hold
    ("w @ P @ w", "w", Curvature.CONVEX),
    ("(w - v) @ P @ (w - v)", "w v", Curvature.CONVEX),
    ("(A @ w - y) @ Q @ (A @ w - y)", "w y", Curvature.CONVEX),
    ("w @ S @ w", "w", Curvature.CONVEX),
    ("w @ inv(S) @ w", "w", Curvature.CONVEX),
    ("w @ inv(S) @ w", "w S", Curvature.CONVEX),
    ("(w - v) @ inv(S) @ (w - v)", "w v S", Curvature.CONVEX),
    ("(w - v) @ inv(S) @ (w - v)", "S", Curvature.CONVEX),
    ("trace(Y.T @ inv(S) @ Y)", "Y S", Curvature.CONVEX),
    ("sqrt(c + sum(w**2))", "w", Curvature.CONVEX),
    ("sqrt(sum((A @ w - y)**2))", "w y", Curvature.CONVEX),
    ("sqrt(w @ P @ w)", "w", Curvature.CONVEX),
    ("(c + w @ P @ w)**(3/4)", "w", Curvature.CONVEX),
    ("(c*sum(w**2) + 3*sum(v**2))**(5/2)", "w v", Curvature.CONVEX),
    ("sqrt(mean(w**2) + b**2)", "w b", Curvature.CONVEX),
    ("sum(w**2)/t", "w t", Curvature.CONVEX),
    ("sum(w**2)*t**(-1/3)", "w t", Curvature.CONVEX),
    ("(w @ P @ w)/sqrt(t)", "w t", Curvature.CONVEX),
    ("c*sum((A @ w - y)**2)/t", "w y t", Curvature.CONVEX),
    ("b**2/sqrt(sum(sqrt(u)))", "b u", Curvature.CONVEX),
    ("sum(w**4)**(1/4)", "w", Curvature.CONVEX),
    ("sum(u**(3/2))**(2/3)", "u", Curvature.CONVEX),
    ("(sum((1 + w**2)**3) + sum(abs(v)**3))**(1/3)", "w v", Curvature.CONVEX),
    ("(2*sum(u**3) + c*sum(g**3))**(1/3)", "u g", Curvature.CONVEX),
    ("sum(sqrt(u))**2", "u", Curvature.CONCAVE),
    ("sum(h**(1/3))**3", "h", Curvature.CONCAVE),
    ("1/sum(1/u)", "u", Curvature.CONCAVE),
    ("sum(u**(-2))**(-1/2)", "u", Curvature.CONCAVE),
    ("sum(sqrt(log(1 + u)))**2", "u", Curvature.CONCAVE),
    ("prod(u)**(1/n)", "u", Curvature.CONCAVE),
    ("prod(h)**(1/(3*n))", "h", Curvature.CONCAVE),
    ("prod(log(1 + u))**(1/n)", "u", Curvature.CONCAVE),
    ("prod(u)**(-2)", "u", Curvature.CONVEX),
    ("prod(sqrt(u))**(-c)", "u", Curvature.CONVEX),
    ("log(prod(u))", "u", Curvature.CONCAVE),
    ("log(prod(log(1 + u)))", "u", Curvature.CONCAVE),
    ("log(erfc(b))", "b", Curvature.CONCAVE),
    ("log(erfc(2 - 3*b))", "b", Curvature.CONCAVE),
    ("log(erfc(b**2))", "b", Curvature.CONCAVE),
]  # fmt: skip
COLUMNS = [  # of a matrix with one column, and of one with two
    ("sum((Y.T @ Y)**2)", 1, "CONVEX"),
    ("sum(sqrt(Y.T @ Y))", 1, "CONVEX"),
    ("sum(exp(Y.T @ Y))", 1, "CONVEX"),
    ("sum(-sqrt(1 + Y.T @ Y))", 1, "CONCAVE"),
    ("sum((Y.T @ Y)**3)", 2, None),
    ("sum(exp(Y.T @ Y))", 2, None),
    ("sum(exp(-(Y.T @ Y)))", 1, None),
]
WRONG = [  # one premise does not hold, and which inequality of chords the function breaks: that of convex or concave ones
    ("w @ B @ w", "w", Curvature.CONVEX),
    ("w @ P @ v", "w v", Curvature.CONVEX),
    ("exp(w) @ P @ exp(w)", "w", Curvature.CONVEX),
    ("w @ (-P) @ w", "w", Curvature.CONVEX),
    ("w @ P @ w", "w P", Curvature.CONVEX),
    ("w @ inv(B) @ w", "w", Curvature.CONVEX),
    ("w @ inv(S) @ v", "w v", Curvature.CONVEX),
    ("w @ inv(S) @ v", "w v S", Curvature.CONVEX),
    ("sqrt(u) @ inv(S) @ sqrt(u)", "u S", Curvature.CONVEX),
    ("trace(B @ inv(S) @ B)", "B S", Curvature.CONVEX),
    ("sqrt(sum(w**2) - c)", "w", Curvature.CONVEX),
    ("sqrt(sum(w**2) + sum(w))", "w", Curvature.CONVEX),
    ("(c + w @ P @ w)**(1/3)", "w", Curvature.CONVEX),
    ("(c + sum(w**2))**(2/5)", "w", Curvature.CONVEX),
    ("sqrt(c*sum(w**2) - 3*sum(v**2))", "w v", Curvature.CONVEX),
    ("sqrt(b*sum(w**2) + sum(v**2))", "w v", Curvature.CONVEX),
    ("sum(w**2)/t**(11/10)", "w t", Curvature.CONVEX),
    ("sum(w**2)*t**(1/10)", "w t", Curvature.CONVEX),
    ("sum(w**2)/b", "w b", Curvature.CONVEX),
    ("-c*sum(w**2)/t", "w t", Curvature.CONVEX),
    ("b*sum(w**2)/t", "w t", Curvature.CONVEX),
    ("sum(w**2)/(1 + b**2)", "w b", Curvature.CONVEX),
    ("sum(w)/t", "w t", Curvature.CONVEX),
    ("sum(w**3)**(1/3)", "w", Curvature.CONVEX),
    ("sum(u**2)**(2/5)", "u", Curvature.CONVEX),
    ("(sum(u**3) + sum(u**2))**(1/3)", "u", Curvature.CONVEX),
    ("(sum(u**3) - sum(g**3))**(1/3)", "u g", Curvature.CONVEX),
    ("(b*sum(u**3) + sum(g**3))**(1/3)", "u g", Curvature.CONVEX),
    ("sum(log(1 + u)**3)**(1/3)", "u", Curvature.CONVEX),
    ("sum(sqrt(u))**(5/2)", "u", Curvature.CONCAVE),
    ("sum(sqrt(1 + w**2))**2", "w", Curvature.CONCAVE),
    ("sum(sqrt(u**3))**2", "u", Curvature.CONCAVE),
    ("sum(u**(-2))**(-1)", "u", Curvature.CONCAVE),
    ("1/sum(1/w)", "w", Curvature.CONCAVE),
    ("prod(u)**(11/(10*n))", "u", Curvature.CONCAVE),
    ("prod(u)**c", "u", Curvature.CONCAVE),
    ("prod(w)**(-1)", "w", Curvature.CONVEX),
    ("prod(exp(w))**(1/n)", "w", Curvature.CONCAVE),
    ("prod(u**2)**(1/n)", "u", Curvature.CONCAVE),
    ("prod(u)**(-t)", "u t", Curvature.CONVEX),
    ("log(prod(w))", "w", Curvature.CONCAVE),
    ("log(prod(exp(u**2)))", "u", Curvature.CONCAVE),
    ("log(erfc(-(b**2)))", "b", Curvature.CONCAVE),
    ("log(erf(b))", "b", Curvature.CONVEX),
]  # fmt: skip


SIZES = [{"m": 3, "n": 1, "k": 2}, {"m": 3, "n": 2, "k": 1}, {"m": 2, "n": 3, "k": 2}]


def simple_formula(text):
    return sg.simplify(sg.formula(text, shapes=declared(SHAPES_OF_FORMS, text), facts=declared(FACTS_OF_FORMS, text)))


def what_the_rules_need(formula, wrt):
    """The node, what is known below it, what moves, and the facts: the arguments of every rule of special forms."""
    variables = [node for node in formula.symbols if node.name in wrt.split()]
    facts = Facts(domain_of(formula))
    return variables, (formula, compose_all(formula, variables, facts), depends_on((formula,), variables), facts)


@pytest.mark.parametrize(("text", "wrt", "curvature"), SPECIAL)
def test_a_form_whose_premises_hold_lies_on_one_side_of_its_chords(text, wrt, curvature):
    formula = simple_formula(text)
    variables, needed = what_the_rules_need(formula, wrt)
    assert special_form(*needed)[0] == curvature
    above, below = far_from_chords(formula, variables, SIZES)
    assert (above if curvature == Curvature.CONVEX else below) < 1e-9


@pytest.mark.parametrize(("text", "wrt", "broken"), WRONG)
def test_a_form_with_a_wrong_premise_crosses_its_chords_and_is_left(text, wrt, broken):
    formula = simple_formula(text)
    variables, needed = what_the_rules_need(formula, wrt)
    assert special_form(*needed) is None
    above, below = far_from_chords(formula, variables, SIZES)
    assert (above if broken == Curvature.CONVEX else below) > 1e-6


BENT = ["einsum('i,ij,j->', w, inv(inv(S)), w)", "einsum('ik,ij,jk->', Y, inv(inv(S)), Y)"]


@pytest.mark.parametrize("text", BENT)
def test_a_matrix_below_a_fraction_must_be_affine_and_not_only_definite(text):
    """wᵀS·w with S = (S⁻¹)⁻¹ is not convex in w and S together."""
    formula = sg.formula(text, shapes=declared(SHAPES_OF_FORMS, text), facts=declared(FACTS_OF_FORMS, text))
    variables, needed = what_the_rules_need(formula, "w Y S")
    assert special_form(*needed) is None
    assert far_from_chords(formula, variables, SIZES)[0] > 1e-6
    _, fixed = what_the_rules_need(formula, "w Y")
    assert special_form(*fixed)[0] == Curvature.CONVEX


SQUARES = [  # text, in which variables, whether it is the square of a length: its root is then convex
    ("sum(w**2)", "w", True),
    ("w @ P @ w", "w", True),
    ("w @ B @ w", "w", False),
    ("sum(w**2) + c", "w", True),
    ("sum(w**2) + b", "w", False),
    ("sum(w**2) - c", "w", False),
    ("sum(w**2) + b**2", "w", True),
    ("sum(w**2) + b**2", "w b", True),
    ("sum(w**2) + t", "w t", False),
    ("c*sum(w**2)", "w", True),
    ("b*sum(w**2)", "w", False),
    ("-sum(w**2)", "w", False),
    ("t*sum(w**2)", "w t", False),
    ("mean((A @ w - y)**2) + sum(v**2)/c", "w v y", True),
    ("sum(h*w**2)", "w", True),
    ("sum(v*w**2)", "w", False),
    ("sum(w)**2", "w", True),
    ("sum(w)**3", "w", False),
    ("sum(log(u)**2)", "u", False),
    ("sum(w*v)", "w v", False),
]


@pytest.mark.parametrize(("text", "wrt", "is_one"), SQUARES)
def test_the_root_of_a_squared_length_is_convex_and_that_of_others_is_not(text, wrt, is_one):
    formula = simple_formula(text)
    variables, needed = what_the_rules_need(formula, wrt)
    assert is_square(*needed) == is_one
    above, _ = far_from_chords(simple_formula(f"sqrt({text})"), variables, SIZES)
    values = values_at_random(formula)
    if is_one:
        assert above < 1e-9
        assert min(values) >= 0
    else:
        assert above > 1e-6 or min(values) < 0


def values_at_random(formula):
    rng, inputs = np.random.default_rng(0), list(formula.symbols)
    code = sg.lambdify(inputs, formula)
    return [code(*(random_values(node, sizes, rng) for node in inputs)) for sizes in SIZES * 20]


MATRICES = [  # text, whether it surely is positive semidefinite, and positive definite
    ("S", True, True),
    ("P", True, False),
    ("B", False, False),
    ("inv(S)", True, True),
    ("inv(inv(S))", True, True),
    ("inv(B)", False, False),
    ("inv(-S)", False, False),
    ("matrix_power(B, 2)", False, False),
    ("matrix_power(B, 3)", False, False),
    ("-S", False, False),
    ("S - T", False, False),
    ("S @ T", False, False),
    ("P - S", False, False),
]


@pytest.mark.parametrize(("text", "is_semidefinite", "is_definite"), MATRICES)
def test_definite_matrices_have_positive_eigenvalues_and_others_need_not(text, is_semidefinite, is_definite):
    formula = simple_formula(text)
    assert (is_positive_semidefinite(formula), is_positive_definite(formula)) == (is_semidefinite, is_definite)
    matrices = values_at_random(formula)
    least = min(np.linalg.eigvalsh(matrix + matrix.T)[0] / np.abs(matrix).max() for matrix in matrices)
    if is_semidefinite:
        assert least > (0 if is_definite else -1e-12)
        assert all(np.allclose(matrix, matrix.T) for matrix in matrices)
    else:
        assert least < -1e-6


@pytest.mark.parametrize(("text", "columns", "kind"), COLUMNS)
def test_the_product_of_one_column_with_itself_is_a_squared_length(text, columns, kind):
    formula = sg.formula(text, shapes={"Y": f"n {columns}"})
    verdict = sg.convexity(formula, "Y", budget=3)
    assert verdict.kind.name == kind if kind else verdict.kind.name in ("UNKNOWN", "NEITHER"), str(verdict)
    assert verdict.proof is None or verdict.check()


LINEAR_TOO = [  # a quadratic form beside a linear term
    ("maximum(0, x@P@x/2 + q@x - 1)", "CONVEX"),
    ("maximum(0, x@P@x - 1)**2", "CONVEX"),
    ("x@P@x + q@x", "CONVEX"),
    ("maximum(0, 1 - x@P@x)", None),
    ("minimum(0, x@P@x + q@x)", None),
    ("maximum(0, x@B@x/2 + q@x - 1)", None),
    ("maximum(0, x@P@q + (P@x)@q*(q@x))", None),
]


@pytest.mark.parametrize(("text", "kind"), LINEAR_TOO)
def test_a_quadratic_form_beside_a_linear_term(text, kind):
    formula = sg.formula(
        text, shapes=declared({"x": "n", "q": "n", "P": "n n", "B": "n n"}, text), facts=declared({"P": {"psd": True}}, text)
    )
    verdict = sg.convexity(formula, "x", budget=3)
    assert verdict.kind.name == kind if kind else verdict.kind.name in ("UNKNOWN", "NEITHER"), str(verdict)
    assert verdict.proof is None or verdict.check()
