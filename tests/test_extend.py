"""A user's function is declared once and then works everywhere; a wrong declaration is found out."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.extend import Curvature, Monotone, check_declaration, elementwise, rule
from symgd.graph.primitive import FUNCTIONS, REGISTRY
from symgd.rewrite.rule import RULES


@pytest.fixture
def registry():
    """Forget what a test declares."""
    names, functions, rules = set(REGISTRY), set(FUNCTIONS), len(RULES)
    yield
    for name in set(REGISTRY) - names:
        del REGISTRY[name]
    for name in set(FUNCTIONS) - functions:
        del FUNCTIONS[name]
    del RULES[rules:]


def declare(name="softsquare", **changed):
    fields = {
        "definition": lambda x: x**2 / (1 + abs(x)),
        "derivative": lambda x, out: x * (2 + abs(x)) / (1 + abs(x)) ** 2,
        "numpy": "{x}**2 / (1 + abs({x}))",
        "curvature": Curvature.CONVEX,
        "because": "the slope of x²/(1 + |x|) is x(2 + |x|)/(1 + |x|)²",
        "source": "an example",
    }
    return elementwise(name, **{**fields, **changed})


def test_one_declaration_serves_every_door_and_every_pass(registry):
    softsquare = declare()
    check_declaration(softsquare, at=[0.0, -2.0, 30.0])
    loss = sg.formula("sum(softsquare(X @ w))", shapes={"X": "m n", "w": "n"})
    assert loss is sg.sum(softsquare(sg.tensor("X", "m n") @ sg.tensor("w", "n")))
    assert sg.check_gradient(loss, "w").verdict.name == "RIGHT"
    assert sg.convexity(loss, "w").kind.name == "CONVEX"
    code = sg.lambdify(["X", "w"], loss)
    assert code(np.eye(2), np.array([1.0, -3.0])) == pytest.approx(0.5 + 9 / 4)
    assert "softsquare" in loss.latex()


@pytest.mark.parametrize(
    "changed",
    [
        {"derivative": lambda x, out: x * (2 + abs(x)) / (1 + abs(x))},
        {"derivative": lambda x, out: 1.000001 * x * (2 + abs(x)) / (1 + abs(x)) ** 2},
        {"numpy": "{x}**2 / (2 + abs({x}))"},
    ],
)
def test_a_wrong_declaration_is_found_out(registry, changed):
    with pytest.raises(sg.GradientError):
        check_declaration(declare(**changed))


def test_a_name_that_is_taken_is_refused(registry):
    with pytest.raises(sg.SymgdError, match="declared already"):
        declare("exp")


def test_a_rule_of_a_user_is_applied(registry):
    softsquare = declare(monotone=Monotone.UNKNOWN)
    rule(
        "softsquare is even",
        lambda x: softsquare(-x),
        lambda x: softsquare(x),
        because="x²/(1 + |x|) does not change with the sign of x",
    )
    x = sg.scalar("x")
    assert sg.simplify(softsquare(-x) - softsquare(x)).equals_number(0)
