"""Numbers are written in the digits 0 to 9: Python's int() and float() read those of every script, and ``1_0``, too."""

from __future__ import annotations

import json

import click
import pytest

import symgd as sg
from symgd.readers.serialization import FORMAT, VERSION, digest_of, parse_formula
from symgd.tools.options import integer, number, read_bounds, read_exact_point, read_facts, read_point
from symgd.tools.written_numbers import read_exact, read_float

WRITTEN = ["٣", "３", "३", "𝟛", "1٣", "٣1", "²", "③", "1²", "1_0", "1__0"]


def latex(text):
    return lambda digits: sg.formula(text.replace("#", digits), syntax="latex")


def saved(digits):
    nodes = [["constant", [], ["exact", {"integer": f"0x{digits}"}]]]
    return parse_formula(json.dumps({"format": FORMAT, "version": VERSION, "digest": digest_of(nodes), "nodes": nodes}))


READERS = {
    "shape in a text": lambda digits: sg.tensor("x", f"n {digits}"),
    "shape in a tuple": lambda digits: sg.tensor("x", ("n", digits)),
    "shapes of a formula": lambda digits: sg.formula("sum(x)", shapes={"x": digits}),
    "number of a formula": lambda digits: sg.formula(f"{digits}*x"),
    "exponent of a formula": lambda digits: sg.formula(f"x**{digits}"),
    "decimals of a formula": lambda digits: sg.formula(f"1.{digits}*x"),
    "index of a formula": lambda digits: sg.formula(f"x[{digits}]", shapes={"x": "40"}),
    "LaTeX, number": latex("# x"),
    "LaTeX, decimals": latex("1.# x"),
    "LaTeX, exponent": latex("x^{#}"),
    "LaTeX, subscript": latex("x_#"),
    "LaTeX, subscript in braces": latex("x_{#}"),
    "LaTeX, subscript of a word": latex(r"\mathrm{loss}_{#}"),
    "LaTeX, fraction": latex(r"\frac{#}{2}"),
    "LaTeX, root": latex(r"\sqrt[#]{x}"),
    "LaTeX, bounds": lambda digits: sg.formula(rf"\sum_{{i={digits}}}^9 x_i", syntax="latex", shapes={"x": "9"}),
    "LaTeX, shift": lambda digits: sg.formula(
        rf"\sum_{{i=1}}^{{n-3}} x_{{i+{digits}}}", syntax="latex", shapes={"x": "n"}
    ),
    "LaTeX, index": lambda digits: sg.formula(f"x_{{{digits}}}", syntax="latex", shapes={"x": "40"}),
    "facts": lambda digits: read_facts(f"x: lower={digits}"),
    "point": lambda digits: read_point(f"x: {digits}"),
    "nested point": lambda digits: read_point(f"x: [{digits}]"),
    "bounds": lambda digits: read_bounds(f"x: [0, {digits}]"),
    "domain": lambda digits: sg.convexity("x**2", "x", domain={"x": f"[0, {digits}]"}),
    "constraint": lambda digits: sg.convexity("x**2", "x", constraints=[f"x < {digits}"]),
    "place of an expansion": read_exact_point,
    "integer of an option": integer,
    "number of an option": number,
    "number in a file": lambda digits: read_float(digits, "data.csv"),
    "exact number": lambda digits: read_exact(digits, "x"),
    "fraction": lambda digits: read_exact(f"1/{digits}", "x"),
    "saved formula": saved,
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_digits_of_other_scripts_are_refused(name):
    for digits in WRITTEN:
        if digits.isascii() and name in ("LaTeX, subscript", "LaTeX, number", "LaTeX, decimals"):
            continue  # the underscore is a subscript
        try:
            found = READERS[name](digits)
        except (sg.SymgdError, click.BadParameter):
            continue
        pytest.fail(f"{digits!r} was read: {found!r}")


@pytest.mark.parametrize("name", READERS)
def test_the_same_numbers_in_plain_digits_are_read(name):
    READERS[name]("3")


@pytest.mark.parametrize("name", ["²", "n²", "①", "ｎ", "a.b", "n'", "½"])
def test_sizes_have_names_of_letters(name):
    with pytest.raises(sg.SymgdError, match="is not a size"):
        sg.tensor("x", (name,))


@pytest.mark.parametrize("name", ["n", "n_1", "größe", "n3", "_", "샘플", "λ"])
def test_sizes_have_names_in_any_language(name):
    assert str(sg.tensor("x", (name,)).shape[0]) == name
