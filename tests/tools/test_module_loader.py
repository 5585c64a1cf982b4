"""Modules of one name are kept apart; `tests/hostile/test_same_names.py` has the projects."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import symgd
from symgd.errors import DataError
from symgd.tools.loaded_modules import PACKAGES
from symgd.tools.module_loader import LoadedFinder, ModuleLoader


@pytest.fixture
def folders(tmp_path):
    for name, number in (("a", 2), ("b", 3)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a_model.py").write_text("from a_number import NUMBER\n")
        (tmp_path / name / "a_number.py").write_text(f"NUMBER = {number}\n")
    yield tmp_path
    for name in ("a_model", "a_number"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("is_shared", [False, True])
def test_a_file_is_loaded_once_by_a_loader(is_shared, folders):
    loader = ModuleLoader(is_shared=is_shared)
    first, second = (loader.load(folders / name / "a_model.py").module for name in "ab")
    assert (first.NUMBER, second.NUMBER) == (2, 3)
    assert loader.load(folders / "a" / "a_model.py").module is first
    assert loader.load(folders / "b" / "a_model.py").module is second
    assert "a_model" not in sys.modules
    assert "a_number" not in sys.modules


def test_modules_of_others_are_taken_where_they_are_shared(folders, monkeypatch):
    monkeypatch.syspath_prepend(str(folders / "a"))
    theirs = importlib.import_module("a_model")
    assert ModuleLoader(is_shared=True).load(folders / "a" / "a_model.py").module is theirs
    assert ModuleLoader().load(folders / "a" / "a_model.py").module is not theirs
    assert ModuleLoader(is_shared=True).load(folders / "b" / "a_model.py").module.NUMBER == 3
    assert sys.modules["a_model"] is theirs


def test_a_module_of_others_that_ran_with_other_neighbours_is_not_taken(folders, monkeypatch):
    monkeypatch.syspath_prepend(str(folders / "b"))
    monkeypatch.syspath_prepend(str(folders / "a"))
    assert importlib.import_module("a_number").NUMBER == 2
    monkeypatch.syspath_prepend(str(folders / "b"))
    assert importlib.import_module("a_model").NUMBER == 2
    assert ModuleLoader(is_shared=True).load(folders / "b" / "a_model.py").module.NUMBER == 3


def test_ordinary_imports_take_what_is_loaded(folders, monkeypatch):
    loader = ModuleLoader(is_shared=True)
    modules = [loader.load(folders / name / "a_model.py").module for name in "ab"]
    specifications = [module.__spec__ for module in modules]
    monkeypatch.setattr(sys, "meta_path", [LoadedFinder(loader), *sys.meta_path])
    for name, module, specification in zip("ab", modules, specifications, strict=True):
        with monkeypatch.context() as patch:
            patch.syspath_prepend(str(folders / name))
            assert importlib.import_module("a_model") is module
            assert module.__spec__ is specification
        del sys.modules["a_model"]


def test_what_is_no_file_is_one_error(tmp_path):
    (tmp_path / "broken.py").write_text("import nothing_of_this_name\n")
    for name, message in (("missing.py", "there is no file"), ("broken.py", "cannot be imported: ModuleNotFoundError")):
        with pytest.raises(DataError, match=message):
            ModuleLoader().load(tmp_path / name)


HOSTS = {"click", "docutils", "hypothesis", "lazy_loader", "pytest", "sphinx"}
"""Packages that are loaded before any file of others: they run symgd, or all of it needs them."""


def test_every_package_that_symgd_imports_is_listed():
    found = set()
    for path in Path(symgd.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                found.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "available":
                found |= {str(argument.value).partition(".")[0] for argument in node.args if isinstance(argument, ast.Constant)}
    found -= {"symgd", "typing_extensions"}  # the other one is for type checkers only
    assert found - HOSTS - set(sys.stdlib_module_names) == set(PACKAGES)


@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.parametrize("place", ["beside the file", "first in the path"])
def test_files_with_the_name_of_a_package_do_not_stand_in_for_it(name, place, tmp_path):
    """In a process that has not loaded the package yet."""
    pytest.importorskip(name, reason=f"{name} is not installed")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / f"{name}.py").write_text("NUMBER = 2\n")
    checked = tmp_path / "a" / f"{name}.py"
    if place == "first in the path":
        (tmp_path / "b").mkdir()
        checked = tmp_path / "b" / "losses.py"
        checked.write_text("NUMBER = 2\n")
    code = (
        "import sys\nfrom symgd.tools.module_loader import ModuleLoader\n"
        f"sys.path.insert(0, {str(tmp_path / 'a')!r})\n"
        f"from pathlib import Path\nloaded = ModuleLoader().load(Path({str(checked)!r}))\n"
        f"assert loaded.module.NUMBER == 2\nimport {name}\nassert not hasattr({name}, 'NUMBER'), {name}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
