"""What comparisons add up to."""

from __future__ import annotations

import json
import pickle

import mpmath
import pytest

import symgd as sg
from symgd.checking.judgement import Verdict
from symgd.checking.verdict import Ledger, entry_name


def ledger_of(*entries):
    ledger = Ledger()
    for claimed, true, is_right in entries:
        ledger.entries += 1
        ledger.enter("x", (), mpmath.mpf(claimed), mpmath.mpf(true), "", is_right)
    return ledger


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.RIGHT),
        ({"kinks": 1}, Verdict.KINK),
        ({"unsure": 1}, Verdict.UNSURE),
        ({"holes": 1}, Verdict.UNSURE),
        ({"entries": 0}, Verdict.UNSURE),
    ],
)
def test_the_gravest_counts(changes, verdict):
    ledger = ledger_of((1, 1, True))
    for name, value in changes.items():
        setattr(ledger, name, value)
    assert ledger.verdict() is verdict
    ledger.add(ledger_of((2, 1, False)))
    assert ledger.verdict() is Verdict.WRONG


def test_the_worst_entry_is_a_wrong_one():
    ledger = ledger_of((1.1, 1, False), (3, 1, False), (1, 1, True))
    assert ledger.worst_entry().claimed == 3
    assert [entry.claimed for entry in ledger.sorted_wrong()] == [3, 1.1]


def test_only_what_is_certain_is_added_on_a_boundary():
    ledger, other = ledger_of((1, 1, True)), ledger_of((1, 1, True))
    other.unsure = 1
    ledger.add_certain(other)
    assert (ledger.entries, ledger.unsure) == (1, 0)


def test_checks_are_plain_data_and_survive_pickle():
    check = sg.check_gradient("x**2", "x", gradient="3*x")
    assert json.loads(json.dumps(check.to_dict()))["verdict"] == "WRONG"
    again = pickle.loads(pickle.dumps(check))
    assert (again.verdict, again.causes) == (check.verdict, check.causes)


@pytest.mark.parametrize(("index", "name"), [((), "x"), ((0,), "x[0]"), ((1, 2), "x[1, 2]")])
def test_names_of_entries(index, name):
    assert entry_name("x", index) == name
