"""Modules of one name are kept apart; `tests/hostile/test_same_names.py` has the projects."""

from __future__ import annotations

import importlib
import sys

import pytest

from symgd.errors import DataError
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
