"""The text reader: within two seconds and 500 MB, one clear error, nothing executed, nothing written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import symgd as sg
from tests.hostile.texts import DECLARED, READ, REFUSED

ROOT = Path(__file__).parents[2]
TEXTS = [*REFUSED, *READ]


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """What became of every text, in a process of its own whose folder is empty."""
    folder = tmp_path_factory.mktemp("texts")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "tests.hostile.judge_texts"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, timeout=1_000)
    assert run.returncode == 0, run.stderr[-2000:]
    assert not list(folder.iterdir())
    return json.loads(run.stdout)


def short(text: str) -> str:
    return ascii(text[:30])


def test_nothing_is_executed_opened_or_started(judged):
    assert judged["events"] == []


def test_the_memory_stays_small(judged):
    assert judged["megabytes"] < 500


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=[short(text) for text in REFUSED])
def test_refused(judged, number):
    found = judged["outcomes"][number]
    assert "refused" in found, found
    assert list(REFUSED.values())[number] in found["message"]
    assert found["shown"] < 600
    assert found["seconds"] < 2
    controls = set("".join(map(chr, range(32)))) - {"\n", "\t"} | {"\u202e", "\u2066", "\u200b", "\u200f", "\ufeff"}
    assert not controls & set(found["message"])


@pytest.mark.parametrize("number", range(len(READ)), ids=[short(text) for text in READ])
def test_read(judged, number):
    found = judged["outcomes"][len(REFUSED) + number]
    assert found.get("read") == list(READ.values())[number]
    assert found["seconds"] < 2


@pytest.mark.parametrize("name", DECLARED, ids=ascii)
def test_reserved_words_are_names_where_they_are_declared(name):
    formula = sg.formula(f"{name}**2 + x", shapes={name: ""})
    assert str(sg.gradient(formula, name)) == f"2*{name}"
    code = sg.lambdify([name, "x"], formula)
    assert code(3.0, 1.0) == 10.0


@pytest.mark.parametrize("text", [text for text in READ if text not in ("eye(10**9)",)], ids=short)
def test_what_is_read_can_be_used_or_is_refused(text):
    """Deriving, compiling, writing and checking end soon, in a result or in an error of our own."""
    node = sg.formula(text)
    uses = [
        lambda: [sg.gradient(node, symbol) for symbol in node.symbols],
        lambda: sg.lambdify(list(node.symbols), node),
        lambda: [sg.check_gradient(node, symbol, points=2) for symbol in node.symbols],
        lambda: (node.latex(), node.to_sympy()),
    ]
    for use in uses:
        with suppress(sg.SymgdError):
            use()


def test_the_study_is_large():
    assert len(REFUSED) + len(READ) + len(DECLARED) > 200
