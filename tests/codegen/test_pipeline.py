from __future__ import annotations

import pytest

import symgd as sg
from symgd.codegen.pipeline import REWRITING, STAGES, rewritten, stages_of
from symgd.codegen.stages import Request
from symgd.codegen.stages.arithmetic import ARITHMETIC, DEFINITIONS
from symgd.graph.node import Node
from symgd.graph.traversal import symbols_of

x, y = sg.scalar("x"), sg.scalar("y")
v, w, A = sg.tensor("v", "n"), sg.tensor("w", "n"), sg.tensor("A", "n n")

CHANGED_BY = {
    "recognise functions": (sg.formula("log(1 + exp(x))"), Request(), "softplus(x)"),
    "cancel removable points": (sg.formula("(x**2 - 1)/(x - 1)"), Request(), "x + 1"),
    "choose stable forms": (sg.formula("1/cosh(x)"), Request(), "sech(x)"),
    "join functions of a norm": (
        sg.formula("sin(norm2(v))*v - norm2(v)*v/3", shapes={"v": "n"}),
        Request(),
        "(sin(norm2(v)) - norm2(v)/3)*v",
    ),
    "write large arguments": (sg.formula("x**50*exp(-x)"), Request(), "where(abs(-x) < 600"),
    "expand near 0": (sg.formula("x - sin(x)"), Request(), "where(abs(x) < "),
    "put in limits": (sg.formula("sin(x)/x"), Request(), "where(x == 0, 1.0, "),
    "leave out logarithms beside powers": (sg.formula("x**(y**2 + 1)*log(x)"), Request(), "log(where(x == 0, 1, x))"),
    "put in limits of several inputs": (sg.formula("sin(x - y)/(x - y)"), Request(), "sin(where(x - y == 0, "),
    "count conditions": (sg.formula("exp(x > 0)"), Request(), "exp(where(x > 0, 1, 0))"),
    "write entries out": (sg.formula("sum([[x, y], [y, 1]] @ [x, y])"), Request(has_batch=True), "x*x + y*y"),
    "keep scalars within range": (sg.formula("sqrt(x**2 + y**2)"), Request(has_batch=True), "hypot(x, y)"),
    "give norms a slope at 0": (v / sg.norm2(v), Request(), "where("),
    "guard slopes of powers": (sg.formula("k*x**(k - 1)"), Request(), "k*where(k == 0, 1, x)**(k - 1)"),
    "guard branches": (sg.formula("where(x > 0, log(x), 0)"), Request(), "log(where("),
    "compute constants": (sg.formula("sqrt(pi)*v", shapes={"v": "n"}), Request(), "1.772453850905516"),
    "multiply in pairs": (sg.einsum("ij,j,j->i", A, v, w), Request(), "A @ "),
}


def test_every_stage_has_a_name_and_a_reason_and_an_example_here():
    assert [stage.name for stage in STAGES] == [DEFINITIONS.name, *CHANGED_BY]  # the first is tested in stages/test_definitions
    assert all(stage.because and not stage.because.endswith(".") for stage in STAGES)
    assert (*REWRITING, *ARITHMETIC[1:]) == STAGES
    assert REWRITING[0] is ARITHMETIC[0] is DEFINITIONS


@pytest.mark.parametrize("name", CHANGED_BY)
def test_a_stage_makes_formulas_of_formulas(name):
    formula, request, expected = CHANGED_BY[name]
    (stage,) = (one for one in STAGES if one.name == name)
    assert stage.applies(request)
    (changed,) = stage.change([formula], request)
    assert isinstance(changed, Node)
    assert changed is not formula
    assert expected in str(changed)
    assert changed.shape == formula.shape
    assert set(symbols_of(changed)) <= set(symbols_of(formula))
    assert list(stage.change([formula], request)) == [changed], "a pure function"


def test_the_formula_is_shown_after_each_stage():
    names = [after.stage.name for after in stages_of([sg.formula("x**2")], Request(fills_holes=False))]
    assert "put in limits" not in names
    assert "write entries out" not in names
    (last,) = stages_of([sg.formula("sin(x)/x")], Request(has_batch=True))[-1].formulas
    (first,) = rewritten([sg.formula("sin(x)/x")], Request(has_batch=True))
    assert str(first) == "where(x == 0, 1.0, sin(x)/x)"
    assert str(last) == "where(x == 0, 1.0, sin(x)/where(x == 0, 1, x))"


def test_code_is_what_the_last_stage_left():
    source = sg.lambdify("x", sg.formula("sin(x)/x"), source_only=True)
    assert "np.where(t0, 1.0, np.sin(x)/np.where(t0, 1, x))" in source


def test_without_a_proof_nothing_is_compared(monkeypatch):
    monkeypatch.setattr("symgd.codegen.pipeline.proven", lambda *pairs: pytest.fail("a proof"))
    assert str(rewritten([sg.formula("log(1 + exp(x))")], Request(prove=False))[0]) == "softplus(x)"
