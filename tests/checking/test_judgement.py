"""A verdict is one word, which is printed as it is."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.checking.judgement import Verdict


def test_there_are_four_words():
    assert [verdict.name for verdict in Verdict] == ["RIGHT", "WRONG", "KINK", "UNSURE"]


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_printed_as_its_name_and_found_by_it(verdict):
    assert str(verdict) == f"{verdict}" == verdict.value == verdict.name
    assert Verdict(verdict.value) is Verdict[verdict.name] is verdict


FOUND = [
    ("x**2", {"gradient": "2*x"}, Verdict.RIGHT),
    ("x**2", {"gradient": "x"}, Verdict.WRONG),
    ("abs(x)", {"gradient": "2*heaviside(x) - 1", "at": {"x": 0.0}}, Verdict.KINK),
]


@pytest.mark.parametrize(("loss", "question", "verdict"), FOUND)
def test_checks_answer_with_these_words(loss, question, verdict):
    assert sg.check_gradient(loss, "x", **question).verdict is verdict
