"""Hooks name functions of layers above, all of which exist, and import them when they are first called."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import pytest

import symgd.graph
from symgd.graph.hooks import Hook
from tests.threads import at_once

HOOKS = {
    f"{module.name}.{name}": hook
    for module in pkgutil.iter_modules(symgd.graph.__path__, "symgd.graph.")
    for name, hook in vars(importlib.import_module(module.name)).items()
    if isinstance(hook, Hook)
}


def test_there_are_hooks():
    assert len(HOOKS) >= 5


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_of_the_graph_names_a_function_that_exists(name):
    hook = HOOKS[name]
    assert hook.function is getattr(importlib.import_module(hook.module), hook.name)
    assert callable(hook.function)


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Return the name of a module that was never imported, and counts how often its function is looked up."""
    text = "calls = []\ndef add(x, y=1, *, z=0):\n    calls.append((x, y, z))\n    return x + y + z\n"
    (tmp_path / "hooked_module.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield "hooked_module"
    sys.modules.pop("hooked_module", None)


def test_the_module_is_imported_by_the_first_call_and_not_before(module):
    hook = Hook(module, "add")
    assert module not in sys.modules
    assert hook(1, y=2, z=3) == 6
    assert sys.modules[module].calls == [(1, 2, 3)]


def test_the_function_is_looked_up_once(module, monkeypatch):
    hook = Hook(module, "add")
    first = hook.function
    monkeypatch.setattr(sys.modules[module], "add", lambda *numbers: None)
    assert hook.function is first
    assert hook(1) == 2


def test_the_error_of_a_function_is_its_own(module):
    with pytest.raises(TypeError, match="unexpected keyword argument 'w'"):
        Hook(module, "add")(1, w=2)


def test_a_hook_that_found_nothing_looks_again(module, monkeypatch):
    hook = Hook(module, "later")
    for _ in range(2):
        with pytest.raises(AttributeError, match="later"):
            hook()
    monkeypatch.setattr(sys.modules[module], "later", lambda: 7, raising=False)
    assert hook() == 7


def test_threads_that_call_first_find_the_same_function(module):
    hook = Hook(module, "add")
    results = at_once([[lambda: (hook(1), hook.function)]] * 8)
    assert {result for _, result in results} == {(2, sys.modules[module].add)}
