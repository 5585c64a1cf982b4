"""Lectures L21 to L28: the chain rule, the shopping examples, nets."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg


def values(formula, wrt, at):
    d = sg.derivation(formula, wrt, check=True)
    assert d.check.verdict.name == "RIGHT"
    return {name: float(adjoint) for name, adjoint in d.adjoints(at=at).items()}, d.values(at=at)


def test_l21_two_x_cubed():
    assert str(sg.gradient("2*x**3", "x")) == "6*x**2"


def test_l22_a_computational_graph():
    f = sg.formula("2*x + 10")
    assert float(sg.lambdify("x", f)(5)) == 20
    assert str(sg.gradient(f, "x")) == "2"


def test_l23_two_apples_with_tax():
    adjoints, numbers = values("apple*count*tax", ["apple", "count", "tax"], {"apple": 100, "count": 2, "tax": 1.1})
    assert float(numbers["L"][0]) == pytest.approx(220)
    assert adjoints["apple"] == pytest.approx(2.2)
    assert adjoints["count"] == pytest.approx(110)
    assert adjoints["tax"] == pytest.approx(200)


def test_l23_apples_and_grapes_with_tax():
    at = {"apple": 100, "apples": 2, "grape": 150, "grapes": 3, "tax": 1.1}
    adjoints, numbers = values("(apple*apples + grape*grapes)*tax", list(at), at)
    assert float(numbers["L"][0]) == pytest.approx(715)
    assert adjoints["apple"] == pytest.approx(2.2)
    assert adjoints["apples"] == pytest.approx(110)
    assert adjoints["grape"] == pytest.approx(3.3)
    assert adjoints["grapes"] == pytest.approx(165)
    assert adjoints["tax"] == pytest.approx(650)


def test_l24_add_and_multiply_nodes():
    d = sg.derivation("(x + y)*z", ["x", "y", "z"])
    because = {line.name: line.because for line in d.trace.lines}
    assert because["x"] == "a sum passes its adjoint on to every term"
    assert because["z"].startswith("a product sends each factor the adjoint times the other factor")


def test_l25_chain_rule():
    assert str(sg.gradient("(x + y)**2", "x")) == "2*(x + y)"
    d = sg.derivation("(x + y)**2", ["x", "y"])
    lines = {line.name: str(line.adjoint) for line in d.trace.lines}
    assert lines["z"] == "2*t_L*z"
    assert lines["x"] == lines["y"] == "t_z"


def test_l26_a_net_that_learns_y_equals_2x():
    """One weight, ReLU, mean squared error, w₀ = 3: forward, backward and update by hand."""
    loss = sg.formula("mean((relu(w*x) - y)**2)", shapes={"x": "m", "y": "m"})
    x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
    value, slope = sg.lambdify(["w", "x", "y"], [loss, sg.gradient(loss, "w")])(3.0, x, y)
    assert float(value) == pytest.approx((1 + 4 + 9) / 3)  # errors 1, 2, 3
    assert float(slope) == pytest.approx(2 * (1 * 1 + 2 * 2 + 3 * 3) / 3)
    run = sg.minimize(loss, "w", data={"x": x, "y": y}, start=3.0, step_size=sg.LearningRate(0.05), epochs=1)
    assert float(run.x) == pytest.approx(3 - 0.05 * 28 / 3)
    run = sg.minimize(loss, "w", data={"x": x, "y": y}, start=3.0, step_size=sg.LearningRate(0.05), epochs=200)
    assert float(run.x) == pytest.approx(2)


def test_l27_least_squares_with_batches_and_without():
    generator = np.random.default_rng(0)
    X = generator.normal(size=(200, 2))
    y = X @ [2.0, -1.0] + 0.1 * generator.normal(size=200)
    loss = sg.formula("mean((X @ theta - y)**2)", shapes={"X": "N n", "theta": "n", "y": "N"})
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    full = sg.minimize(loss, "theta", data={"X": X, "y": y}, step_size=sg.LearningRate(0.3))
    batches = sg.minimize(
        loss, "theta", data={"X": X, "y": y}, batch_size=20, step_size=sg.LearningRate(0.1, decay=0.05), epochs=40
    )
    np.testing.assert_allclose(full.x, best, atol=1e-6)
    np.testing.assert_allclose(batches.x, best, atol=0.02)


@pytest.mark.parametrize(
    ("shapes", "expected"), [({}, "2*x"), ({"x": "n"}, "2*x"), ({"x": "m n"}, "2*x"), ({"x": "a b c"}, "2*x")]
)
def test_l28_the_same_formula_at_each_rank(shapes, expected):
    loss = sg.formula("sum(x**2)", shapes=shapes)
    assert str(sg.gradient(loss, "x")) == expected
    assert sg.check_gradient(loss, "x").verdict.name == "RIGHT"


def test_l13_adjoints_of_a_net_of_three_layers():
    net = sg.formula(
        "sum((W3 @ tanh(W2 @ tanh(W1 @ x)) - y)**2)/2", shapes={"W1": "h k", "W2": "p h", "W3": "q p", "x": "k", "y": "q"}
    )
    d = sg.derivation(net, ["W1", "W2", "W3"], check=True)
    assert d.check.verdict.name == "RIGHT"
    lines = {line.name: str(line.adjoint) for line in d.trace.lines}
    assert lines["W3"].startswith("outer(t_")
    assert any(text.startswith("W3.T @ t_") for text in lines.values())
    assert any(text.startswith("W2.T @ t_") for text in lines.values())


def test_l14_reuse_of_intermediate_partials():
    """With sharing, the gradient in all weights costs about as much as the loss, not as much for each weight."""
    from symgd.graph.traversal import toposort

    depth = 30
    x = sg.scalar("x")
    weights = [sg.scalar(f"w{k}") for k in range(depth)]
    value = x
    for w in weights:
        value = sg.tanh(w * value)
    together = len(toposort([value, *sg.gradients(value, weights).values()]))
    apart = sum(len(toposort([sg.gradient(value, w)])) for w in weights)
    assert together < 8 * len(toposort([value]))
    assert apart > 5 * together


def test_l2_the_step_against_the_gradient_lowers_the_loss():
    loss = sg.formula("(w - 2)**2")
    code = sg.lambdify("w", [loss, sg.gradient(loss, "w")])
    for w in (-1.0, 5.0):
        value, slope = code(w)
        step = -0.1 * slope
        assert step * slope < 0
        assert code(w + step)[0] < value


def test_l16_sine_to_order_seven():
    assert str(sg.taylor("sin(x)", "x", order=7).polynomial) == "x - x**3/6 + x**5/120 - x**7/5040"
