"""The registry of functions fills itself when it is read, and holds what is entered."""

from __future__ import annotations

import subprocess
import sys

import pytest

from symgd.graph.hooks import Hook
from symgd.graph.vocabulary import Vocabulary


def test_entries_are_read_changed_and_deleted_like_those_of_a_dictionary():
    names = Vocabulary()
    names["a"] = 1
    assert (names["a"], "a" in names, len(names), list(names)) == (1, True, 1, ["a"])
    assert names.setdefault("a", 2) == 1
    assert names.setdefault("b", 2) == 2
    assert dict(names) == {"a": 1, "b": 2}
    del names["a"]
    assert list(names) == ["b"]
    assert names.get("a") is None


@pytest.mark.parametrize("name", ["missing", "soft plus"])
def test_what_is_not_declared_is_a_key_error(name):
    with pytest.raises(KeyError, match=name):
        Vocabulary()[name]
    with pytest.raises(KeyError):
        del Vocabulary()[name]


@pytest.mark.parametrize("look", ["FUNCTIONS['softplus']", "len(FUNCTIONS) >= 200", "'softplus' in list(FUNCTIONS)"])
def test_the_functions_of_symgd_are_there_whatever_was_imported_before(look):
    code = f"from symgd.graph.primitive import FUNCTIONS; assert {look}"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_hook_imports_its_function_when_it_is_first_called():
    hook = Hook("math", "hypot")
    assert hook._function is None
    assert hook(3, 4) == 5
    assert hook.function is __import__("math").hypot
    assert hook(5, 12) == 13


NOTHING = [("no_such_module", "f", ModuleNotFoundError), ("math", "nothing", AttributeError)]


@pytest.mark.parametrize(("module", "name", "error"), NOTHING)
def test_a_hook_that_names_nothing_fails_when_it_is_called(module, name, error):
    with pytest.raises(error):
        Hook(module, name)()
