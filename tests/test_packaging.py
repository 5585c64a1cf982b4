"""What pyproject.toml declares is what is tested: the oldest versions, the versions of Python."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOT_TESTED_OLDEST = {"cupy", "libraries", "fuzz", "benchmarks", "develop"}
"""Extras that .ci/run does not install in their oldest versions: a GPU's, and tools for developers."""


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
