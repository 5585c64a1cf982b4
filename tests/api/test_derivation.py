"""Derivations: their results are the derivatives, their adjoints slopes, their verdicts the gravest, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.api.derivation import derivation
from symgd.errors import ShapeError, SymgdError

SCALARS = ["(x + y)**2", "exp(x*y) + x", "log(1 + x**2)*y", "sin(x)*cos(y)", "tanh(x - y)**3"]
POINT = {"x": 0.7, "y": -0.4}
STEP = 1e-6
LOSS = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
DATA = {"X": np.array([[1.0, 2.0], [3.0, 4.0], [0.5, -1.0]]), "y": np.array([1.0, 0.0, 2.0]), "w": np.array([0.3, -0.2])}


@pytest.mark.parametrize("text", SCALARS)
def test_the_result_is_the_derivative(text):
    assert derivation(text, "x").result is sg.gradient(text, "x")
    assert derivation(text, ["x", "y"]).result == sg.gradients(text, ["x", "y"])
    assert derivation(text, "x", "jacobian").result is sg.jacobian(text, "x")


@pytest.mark.parametrize("text", SCALARS)
def test_a_hessian_has_the_values_of_hessian(text):
    source = sg.formula(text)
    found = sg.lambdify(list(source.symbols), [derivation(text, "x", "hessian").result, sg.hessian(text, "x")])
    one, other = found(*(POINT[node.name] for node in source.symbols))
    assert one == pytest.approx(other, rel=1e-12)


@pytest.mark.parametrize("text", SCALARS)
def test_the_adjoints_of_the_inputs_are_slopes(text):
    source = sg.formula(text)
    names = [node.name for node in source.symbols]
    f = sg.lambdify(names, source)
    adjoints = derivation(text, names).adjoints(POINT)
    for name in names:
        above, below = ({**POINT, name: POINT[name] + sign * STEP} for sign in (1, -1))
        slope = (f(*map(above.get, names)) - f(*map(below.get, names))) / (2 * STEP)
        assert float(adjoints[name]) == pytest.approx(slope, rel=1e-7)


@pytest.mark.parametrize("text", SCALARS)
def test_the_first_line_is_the_output_with_adjoint_one(text):
    found = derivation(text, "x")
    first = found.trace.lines[0]
    assert str(first.adjoint) == "1"
    value, adjoint = found.values(POINT)[first.name]
    assert adjoint == 1
    assert value == pytest.approx(sg.lambdify(["x", "y"], text)(**POINT))


def test_values_of_tensors_stand_beside_their_adjoints():
    found = derivation(LOSS, "w")
    value, adjoint = found.values(DATA)["w"]
    np.testing.assert_allclose(value, DATA["w"])
    np.testing.assert_allclose(adjoint, 2 * DATA["X"].T @ (DATA["X"] @ DATA["w"] - DATA["y"]), rtol=1e-12)


def test_several_variables_come_from_one_sweep():
    found = derivation(LOSS, ["w", "X"])
    assert [node.name for node in found.trace.wrt] == ["w", "X"]
    assert found.result == sg.gradients(LOSS, ["w", "X"])
    assert "∇_w L" in found.text()
    assert "∇_X L" in found.text()


@pytest.mark.parametrize("what", ["gradient", "jacobian", "hessian"])
@pytest.mark.parametrize("wrt", ["x", ["x", "y"]])
def test_what_is_derived_is_judged_where_that_is_asked_for(what, wrt):
    found = derivation("x**3*y + y**2", wrt, what, check=True)
    assert str(found.check.verdict) == "RIGHT"
    assert "check: RIGHT" in found.text()
    assert derivation("x**3*y + y**2", wrt, what).check is None


def test_of_several_verdicts_the_gravest_counts():
    found = derivation("abs(x)*y", ["x", "y"], "jacobian", check=True)
    assert str(found.check.verdict) in ("RIGHT", "KINK")
    single = [str(sg.check_jacobian("abs(x)*y", name).verdict) for name in "xy"]
    order = ["WRONG", "UNSURE", "KINK", "RIGHT"]
    assert str(found.check.verdict) == min(single, key=order.index)


def test_the_code_computes_the_formula_and_its_derivatives():
    found = derivation("x**2*y", ["x", "y"], code=True)
    names = {}
    exec(found.source, names)
    np.testing.assert_allclose(names["gradient"](3.0, 2.0), [18.0, 12.0, 9.0])
    assert derivation("x**2*y", "x").source == ""


def test_steps_tell_what_was_recognised():
    found = derivation("log(1 + exp(x))", "x")
    assert any("softplus" in str(step.after) for step in found.steps)
    assert str(found.result) == "sigmoid(x)"
    assert "Simplified" in found.text(steps=True)


@pytest.mark.parametrize("prove", [True, False])
def test_named_parts_put_together_are_the_gradient(prove):
    shapes = {"V": "k m", "W": "m n", "x": "n", "t": "k"}
    loss = sg.formula("sum((V @ tanh(W @ x) - t)**2)", shapes=shapes)
    found = derivation(loss, ["V", "W"], prove=prove)
    named = found.named()
    generator = np.random.default_rng(0)
    sizes = {"k": 2, "m": 3, "n": 4}
    data = {name: generator.normal(size=[sizes[axis] for axis in shape.split()]) for name, shape in shapes.items()}
    names = [node.name for node in loss.symbols]
    expanded = sg.lambdify(names, list(named.expanded().values()))(*map(data.get, names))
    direct = sg.lambdify(names, list(found.result.values()))(*map(data.get, names))
    for one, other in zip(expanded, direct, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_a_point_may_have_a_pole():
    assert derivation("log(x)", "x").values({"x": 0.0})["L"][0] == -np.inf


def test_a_point_shows_its_numbers():
    text = derivation("x**2*y", "x").text(at={"x": 3.0, "y": 2.0})
    assert "18" in text
    assert "12" in text
    data = derivation("x**2*y", "x").to_dict({"x": 3.0, "y": 2.0})
    assert data["result_value"] == {"x": 12.0}
    assert data["at"] == {"x": 3.0, "y": 2.0}


REFUSED = {
    "what": (lambda: derivation("x", "x", "slope"), SymgdError, "there is no derivation called 'slope'"),
    "check": (lambda: derivation("x", "x", check=1), SymgdError, "check is True or False"),
    "code": (lambda: derivation("x", "x", code="yes"), SymgdError, "code is True or False"),
    "prove": (lambda: derivation("x", "x", prove=None), SymgdError, "prove is True or False"),
    "variable": (lambda: derivation("x", "z"), SymgdError, "'z' is not in the formula"),
    "no variable": (lambda: derivation("x", []), SymgdError, "the list of variables is empty"),
    "twice": (lambda: derivation("x", ["x", "x"]), SymgdError, "x stands twice"),
    "gradient of a vector": (lambda: derivation(sg.tensor("x", "n"), "x"), ShapeError, "scalar"),
    "hessian of a vector": (lambda: derivation(sg.tensor("x", "n"), "x", "hessian"), ShapeError, "scalar"),
    "a point without a value": (lambda: derivation("x*y", "x").values({"x": 1.0}), SymgdError, "a value is missing for y"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()


def test_hessians_in_several_variables_have_their_mixed_second_derivatives():
    derivation = sg.derivation(sg.formula("x**2*y + x*(v @ v)", shapes={"v": "n"}), ["x", "y", "v"], "hessian", check=True)
    assert {names: str(block) for names, block in derivation.trace.mixed.items()} == {
        ("x", "y"): "2*x",
        ("x", "v"): "2*v",
        ("y", "v"): "zeros(n)",
    }
    assert "H_x y = 2·x" in derivation.text()
    assert derivation.to_dict()["mixed"]["x,v"] == "2*v"
    assert derivation.to_dict({"x": 3, "y": 1, "v": [1, 2]})["mixed_value"]["x,y"] == 6
    assert r"H_{x\,y} &= 2 \, x" in derivation.latex()
    assert derivation.check.verdict.name == "RIGHT"
    assert not sg.derivation("x**2", "x", "hessian").trace.mixed


def test_another_order_is_no_step():
    derivation = sg.derivation("t*n + n*t*3", "t")
    assert [step.because for step in derivation.key_steps] == ["like terms are added"]
