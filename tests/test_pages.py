"""Every example of README and documentation runs; every page is self-contained."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WITH_EXAMPLES = [page for page in PAGES if ">>> " in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.name)
def test_examples_run(page):
    text = re.sub(r"^```\w*\n", "\n", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    test = doctest.DocTestParser().get_doctest(text.replace("```", ""), {}, page.name, str(page), 0)
    assert test.examples
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    report: list[str] = []
    assert runner.run(test, out=report.append).failed == 0, "".join(report)


def test_the_two_commands_stand_in_the_readme():
    commands = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("symgd run examples/breast_cancer/problem.toml")
    assert commands[1].endswith("pytest -q -n auto")


def test_the_readme_shows_pictures_that_exist():
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert (ROOT / path).is_file()


def test_no_page_asks_for_anything_from_outside(tmp_path):
    for package in ("furo", "myst_parser", "numpydoc"):
        pytest.importorskip(package, reason=f"{package} is not installed: pip install -e '.[docs]'")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-W",
            "-n",
            "-d",
            str(tmp_path / "doctrees"),
            str(ROOT / "docs"),
            str(tmp_path / "html"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pages = list((tmp_path / "html").glob("*.html"))
    assert len(pages) > 8
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for tag in re.findall(r"<(?:script|link|img|iframe)[^>]*>", text):
            assert not re.search(r'(?:src|href)="(?:https?:)?//', tag), f"{page.name}: {tag}"


def test_the_catalogue_has_an_entry_for_every_function():
    from symgd.explain.catalogue import catalogue, spellings
    from symgd.graph.primitive import FUNCTIONS, REGISTRY

    listed = {entry.name for entry in catalogue()}
    assert listed == set(REGISTRY) - {"symbol", "constant", "size"}
    assert all(entry.because and entry.source for entry in catalogue() if entry.derivatives)
    called = {name for entry in catalogue() for name in (entry.name, *entry.aliases)}
    assert set(FUNCTIONS) <= called | set(spellings()) | {"getitem"}
