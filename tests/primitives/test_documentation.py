"""Every function of the language says what it computes, for which shapes, with which derivative, and shows it in an example."""

from __future__ import annotations

import doctest
import inspect
import re
import sys
import tomllib
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString

import symgd.errors
import symgd.primitives
from symgd.graph.primitive import FUNCTIONS, Primitive

INCLUDES_DECLARATIONS = False
"""Whether the laws hold for the declarations of elementwise functions too; set it when these have documentation."""

ROOT = Path(__file__).parent.parent.parent


def names_of_functions():
    """Return the names of every function, the first one first."""
    names: dict[int, list[str]] = {}
    for name, function in FUNCTIONS.items():
        if INCLUDES_DECLARATIONS or not isinstance(function, Primitive):
            names.setdefault(id(function), []).append(name)
    return list(names.values())


def built_functions():
    return [names for names in names_of_functions() if not isinstance(FUNCTIONS[names[0]], Primitive)]


def documentation(name):
    return NumpyDocString(inspect.getdoc(FUNCTIONS[name]) or "")


every_function = pytest.mark.parametrize("names", names_of_functions(), ids=lambda names: names[0])
every_built_function = pytest.mark.parametrize("names", built_functions(), ids=lambda names: names[0])


def test_there_are_functions_to_measure():
    assert len(built_functions()) > 100


@every_function
def test_the_first_line_says_what_is_returned(names):
    first = (inspect.getdoc(FUNCTIONS[names[0]]) or "").partition("\n")[0]
    assert first.startswith("Return ")
    assert first.endswith(".")


@every_function
def test_the_sections_are_complete(names):
    sections = documentation(names[0])
    missing = [section for section in ("Parameters", "Returns", "Raises", "Notes", "Examples") if not sections[section]]
    assert not missing


@every_function
def test_the_example_calls_the_function_and_shows_its_derivative(names):
    code = "\n".join(line for line in documentation(names[0])["Examples"] if line.startswith((">>>", "...")))
    assert any(re.search(rf"\bsg\.{name}\(", code) for name in names)
    assert "sg.gradient(" in code or "sg.check_gradient(" in code


@every_built_function
def test_the_function_has_its_first_name_and_is_found_under_it(names):
    function = FUNCTIONS[names[0]]
    assert function.__name__ == function.__qualname__ == names[0]
    assert getattr(sys.modules[function.__module__], names[0]) is function


@every_built_function
def test_every_parameter_has_a_type_and_a_description(names):
    signature = inspect.signature(FUNCTIONS[names[0]])
    assert signature.return_annotation == "Node"
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty
        assert "Any" not in re.findall(r"\w+", parameter.annotation)
    described = [
        name for entry in documentation(names[0])["Parameters"] for name in re.split(r",\s*", entry.name.replace("*", ""))
    ]
    assert described == list(signature.parameters)
    assert all(entry.type and entry.desc for entry in documentation(names[0])["Parameters"])


@every_built_function
def test_errors_that_are_raised_are_those_of_symgd(names):
    for entry in documentation(names[0])["Raises"]:
        assert issubclass(getattr(symgd.errors, entry.type), symgd.errors.SymgdError)
        assert entry.desc


@every_built_function
def test_the_example_is_collected_with_its_module(names):
    """pytest runs the examples of every module under symgd, once; see ``testpaths`` and ``addopts`` in pyproject.toml."""
    function = FUNCTIONS[names[0]]
    (found,) = doctest.DocTestFinder(recurse=False).find(function, module=sys.modules[function.__module__])
    assert found.examples
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert "symgd" in options["testpaths"]
    assert "--doctest-modules" in options["addopts"]
