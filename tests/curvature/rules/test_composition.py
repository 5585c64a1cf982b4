"""The composition theorem against Jensen's inequality: what it proves holds at sampled points."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.curvature.proof import Premises
from symgd.curvature.rules.composition import Composed, Known, Question, by_composition, compose, compose_all
from symgd.curvature.rules.theorem import Composition
from symgd.graph.assumptions import Curvature, Sign
from symgd.graph.inference import Facts
from tests.curvature.chords import far_from_chords
from tests.formulas import declared, scalar_formulas

X, Y = sg.scalar("x"), sg.scalar("y")
points = st.tuples(st.floats(-3, 3), st.floats(-3, 3))


@settings(max_examples=300)
@given(scalar_formulas(), st.lists(points, min_size=6, max_size=6))
def test_what_is_proven_holds(formula, sampled):
    found = compose(formula, [X, Y], Facts()).curvature
    if found == Curvature.UNKNOWN:
        return
    code = sg.lambdify([X, Y], formula)
    with np.errstate(all="ignore"):
        for (a, b), (c, d) in zip(sampled[::2], sampled[1::2], strict=True):
            ends, middle = [float(code(a, b)), float(code(c, d))], float(code((a + c) / 2, (b + d) / 2))
            if not np.all(np.isfinite([*ends, middle])):
                continue
            gap, noise = middle - sum(ends) / 2, 1e-9 * (1 + max(map(abs, [*ends, middle])))
            assert not (found & Curvature.CONVEX and gap > noise), (formula, a, b, c, d)
            assert not (found & Curvature.CONCAVE and gap < -noise), (formula, a, b, c, d)


def test_the_first_obstacle_is_named():
    assert compose(sg.sin(X) + X**2, [X], Facts()).obstacle is sg.sin(X)


OBSTACLES = [  # text, and the first part of which nothing can be said
    ("x*y", "x*y"),
    ("exp(x) + x*y", "x*y"),
    ("exp(-x**2) + sin(y)", "exp(-x**2)"),
    ("log(1 + sin(x))", "sin(x)"),
    ("maximum(x**2, sin(x))", "sin(x)"),
    ("abs(x**2 - 1)", "abs(x**2 - 1)"),
    ("exp(x) + y**2", None),
    ("3*x - y", None),
]


@pytest.mark.parametrize(("text", "obstacle"), OBSTACLES)
def test_an_obstacle_is_the_first_part_of_unknown_curvature(text, obstacle):
    found = compose(sg.formula(text), [X, Y], Facts())
    assert found.obstacle is (None if obstacle is None else sg.formula(obstacle))
    assert (found.curvature == Curvature.UNKNOWN) == (obstacle is not None)


SHAPES = {"X": "m n", "w": "n", "v": "n", "q": "n", "h": "n", "t": "", "x": ""}
FACTS = {"q": {"positive": True}, "h": {"nonnegative": True}, "t": {"positive": True}}
SIZES = [{"m": 2, "n": 1}, {"m": 1, "n": 2}, {"m": 4, "n": 3}]
LIFTED = [  # text, whether it is strict in w, and a number m for which f − m/2·‖w‖² is convex: the largest, or none above 0
    ("sum(log(cosh(w)))", True, None),
    ("sum(log(cosh(X @ w)))", False, None),
    ("sum(q*log(cosh(w)))", True, None),
    ("sum(h*log(cosh(w)))", False, None),
    ("sum(h*w**2 + h*sin(w))", False, None),
    ("sum(where(abs(w) <= 1, w**2/2, abs(w) - 1/2))", False, None),
    ("sum(w**2 + sin(w))", True, "1"),
    ("sum(w**2 - cos(w)/2)", True, "3/2"),
    ("mean(w**2 + sin(w))", True, "1/n"),
    ("3*sum(w**2 + sin(w))", True, "3"),
    ("sum((2*w)**2 + sin(2*w))", True, "4"),
    ("sum((w/3)**2 + sin(w/3))", True, "1/9"),
    ("sum((X @ w)**2 + sin(X @ w))", False, None),
    ("sum((w - v)**4 + (w - v)**2 - (w - v)**3)", True, None),
    ("sum(w**2 + sin(w)) + sum(exp(w))", True, "1"),
    ("sum(w**2 + sin(w)) + w @ w", True, "3"),
    ("exp(sum(w**2 - cos(w)/2 + 1))", True, None),
]  # fmt: skip


def question(text):
    formula = sg.formula(text, shapes=declared(SHAPES, text), facts=declared(FACTS, text))
    return formula, [node for node in formula.symbols if node.name == "w"]


@pytest.mark.parametrize(("text", "is_strict", "modulus"), LIFTED)
def test_strictness_and_moduli_of_functions_of_entries(text, is_strict, modulus):
    formula, wrt = question(text)
    found = compose(formula, wrt, Facts())
    assert found.curvature == Curvature.CONVEX
    assert (set(found.strict) == set(wrt)) == is_strict
    assert all(step.check() for step in found.step.walk())
    assert far_from_chords(formula, wrt, SIZES)[0] < 1e-9
    if modulus is not None:
        (amount,) = found.modulus.values()
        assert str(sg.simplify(amount)) == modulus
        code, expected = sg.lambdify("w", sg.hessian(formula, "w")), sg.formula(modulus).to_sympy()
        for n in (1, 2):
            least = min(np.linalg.eigvalsh(code(np.full(n, place)))[0] for place in np.linspace(-20, 20, 161))
            true = float(expected.subs(dict.fromkeys(expected.free_symbols, n)))
            assert true * (1 - 1e-9) <= least <= true * 1.05


def test_only_a_positive_modulus_of_entries_is_kept():
    for text in ("sum(log(cosh(w)))", "sum((w - v)**4 + (w - v)**2 - (w - v)**3)", "sum(w**4 + w**2 - w**3)"):
        formula, wrt = question(text)
        assert all(sg.simplify(amount).value > 0 for amount in compose(formula, wrt, Facts()).modulus.values())


PROVEN = [
    "exp(x) + x**2", "maximum(x**2, abs(x))", "-log(exp(x))", "sum(w**2)", "sum(exp(X @ w))", "sqrt(1 + sum(w**2))",
    "sum(w**2 + sin(w))", "sum(sqrt(1 + (X @ w)**2))", "2*sum(abs(w)) - sum(v*w)",
]  # fmt: skip


@pytest.mark.parametrize("text", PROVEN)
def test_no_node_is_proven_with_a_premise_missing_or_turned(text):
    formula = sg.formula(text, shapes=declared(SHAPES, text))
    wrt = [node for node in formula.symbols if node.name in "xw"]
    for step in compose(formula, wrt, Facts()).step.walk():
        assert step.check()
        if not isinstance(step.statement, Composed) or step.statement.node in wrt:
            continue
        if step.statement.says.curvature == Curvature.UNKNOWN:
            continue  # nothing follows from its premises
        for k, premise in enumerate(step.premises):
            rest = step.premises[:k] + step.premises[k + 1 :]
            assert not dataclasses.replace(step, premises=rest).check()
            if step.rule is by_composition:
                silent = dataclasses.replace(
                    premise, statement=dataclasses.replace(premise.statement, says=Composition(Curvature.UNKNOWN))
                )
                assert not dataclasses.replace(step, premises=(*rest, silent)).check()
        more = dataclasses.replace(step.statement.says, curvature=Curvature.AFFINE)
        if step.statement.says.curvature != Curvature.AFFINE:
            claimed = dataclasses.replace(step.statement, says=more)
            assert not dataclasses.replace(step, statement=claimed).check()


def test_what_is_known_of_other_variables_or_facts_is_no_premise():
    formula = sg.formula("exp(x) + y**2")
    part = sg.exp(X)
    about = [({X}, {}), ({X, Y}, {}), ({X}, {Y: Sign.POSITIVE}), ({X, Y}, {Y: Sign.POSITIVE})]
    for (wrt, assumptions), (others, other_facts) in itertools.product(about, repeat=2):
        composed = compose_all(formula, others, Facts(other_facts))
        premises = Premises(one.step.statement for one in composed.values() if one.step.rule is not None)
        known = Known.from_premises(premises, Question(frozenset(wrt), assumptions), {formula, part, X})
        if (wrt, assumptions) == (others, other_facts):
            assert known[part].curvature == Curvature.CONVEX
        else:
            with pytest.raises(LookupError, match="no premise tells of"):
                known[part]
