"""Every public function and class documents its parameters, its result, its errors and an example; sources have a section."""

from __future__ import annotations

import enum
import inspect
import re

import pytest
from numpydoc.docscrape import NumpyDocString

import symgd as sg
import symgd.extend
import symgd.testing

MODULES = {"symgd": sg, "symgd.extend": symgd.extend, "symgd.testing": symgd.testing}
YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")


def public_objects():
    return [(f"{module}.{name}", getattr(value, name)) for module, value in MODULES.items() for name in value.__all__]


everything = pytest.mark.parametrize(
    "documented", [one for _, one in public_objects()], ids=[name for name, _ in public_objects()]
)


def sections_of(documented):
    return NumpyDocString(inspect.getdoc(documented) or "")


def is_error(documented):
    return inspect.isclass(documented) and issubclass(documented, (Exception, Warning))


def is_enumeration(documented):
    return inspect.isclass(documented) and issubclass(documented, enum.Enum)


def parameters_of(documented):
    """Return the parameters that a user gives: users make no errors, no members of enumerations and no protocols."""
    not_made_by_users = is_error(documented) or is_enumeration(documented) or getattr(documented, "_is_protocol", False)
    if not_made_by_users or documented in (sg.Node, symgd.extend.Primitive):
        return []
    return list(inspect.signature(documented).parameters)


@everything
def test_the_parameters_are_those_of_the_signature(documented):
    described = [
        name for entry in sections_of(documented)["Parameters"] for name in re.split(r",\s*", entry.name.replace("*", ""))
    ]
    if parameters_of(documented):
        assert described == parameters_of(documented)


@everything
def test_the_result_is_described(documented):
    """Classes make their instances, and an assertion returns nothing."""
    returns_something = not inspect.isclass(documented) and inspect.signature(documented).return_annotation not in (
        None,
        "None",
    )
    assert bool(sections_of(documented)["Returns"]) == returns_something


@everything
def test_errors_are_described(documented):
    raises_none = is_error(documented) or is_enumeration(documented) or documented is sg.GradientDescent
    assert bool(sections_of(documented)["Raises"]) != raises_none


@everything
def test_there_is_an_example(documented):
    assert any(line.startswith(">>>") for line in sections_of(documented)["Examples"])


@everything
def test_a_source_that_is_named_stands_in_the_references(documented):
    sections = sections_of(documented)
    prose = " ".join([*sections["Summary"], *sections["Extended Summary"], *sections["Notes"]])
    references = " ".join(sections["References"])
    assert set(YEAR.findall(prose)) <= set(YEAR.findall(references))
    assert not references or YEAR.search(references) or "https://" in references


@everything
def test_the_first_line_is_one_sentence(documented):
    first, _, rest = (inspect.getdoc(documented) or "").partition("\n")
    assert first[0].isupper()
    assert first.endswith((".", ":"))
    assert not rest.partition("\n")[0].strip()
