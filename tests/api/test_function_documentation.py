"""The docstrings that declarations give to their functions: complete, and their examples run."""

from __future__ import annotations

import doctest
import inspect
import pydoc

import pytest

import symgd as sg
from symgd.graph.primitive import FUNCTIONS, Primitive

DECLARED = {record.name: record for record in FUNCTIONS.values() if isinstance(record, Primitive)}


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_a_declaration_gives_a_docstring_whose_example_runs(name):
    text = DECLARED[name].__doc__
    for section in ("Parameters", "Returns", "Raises", "References", "Examples"):
        assert f"\n{section}\n{'-' * len(section)}\n" in text
    (test,) = doctest.DocTestFinder(recurse=False).find(DECLARED[name], name, globs={})
    assert len(test.examples) >= 3
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_the_docstring_tells_formula_domain_convention_and_derivative():
    assert "softplus(x) = log(1 + exp(x))" in sg.softplus.__doc__
    assert "Derivative in x: σ(x)" in sg.softplus.__doc__
    assert "Domain: x > 0" in sg.log.__doc__
    assert "At the kink: relu'(0) = 0" in sg.relu.__doc__
    assert "Curvature: convex" in sg.exp.__doc__
    assert "Return softplus(x)" in pydoc.render_doc(sg.softplus, renderer=pydoc.plaintext)


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("softplus", "all real numbers"), ("log1p", "x in (-1, inf)"), ("acosh", "x in [1, inf)"), ("tan", "cos(x) ≠ 0"),
        ("gamma", "x - floor(x) ≠ 0 unless x > 0"), ("besselj", "x ≥ 0 unless order == floor(order)"),
        ("xlogy", "y > 0 unless x == 0"), ("bessely", "x > 0"), ("lambertw", "x + exp(-1) > 0"),
    ],
)  # fmt: skip
def test_the_docstring_states_the_domain(name, domain):
    assert f"Domain: {domain}\n" in getattr(sg, name).__doc__


def test_every_function_states_its_domain_but_the_power_whose_domain_depends_on_the_exponent():
    silent = {name for name in DECLARED if "\nDomain: " not in DECLARED[name].__doc__}
    assert silent == {"pow"}


def test_symbols_keep_their_case():
    assert "\nζ(s, a) = Σ" in sg.zeta.__doc__


def test_the_signature_has_the_names_and_the_defaults_of_the_declaration():
    assert str(inspect.signature(sg.besselj).replace(return_annotation=inspect.Signature.empty)) == "(order, x, /)"
    assert list(inspect.signature(sg.leaky_relu).parameters) == ["x", "slope"]
    assert inspect.signature(sg.exp).return_annotation is sg.Node


def test_a_record_of_tensors_and_the_class_keep_the_docstring_of_records():
    assert type(sg.exp).__doc__.startswith("Everything that symgd knows of one function")
