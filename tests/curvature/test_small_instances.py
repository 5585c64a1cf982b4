"""Instances of formulas: scalars in the place of entries, numbers in the place of what is held fixed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.domain import read_domain
from symgd.curvature.small_instances import by_entries, instances, with_numbers
from symgd.readers.text.parser import parse


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


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"A": [[1.0, 2.0]], "b": [0.5]}, "(x_0 + 2*x_1 - 1/2)**2"),
        ({"A": [[1.0], [3.0]], "b": [0.5, 0.1]}, "(x_0 - 1/2)**2 + (3*x_0 - 1/10)**2"),
    ],
)
def test_data_are_written_out_with_their_sizes(data, expected):
    formula = sg.formula("sum((A@x - b)**2)", shapes={"A": "m n", "x": "n", "b": "m"})
    by_name = {node.name: node for node in formula.symbols}
    arrays = {by_name[name]: np.array(array) for name, array in data.items()}
    domain = read_domain(formula, [by_name["x"]], {}, [], data=arrays)
    instance = with_numbers(formula, [by_name["x"]], domain)
    places = {f"x_{k}": node for k, node in enumerate(instance.variables)}
    assert len(places) == len(data["A"][0])
    wanted = parse(expected, symbols=places)
    for numbers in ([0.3, -1.7], [2.5, 4.0]):
        values = dict(zip(instance.variables, numbers, strict=False))
        one, other = (sg.lambdify(list(values), [part])(*values.values())[0] for part in (instance.formula, wanted))
        assert one == pytest.approx(other)
    partial = read_domain(formula, [by_name["x"]], {}, [], data={by_name["b"]: np.ones(2)})
    assert with_numbers(formula, [by_name["x"]], partial) is None


def test_numbers_are_those_that_facts_allow():
    facts = {"a": {"positive": True}, "b": {"upper": -1}, "c": {"nonzero": True}, "d": {"lower": 7, "upper": 8}}
    formula = sg.formula("(a + b + c + d)*x**2", facts=facts)
    (x,) = [node for node in formula.symbols if node.name == "x"]
    found = list(instances(formula, [x], _domain(formula, [x])))
    assert len(found) == 8
    for instance in found:
        numbers = instance.parameters
        assert numbers["a"] > 0 and numbers["b"] <= -1 and numbers["c"] != 0 and 7 <= numbers["d"] <= 8
        assert instance.variables == [x]


def test_a_symmetric_matrix_has_the_entries_above_its_diagonal():
    formula = sg.formula("sum(S**2)", shapes={"S": "3 3"}, facts={"S": {"symmetric": True}})
    instance = by_entries(formula, list(formula.symbols), _domain(formula, list(formula.symbols)))
    assert len(instance.variables) == 6
    (value,) = sg.lambdify(instance.variables, [instance.formula])(*[1.0] * 6)
    assert value == 9


@pytest.mark.parametrize("kind", ["convex", "quasiconvex", "quasiconcave", "log-concave", "log-convex"])
@pytest.mark.parametrize(
    "text", ["x**2/abs(x)/y", "x**2/abs(x) + 0*log(1 + y**2)", "a*x**2/abs(x) - x**2", "x*log(1 - x**2)/x/y"]
)
def test_points_of_counterexamples_lie_where_the_formula_had_values_before_it_was_simplified(text, kind):
    verdict = sg.convexity(sg.formula(text), "x", kind=kind)
    if verdict.witness is None:
        return
    chords = (
        [verdict.witness.points] if kind != "convex" else [verdict.witness.against_convexity, verdict.witness.against_concavity]
    )
    for chord in (one if kind != "convex" else one.chord() for one in chords):
        assert all(value != 0 for point in (chord.first, chord.second, chord.middle) for value in point.values())
