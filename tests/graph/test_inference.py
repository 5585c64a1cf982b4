from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.inference import Facts, domain_of
from symgd.graph.node import constant
from tests.formulas import scalar_formulas

x, y = sg.scalar("x"), sg.scalar("y")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("exp(x) + x**2", Sign.POSITIVE),
        ("x**2", Sign.NONNEGATIVE),
        ("-x**2", Sign.NONPOSITIVE),
        ("sqrt(x)", Sign.NONNEGATIVE),
        ("sigmoid(x) - 1", Sign.NEGATIVE),
        ("2 + sin(x)", Sign.POSITIVE),
        ("x**2 + 1/2", Sign.POSITIVE),
        ("x", Sign.ANY),
        ("where(x > 0, 1, exp(x))", Sign.POSITIVE),
    ],
)
def test_signs(formula, expected):
    assert Facts().sign(sg.formula(formula)) == expected


def test_assumptions_sharpen():
    assert Facts({x: Sign.POSITIVE}).sign(x**3) == Sign.POSITIVE
    assert Facts({x: Interval(2, 3)}).interval(x**2 - 1) == Interval(3, 8)


def test_the_domain_is_collected_but_not_from_branches():
    assert domain_of(sg.formula("x*log(x)")) == {x: Sign.POSITIVE}
    assert domain_of(sg.formula("where(x > 0, log(x), 0)")) == {}


@settings(max_examples=150, deadline=None)
@given(scalar_formulas(), st.floats(-3, 3), st.floats(-3, 3))
def test_inferred_facts_contain_the_truth(formula, a, b):
    code = sg.lambdify([x, y], formula)
    with np.errstate(all="ignore"):
        value = float(code(a, b))
    if not np.isfinite(value):
        return
    facts = Facts()
    interval = facts.interval(formula)
    slack = 1e-9 * (1 + abs(value))
    assert float(interval.low) - slack <= value <= float(interval.high) + slack
    sign = facts.sign(formula)
    if value > slack:
        assert sign & Sign.POSITIVE
    if value < -slack:
        assert sign & Sign.NEGATIVE


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("exp(x) + sin(x)**2", {}, True),
        ("log(x)", {}, False),
        ("log(x)", {"x": {"positive": True}}, True),
        ("log(x)", {"x": {"nonnegative": True}}, False),
        ("sqrt(x)", {"x": {"nonnegative": True}}, True),
        ("1/x", {"x": {"nonzero": True}}, True),
        ("1/(1 + x**2)", {}, True),
        ("x**y", {}, False),
        ("x**y", {"x": {"positive": True}}, True),
        ("log(1 + exp(x)) + log(x)", {}, False),
        ("asin(tanh(x))", {}, True),
        ("atanh(x)", {}, False),
        ("where(x > 0, log(x), 0)", {}, True),
        ("where(x >= 0, log(x), 0)", {}, False),
        ("where(x < 0, 0, log(x))", {}, False),
        ("where(x <= 0, 0, log(x))", {}, True),
        ("where(1 > x, 1/(x - 1), 0)", {}, True),
        ("where(1 >= x, 1/(x - 1), 0)", {}, False),
        ("where(y > 0, log(x), 0)", {}, False),
        ("where(log(x) > 0, 1, 0)", {}, False),
    ],
)
def test_what_has_a_value_everywhere_is_known(text, facts, expected):
    formula = sg.formula(text, facts=facts)
    assert Facts().is_defined(formula) is expected
    assert Facts().may_vanish(formula) is expected
    assert Facts(is_inside=True).may_vanish(formula)


def test_infinity_is_no_value():
    assert not Facts().is_defined(constant(float("inf")))
    assert not Facts().is_defined(constant(float("nan")) + sg.scalar("x"))
