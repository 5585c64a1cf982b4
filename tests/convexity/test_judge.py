"""Verdicts against textbook truth: none wrong, every proof and witness replayed."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import SymgdError

CONVEX = ("CONVEX", "STRICTLY_CONVEX", "STRONGLY_CONVEX")
CONCAVE = ("CONCAVE", "STRICTLY_CONCAVE")
POSITIVE = {"x": (0, None)}

# Boyd & Vandenberghe 2004, sections 3.1.5, 3.2 and exercises; classical counterexamples.
TRUTH = [
    ("x**2", {}, ("STRONGLY_CONVEX",)),
    ("x**4", {}, ("STRICTLY_CONVEX",)),
    ("exp(x)", {}, ("STRICTLY_CONVEX",)),
    ("exp(-3*x)", {}, ("STRICTLY_CONVEX",)),
    ("x*log(x)", {}, ("STRICTLY_CONVEX",)),
    ("-log(x)", {}, ("STRICTLY_CONVEX",)),
    ("log(x)", {}, ("STRICTLY_CONCAVE",)),
    ("sqrt(x)", {}, ("STRICTLY_CONCAVE",)),
    ("x**(3/2)", {}, ("STRICTLY_CONVEX",)),
    ("1/x", POSITIVE, ("STRICTLY_CONVEX",)),
    ("1/x", {"x": (None, 0)}, ("STRICTLY_CONCAVE",)),
    ("x**3", POSITIVE, ("STRICTLY_CONVEX",)),
    ("x**3", {"x": (None, 0)}, ("STRICTLY_CONCAVE",)),
    ("x**2 + 1/x", POSITIVE, ("STRICTLY_CONVEX",)),
    ("softplus(x)", {}, ("STRICTLY_CONVEX",)),
    ("log(1 + exp(-x))", {}, ("STRICTLY_CONVEX",)),
    ("cosh(x)", {}, ("STRICTLY_CONVEX",)),
    ("sigmoid(x)", {"x": (None, 0)}, ("STRICTLY_CONVEX",)),
    ("sigmoid(x)", POSITIVE, ("STRICTLY_CONCAVE",)),
    ("tanh(x)", POSITIVE, ("STRICTLY_CONCAVE",)),
    ("-x*log(x) - (1 - x)*log(1 - x)", {}, ("STRICTLY_CONCAVE",)),
    ("1/(x*y)", {"x": (0, None), "y": (0, None)}, CONVEX),
    ("-log(3 - 2*x)", {}, ("STRICTLY_CONVEX",)),
    ("log(x**2)", {}, ("NEITHER", "UNKNOWN")),
    ("1/x**2", {}, ("NEITHER", "UNKNOWN")),
    ("log(1 + x**2)", {}, ("NEITHER",)),
    ("x*exp(x)", {"x": (-3, None)}, ("NEITHER",)),
    ("x**4 - 6*x**2", {"x": (1, None)}, ("STRICTLY_CONVEX",)),
    ("abs(x)**(1/2)", {}, ("NEITHER", "UNKNOWN")),
    ("0**x", {}, ("UNKNOWN", "NEITHER")),
    ("norm2([x, y - 1])", {}, ("CONVEX",)),
    ("sum([x**2, -y**2])", {}, ("NEITHER", "UNKNOWN")),
    ("sum([x**2, -1])", {}, CONVEX),
    ("3*x + 2", {}, ("AFFINE",)),
    ("x - 2*y", {}, ("AFFINE",)),
    ("abs(x)", {}, ("CONVEX",)),
    ("relu(x)", {}, ("CONVEX",)),
    ("maximum(x, y)", {}, ("CONVEX",)),
    ("minimum(x, -x)", {}, ("CONCAVE",)),
    ("maximum(x**2, 2*x)", {}, ("CONVEX",)),
    ("abs(x) + x**2", {}, ("CONVEX",)),
    ("logaddexp(x, y)", {}, ("CONVEX",)),
    ("x**2 + y**2 + x*y", {}, ("STRONGLY_CONVEX",)),
    ("(x - y)**2", {}, ("CONVEX",)),
    ("-(x - y)**2", {}, ("CONCAVE",)),
    ("x**4 + y**4", {}, CONVEX),
    ("x**2/y", {"y": (0, None)}, CONVEX),
    ("exp(x + y) + exp(x - y)", {}, CONVEX),
    ("x**6 - x**4 + x**2", {}, ("STRICTLY_CONVEX",)),
    ("x**3", {}, ("NEITHER",)),
    ("1/x", {}, ("NEITHER",)),
    ("sin(x)", {}, ("NEITHER",)),
    ("tanh(x)", {}, ("NEITHER",)),
    ("x*y", {}, ("NEITHER",)),
    ("x**2*y**2", {}, ("NEITHER",)),
    ("x**2 + y**2 - 3*x*y", {}, ("NEITHER",)),
    ("exp(-x**2)", {}, ("NEITHER",)),
    ("x**4 - x**2", {}, ("NEITHER",)),
    ("(1 - x)**2 + 100*(y - x**2)**2", {}, ("NEITHER",)),
    ("sin(x)", {"x": (0, 3)}, ("STRICTLY_CONCAVE", "CONCAVE", "UNKNOWN")),
    # kinks that a Hessian test would overlook: none of these may be called convex
    ("x**2 - abs(x)/1000000", {}, ("NEITHER", "UNKNOWN")),
    ("relu(x) - relu(-x)", {}, ("AFFINE", "UNKNOWN")),
    ("where(x > 0, x**2, -x)", {}, ("NEITHER", "UNKNOWN")),
    ("where(x > 0, x**2 + 1, x**2)", {}, ("NEITHER", "UNKNOWN")),
    ("minimum(x**2, 1)", {}, ("NEITHER", "UNKNOWN")),
    ("abs(x)*abs(x)*x", {}, ("NEITHER", "UNKNOWN")),
    ("(x**2)**(1/3)", {}, ("NEITHER", "UNKNOWN")),
    ("abs(x**2 - 1)", {}, ("NEITHER", "UNKNOWN")),
    ("sqrt(x**2 + 1)", {}, (*CONVEX, "UNKNOWN")),
]


@pytest.mark.parametrize(("text", "domain", "allowed"), TRUTH, ids=[f"{text} {domain or ''}" for text, domain, _ in TRUTH])
def test_verdict(text, domain, allowed):
    formula = sg.formula(text)
    names = {symbol.name for symbol in formula.symbols}
    verdict = sg.convexity(formula, domain={name: ends for name, ends in domain.items() if name in names})
    assert verdict.kind.name in allowed, str(verdict)
    if verdict.kind.name == "NEITHER":
        assert verdict.witness.check()
    elif verdict.kind.name == "UNKNOWN":
        assert len(verdict.reason) > 20
    else:
        assert verdict.proof.check()
        assert verdict.proof.text()


SHAPES = {"X": "m n", "w": "n", "y": "m", "P": "n n"}
ALL_SIZES = [
    ("mean(log(1 + exp(-y*(X@w))))", "CONVEX"),
    ("sum((X @ w - y)**2)", "CONVEX"),
    ("(X @ w - y) @ (X @ w - y) + 3*norm2(w)", "CONVEX"),
    ("logsumexp(X @ w) - y @ (X @ w)", "CONVEX"),
    ("sum(maximum(0, 1 - y*(X @ w))) + w @ w", "CONVEX"),
    ("sum(abs(X @ w - y))", "CONVEX"),
    ("norm2(X @ w - y)", "CONVEX"),
    ("sum(exp(X @ w))", "CONVEX"),
    ("w @ P @ w", "CONVEX"),
    ("-sum(log(y - X @ w))", "CONVEX"),
    ("sum(sqrt(X @ w))", "CONCAVE"),
    ("sum(X @ w)", "AFFINE"),
    ("sum(tanh(X @ w))", "UNKNOWN"),
]


@pytest.mark.parametrize(("text", "kind"), ALL_SIZES)
def test_losses_are_proven_for_all_sizes_at_once(text, kind):
    loss = sg.formula(text, shapes=SHAPES, facts={"P": {"psd": True}})
    verdict = sg.convexity(loss, "w")
    assert verdict.kind.name == kind, str(verdict)
    assert kind == "UNKNOWN" or verdict.proof.check()


def test_the_modulus_is_exact():
    assert sg.convexity("x**2 + y**2 + x*y").modulus == 1
    assert sg.convexity("3*x**2").modulus == 6
    assert str(sg.convexity("x**2 + 2*y**2 + x*y").modulus) == "3 - sqrt(2)"


def test_floats_are_taken_as_the_numbers_they_are():
    assert sg.convexity(sg.scalar("x") ** 2 * 1e-300).kind.name == "STRONGLY_CONVEX"
    assert sg.convexity(sg.scalar("x") ** 2 * -1e-300).kind.name == "STRICTLY_CONCAVE"


def test_the_witness_is_rational_and_names_its_points():
    verdict = sg.convexity("x**3")
    for pair in (verdict.witness.above, verdict.witness.below):
        for point in pair:
            assert set(point) == {"x"}
            assert point["x"].denominator >= 1
    assert "not convex" in verdict.witness.text()


def test_constraints_restrict_the_counterexample():
    free = sg.convexity("x*y")
    assert free.kind.name == "NEITHER"
    tied = sg.convexity("x**3", constraints=["x > 1"])
    assert tied.kind.name in ("UNKNOWN", "STRICTLY_CONVEX")
    with pytest.raises(SymgdError, match="is not a condition"):
        sg.convexity("x**3", constraints=["x + 1"])


def test_bad_domains_are_named():
    with pytest.raises(SymgdError, match="'q' has bounds and is not a variable"):
        sg.convexity("x**2", domain={"q": (0, 1)})
    with pytest.raises(SymgdError, match="no x satisfies"):
        sg.convexity("x**2", domain={"x": (1, 0)})
    with pytest.raises(SymgdError, match="scalar formulas"):
        sg.convexity(sg.tensor("x", "n"), "x")


def test_the_natural_domain_is_stated():
    assert "x in (0, inf)" in sg.convexity("x*log(x)").domain


def test_a_planted_wrong_proof_does_not_replay():
    verdict = sg.convexity("x**4")
    from symgd.convexity.exact import sign_pattern
    from symgd.graph.facts import Interval

    x = sg.scalar("x").to_sympy()
    wrong = sign_pattern(12 * x**2 - 1, x, Interval())
    assert wrong.takes_negative
    assert verdict.proof.check()
