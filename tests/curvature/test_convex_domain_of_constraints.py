"""A constraint that has values on several parts describes no convex set, though it is convex on each of them."""

from __future__ import annotations

import pytest

import symgd as sg

IN_PARTS = [
    ("x**2", ["1/x**2 < 1"], None),
    ("x", ["log(x**2) > 0"], None),
    ("x**2 + y**2", ["log(x*y) > 0"], None),
    ("x**2", ["x**(-2) <= 1"], None),
    ("x**2 + y**2", ["1/x**2 + 1/y**2 < 1"], None),
    ("x**2 + y**2", ["log(x**2) + log(y**2) > 1"], None),
    ("x**2", ["1/x < 2"], None),
]
IN_ONE = [
    ("x**2 + y**2", ["log(x) + log(y) > 1"], None),
    ("x**2", ["1/x < 2"], {"x": (0, None)}),
    ("x**2 + y**2", ["y - 1/x > 0"], {"x": (0, None)}),
    ("x**2 + y**2", ["sqrt(x) > y"], None),
    ("x**2 + y**2", ["1 - x**2 - y**2 > 0"], None),
    ("x**2 + y**2", ["1/x**2 + 1/y**2 < 1"], {"x": (0, None), "y": (0, None)}),
]


@pytest.mark.parametrize(("text", "constraints", "domain"), IN_PARTS)
def test_nothing_is_proven_on_a_set_in_several_parts(text, constraints, domain):
    verdict = sg.convexity(text, constraints=constraints, domain=domain)
    assert verdict.kind.name == "UNKNOWN"
    assert "not known to be convex" in verdict.reason


@pytest.mark.parametrize(("text", "constraints", "domain"), IN_ONE)
def test_a_set_in_one_part_is_convex(text, constraints, domain):
    verdict = sg.convexity(text, constraints=constraints, domain=domain)
    assert verdict.kind.name == "STRONGLY_CONVEX"
    assert verdict.check()
