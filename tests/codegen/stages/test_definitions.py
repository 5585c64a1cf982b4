"""Functions without code of their own are written out by their definitions."""

from __future__ import annotations

import symgd as sg
from symgd.codegen.pipeline import STAGES
from symgd.codegen.stages.arithmetic import ARITHMETIC, DEFINITIONS
from symgd.codegen.stages.definitions import by_definitions
from symgd.extend import elementwise
from symgd.graph.primitive import REGISTRY
from symgd.graph.traversal import toposort


def test_every_function_of_symgd_has_code_of_its_own():
    x, y, z = (sg.tensor(name, "n") for name in "xyz")
    for record in REGISTRY.own:
        if record.is_elementwise and record.definition is not None and (record.arity or 0) > 0:
            formula = record(*(x, y, z)[: record.arity])
            assert record.layout is not None or by_definitions([formula]) == [formula], record


def test_definitions_are_written_out_at_any_depth():
    inner = elementwise("inner_of_test", definition=lambda x: x**2)
    outer = elementwise("outer_of_test", definition=lambda x, y: inner(x) + y)
    x, y = sg.scalar("x"), sg.scalar("y")
    (written,) = by_definitions([sg.exp(outer(inner(x), y))])
    assert str(written) == "exp(x**4 + y)"
    assert {node.primitive for node in toposort([written])}.isdisjoint({inner, outer})


def test_it_is_the_first_stage():
    assert STAGES[0] is ARITHMETIC[0] is DEFINITIONS
    assert STAGES.count(DEFINITIONS) == 1
