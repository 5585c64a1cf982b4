"""All modules of a package are imported once, some of them first, the others by their names."""

from __future__ import annotations

import ast
import importlib
import shutil
import sys
from pathlib import Path

import pytest

from symgd import modules
from symgd.modules import import_all

ORDER = "import importlib; importlib.import_module('{package}').order.append(__name__.rpartition('.')[2])\n"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return the name of a package whose modules write down in which order they are imported."""
    name = "package_of_a_test"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("order = []\n")
    for module in ("beta", "alpha", "gamma_function"):
        (folder / f"{module}.py").write_text(ORDER.format(package=name))
    (folder / "inner").mkdir()
    (folder / "inner" / "__init__.py").write_text(ORDER.format(package=name))
    (folder / "notes.txt").write_text("no module")
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    modules._COMPLETE.discard(name)
    for loaded in [one for one in sys.modules if one.partition(".")[0] == name]:
        del sys.modules[loaded]


@pytest.mark.parametrize(
    ("first", "order"),
    [
        ((), ["alpha", "beta", "gamma_function", "inner"]),
        (("gamma_function",), ["gamma_function", "alpha", "beta", "inner"]),
        (("inner", "beta"), ["inner", "beta", "alpha", "gamma_function"]),
    ],
)
def test_modules_are_imported_in_the_order_of_their_names_behind_those_that_come_first(package, first, order):
    import_all(package, first)
    assert importlib.import_module(package).order == order


def test_they_are_imported_once(package):
    import_all(package)
    for name in ("alpha", "beta"):
        del sys.modules[f"{package}.{name}"]
    import_all(package)
    assert importlib.import_module(package).order.count("alpha") == 1


def test_a_package_is_not_complete_where_a_module_failed(package, tmp_path):
    broken = tmp_path / package / "delta.py"
    broken.write_text("raise ValueError('not yet')\n")
    with pytest.raises(ValueError, match="not yet"):
        import_all(package)
    assert package not in modules._COMPLETE
    broken.write_text(ORDER.format(package=package))
    importlib.invalidate_caches()
    shutil.rmtree(tmp_path / package / "__pycache__", ignore_errors=True)
    import_all(package)
    assert importlib.import_module(package).order == ["alpha", "beta", "delta", "gamma_function", "inner"]


@pytest.mark.parametrize(("package", "first"), [("no_package_of_that_name", ()), ("symgd.codegen.backends", ("no_module",))])
def test_what_does_not_exist_is_an_error(package, first):
    known = modules._COMPLETE.copy()
    modules._COMPLETE.discard(package)
    try:
        with pytest.raises(ModuleNotFoundError):
            import_all(package, first)
    finally:
        modules._COMPLETE.update(known)


@pytest.mark.parametrize("package", ["symgd.codegen.backends", "symgd.primitives", "symgd.rewrite.rules"])
def test_a_package_of_declarations_imports_no_module_itself(package):
    tree = ast.parse(Path(importlib.import_module(package).__file__).read_text(encoding="utf-8"))
    assert not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree))
