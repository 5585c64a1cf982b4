"""The source of a compiled function: each part in its place, the computation in its order, and code that runs by itself."""

from __future__ import annotations

import ast
import inspect

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.libraries import BACKENDS
from symgd.codegen.schedule import Schedule
from symgd.codegen.signature import sign
from symgd.codegen.source import function_body, source_text
from symgd.graph.text_printer import Written

X, Y = sg.scalar("x"), sg.scalar("y")
W = sg.tensor("w", "n")


def run(body, arguments, values):
    """Run the lines of a body as a function."""
    space = {"np": np}
    exec(f"def f({', '.join(arguments)}):\n{body}", space)
    return space["f"](*values)


def work(*assignments):
    return Schedule(list(assignments), [Written("unused")])


BODIES = [  # assignments, outputs, whether a list is returned, and what the body returns for x = 3 and y = 4
    ((), ["x + y"], False, 7.0),
    ((), ["x + y"], True, [7.0]),
    ((), ["x", "y", "x*y"], True, [3.0, 4.0, 12.0]),
    ((("t0", "x*y"), ("t1", "t0 + x")), ["t1*t0", "t0"], True, [180.0, 12.0]),
    ((("t0", "np.sqrt(x*x + y*y)"),), ["t0"], False, 5.0),
    ((("loss", "x - y"), ("t0", "loss**2")), ["t0 if loss < 0 else loss"], False, 1.0),
    ((("t0", "[x, y]"), ("t1", "{'a': t0}")), ["t1['a'][-1]"], False, 4.0),
]


@pytest.mark.parametrize(("assignments", "outputs", "as_list", "expected"), BODIES, ids=range(len(BODIES)))
def test_a_body_computes_its_assignments_in_order_and_returns_its_outputs(assignments, outputs, as_list, expected):
    body = function_body(["x", "y"], work(*assignments), outputs, as_list)
    assert run(body, ["x", "y"], [3.0, 4.0]) == expected
    lines = [line.strip() for line in body.splitlines()]
    assert lines[:-1] == [f"{name} = {text}" for name, text in assignments]
    assert body.endswith("\n") and not body.endswith("\n\n")
    assert all(line.startswith("    ") for line in body.splitlines())


TEXTS = [
    "x@y",
    "np.where(x < 0, x, -x)",
    "x[1:, None]",
    "'text'",
    "f(x)(y)",
    "not_a_name.of_sympy",
    "lambda: x",
    "1e-05*x",
    "x ** y",
]


@pytest.mark.parametrize("text", TEXTS)
def test_code_passes_through_sympy_as_it_is(text):
    body = function_body(["x", "y"], work(("t0", text)), ["t0"], as_list=False)
    assert body == f"    t0 = {text}\n    return t0\n"


def test_names_of_sympys_functions_are_names_of_arguments_like_others():
    body = function_body(["sin", "I", "E1"], work(), ["sin + I*E1"], as_list=False)
    assert run(body, ["sin", "I", "E1"], [1.0, 2.0, 3.0]) == 7.0


def source_of(arguments, opening=(), body="    return x\n", helpers=(), modules=("np",)):
    backend = BACKENDS["numpy"]()
    backend.uses.modules.update(modules)
    backend.uses.helpers.update(helpers)
    return source_text(backend, "g", sign(arguments, [], [], BACKENDS["numpy"]), opening, body)


def test_imports_functions_and_the_function_follow_each_other():
    source = source_of([X], ['x = _real(x, "x")'], helpers=["_real"], modules=["np", "special"])
    tree = ast.parse(source)
    kinds = [type(part).__name__ for part in tree.body]
    names = [part.name for part in tree.body if isinstance(part, ast.FunctionDef)]
    assert kinds == ["Import", "ImportFrom", *["FunctionDef"] * len(names)]
    assert names[-1] == "g"
    assert "_real" in names[:-1]
    assert source.count("\n\n\n") == len(names)
    assert not source.startswith("\n")


@pytest.mark.parametrize("modules", [(), ("np",)])
def test_what_is_not_used_is_not_imported(modules):
    source = source_of([X], modules=modules)
    assert ("import numpy as np" in source) == bool(modules)
    assert "special" not in source
    space = {}
    exec(source, space)
    assert space["g"](5) == 5


ARGUMENTS = [
    ([X], "Arguments: x."),
    ([X, Y], "Arguments: x; y."),
    ([X, W], "Arguments: x; w: n."),
    ([sg.tensor("A", "m 3")], "Arguments: A: m 3."),
    ([sg.scalar("α")], "Arguments: \\u03b1."),  # the code is ASCII
    ([], "Arguments: ."),
]


@pytest.mark.parametrize(("arguments", "text"), ARGUMENTS)
def test_the_docstring_tells_the_arguments_with_their_shapes(arguments, text):
    source = source_of(arguments, body="    return 0\n", modules=())
    assert source.isascii()
    function = ast.parse(source).body[-1]
    assert ast.get_docstring(function) == text
    assert [argument.arg for argument in function.args.args] == sign(arguments, [], [], BACKENDS["numpy"]).names


def test_opening_lines_are_indented_and_stand_before_the_body():
    source = source_of([X], ["x = x + 1", "if x > 2:", "    x = 10*x"], body="    return x\n", modules=())
    space = {}
    exec(source, space)
    assert [space["g"](x) for x in (0, 5)] == [1, 60]
    assert inspect.getdoc(space["g"]) == "Arguments: x."


FORMULAS = ["exp(x*y) + sin(exp(x*y))", "x/(1 + x**2)", "where(x > 0, x, y)", "log(1 + exp(x))"]


@pytest.mark.parametrize("text", FORMULAS)
def test_the_source_of_a_compiled_function_runs_alone(text):
    compiled = sg.lambdify(["x", "y"], sg.formula(text))
    space = {}
    exec(compiled.source, space)
    alone = next(value for name, value in space.items() if callable(value) and not name.startswith("_"))
    assert alone(0.75, -1.5) == compiled(0.75, -1.5)
    assert compiled.source.isascii()
