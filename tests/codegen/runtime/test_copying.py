from __future__ import annotations

import ast
import sys

import numpy as np
import pytest

from symgd.codegen.runtime import arrays
from symgd.codegen.runtime.copying import helpers_of, with_callees


def _example(x: int, *others: object, axis: tuple[int, ...] | None = None, note: str = "é") -> list[object]:
    """Return what was given."""
    return [np.asarray(x), others, axis, note]


def test_annotations_are_left_out_and_the_alias_is_the_backends():
    source = helpers_of(sys.modules[__name__], "cp")["_example"].source
    assert source.splitlines()[0] == 'def _example(x, *others, axis=None, note="é"):'
    assert source.splitlines()[-1] == "    return [cp.asarray(x), others, axis, note]"


def test_a_function_comes_with_those_that_it_calls():
    known = helpers_of(arrays, "np")
    assert [helper.name for helper in with_callees(["_scalar"], known)] == ["_real", "_read", "_scalar"]
    assert [helper.name for helper in with_callees([], known)] == []


@pytest.mark.parametrize("name", helpers_of(arrays, "np"))
def test_what_is_copied_does_what_the_function_does_and_names_nothing_else(name):
    helper = helpers_of(arrays, "lib")[name]
    known = {"lib", *helpers_of(arrays, "lib"), "symgd"}
    tree = ast.parse(helper.source)
    free = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert free - bound - known <= set(dir(__builtins__)) | set(__builtins__ if isinstance(__builtins__, dict) else ())
    assert helper.function.__doc__ == ast.get_docstring(tree.body[0], clean=False)
