"""Instances of formulas: scalars in the place of entries, numbers in the place of what is held fixed."""

from __future__ import annotations

import itertools

import symgd as sg
from symgd.curvature.domain import read_domain
from symgd.curvature.small_instances import by_entries, instances


def _domain(formula, wrt):
    return read_domain(formula, wrt, {}, [])


def test_a_scalar_formula_is_its_own_instance():
    formula = sg.formula("x**2 + y")
    wrt = list(formula.symbols)
    (instance,) = instances(formula, wrt, _domain(formula, wrt))
    assert (instance.formula, instance.variables, instance.parameters) == (formula, wrt, {})


def test_instances_have_scalar_variables_alone():
    formula = sg.formula("sum((A@x)**2)", shapes={"A": "m n", "x": "n"})
    wrt = [node for node in formula.symbols if node.name == "x"]
    found = list(itertools.islice(instances(formula, wrt, _domain(formula, wrt)), 4))
    assert found
    for instance in found:
        assert set(instance.formula.symbols) <= set(instance.variables)
        assert not any(node.shape for node in instance.variables)
        assert {"m", "n"} <= set(instance.parameters)


def test_a_small_tensor_is_written_out_entry_by_entry():
    formula = sg.formula("sum(x**2)", shapes={"x": "3"})
    wrt = list(formula.symbols)
    instance = by_entries(formula, wrt, _domain(formula, wrt))
    assert len(instance.variables) == 3
    large = sg.formula("sum(x**2)", shapes={"x": "300"})
    assert by_entries(large, list(large.symbols), _domain(large, list(large.symbols))) is None
