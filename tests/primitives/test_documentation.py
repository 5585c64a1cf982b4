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

import symgd as sg
import symgd.errors
import symgd.primitives
from symgd.graph.primitive import FUNCTIONS, Primitive

INCLUDES_DECLARATIONS = True
WITHOUT_SLOPE = {"less", "less_equal", "equal", "not_equal", "sign", "floor", "ceil", "heaviside"}
"""Conditions, and functions that are constant but for jumps: their derivative is 0."""
"""Whether the laws hold for the declarations of elementwise functions too; set it when these have documentation."""

ROOT = Path(__file__).parent.parent.parent

OPERANDS = {
    "sg": sg, "s": sg.scalar("s"), "v": sg.tensor("v", 3), "x": sg.tensor("x", "n"),
    "A": sg.tensor("A", (3, 3)), "B": sg.tensor("B", (2, 3)), "X": sg.tensor("X", "m n"), "T": sg.tensor("T", (2, 3, 4)),
}  # fmt: skip

WRONG_CALLS = {
    "DomainError": [
        "divide(1, 0)", "mod(s, 0)", "reciprocal(0)", "sqrt(-1)", "std(v, ddof=3)", "var([1], ddof=1)",
    ],
    "ShapeError": [
        "adjugate(v)", "arange(0.5)", "arange(3, 2)", "argsort(A)", "sort(A)", "sort_by(v, A, 0)", "unsort_by(v, [1, 2])",
        "median(A, 2)", "median(s)", "quantile(s, 0.5)", "quantile(A, 0.5, (0, 0))", "array([[1], [1, 2]])", "array([])", "block([[A, v]])", "block([])",
        "broadcast_to(v, 2)", "cholesky(v)", "choose(A, [[0, 1], [0]])", "choose(A, [[5]])", "clip(v, [1, 2], 3)",
        "column_stack([s])", "concatenate([A, v])", "concatenate([])", "concatenate([s])", "concatenate([v], 1)",
        "convolve(A, v)", "convolve([1, 2], v, 'same')", "convolve([1, 2], v, 'valid')", "convolve(v, x, 'same')",
        "convolve2d(v, A)", "correlate(v, A)", "correlate2d(v, A)", "cross(A, B)", "cross(v, [1, 2])",
        "cumprod(A)", "cumsum(A)", "det(v)", "diag(T)", "diagonal(B)", "diagonal(v)", "diff(v, 1, 1)",
        "diff(v, 3)", "divide(v, [1, 2])", "dot(v, [1, 2])", "eigenvectors(v)", "eigmax(v)", "eigmin(v)", "eigvalsh(v)",
        "einsum('ij,j', A, [1, 2])", "einsum('ijk', A)", "expand_dims(v, (0, 0))", "expand_dims(v, 5)", "expm(v)", "eye(0)",
        "flip(v, 1)", "full(0, 1)", "full(3, [1, 2])", "full_like(v, [1, 2])", "getitem(v, (0, 0))", "getitem(v, 5)",
        "getitem(v, slice(3, 3))", "hstack([A, v])", "inner(v, [1, 2])", "inv(v)", "kron(v, A)", "log_softmax(A)", "logdet(v)",
        "logsumexp(v, 1)", "matmul(A, [1, 2])", "matmul(s, v)", "matrix_norm(v)", "matrix_power(v, 2)", "matrix_transpose(v)",
        "max(v, 1)", "max_weights(v, 1)", "mean(v, 2)", "min(v, 1)", "min_weights(v, 1)", "mod(v, [1, 2])",
        "moveaxis(A, (0, 0), (0, 1))", "moveaxis(A, (0, 1), 0)", "norm(T)", "norm(T, axis=(0, 1, 2))", "norm1(A)", "norm2(A)",
        "normF(v)", "normalize(A)", "norminf(A)", "one_hot([1], '1x')", "one_hot([3], 3)", "ones(0)", "outer(A, v)",
        "overlap_add(v)", "pad(v, ((1, 2), (1, 2)))", "pad(v, -1)", "permute_dims(A, (0,))", "pinv(v)", "prod(v, 1)",
        "prod_others(A)", "ptp(v, 1)", "recurrence(v, A)", "recurrence(v, v, s)", "reshape(v, (-1, -1))", "reshape(v, 2)",
        "scatter(v, '0:2', 4)", "softmax(A)", "solve(A, [1, 2])", "solve(v, v)", "squeeze(v, 0)", "stack([v, A])",
        "stack([v], 5)", "std(v, 1)", "subtract(v, [1, 2])", "sum(A, (0, 0))", "svdvals(v)", "swapaxes(v, 0, 1)",
        "take(A, [0])", "take(v, [5])", "take_along_axis(A, [[0]], 2)", "tensordot(A, [1, 2], 1)",
        "tensordot(A, v, ([0, 1], [0]))", "tensordot(v, v, 3)", "trace(v)", "transpose(A, (0, 0))", "tril(v)", "triu(v)",
        "var(v, 1)", "vdot(v, [1, 2])", "vec(v)", "vecdot(v, [1, 2])", "vecdot(v, v, 1)", "vector_norm(v, 1)", "vstack([s])",
        "windows(v, 2, axis=1)", "windows(v, 4)", "zeros('1x')",
    ],
    "SymgdError": [
        "convolve(v, v, 'x')", "cumsum(v, 0, 2)", "diff(v, 21)", "quantile(v, 2)", "einsum('ij,j', A)", "einsum('ij->k', A)",
        "matrix_norm(A, False, 7)", "max(s, 0)", "max(v, x)", "min(s, 0)", "norm(v, 'x')", "vector_norm(v, 0, False, 0.5)",
    ],
    "UnsupportedError": [
        "arange(0.5, 2)", "arange(1, 5000)", "choose(A, [None])", "getitem(A, (0, [0, 1]))", "getitem(v, v > 0)",
        "matrix_norm(T, False, 2)", "matrix_power(A, 0.5)", "norm(T, 2, (0, 1))", "one_hot([0.5], 3)", "svdvals(X)",
        "take(v, [0.5])", "take(v, v > 0)", "take_along_axis(v, [0], 0)", "tril(A, 0.5)", "triu(A, 10 ** 15)",
    ],
}  # fmt: skip
"""Calls by the error that each raises."""


