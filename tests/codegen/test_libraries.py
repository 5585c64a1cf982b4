"""Every array library is known by its name once it is asked for, NumPy first."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import symgd.codegen.backends
from symgd.codegen.backends.base import BACKENDS as ENTERED
from symgd.codegen.libraries import BACKENDS, Backend
from symgd.errors import SymgdError

MODULES = {module.name for module in pkgutil.iter_modules(symgd.codegen.backends.__path__)} - {"base"}


def test_every_module_of_the_package_declares_one_library():
    assert {library.__module__.rpartition(".")[2] for library in BACKENDS.values()} == MODULES
    assert len(BACKENDS) == len(MODULES)
    assert next(iter(BACKENDS)) == "numpy"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_library_is_found_by_its_own_name(name):
    library = BACKENDS[name]
    assert issubclass(library, Backend)
    assert library.name == name
    assert library.alias.isidentifier()
    assert any(library.package in statement for statement in library.modules().values())


def test_what_is_declared_later_is_found_too():
    class Later(Backend):
        name, package, alias = "later", "later.arrays", "lt"

    assert BACKENDS["later"] is ENTERED["later"] is Later
    with pytest.raises(SymgdError, match="a backend called later is declared already"):
        type("Again", (Backend,), {"name": "later", "package": "later", "alias": "lt"})


NAMES = [
    {"name": "two words", "package": "numpy", "alias": "np"},
    {"name": "class", "package": "numpy", "alias": "np"},
    {"name": "other", "package": "numpy.", "alias": "np"},
    {"name": "other", "package": "numpy", "alias": ""},
    {"name": 3, "package": "numpy", "alias": "np"},
]


@pytest.mark.parametrize("names", NAMES, ids=range(len(NAMES)))
def test_names_that_are_no_identifiers_are_refused(names):
    with pytest.raises(SymgdError, match="cannot be declared as a backend"):
        type("Other", (Backend,), names)
    assert set(BACKENDS) == MODULES


def test_a_class_between_has_no_name_and_is_no_library():
    type("Between", (Backend,), {})
    assert set(BACKENDS) == MODULES


def test_the_libraries_are_there_whatever_was_imported_before():
    code = "from symgd.codegen.libraries import BACKENDS; print(*BACKENDS)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["numpy", *sorted(MODULES - {"numpy"})]
