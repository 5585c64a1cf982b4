"""Sums of functions of entries have the curvature of one entry, whose second derivative is known by hand, for every size."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.kind import Kind
from symgd.curvature.rules import lifting
from symgd.curvature.rules.composition import compose_all
from symgd.curvature.rules.lifting import leaves_of, lift, scalar_function
from symgd.evaluation.effort import Effort
from symgd.graph.inference import Facts, domain_of
from symgd.graph.traversal import depends_on
from tests.curvature.chords import far_from_chords, random_values
from tests.formulas import declared

ENTROPIES = [  # formula, kind for q > 0: the second derivative of one entry is written behind
    ("sum(x*log(x/q))", Kind.STRICTLY_CONVEX),  # 1/x
    ("sum(x*log(x/q) - x + q)", Kind.STRICTLY_CONVEX),  # 1/x
    ("sum(x*log(q*x))", Kind.STRICTLY_CONVEX),  # 1/x
    ("-sum(x*log(x/q))", Kind.STRICTLY_CONCAVE),
]


@pytest.mark.parametrize("size", ["n", 1, 3, 20])
@pytest.mark.parametrize(("text", "kind"), ENTROPIES)
def test_an_input_beside_a_multiple_of_it_is_one_variable(text, kind, size):
    formula = sg.formula(text, shapes={"x": size, "q": size}, facts={"q": {"positive": True}})
    found = sg.convexity(formula, "x")
    assert found.kind is kind
    assert found.check()


@pytest.mark.parametrize("size", [1, 12, 20, 100])
def test_divergences_with_data_are_convex_for_every_size(size):
    q = np.random.default_rng(0).uniform(0.1, 1, size)
    formula = sg.formula("sum(x*log(x/q))", shapes={"x": size, "q": size})
    assert sg.convexity(formula, "x", data={"q": q}).kind is Kind.STRICTLY_CONVEX


SHAPES = {"X": "m n", "w": "n", "v": "n", "q": "n", "y": "m", "h": "n", "s": "n", "t": "", "u": "n", "z": "n"}
FACTS = {"q": {"positive": True}, "h": {"nonnegative": True}, "s": {"lower": -1, "upper": 1}, "t": {"positive": True}}
SIZES = [{"m": 3, "n": 1}, {"m": 1, "n": 2}, {"m": 2, "n": 3}]


def node_of(text, wrt):
    formula = sg.formula(text, shapes=declared(SHAPES, text), facts=declared(FACTS, text))
    variables = frozenset(node for node in formula.symbols if node.name in wrt.split())
    facts = Facts(domain_of(formula))
    known, moving = compose_all(formula, variables, facts), depends_on((formula,), variables)
    return formula, known, moving, variables, facts


ENTRIES = [  # text, in which variables, and where the function of entries ends
    ("sqrt(1 + (X @ w - y)**2)", "w", "X@w-y"),
    ("sqrt(1 + w**2)", "w", "w"),
    ("exp(w)*v", "w", "w v"),
    ("exp(w)*v", "w v", "w v"),
    ("exp(w) @ v", "w", "w v"),
    ("w @ exp(-w)", "w", "w -w"),
    ("h*log(h/q)", "h", "h h/q"),
    ("w**2/exp(q + h)", "w", "w 1/exp(q+h)"),
    ("cumsum(w)**3", "w", "cumsum(w)"),
    ("X*w**2", "w", "w X"),
    ("exp(t*w) + t", "w", "t*w t"),
    ("(w - sum(w))**4", "w", "w-sum(w)"),
    ("(w + 2*v)**4*q", "w", "w+2*v q"),
    ("w*v*u", "w v u", "w v u"),
    ("w*v*u*z", "w v u z", None),  # too many variables
    ("w*sum(exp(w))", "w", None),
    ("where(v > 0, w**2, w)", "w", None),
    ("sum(w**2, axis=0)", "w", None),
    ("X @ w**2", "w", None),
]


@pytest.mark.parametrize(("text", "wrt", "leaves"), ENTRIES)
def test_a_function_of_entries_has_the_values_of_the_node(text, wrt, leaves):
    node, known, moving, _, facts = node_of(text, wrt)
    ends = leaves_of(node, known, moving)
    scalar = None if ends is None else scalar_function(node, ends, moving, facts)
    assert (scalar is not None) == (leaves is not None)
    if scalar is None:
        return
    assert {str(end).replace(" ", "") for end in ends} == set(leaves.split())
    rng, inputs = np.random.default_rng(0), list(node.symbols)
    for sizes in SIZES:
        values = [random_values(one, sizes, rng) for one in inputs]
        entries = {name: sg.lambdify(inputs, leaf)(*values) for leaf, name in scalar.names.items()}
        by_entries = sg.lambdify(list(entries), scalar.formula)(*entries.values())
        expected = sg.lambdify(inputs, node)(*values)
        found = by_entries if node.shape else np.sum(by_entries)
        assert found == pytest.approx(expected, rel=1e-12)


STAND_INS = [  # what an entry may be, and facts of what stands for it
    ("w", {}), ("q", {"positive": True}), ("h", {"nonnegative": True}), ("s", {"lower": -1, "upper": 1}),
    ("exp(w)", {"positive": True}), ("-exp(w)", {"upper": 0}), ("1 + w**2", {"lower": 1}),
    ("sin(w)", {"lower": -1, "upper": 1}), ("w**2", {"nonnegative": True}), ("q + 3", {"lower": 3}), ("-h", {"upper": 0}),
    ("s**2", {"lower": 0, "upper": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), STAND_INS)
def test_a_scalar_that_stands_for_entries_has_their_facts_and_no_others(text, facts):
    leaf = sg.formula(text, shapes=declared(SHAPES, text), facts=declared(FACTS, text))
    interval = lifting._scalar("p0", leaf, Facts()).facts.interval
    exact = sg.scalar("p0", **facts).facts.interval
    assert (interval.low, interval.high) == (exact.low, exact.high)
    rng, inputs = np.random.default_rng(0), list(leaf.symbols)
    code = sg.lambdify(inputs, leaf)
    for _ in range(50):
        for entry in code(*(random_values(one, {"n": 3}, rng) for one in inputs)):
            assert Fraction(float(entry)) in interval or entry == 0


LIFTED = [  # text in w, the kind of the function of entries, and data that make it affine, where there are some
    ("w**4 - w**3/10 + w**2", Kind.STRONGLY_CONVEX, {}),
    ("sqrt(1 + w**2)", Kind.STRICTLY_CONVEX, {}),
    ("log(cosh(w))", Kind.STRICTLY_CONVEX, {}),
    ("h*log(h/q)", Kind.STRICTLY_CONVEX, {}),
    ("-h*log(h/q)", Kind.STRICTLY_CONCAVE, {}),
    ("w**2/(1 + v**2)", Kind.STRICTLY_CONVEX, {}),
    ("h*sqrt(1 + w**2)", Kind.CONVEX, {"h": 0}),
    ("q*sqrt(1 + w**2)", Kind.STRICTLY_CONVEX, {}),
    ("-h*w**4", Kind.CONCAVE, {"h": 0}),
    ("h**3", Kind.STRICTLY_CONVEX, {}),
    ("q*atan(q) + q**2", Kind.STRONGLY_CONVEX, {}),
    ("abs(w)**3 + w", Kind.STRICTLY_CONVEX, {}),
    ("where(w < 0, w**2, w**3)", Kind.STRICTLY_CONVEX, {}),
    ("s**4 - 6*s**2", Kind.STRICTLY_CONCAVE, {}),
    ("sin(s)*s", Kind.STRONGLY_CONVEX, {}),
]  # fmt: skip
NOT_LIFTED = [  # text in w, where the function bends both ways
    "w**4 - w**2", "v*w**2", "w**3 + w", "sin(w)*w", "s**3", "s**4 - s**2", "w**2*exp(w)", "(q - h)*w**2",
    "exp(-(w**2))", "where(w < 0, w**2, -w)", "log(1 + w**2)", "v*sqrt(1 + w**2)", "abs(w)*w", "w**2 - abs(w)", "tanh(w)*w**2",
]  # fmt: skip


def moved_in(text):
    """What the tables move: w, or else the first name with facts."""
    return "w" if "w" in text.replace("where", "") else next(name for name in "hqs" if name in declared(SHAPES, text))


@pytest.mark.parametrize(("text", "kind", "flat"), LIFTED)
def test_a_lifted_kind_is_that_of_the_sum_for_all_sizes(text, kind, flat):
    node, known, _, wrt, facts = node_of(text, moved_in(text))
    step = lift(node, known, wrt, facts, Effort())
    assert step.statement.kind is kind
    assert all(one.check() for one in step.walk())
    above, below = far_from_chords(sg.sum(node), wrt, SIZES)
    assert (above if kind.is_convex else below) < 1e-9
    (variable,) = wrt
    rest = [one for one in node.symbols if one is not variable]
    code = sg.lambdify([variable, *rest], node)
    rng = np.random.default_rng(4)
    for _ in range(20):
        low, high, *data = (random_values(one, {"n": 3}, rng) for one in (variable, variable, *rest))
        data = [flat[one.name] * entries if one.name in flat else entries for one, entries in zip(rest, data, strict=True)]
        gap = code((low + high) / 2, *data) - (code(low, *data) + code(high, *data)) / 2
        assert np.all(gap == 0) if flat else np.all(gap < 0 if kind.is_convex else gap > 0)


@pytest.mark.parametrize("text", NOT_LIFTED)
def test_a_function_of_entries_that_bends_both_ways_is_left(text):
    node, known, _, wrt, facts = node_of(text, moved_in(text))
    assert lift(node, known, wrt, facts, Effort(300_000)) is None
    assert min(far_from_chords(sg.sum(node), wrt, SIZES, 100)) > 1e-6


@pytest.mark.parametrize("text", [text for text, _, _ in LIFTED])
def test_a_lifted_step_that_is_changed_does_not_check(text):
    node, known, _, wrt, facts = node_of(text, moved_in(text))
    step = lift(node, known, wrt, facts, Effort())
    assert not dataclasses.replace(step, premises=()).check()
    for kind in Kind:
        if kind is not step.statement.kind:
            other = dataclasses.replace(step.statement, kind=kind)
            assert not dataclasses.replace(step, statement=other).check()
    _, leaves, *rest = step.given
    for other in ((node, leaves[1:], *rest), (node * 2, leaves, *rest), (sg.sum(node), leaves, *rest)):
        assert not dataclasses.replace(step, given=other).check()
