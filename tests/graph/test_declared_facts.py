"""An error of a declared fact names the function and the fact."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.extend import elementwise
from symgd.graph.inference import Facts
from symgd.graph.primitive import REGISTRY


def raising(error):
    def fact(node, *known):
        raise error

    return fact


@pytest.fixture
def declared():
    before = dict(REGISTRY)
    yield lambda **facts: elementwise("raises_on_facts", derivative=lambda x, out: sg.exp(x), numpy="exp({x})", **facts)
    for name in REGISTRY.keys() - before:
        del REGISTRY[name]


@pytest.mark.parametrize("error", [ZeroDivisionError("division by zero"), KeyError("x"), TypeError("no")])
@pytest.mark.parametrize("fact", ["curvature", "monotone", "sign", "range"])
def test_an_error_of_a_fact_becomes_one_that_names_it(declared, fact, error):
    facts = {"curvature": sg.extend.Curvature.CONVEX} | {fact: raising(error)}
    x = sg.scalar("x")
    formula = declared(**facts)(x)
    expected = f"^{fact} as declared for raises_on_facts raised {type(error).__name__}"
    with pytest.raises(sg.SymgdError, match=expected):
        sg.convexity(formula) if fact in ("curvature", "monotone") else getattr(Facts(), _ASKED[fact])(formula)


_ASKED = {"sign": "sign", "range": "interval"}


def test_our_own_error_stays(declared):
    with pytest.raises(sg.SymgdError, match="^the curvature is a secret$"):
        sg.convexity(declared(curvature=raising(sg.SymgdError("the curvature is a secret")))(sg.scalar("x")))
