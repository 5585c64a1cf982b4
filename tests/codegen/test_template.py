from __future__ import annotations

import pytest

from symgd.codegen.libraries import BACKENDS
from symgd.codegen.template import operand_name, read_template
from symgd.errors import SymgdError
from symgd.graph.text_printer import ATOM, SUM, Written

X, SUM_OF_TWO = Written("x"), Written("a + b", SUM)


@pytest.mark.parametrize(
    ("template", "operands", "text"),
    [
        ("{x} * expit({x})", [SUM_OF_TWO], "(a + b) * np.expit(a + b)"),
        ("maximum({x}, 0)", [SUM_OF_TWO], "np.maximum(a + b, 0)"),
        (f"{operand_name(0)}[1:]", [SUM_OF_TWO], "(a + b)[1:]"),
        (f"concatenate([{operand_name(0)}, {operand_name(1)}], axis=0)", [X, SUM_OF_TWO], "np.concatenate([x, a + b], axis=0)"),
        ("_norm({x})", [X], "_norm(x)"),
        ("take(v, slice(None))", [], "np.take(v, slice(None))"),
    ],
)
def test_arguments_stand_in_brackets_where_they_need_them(template, operands, text):
    backend = BACKENDS["numpy"]()
    assert read_template(template).filled(operands, backend).text == text


def test_what_is_used_is_recorded_while_it_is_written():
    backend = BACKENDS["numpy"]()
    read_template("_norm({x}).astype(dtype)").filled([X], backend)
    assert backend.uses.helpers == {"_norm"}
    assert backend.uses.dtype
    assert backend.import_lines() == ["import numpy as np"]  # of the function, not of the call
    assert not BACKENDS["numpy"]().uses.helpers


def test_a_name_inside_a_name_is_no_use():
    backend = BACKENDS["numpy"]()
    read_template("f(x).dtype.type").filled([], backend)
    assert not backend.uses.dtype


@pytest.mark.parametrize(
    ("template", "is_closed"), [("exp({x})", True), ("{x} + 1", False), ("({x} + 1)", True), ("f({x})[0].T", True)]
)
def test_a_template_binds_as_its_outermost_operation(template, is_closed):
    assert (read_template(template).binds == ATOM) == is_closed


def test_what_is_no_expression_is_refused():
    with pytest.raises(SymgdError, match="is no expression of Python"):
        read_template("exp({x}")
