"""Every fuzzer runs a few cases with a fixed seed and finds nothing; and every fuzzer finds a planted fault."""

from __future__ import annotations

import time
import warnings
from dataclasses import replace
from random import Random

import mpmath
import pytest

import symgd as sg
from symgd.curvature.verdict import Kind
from symgd.graph.traversal import toposort
from tests.fuzz import calls, checker, convexity, derivatives, extremes, readers
from tests.fuzz.__main__ import main
from tests.fuzz.formulas import BUILT_IN, Drawn, Formulas
from tests.fuzz.fuzzers import FUZZERS
from tests.fuzz.limits import OutOfTime, time_limit
from tests.fuzz.outcome import Verdict, agreed
from tests.fuzz.runner import run
from tests.fuzz.values import squares, values
from tests.fuzz.working_calls import Call, method_calls, public_calls, registered_calls

COUNTS = {"calls": 3000, "derivatives": 25, "convexity": 12, "kinds": 12, "extremes": 6, "readers": 40, "checker": 12}


@pytest.fixture(scope="module", autouse=True)
def _forget_formulas():
    """Let go of the formulas that the fuzzers keep: other tests count those that are alive."""
    yield
    for made in (calls.cells, public_calls, method_calls, registered_calls, values, squares):
        made.cache_clear()
    calls._shuffled.cache_clear()


@pytest.mark.parametrize("name", FUZZERS)
def test_fuzzer_finds_nothing(name):
    summary = run(name, FUZZERS[name], seed=7, count=COUNTS[name])
    assert not summary.findings, summary.findings[0]
    least = COUNTS[name] // (10 if name == "calls" else 5)  # most arguments of any kind are refused
    assert summary.counts[Verdict.AGREED] > least


# -- what the fuzzers reach -----------------------------------------------------------------------------------------


def test_every_public_function_is_called():
    errors = {
        name
        for name in sg.__all__
        if isinstance(getattr(sg, name), type) and issubclass(getattr(sg, name), Exception | Warning)
    }
    called = {call.name for call in public_calls()}
    assert set(sg.__all__) - errors - {"SymgdWarning"} <= called
    assert set(sg.testing.__all__) <= called


def test_the_calls_to_start_from_work():
    for call in public_calls():
        if call.arguments and call.name not in ("load_formula", "assert_verified", "formula"):
            assert calls.make(call, {}).verdict is Verdict.AGREED, call.name


def test_every_function_occurs_in_some_formula():
    seen = set()
    for number in range(2500):
        random = Random(number)
        drawn = Formulas(random, random.choice(["3", "n"])).draw(random.choice([0, 1, 2]), 3)
        try:
            seen |= {node.primitive.name for node in toposort([drawn.read()])}
        except sg.SymgdError:
            continue
    made_by_symgd = {"put", "size", "not_equal"}
    assert set(BUILT_IN) - seen <= made_by_symgd


# -- planted faults -------------------------------------------------------------------------------------------------


def test_an_exception_that_is_none_of_symgds_is_found():
    def lookup(x):
        return sg.scalar("x").missing

    assert calls.make(Call("lookup", lookup, {"x": 1}), {}).verdict is Verdict.FOUND
    assert calls.make(Call("refused", lambda x: sg.formula("("), {"x": 1}), {}).verdict is Verdict.REFUSED


def test_a_call_that_takes_too_long_is_found(monkeypatch):
    monkeypatch.setattr(calls, "SECONDS", 0.05)

    def forever():
        while True:
            pass

    assert calls.make(Call("forever", forever), {}).origin.startswith("slow")


def test_a_wrong_derivative_is_found(monkeypatch):
    monkeypatch.setattr(sg, "gradient", lambda loss, wrt: 2 * wrt)
    drawn = Drawn("x**2 + 1e-6*x", {"x": ""})
    outcomes = {derivatives.judge(Random(number), drawn, {}).verdict for number in range(8)}
    assert Verdict.FOUND in outcomes


@pytest.mark.parametrize("kind", [Kind.CONVEX, Kind.CONCAVE, Kind.STRICTLY_CONVEX, Kind.AFFINE])
def test_a_wrong_verdict_is_found(kind):
    verdict = sg.convexity("x**3")
    outcome = convexity.judge_chords(Random(0), replace(verdict, kind=kind, witness=None), verdict.formula, "x**3")
    assert outcome.verdict is Verdict.FOUND


def test_a_modulus_that_is_too_large_is_found():
    verdict = sg.convexity("x**2")
    assert convexity.judge_chords(Random(0), verdict, verdict.formula, "x**2").verdict is Verdict.AGREED
    larger = replace(verdict, modulus=verdict.modulus * 2, proof=None)
    assert convexity.judge_chords(Random(0), larger, verdict.formula, "x**2").verdict is Verdict.FOUND


def test_a_wrong_number_and_a_missing_one_are_found():
    node = sg.exp(sg.scalar("x"))
    for got in (2.72, float("nan")):
        assert extremes.compare("", node, {"x": 1.0}, got, mpmath.e, "exp").verdict is Verdict.FOUND
    assert extremes.compare("", node, {"x": 1.0}, 2.718281828459045, mpmath.e, "exp").verdict is Verdict.AGREED


def test_a_formula_that_is_read_as_another_one_is_found():
    node, other = sg.formula("x*y"), sg.formula("x*y + x*1e-9")
    assert readers.compare(Random(0), node, other, "", "latex").verdict is Verdict.FOUND
    assert readers.compare(Random(0), node, sg.formula("y*x"), "", "latex").verdict is Verdict.AGREED


def test_a_checker_that_says_the_wrong_thing_is_found(monkeypatch):
    for said in ("RIGHT", "WRONG"):
        monkeypatch.setattr(checker, "FORMS", {"formula": lambda *question, said=said: said})
        assert Verdict.FOUND in {checker.case(0, number).verdict for number in range(10)}


# -- the program ----------------------------------------------------------------------------------------------------


def test_time_limit():
    def compute():
        begin = time.process_time()
        while time.process_time() < begin + 5:
            pass

    with pytest.raises(OutOfTime), time_limit(0.05):
        compute()


def test_a_time_limit_counts_only_what_is_computed():
    with time_limit(0.2):
        time.sleep(0.5)


def test_the_program_prints_a_table_and_says_whether_something_was_found(capsys, monkeypatch):
    monkeypatch.setitem(FUZZERS, "readers", lambda seed, index: agreed())
    assert main(["readers", "--count", "3", "--quiet"]) == 0
    assert capsys.readouterr().out.split()[-6:-1] == ["3", "3", "0", "0", "0"]

    def fails(seed, index):
        raise KeyError(index)

    monkeypatch.setitem(FUZZERS, "readers", fails)
    with warnings.catch_warnings():
        assert main(["readers", "--count", "1", "--quiet", "--json"]) == 1
    assert '"found": 1' in capsys.readouterr().out
