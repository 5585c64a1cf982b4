"""What a question says of itself."""

from __future__ import annotations

import symgd as sg
from symgd.checking.request import Question


def test_names_shapes_and_what_moves():
    output = sg.formula("sum(A@x + b)", shapes={"A": "m n", "x": "n", "b": "m"})
    nodes = {node.name: node for node in output.symbols}
    own = [sg.gradient(output, nodes[name]) for name in "xb"]
    question = Question(output, (nodes["x"], nodes["b"]), tuple(own), tuple(own), output.symbols)
    assert question.names == ["x", "b"]
    assert question.shapes == [nodes["x"].shape, nodes["b"].shape]
    assert nodes["A"] not in question.moving
    assert output in question.moving
    assert question.formulas == list(own)
    assert not question.rows


def test_the_claim_may_be_a_value():
    output = sg.formula("x**2")
    question = Question(output, (), (output,), (output,), output.symbols, what="value")
    assert question.names == ["value"]
    assert question.shapes == [()]


def test_inputs_that_look_up_rows_are_known():
    output = sg.formula("take(x, i)", shapes={"x": "5", "i": "3"})
    nodes = {node.name: node for node in output.symbols}
    question = Question(output, (), None, (output,), output.symbols)
    assert list(question.rows) == [nodes["i"]]
