from __future__ import annotations

import numpy as np
from hypothesis import given, settings

import symgd as sg
from symgd.derive.backward_trace import backward_lines
from symgd.derive.reverse import sweep
from symgd.graph.traversal import substitute
from symgd.primitives.contraction import broadcast
from tests.formulas import scalar_formulas, tensor_formulas


def check_lines(formula):
    """Put the lines together again: each must equal the adjoint of the sweep."""
    symbols = list(formula.symbols)
    lines = backward_lines(formula, symbols, list)
    known = {}
    for line in lines:
        (adjoint,) = substitute([line.adjoint], known)
        names = {line.name: line.node for line in lines if not line.is_input}
        adjoint = broadcast.make((adjoint,), (line.node.shape,))
        (adjoint,) = substitute([adjoint], {s: names[s.name] for s in adjoint.symbols if s.name in names and s not in symbols})
        known.update({s: adjoint for other in lines for s in other.adjoint.symbols if s.name == f"t_{line.name}"})
        yield line, adjoint


@settings(max_examples=60, deadline=None)
@given(scalar_formulas(depth=3))
def test_the_lines_are_the_adjoints_of_the_sweep(formula):
    symbols = list(formula.symbols)
    if not symbols:
        return
    true = sweep(formula, symbols).adjoints
    for line, adjoint in check_lines(formula):
        code = sg.lambdify(symbols, [adjoint, true[line.node]])
        with np.errstate(all="ignore"):
            told, swept = code(*(0.37 + 0.2 * k for k in range(len(symbols))))
        np.testing.assert_allclose(told, swept, rtol=1e-9, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(tensor_formulas())
def test_the_lines_of_tensor_formulas_are_the_adjoints_of_the_sweep(formula):
    symbols = list(formula.symbols)
    true = sweep(formula, symbols).adjoints
    generator = np.random.default_rng(0)
    values = [generator.normal(size=tuple({"m": 3, "n": 2}[str(d)] for d in s.shape)) for s in symbols]
    for line, adjoint in check_lines(formula):
        told, swept = sg.lambdify(symbols, [adjoint, true[line.node]])(*values)
        np.testing.assert_allclose(np.broadcast_to(told, np.shape(swept)), swept, rtol=1e-9, atol=1e-12)


def test_names_do_not_collide_with_inputs_or_sizes():
    formula = sg.formula("sum(exp(z*u)) + L", shapes={"z": "v", "u": "v"})
    lines = backward_lines(formula, list(formula.symbols), list)
    names = [line.name for line in lines]
    assert len(names) == len(set(names))
    assert not {"v"} & set(names)


def test_the_first_line_is_one():
    formula = sg.formula("x**2")
    assert backward_lines(formula, list(formula.symbols), list)[0].adjoint.equals_number(1)
