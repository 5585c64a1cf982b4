from __future__ import annotations

import symgd as sg
from symgd.codegen.libraries import BACKENDS
from symgd.codegen.printer import CodePrinter
from symgd.codegen.schedule import narrowed, schedule
from symgd.graph.traversal import toposort
from symgd.primitives.arithmetic import add

x, y = sg.scalar("x"), sg.scalar("y")


def plan(outputs, taken=()):
    printer = CodePrinter(BACKENDS["numpy"](), {x: "x", y: "y"}, {}, True)
    return schedule(outputs, printer, taken)


def test_what_is_used_twice_is_named_and_computed_first():
    shared = sg.exp(x * y)
    found = plan([shared + sg.sin(shared)])
    assert found.assignments == [("t0", "np.exp(x*y)")]
    assert [written.text for written in found.outputs] == ["t0 + np.sin(t0)"]


def test_what_is_used_once_stands_in_place():
    assert plan([sg.exp(x) + sg.sin(y)]).assignments == []


def test_names_avoid_what_is_taken():
    shared = sg.exp(x)
    assert plan([shared * sg.sin(shared)], taken=["t0", "t1"]).assignments[0][0] == "t2"


def test_very_wide_sums_are_broken_into_pieces():
    wide = add.make(tuple(sg.scalar(f"x{k}") for k in range(5000)))
    (narrow,) = narrowed([wide])
    assert max(len(node.args) for node in toposort([narrow])) <= 32
    assert len(narrow.symbols) == 5000
