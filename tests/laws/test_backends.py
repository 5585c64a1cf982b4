"""Every primitive with every backend: its code compiles and gives NumPy's values, or it is refused with one sentence."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import ClassVar

import array_api_strict
import numpy as np
import pytest

import symgd as sg
from symgd.codegen.lambdify import compile_formulas
from symgd.codegen.libraries import BACKENDS
from symgd.errors import DomainError, UnsupportedError
from symgd.evaluation.inputs import row_numbers
from symgd.evaluation.sampling import points
from symgd.graph.node import Node
from symgd.graph.primitive import REGISTRY
from symgd.graph.traversal import toposort
from symgd.optional_packages import is_installed
from tests.laws.test_tensor_primitives import EXAMPLES

OURS = [name for name, backend in BACKENDS.items() if backend.__module__.startswith("symgd.")]
NOT_IN_ARRAY_API = {
    "besselj", "bessely", "besseli", "besselie", "besselk", "besselke", "spherical_jn", "gammainc", "gammaincc",
}  # fmt: skip
WITHOUT_CODE = {"symbol", "constant", "size"}
"""What a formula begins with: inputs, numbers and sizes of axes."""

MAKE_ARRAY = {"array_api": array_api_strict.asarray, "cupy": None}
"""How arrays of a backend are made where not by its package's ``asarray``; CuPy's need a GPU, and its code is looked at."""


def maker_of(backend: str) -> Callable[[np.ndarray], object] | None:
    """Return what makes arrays of a backend, or None where there are none here."""
    if backend in MAKE_ARRAY:
        return MAKE_ARRAY[backend]
    package = BACKENDS[backend].package
    return importlib.import_module(package).asarray if is_installed(package) else None


tensors = [sg.tensor(letter, "n") for letter in "xyz"]
scalars = [sg.scalar(letter) for letter in "xyz"]
Case = tuple[list[Node], Node]


def cases_of(name: str) -> list[Case]:
    """Inputs and formulas of one primitive: of scalars, of vectors, with numbers among the arguments, and with gradients."""
    record = REGISTRY[name]
    if not record.is_elementwise:
        return [(list(example.symbols), formula) for example in EXAMPLES[name] for formula in (example, slope_of(example))]
    if record.arity == 0:
        return [(tensors[:1], record() * tensors[0])]
    found: list[Case] = []
    for inputs in (scalars, tensors):
        args = list(inputs[: record.arity or 2])
        if name == "where":
            found += [(args, record(args[0] > 0, *args[1:])), (args, record(args[0] > args[1], 1, 2) * args[2])]
            continue
        found += [(args, record(*args)), (args, record(*(2 * arg + 1 for arg in args)))]
        if len(args) == 2:
            found += [(args, record(number, args[1])) for number in (2, 3)]
            found += [(args, record(args[0], number)) for number in (0.5, 2)]
    return found


def slope_of(formula: Node) -> Node:
    rows = row_numbers(toposort([formula]))
    return sg.gradient(sg.sum(formula), next(symbol for symbol in formula.symbols if symbol not in rows))


def sampled(formula: Node) -> list[dict[Node, np.ndarray]]:
    try:
        return [point.values for point in points(formula, 2, seed=3)]
    except DomainError:  # polygamma has values at whole orders only
        return []


@pytest.mark.parametrize("backend", OURS)
@pytest.mark.parametrize("name", sorted(REGISTRY.keys() - WITHOUT_CODE))
def test_every_primitive_with_every_backend(name, backend):
    for inputs, formula in cases_of(name):
        try:
            reference = compile_formulas(inputs, [formula], as_list=False)
        except UnsupportedError:
            continue  # a Bessel function of half an order
        try:
            compile_formulas(inputs, [formula], backend)
        except UnsupportedError as error:
            assert re.match(rf"\w+ has no code for {backend}", str(error))  # noqa: PT017
        else:
            if make_array := maker_of(backend):
                check_values(inputs, formula, reference, backend, make_array)


def check_values(inputs, formula, reference, backend, make_array):
    code = compile_formulas(inputs, [formula], backend, as_list=False)
    for values in sampled(sum(map(sg.sum, inputs), start=sg.sum(formula))):
        arrays = [make_array(np.asarray(values[node])) for node in inputs]
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found, expected = code(*arrays), reference(*(values[node] for node in inputs))
        assert type(found) is type(arrays[0]) or np.isscalar(found)
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-11, atol=1e-12)
        assert np.shape(found) == np.shape(expected)


def test_what_has_no_code_for_the_standard_is_what_is_refused():
    refused = set()
    for name in REGISTRY.keys() - WITHOUT_CODE:
        try:
            inputs, formula = cases_of(name)[0]
            compile_formulas(inputs, [formula], "array_api")
        except UnsupportedError as error:
            assert str(error).startswith(f"{name} has no code for array_api\n")  # noqa: PT017
            refused.add(name)
    assert refused == NOT_IN_ARRAY_API


@pytest.mark.parametrize("name", OURS)
def test_every_backend_is_described_and_named_in_the_refusal_of_another(name):
    assert BACKENDS[name].__doc__
    with pytest.raises(sg.SymgdError, match=name):
        sg.lambdify("x", "x", backend="fortran")


def test_writing_code_loads_no_library_that_it_is_for():
    body = """
import sys, symgd as sg
sys.modules["cupy"] = sys.modules["array_api_compat"] = None
for backend in ("cupy", "array_api"):
    print(len(sg.lambdify("x", "erf(x)", backend=backend, source_only=True)) > 0)
"""
    answer = subprocess.run([sys.executable, "-c", body], capture_output=True, text=True, check=True).stdout
    assert answer.split() == ["True", "True"]


def test_a_backend_of_numpy_under_another_name_is_compared_with_its_values():
    class Wrong(BACKENDS["numpy"]):
        """NumPy with a wrong spelling."""

        name = "wrong"
        spellings: ClassVar = {**BACKENDS["numpy"].spellings, "sigmoid": "1 / (1 - exp(-{x}))"}

    inputs, formula = cases_of("sigmoid")[0]
    reference = compile_formulas(inputs, [formula], as_list=False)
    with pytest.raises(AssertionError):
        check_values(inputs, formula, reference, "wrong", maker_of("wrong"))


def test_a_package_in_a_package_that_is_not_installed_is_named():
    class Remote(BACKENDS["numpy"]):
        """Arrays of a module that nobody has."""

        name, package, alias = "remote", "a_package_that_nobody_made.arrays", "remote"

    with pytest.raises(UnsupportedError, match="code for remote needs a_package_that_nobody_made"):
        sg.lambdify("x", "x**2", backend="remote")
    inputs, formula = cases_of("sigmoid")[0]
    assert callable(compile_formulas(inputs, [formula], "remote"))
