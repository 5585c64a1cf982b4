from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

import symgd as sg

SHAPES = {"X": "m n", "w": "n", "y": "m"}


@pytest.fixture(scope="module")
def logistic():
    return sg.derivation(
        sg.formula("mean(log(1 + exp(-y*(X@w))))", shapes=SHAPES),
        "w",
        check=True,
        code=True,
    )


def test_the_text_tells_forward_and_backward_pass(logistic):
    text = logistic.text()
    for line in (
        "z = Xw",
        "u = −y ⊙ z",
        "v = softplus(u)",
        "t_L = 1",
        "t_v = t_L/m",
        "t_u = t_v ⊙ σ(u)",
        "t_w = Xᵀ t_z",
        "∇_w L = −Xᵀ(y ⊙ σ(−y ⊙ Xw)) / m",
        "check: RIGHT",
        "the slope of softplus is the sigmoid",
        "a mean shares its adjoint equally",
    ):
        assert line in text


def test_steps_name_rule_and_reason(logistic):
    assert any(step.rule == "recognise softplus" for step in logistic.steps)
    assert "this is softplus" in logistic.text(steps=True)


def test_the_result_is_the_gradient(logistic):
    assert logistic.result is sg.gradient(logistic.trace.typed, "w")


def test_adjoints_at_a_point_are_those_of_differences(logistic):
    generator = np.random.default_rng(0)
    point = {"X": generator.normal(size=(4, 2)), "y": generator.normal(size=4), "w": generator.normal(size=2)}
    adjoints = logistic.adjoints(at=point)
    assert float(adjoints["L"]) == 1
    assert np.broadcast_to(adjoints["v"], 4) == pytest.approx(np.full(4, 0.25))
    step = 1e-6
    loss = sg.lambdify(["X", "y", "w"], logistic.trace.typed)
    for k in range(2):
        high, low = (point["w"] + s * step * np.eye(2)[k] for s in (1, -1))
        slope = (loss(point["X"], point["y"], high) - loss(point["X"], point["y"], low)) / (2 * step)
        assert adjoints["w"][k] == pytest.approx(slope, rel=1e-6)


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen, self.addresses = [], set(), []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br", "img", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_stands_on_its_own(logistic):
    page = logistic.html(title="A <title> & more")
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    assert "math" in tags.seen
    assert not {"script", "iframe", "link"} & tags.seen
    assert tags.addresses == []
    assert not re.search(r"https?://(?!www\.w3\.org/1998/Math/MathML)", page)
    assert "<title>A &lt;title&gt; &amp; more</title>" in page


def test_latex_has_balanced_braces_and_environments(logistic):
    latex = logistic.latex()
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert latex.startswith(r"\begin{align*}")
    assert latex.endswith(r"\end{align*}")


def test_data_is_plain(logistic):
    import json

    data = json.loads(json.dumps(logistic.to_dict()))
    assert data["result"]["w"] == "-X.T @ (y * sigmoid(-y * (X @ w))) / m"
    assert data["lines"][0] == {
        "name": "L",
        "formula": "mean(v)",
        "adjoint": "1",
        "because": "the output's adjoint with respect to itself",
    }


@pytest.mark.parametrize("what", ["jacobian", "hessian"])
def test_other_derivatives_are_told_too(what):
    loss = sg.formula("sum(exp(X @ w))" if what == "hessian" else "exp(X @ w)", shapes={"X": "m n", "w": "n"})
    text = sg.derivation(loss, "w", what).text()
    assert ("H_w = " if what == "hessian" else "J_w = ") in text


def test_a_choice_is_told():
    text = sg.derivation("where(x > 0, x**2, 0)", "x").text()
    assert "t_z = where(x > 0, t_L, 0)" in text
    assert "only the branch that was taken moves" in text


def test_values_of_the_wrong_shape_are_refused():
    d = sg.derivation(sg.formula("sum(A @ x)", shapes={"A": "m n", "x": "n"}), "x")
    with pytest.raises(sg.SymgdError, match="A has shape"):
        d.adjoints(at={"A": [1, 2], "x": [1, 2]})
    with pytest.raises(sg.SymgdError, match="the value of A is an array of numbers, and these are texts"):
        d.adjoints(at={"A": [["a"]], "x": [1]})


def test_an_unknown_derivative_is_refused():
    with pytest.raises(sg.SymgdError, match="no derivation called 'laplacian'"):
        sg.derivation("x**2", "x", "laplacian")


def test_kinks_and_names_of_other_scripts_are_written():
    d = sg.derivation(sg.formula("relu(가중치*θ) + lam"), "가중치")
    assert "가중치" in d.text()
    assert "λ" in d.text()
    assert d.html()


def test_the_trace_is_found_by_its_earlier_name(logistic):
    assert logistic.story is logistic.trace