def names_of_functions():
    """Return the names of every function, its own first and then its aliases."""
    names: dict[int, list[str]] = {}
    for name, function in FUNCTIONS.items():
        if INCLUDES_DECLARATIONS or not isinstance(function, Primitive):
            own = function.name if isinstance(function, Primitive) else function.__name__
            names.setdefault(id(function), []).insert(0 if name == own else sys.maxsize, name)
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
    assert "sg.gradient(" in code or "sg.check_gradient(" in code or names[0] in WITHOUT_SLOPE


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
def test_every_error_that_is_named_is_raised(names):
    """That an operand is no formula is :func:`test_what_is_no_operand_is_refused`."""
    named = {entry.type for entry in documentation(names[0])["Raises"]}
    raised = {error for error, calls in WRONG_CALLS.items() for call in calls if call.partition("(")[0] == names[0]}
    assert raised <= named <= {*raised, "SymgdError"}


@pytest.mark.parametrize(("call", "error"), [(call, error) for error, calls in WRONG_CALLS.items() for call in calls])
def test_a_wrong_call_raises_the_error_that_is_named(call, error):
    with pytest.raises(symgd.errors.SymgdError) as raised:
        eval(f"sg.{call}", dict(OPERANDS))
    assert type(raised.value).__name__ == error


@every_built_function
def test_what_is_no_operand_is_refused(names):
    parameters = inspect.signature(FUNCTIONS[names[0]]).parameters.values()
    with pytest.raises(symgd.errors.SymgdError):
        FUNCTIONS[names[0]](*(object() for parameter in parameters if parameter.default is parameter.empty))


@every_built_function
def test_the_example_is_collected_with_its_module(names):
    """pytest runs the examples of every module under symgd, once; see ``testpaths`` and ``addopts`` in pyproject.toml."""
    function = FUNCTIONS[names[0]]
    (found,) = doctest.DocTestFinder(recurse=False).find(function, module=sys.modules[function.__module__])
    assert found.examples
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert "symgd" in options["testpaths"]
    assert "--doctest-modules" in options["addopts"]
