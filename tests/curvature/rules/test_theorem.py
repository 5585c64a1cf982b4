"""The theorem for one node: strictness and moduli travel along with curvature."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.rules.composition import compose
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts, domain_of
from tests.formulas import declared

ROWS = [  # text, curvature, strictly in, has a modulus in
    ("x**2", Curvature.CONVEX, "x", "x"),
    ("x**2 + y", Curvature.CONVEX, "x", "x"),
    ("x**2 + y**4", Curvature.CONVEX, "xy", "x"),
    ("-x**2", Curvature.CONCAVE, "x", "x"),
    ("exp(x) + exp(y)", Curvature.CONVEX, "xy", ""),
    ("exp(x + y)", Curvature.CONVEX, "", ""),
    ("2*x - 3*y", Curvature.AFFINE, None, None),
    ("x*y", Curvature.UNKNOWN, "", ""),
    ("maximum(x**2, y)", Curvature.CONVEX, "", ""),
]


@pytest.mark.parametrize(("text", "curvature", "strict", "moduli"), ROWS)
def test_strictness_and_moduli_travel_along(text, curvature, strict, moduli):
    formula = sg.formula(text)
    found = compose(formula, formula.symbols, Facts())
    assert found.curvature == curvature
    if strict is not None:
        assert {node.name for node in found.strict} == set(strict)
        assert {node.name for node in found.modulus} == set(moduli)


SHAPES = {"w": "n", "u": "n", "X": "m n", "c": "n", "W": "n k", "S": "n n", "a": "", "A": "m n"}
FACTS = {"a": {"positive": True}, "c": {"positive": True}, "u": {"positive": True}}
MODULI = [  # text, in which variable, the modulus: the largest m with f − m/2·‖w‖² convex, or none that is more than 0
    ("sum(w**2)", "w", "2"),
    ("w @ w", "w", "2"),
    ("3*sum(w**2) - sum(w)", "w", "6"),
    ("mean(w**2)", "w", "2/n"),
    ("sum((2*w - 1)**2)", "w", "8"),
    ("sum((w/3)**2)", "w", "2/9"),
    ("sum(cosh(w))", "w", "1"),
    ("sum(cosh(2*w))", "w", "4"),
    ("a*sum(w**2)", "w", "2*a"),
    ("sum(w**2) + sum(abs(w))", "w", "2"),
    ("sum(w**2) + sum(exp(w))", "w", "2"),
    ("exp(sum(w**2))", "w", "2"),
    ("sum(W**2)", "W", "2"),
    ("sum((X @ w)**2) + w @ w", "w", "2"),
    ("sum(concatenate([w, 2*w])**2)", "w", "10"),
    ("sum((X @ w)**2)", "w", ""),
    ("sum(w)**2", "w", ""),
    ("mean(w)**2", "w", ""),
    ("(c @ w)**2", "w", ""),
    ("sum(w[1:]**2)", "w", ""),
    ("sum((w[1:] - w[:-1])**2)", "w", ""),
    ("sum(c*w**2)", "w", ""),
    ("sum(w**4)", "w", ""),
    ("norm2(w)", "w", ""),
    ("diag(S) @ diag(S)", "S", ""),
    ("maximum(sum(w**2), 1)", "w", ""),
]


@pytest.mark.parametrize(("text", "variable", "modulus"), MODULI)
def test_moduli_for_all_sizes(text, variable, modulus):
    formula = sg.formula(text, shapes=declared(SHAPES, text), facts=declared(FACTS, text))
    wrt = [node for node in formula.symbols if node.name == variable]
    found = compose(formula, wrt, Facts())
    assert found.curvature == Curvature.CONVEX
    numbers = [str(sg.simplify(amount)) for amount in found.modulus.values()]
    assert numbers == ([str(sg.formula(modulus))] if modulus else [])


STRICT = [  # text, in which variable, whether it is strictly convex or concave for all sizes
    ("sum(exp(w))", "w", True),
    ("-sum(log(u))", "u", True),
    ("sum(sqrt(u))", "u", True),
    ("sum(c*exp(w))", "w", True),
    ("sum(u**3)", "u", True),
    ("sum(exp(2*w - 1)) + sum(abs(w))", "w", True),
    ("exp(sum(w**2)) - sum(w)", "w", True),
    ("sum(exp(w[1:]))", "w", False),
    ("sum(exp(X @ w))", "w", False),
    ("exp(sum(w))", "w", False),
    ("sum(exp(sum(X, axis=0)))", "X", False),
    ("sum(abs(w))", "w", False),
    ("sum(maximum(exp(w), 1))", "w", False),
    ("logsumexp(w)", "w", False),
    ("sum(relu(w)**2)", "w", False),
    ("sum((w - mean(w))**2)", "w", False),
]


@pytest.mark.parametrize(("text", "variable", "is_strict"), STRICT)
def test_strictness_for_all_sizes(text, variable, is_strict):
    formula = sg.formula(text, shapes=declared(SHAPES, text), facts=declared(FACTS, text))
    wrt = [node for node in formula.symbols if node.name == variable]
    found = compose(formula, wrt, Facts())
    assert found.curvature in (Curvature.CONVEX, Curvature.CONCAVE)
    assert (set(found.strict) == set(wrt)) == is_strict


WEIGHTS = [  # what multiplies a convex function, and what the product is
    ("a*exp(x)", {"a": {"positive": True}}, Curvature.CONVEX, True),
    ("a*exp(x)", {"a": {"nonnegative": True}}, Curvature.CONVEX, False),
    ("-a*exp(x)", {"a": {"positive": True}}, Curvature.CONCAVE, True),
    ("a*exp(x)", {"a": {"upper": 0}}, Curvature.CONCAVE, False),
    ("a*exp(x)", {}, Curvature.UNKNOWN, False),
    ("a*b*exp(x)", {"a": {"positive": True}, "b": {"positive": True}}, Curvature.CONVEX, True),
    ("exp(x)/a", {"a": {"positive": True}}, Curvature.CONVEX, True),
    ("a**2*exp(x)", {}, Curvature.CONVEX, False),
    ("where(a > 0, exp(x), x**2)", {}, Curvature.CONVEX, True),
    ("where(a > 0, exp(x), x)", {}, Curvature.CONVEX, False),
    ("where(a > 0, exp(x), -exp(x))", {}, Curvature.UNKNOWN, False),
]


@pytest.mark.parametrize(("text", "facts", "curvature", "is_strict"), WEIGHTS)
def test_weights_of_known_sign(text, facts, curvature, is_strict):
    formula = sg.formula(text, facts=facts)
    (x,) = [node for node in formula.symbols if node.name == "x"]
    found = compose(formula, [x], Facts())
    assert (found.curvature, bool(found.strict)) == (curvature, is_strict)


COMPOSED = [  # f(g): where f rises g must bend the same way, where it falls the other way (Boyd & Vandenberghe, 3.2.4)
    ("exp(x**2)", Curvature.CONVEX), ("exp(log(1 + exp(x)))", Curvature.CONVEX), ("exp(-x**2)", Curvature.UNKNOWN),
    ("exp(-exp(x))", Curvature.UNKNOWN), ("-log(sqrt(x))", Curvature.CONVEX), ("log(x**2 + 1)", Curvature.UNKNOWN),
    ("sqrt(log(x))", Curvature.CONCAVE), ("sqrt(exp(x) + x**2)", Curvature.UNKNOWN), ("1/sqrt(x)", Curvature.CONVEX),
    ("1/(1 + exp(x))", Curvature.UNKNOWN), ("-1/log(x + 5)", Curvature.UNKNOWN), ("abs(2*x + 1)", Curvature.CONVEX),
    ("abs(x**2 - 1)", Curvature.UNKNOWN), ("abs(1 + x**2)", Curvature.CONVEX), ("(1 + x**2)**3", Curvature.CONVEX),
    ("(x**2 - 1)**3", Curvature.UNKNOWN), ("maximum(exp(x), -log(x))", Curvature.CONVEX),
    ("maximum(x, log(x))", Curvature.UNKNOWN),
    ("minimum(x, log(x))", Curvature.CONCAVE), ("softplus(x**2)", Curvature.CONVEX), ("softplus(-x**2)", Curvature.UNKNOWN),
    ("relu(exp(x) - 1)", Curvature.CONVEX), ("relu(log(x))", Curvature.UNKNOWN), ("-relu(-log(x))", Curvature.CONCAVE),
    ("tanh(x)", Curvature.UNKNOWN), ("cosh(x**2)", Curvature.CONVEX), ("cosh(exp(x) - 9)", Curvature.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("text", "curvature"), COMPOSED)
def test_compositions(text, curvature):
    formula = sg.formula(text)
    found = compose(formula, formula.symbols, Facts(domain_of(formula)))
    assert found.curvature == curvature


CHOSEN_SHAPES = {"m": 2, "x": 2, "M": (2, 2), "X": (2, 2), "c": (), "k": (), "x3": (3, 2)}
CHOSEN = [  # text, variable, a condition, two points that show that it is not strictly convex, or none where it is
    ("sum(where(m > 0, x**2, flip(x)**2))", "x", {"m": [1, -1]}, ([0, 0], [0, 2])),
    ("sum(where(m > 0, exp(x), exp(x[::-1])))", "x", {"m": [1, -1]}, ([0, 0], [0, 2])),
    ("sum(where(M > 0, X**2, X.T**2))", "X", {"M": [[1, 1], [-1, 1]]}, ([[0, 0], [0, 0]], [[0, 0], [2, 0]])),
    ("sum(abs(where(m > 0, x, flip(x))) + where(m > 0, x**2, flip(x)**2))", "x", {"m": [1, -1]}, ([0, 0], [0, 2])),
    ("sum(where(m > 0, x**2, 2*x))", "x", {"m": [1, -1]}, ([0, 0], [0, 2])),
    ("sum(where(m > 0, x**2, exp(x)))", "x", {}, None),
    ("sum(where(m > 0, c**2, exp(c)))", "c", {}, None),
    ("sum(where(k > 0, x**2, flip(x)**2))", "x", {}, None),
    ("sum(where(x3 > 0, x**2, cosh(x)))", "x", {}, None),
]


@pytest.mark.parametrize(("text", "variable", "condition", "points"), CHOSEN)
def test_a_choice_entry_by_entry_is_strict_where_each_entry_is(text, variable, condition, points):
    formula = sg.formula(text, shapes=declared(CHOSEN_SHAPES, text))
    verdict = sg.convexity(formula, variable)
    assert verdict.proof.check()
    assert (verdict.kind.name == "STRICTLY_CONVEX") is (points is None)
    if points is not None:
        first, second = (np.array(point, dtype=float) for point in points)
        name = next(iter(condition))
        value = sg.lambdify([variable, name], formula)
        values = [float(value(x, np.array(condition[name], dtype=float))) for x in (first, (first + second) / 2, second)]
        assert 2 * values[1] == values[0] + values[2]
