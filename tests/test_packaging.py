"""What pyproject.toml declares is what is tested: the oldest versions, the versions of Python."""

from __future__ import annotations

import importlib.util
import re
import runpy
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import symgd

ROOT = Path(__file__).parents[1]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = CONFIGURATION["project"]
NOT_TESTED_OLDEST = {"cupy", "docs"}
"""Extras that .ci/run does not install in their oldest versions: a GPU's, and those that build the pages of this project."""


def requirements():
    extras = PROJECT["optional-dependencies"]
    texts = [*PROJECT["dependencies"], *(text for name in extras if name not in NOT_TESTED_OLDEST for text in extras[name])]
    return [one for one in map(Requirement, texts) if one.name != "symgd"]


def oldest():
    lines = (ROOT / ".ci" / "oldest.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line.split("#")[0]) for line in lines if line.split("#")[0].strip()]


def versions(operator, found):
    """The versions that requirements name with an operator."""
    return {
        (one.name.lower().replace("_", "-"), Version(part.version))
        for one in found
        for part in one.specifier
        if part.operator == operator
    }


def test_the_oldest_versions_that_are_declared_are_those_that_are_tested():
    declared, tested = versions(">=", requirements()), versions("==", oldest())
    assert declared <= tested
    assert {name for name, _ in tested - declared} == {"pyparsing"}  # what matplotlib needs


def test_nothing_is_bounded_from_above():
    assert {part.operator for one in requirements() for part in one.specifier} <= {">="}


def test_the_versions_of_python_that_are_declared_are_those_that_are_tested():
    """The oldest end is tested with the oldest versions, the other with the newest."""
    named = [int(minor) for minor in re.findall(r"Python :: 3\.(\d+)", " ".join(PROJECT["classifiers"]))]
    assert named == list(range(11, 14))
    assert PROJECT["requires-python"] == f">=3.{named[0]}"
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f"oldest_python=3.{named[0]}\n" in script


def test_the_version_stands_once():
    assert "version" in PROJECT["dynamic"]
    assert "version" not in PROJECT
    assert CONFIGURATION["tool"]["hatch"]["version"]["path"] == "symgd/__init__.py"
    assert re.findall(r'^__version__ = "(.+)"$', (ROOT / "symgd" / "__init__.py").read_text(encoding="utf-8"), re.M) == [
        symgd.__version__
    ]


def test_groups_name_groups_that_exist_and_extras_are_for_users():
    groups = CONFIGURATION["dependency-groups"]
    included = {one["include-group"] for members in groups.values() for one in members if isinstance(one, dict)}
    assert included <= set(groups)
    assert set(PROJECT["optional-dependencies"]) == {"plot", "sphinx", "cupy", "array-api", "balls", "docs", "test"}


@pytest.mark.parametrize("script", ["run", "fuzz"])
def test_what_the_scripts_install_is_declared(script):
    text = (ROOT / ".ci" / script).read_text(encoding="utf-8")
    assert set(re.findall(r"--group (\w+)", text)) <= set(CONFIGURATION["dependency-groups"])
    extras = {name for names in re.findall(r"\.\[([\w,]+)\]", text) for name in names.split(",")}
    assert extras <= set(PROJECT["optional-dependencies"])


def test_changelog_fragments_are_of_a_kind_that_is_declared():
    kinds = {one["directory"] for one in CONFIGURATION["tool"]["towncrier"]["type"]}
    fragments = [path for path in (ROOT / "changelog.d").glob("*.md") if path.name != "README.md"]
    assert {path.name.split(".")[-2] for path in fragments} <= kinds
    assert all(path.read_text(encoding="utf-8").strip() for path in fragments)


def test_modules_that_moved_are_where_the_newest_changes_say():
    newest = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]
    rows = re.findall(r"^ *\| `(symgd\.[\w.]+)` \| (.+) \|$", newest, re.MULTILINE)
    assert rows
    for _, places in rows:
        first, *others = re.findall(r"`([\w.]+)`", places)
        for name in (first, *(f"{first.rpartition('.')[0]}.{other}" for other in others)):
            assert importlib.util.find_spec(name) is not None, f"there is no {name}"


def test_the_check_of_the_wheel_has_an_example_of_every_public_name():
    script = runpy.run_path(str(ROOT / ".ci" / "public_functions.py"))
    assert set(script["EXAMPLES"]) == set(symgd.__all__) - {"__version__"}
    extras = {extra for extra, _ in script["NEED_EXTRAS"].values()} | set(script["OPTIONAL"].values())
    assert extras <= set(PROJECT["optional-dependencies"])


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the files of a wheel are compared with those that Git knows")
def test_a_built_wheel_is_judged_by_its_files(tmp_path):
    """What the script misses is found: a wheel without the stub, and with tests in it."""
    with zipfile.ZipFile(tmp_path / "symgd-0-py3-none-any.whl", "w") as wheel:
        for path in (ROOT / "symgd").rglob("*.py"):
            wheel.writestr(str(path.relative_to(ROOT)), "")
        wheel.writestr("tests/test_this.py", "")
    with tarfile.open(tmp_path / "symgd-0.tar.gz", "w:gz"):
        pass
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "check_contents.py"), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "the wheel has no symgd/__init__.pyi" in done.stdout
    assert "the wheel has tests/test_this.py" in done.stdout
    assert "the sdist has no docs/conf.py" in done.stdout
