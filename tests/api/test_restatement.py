"""Variables that are no inputs, in every function that differentiates: entries, functions of an input, SymPy's q(t)."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.checking.judgement import Verdict
from symgd.errors import ShapeError, SymgdError

TIME = sp.Symbol("t", real=True)
Q = sp.Function("q")(TIME)
RATE = Q.diff(TIME)
M, K = sp.symbols("m k", real=True)
ENERGY = M * RATE**2 / 2 - K * Q**2 / 2
A = sg.tensor("A", "2 2")
BELL = "exp(-x**2/(2*l**2))"


@pytest.mark.parametrize(
    ("loss", "wrt", "expected"),
    [
        (ENERGY, [Q, RATE], "[-k*q(t), m*q'(t)]"),
        (ENERGY, ["q(t)", "q'(t)", "k"], "[-k*q(t), m*q'(t), -q(t)**2/2]"),
        (sg.logdet(A), ["A[0, 1]", "A[1, 0]"], "[inv(A).T[0, 1], inv(A).T[1, 0]]"),
        ("x*y*l", ["x", "log l"], "[l*y, l*x*y]"),
        ("l**2", "(l)", "2*l"),
        ("theta**2*l", "θ", "2*l*theta"),
        ("theta**2*l", r"\theta", "2*l*theta"),
        ("theta**2*l", r"\log \theta", "2*l*theta**2"),
        ("x_1**2", "x₁", "2*x_1"),
        ("x_1**2", "x_{1}", "2*x_1"),
    ],
)
def test_gradients_in_what_is_no_input(loss, wrt, expected):
    assert str(sg.gradient(loss, wrt)) == expected


def test_hessians_in_several_coordinates_have_mixed_entries():
    assert str(sg.hessian(ENERGY, [Q, RATE])) == "[[-k, 0], [0, m]]"
    assert str(sg.hessian("x*y*l", ["x", "log l"])) == "[[0, l*y], [l*y, l*x*y]]"
    loss = sg.sum(A**2) * sg.scalar("x")
    assert str(sg.hessian(loss, ["A[0, 1]", "x"])) == "[[2*x, 2*A[0, 1]], [2*A[0, 1], 0]]"


def test_gradients_are_named_as_they_are_printed():
    found = sg.gradients(sg.logdet(A) * sg.scalar("l"), ["A[0, 1]", "log l", "l"])
    assert {name: str(node) for name, node in found.items()} == {
        "A[0, 1]": "l*inv(A)[1, 0]",
        "log(l)": "l*logdet(A)",
        "l": "logdet(A)",
    }
    assert {name: str(node) for name, node in sg.gradients(ENERGY, [Q, RATE]).items()} == {
        "q(t)": "-k*q(t)",
        "q'(t)": "m*q'(t)",
    }


@pytest.mark.parametrize("wrt", [[["x", "y"]], [["x", "y"], "z"]])
def test_gradients_of_a_list_in_the_list_are_refused(wrt):
    with pytest.raises(ShapeError, match="one variable after the other"):
        sg.gradients("x*y*z", wrt)


@pytest.mark.parametrize(
    ("loss", "wrt", "claim", "verdict"),
    [
        (sg.logdet(A), "A[0, 1]", "inv(A)[1, 0]", Verdict.RIGHT),
        (sg.logdet(A), "A[0, 1]", "inv(A)[0, 1]", Verdict.WRONG),
        (sg.sum(A**3), "A[0]", "3*A[0]**2", Verdict.RIGHT),
        (sg.sum(A**3), "A[0]", "3*A[1]**2", Verdict.WRONG),
        (BELL, "log l", f"x**2/l**2*{BELL}", Verdict.RIGHT),
        (BELL, "log l", f"x**2/l**3*{BELL}", Verdict.WRONG),
        (BELL, r"\log l", f"x**2/l**2*{BELL}", Verdict.RIGHT),
        (ENERGY, Q, -K * Q, Verdict.RIGHT),
        (ENERGY, Q, K * Q, Verdict.WRONG),
        (ENERGY, [Q, RATE], [-K * Q, M * RATE], Verdict.RIGHT),
        (ENERGY, [Q, RATE], [M * RATE, -K * Q], Verdict.WRONG),
    ],
)
def test_claims_are_checked(loss, wrt, claim, verdict):
    assert sg.check_gradient(loss, wrt, gradient=claim).verdict is verdict
    assert sg.check_jacobian(loss, wrt, jacobian=claim).verdict is verdict


@pytest.mark.parametrize(
    ("loss", "wrt"), [(sg.logdet(A), "A[0, 1]"), (BELL, "log l"), (ENERGY, [Q, RATE]), (ENERGY, Q), (sg.sum(A**3), "A[0]")]
)
def test_symgds_own_derivatives_are_right(loss, wrt):
    assert sg.check_gradient(loss, wrt).verdict is Verdict.RIGHT
    assert sg.check_hessian(loss, wrt).verdict is Verdict.RIGHT
    assert sg.derive_and_check(loss, wrt).check.verdict is Verdict.RIGHT


def test_points_have_values_for_the_tensor_and_for_functions():
    at = {"A": np.array([[1.0, 2.0], [3.0, 4.0]])}
    assert sg.check_gradient(sg.logdet(A), "A[0, 1]", gradient="inv(A)[1, 0]", at=at).verdict is Verdict.RIGHT
    assert sg.check_gradient(sg.logdet(A), "A[0, 1]", gradient="3/2", at=at).verdict is Verdict.RIGHT
    place = {Q: 1.0, "k": 2.0, "m": 1.0, "q'(t)": 3.0}
    assert sg.check_gradient(ENERGY, Q, gradient=-2 * Q, at=place).verdict is Verdict.RIGHT
    assert sg.check_gradient(ENERGY, Q, gradient=-3 * Q, at=[place]).verdict is Verdict.WRONG


def test_code_has_no_values_for_a_coordinate():
    with pytest.raises(SymgdError, match="code is judged by the values of inputs"):
        sg.check_gradient(BELL, "log l", gradient=lambda *values: 1)


@pytest.mark.parametrize(
    ("loss", "wrt", "order", "expected"),
    [
        (sp.cos(Q) * RATE**2, Q, 2, "q'(t)**2 - q'(t)**2*q(t)**2/2"),
        (sp.cos(Q) + Q * RATE, [Q, RATE], 2, "1 - q(t)**2/2 + q(t)*q'(t)"),
        (sg.det(A), "A[0, 1]", 3, "A[0, 0]*A[1, 1] - A[1, 0]*A[0, 1]"),
        (sg.formula("log(x[0] + x[1])", shapes={"x": "2"}), "x[0]", 1, "log(x[1]) + x[0]/x[1]"),
        (sg.formula("sum(x)*x_0**2", shapes={"x": "2"}), "x_0", 2, "(x[0] + x[1])*x_0**2"),
    ],
)
def test_expansions(loss, wrt, order, expected):
    expansion = sg.taylor(loss, wrt, order=order)
    assert str(expansion.polynomial) == expected
    assert set(expansion.polynomial.symbols) <= {*sg.formula(loss).symbols}


def test_coefficients_hold_the_functions():
    assert sg.taylor(sp.cos(Q) * RATE**2, Q, order=2).coefficients[2] == -(RATE**2) / 2
    assert sg.taylor(sp.exp(Q), Q, {Q: 1}, order=1).coefficients == {0: sp.E, 1: sp.E}


def test_an_entry_whose_name_is_that_of_an_input():
    """x[0] is written out as x_0, and must not be taken for the scalar x_0."""
    loss = sg.formula("sum(x)*x_0", shapes={"x": "2"})
    assert [len(number.free_symbols) for number in sg.taylor(loss, "x_0", order=1).coefficients.values()] == [0, 2]


def test_a_derivation_in_functions():
    derivation = sg.derivation(ENERGY, Q, check=True)
    assert derivation.result.to_sympy() == -K * Q
    assert derivation.check.verdict is Verdict.RIGHT
    assert "t_q(t) = 2·t_z·q(t)" in derivation.text()
    assert str(sg.derivation(ENERGY, [Q, RATE], "hessian").result["q'(t)"]) == "m"


@pytest.mark.parametrize(("loss", "wrt"), [(sg.logdet(A), "A[0, 1]"), ("log(l)", "log l")])
def test_a_derivation_is_in_whole_inputs(loss, wrt):
    with pytest.raises(SymgdError, match="a derivation is in whole inputs"):
        sg.derivation(loss, wrt)


@pytest.mark.parametrize(
    ("loss", "wrt", "kind"),
    [
        (Q**2, None, "STRONGLY_CONVEX"),
        (Q**2 + RATE**4, Q, "STRONGLY_CONVEX"),
        (sg.sum(A**4), "A[0, 1]", "STRICTLY_CONVEX"),
    ],
)
def test_convexity(loss, wrt, kind):
    assert sg.convexity(loss, wrt).kind.name == kind


def test_the_domain_of_a_function():
    assert sg.convexity(sp.sqrt(Q), Q, domain={Q: (0, 1)}).kind.name == "STRICTLY_CONCAVE"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: sg.taylor("exp(l)", "log l"),
        lambda: sg.convexity("exp(l)", "log l"),
        lambda: sg.hvp("exp(l)", "log l", "v"),
        lambda: sg.taylor(sg.exp(sg.sum(A)), "A[0]"),
        lambda: sg.gradient(sg.exp(A), "A[0, 1]"),
        lambda: sg.check_gradient(sg.exp(A), "A[0, 1]"),
        lambda: sg.gradient(sg.logdet(A), ["A[0, 1]", "A[0, 1]"]),
        lambda: sg.gradient(sg.logdet(A), ["A[0, 1]", "A[1]"]),
        lambda: sg.gradient(ENERGY, [Q, Q.diff(TIME, 2)]),
    ],
)
def test_what_is_refused(ask):
    with pytest.raises(SymgdError) as caught:
        ask()
    assert caught.value.hint


INDEX, SIZE = sp.Symbol("i", integer=True), sp.Symbol("n", integer=True, positive=True)
BASE = sp.IndexedBase("beam")


@pytest.mark.parametrize(
    ("loss", "wrt", "expected"),
    [
        (sp.Sum(sp.IndexedBase("beam_0")[INDEX] ** 2, (INDEX, 0, SIZE - 1)), sp.IndexedBase("beam_0")[0], "2*beam_0[0]"),
        (sp.Sum(sp.IndexedBase("beam_1")[INDEX] ** 2, (INDEX, 1, SIZE)), sp.IndexedBase("beam_1")[1], "2*beam_1[0]"),
        (
            sp.Sum(sp.IndexedBase("beam_2", shape=(SIZE,))[INDEX] ** 2, (INDEX, 1, SIZE)),
            sp.IndexedBase("beam_2")[1],
            "2*beam_2[0]",
        ),
        (BASE[0] ** 2 + BASE[1], [BASE[0], BASE[1]], "[2*beam[0], 1]"),
    ],
)
def test_entries_of_an_indexed_base_are_counted_as_in_the_formula(loss, wrt, expected):
    assert str(sg.gradient(loss, wrt)) == expected
    assert sg.check_hessian(loss, wrt).verdict is Verdict.RIGHT


@pytest.mark.parametrize(
    "ask",
    [
        lambda: sg.gradient(sp.Sum(BASE[INDEX] ** 2, (INDEX, 0, SIZE - 1)), BASE[INDEX]),
        lambda: sg.gradient(sp.Sum(BASE[INDEX] ** 2, (INDEX, 1, SIZE)), BASE[0]),
        lambda: sg.gradient(sg.gradient(BASE[0] ** 3 + BASE[1], BASE[0]), BASE[0]),
    ],
)
def test_entries_that_the_formula_does_not_count_are_refused(ask):
    with pytest.raises(SymgdError, match="is not counted|is not an entry|has no number"):
        ask()


CUBES = "sum(x**3)"


@pytest.mark.parametrize("wrt", ["x[1]", ["x[1]", "x[0]"], "x[1:]", ["x[1]"]], ids=str)
@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"positive": True}, "CONVEX"),
        ({"nonnegative": True}, "CONVEX"),
        ({"lower": 2}, "CONVEX"),
        ({"negative": True}, "CONCAVE"),
        ({"nonpositive": True}, "CONCAVE"),
        ({"upper": 0}, "CONCAVE"),
    ],
    ids=str,
)
def test_entries_are_what_was_declared_of_their_input(wrt, facts, kind):
    """x³ is convex for x ≥ 0 and concave for x ≤ 0."""
    assert sg.convexity(sg.formula(CUBES, shapes={"x": 3}, facts={"x": facts}), wrt).kind.name.endswith(kind)


@pytest.mark.parametrize("wrt", ["x[1]", ["x[1]", "x[2]"]], ids=str)
@pytest.mark.parametrize("facts", [{}, {"lower": -1}, {"nonzero": True}], ids=str)
def test_entries_of_both_signs_are_of_neither_kind(wrt, facts):
    assert sg.convexity(sg.formula(CUBES, shapes={"x": 3}, facts={"x": facts}), wrt).kind.name == "NEITHER"


def test_facts_of_entries_count_in_other_kinds():
    """x₀·x₁ is quasiconcave where both are positive."""
    loss = sg.formula("x[0]*x[1]", shapes={"x": 2}, facts={"x": {"positive": True}})
    assert sg.convexity(loss, ["x[0]", "x[1]"], kind="quasiconcave").kind.name == "QUASICONCAVE"


@pytest.mark.parametrize(
    ("facts", "sign"), [({"positive": True}, ""), ({"lower": 2}, ""), ({"negative": True}, "-"), ({"upper": -1}, "-")], ids=str
)
@pytest.mark.parametrize("wrt", ["x[1]", "x[1:]"])
def test_entries_are_tried_where_they_were_declared(wrt, facts, sign):
    """|x|·x is x² where x > 0, and −x² where x < 0."""
    loss = sg.formula(CUBES, shapes={"x": 3}, facts={"x": facts})
    assert sg.check_gradient(loss, wrt, gradient=f"{sign}3*abs({wrt})*{wrt}").verdict.name == "RIGHT"
    assert sg.check_gradient(loss, wrt, gradient=f"{sign}2*abs({wrt})*{wrt}").verdict.name == "WRONG"
    assert sg.check_jacobian(loss, wrt, jacobian=f"{sign}3*abs({wrt})*{wrt}").verdict.name == "RIGHT"
    hessian = f"{sign}6*abs({wrt})" if wrt == "x[1]" else f"diag({sign}6*abs({wrt}))"
    assert sg.check_hessian(loss, wrt, hessian=hessian).verdict.name == "RIGHT"


@pytest.mark.parametrize("wrt", ["y", "y[0]", "y[1:]", ["y[0]", "y[1]"]], ids=str)
@pytest.mark.parametrize(
    "ask",
    [
        sg.gradient,
        sg.hessian,
        sg.hessian_diagonal,
        sg.jacobian,
        sg.taylor,
        sg.convexity,
        sg.derivation,
        sg.check_gradient,
        sg.check_jacobian,
        sg.check_hessian,
        sg.derive_and_check,
        lambda loss, wrt: sg.gradients(loss, wrt if isinstance(wrt, list) else [wrt]),
        lambda loss, wrt: sg.derivative(loss, wrt, 2),
    ],
)
def test_inputs_of_single_values_are_no_variables_and_neither_are_their_entries(ask, wrt):
    loss = sg.formula("sum(y**2)", shapes={"y": 3}, facts={"y": {"values": [0, 1]}})
    with pytest.raises(sg.SymgdError, match="y takes the values 0, 1 only, so it is no variable"):
        ask(loss, wrt)


@pytest.mark.parametrize(
    ("loss", "wrt", "claim", "verdict"),
    [
        ("x**2*l", ["x", "log l"], ["2*x*l", "x**2*l"], "RIGHT"),
        ("x**2*l", ["x", "log l"], ["2*x*l", "x**2"], "WRONG"),
        ("x**2*l", ["log l", "x"], "stack([x**2*l, 2*x*l])", "RIGHT"),
        ("x**2*l", ["log l", "x"], "stack([2*x*l, x**2*l])", "WRONG"),
        ("x[0]*x[1]*l", ["log l", "x[1]"], ["x[0]*x[1]*l", "x[0]*l"], "RIGHT"),
        ("x[0]*x[1]*l", ["log l", "x[1]"], ["x[0]*x[1]*l", "x[1]*l"], "WRONG"),
        ("k*l", ["exp(k)", "log l"], ["l*exp(-k)", "k*l"], "RIGHT"),
    ],
)
def test_claims_in_lists_with_functions_of_inputs(loss, wrt, claim, verdict):
    """∂f/∂(log l) = l·∂f/∂l, with the other variables held."""
    loss = sg.formula(loss, shapes={"x": 2} if "x[" in loss else {})
    assert sg.check_gradient(loss, wrt, gradient=claim).verdict.name == verdict
    assert sg.check_jacobian(loss, wrt).verdict.name == "RIGHT"
    assert sg.check_hessian(loss, wrt).verdict.name == "RIGHT"
    assert sg.derive_and_check(loss, wrt).check.verdict.name == "RIGHT"


def test_hessians_in_lists_with_functions_of_inputs():
    """∂²(x²l)/∂(log l)² = x²l."""
    right, wrong = "[[x**2*l, 2*x*l], [2*x*l, 2*l]]", "[[x**2*l, 2*x*l], [2*x*l, 3*l]]"
    assert sg.check_hessian("x**2*l", ["log l", "x"], hessian=right).verdict.name == "RIGHT"
    assert sg.check_hessian("x**2*l", ["log l", "x"], hessian=wrong).verdict.name == "WRONG"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("loss", "wrt"),
    [
        ("sqrt(l**2)", "log l"),
        ("abs(l)*x", ["log l", "x"]),
        ("abs(1 + l)", "log(l + 1)"),
        ("abs(3 - 2*l)", "sqrt(3 - 2*l)"),
        ("abs(l - 1)", "log(log l)"),
        ("abs(l)*l", "l**3"),
        ("abs(l)*l", "cos(l)"),
        ("cosh(l)", "exp(l)"),
    ],
)
def test_functions_of_an_input_are_tried_where_they_have_values(loss, wrt, seed):
    assert sg.check_gradient(loss, wrt, seed=seed).verdict.name == "RIGHT"


@pytest.mark.parametrize("seed", range(3))
def test_functions_of_an_input_are_tried_for_both_signs(seed):
    """d cosh(l)/d exp(l) = sinh(l)·exp(−l), which is negative for l < 0."""
    assert sg.check_gradient("cosh(l)", "exp(l)", gradient="sqrt(cosh(l)**2 - 1)*exp(-l)", seed=seed).verdict.name == "WRONG"
    assert sg.check_gradient("l**2", "sin(l)", gradient="2*abs(l)/cos(l)", seed=seed).verdict.name == "WRONG"


@pytest.mark.parametrize("wrt", [["log l", "l"], ["l", "log l"], ["log l", "exp(l)"], ["x", "l", "l**2"]], ids=str)
@pytest.mark.parametrize("ask", [sg.gradient, sg.hessian, sg.jacobian, sg.check_gradient, sg.check_hessian])
def test_variables_that_depend_on_each_other_are_refused(ask, wrt):
    with pytest.raises(sg.SymgdError, match="depend on each other"):
        ask("l**2*x", wrt)
