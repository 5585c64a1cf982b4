"""Threads get the results that one thread gets alone, and equal formulas are one object in all of them."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.evaluation import multiprecision
from symgd.graph.origins import origins_of, remember_origin
from symgd.graph.primitive import made_once
from tests.threads import at_once

COUNT = 8


def derived():
    loss = sg.formula("mean(log1p(exp(-y*(X @ w)))) + a*sum(w**2)", shapes={"X": "m n", "w": "n", "y": "m", "a": ""})
    return [sg.gradient(loss, "w"), sg.hessian(loss, "w"), str(sg.derivation(loss, "w"))]


def compiled():
    loss = sg.formula("sum(tanh(X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
    function = sg.lambdify(["X", "w", "y"], [loss, sg.gradient(loss, "w")])
    random = np.random.default_rng(1)
    return [function.source, *function(random.normal(size=(4, 3)), random.normal(size=3), random.normal(size=4))]


def traced():
    def function(c):
        z = np.where(c == 1, np.exp(c), c**2)
        z += 1
        return (z * c).sum() * (1 + [z, c].index(z))

    return [sg.formula(function, sg.tensor("c", "4"))]


def checked():
    loss = sg.formula("sum(log(gamma(x))) + erf(sum(x))", facts={"x": {"positive": True}}, shapes={"x": "3"})
    return [str(sg.check_gradient(loss, "x", points=1)), str(sg.accuracy(loss, "x"))]


def judged():
    loss = sg.formula("logsumexp(A @ x) + sum(x**2)", shapes={"A": "m n", "x": "n"})
    return [str(sg.convexity(loss, "x")), str(sg.convexity("x**4 - 3*x**2 + x", "x"))]


def expanded():
    return [str(sg.taylor("exp(sin(x))*gamma(x + 2)", "x", 0, 4)), str(sg.taylor("zeta(x)", "x", 3, 2))]


def read_from_sympy():
    s = sp.Symbol("s", positive=True)
    formula = sg.formula(sp.besselj(2, s) * sp.expint(2, s) * sp.hyper((1, 2), (3,), s / 10) + sp.polylog(2, s / 9) + sp.Ci(s))
    return [formula, sg.gradient(formula, "s")]


TASKS = [derived, compiled, traced, checked, judged, expanded, read_from_sympy]


def are_same(one, other):
    if isinstance(one, sg.Node) or isinstance(other, sg.Node):
        return one is other
    return np.array_equal(one, other)


def differing(found):
    """Return the tasks whose results are not those of one thread."""
    alone = {task: task() for task in TASKS}
    return [task.__name__ for task, result in found if not all(map(are_same, result, alone[task]))]


def test_threads_get_the_results_of_one_thread():
    for task in TASKS:  # pytest parses what is imported, and the parser of Python 3.11 fails in threads
        task()
    found = at_once([TASKS[k:] + TASKS[:k] for k in range(COUNT)])
    assert len(found) == COUNT * len(TASKS)
    assert not differing(found)


def test_threads_may_be_the_first_to_use_symgd():
    program = "from tests.test_threads import *; assert not differing(at_once([TASKS] * COUNT))"
    command = [sys.executable, "-W", "error", "-X", "faulthandler", "-c", program]
    subprocess.run(command, check=True, timeout=300, cwd=Path(__file__).parents[1])


FIRST_USES = [
    ["sg.gradient", "sg.softplus"],
    ["sg.softplus", "sg.formula"],
    ["sg.gradient", "sg.exp", "import symgd.primitives.contraction", "sg.scalar('x') + 1"],
    ["import symgd.rewrite.rules.tails", "import symgd.extend", "import symgd.primitives.activation", "sg.simplify('x + x')"],
    ["from symgd.testing import assert_gradient", "import symgd.testing.assertions", "sg.lambdify", "sg.Adam"],
    ["import symgd.codegen.backends.cupy", "sg.lambdify", "import symgd.codegen.libraries", "sg.minimize"],
    ["sg.structure", "import symgd.structures.operators.kinds", "import symgd.structures.operators", "sg.convexity"],
]


@pytest.mark.parametrize("uses", FIRST_USES, ids=" ".join)
def test_no_thread_meets_a_module_that_is_not_complete(uses):
    program = """
import sys, threading
import symgd as sg
barrier, failed = threading.Barrier(len(sys.argv) - 1), []

def run(use):
    barrier.wait(60)
    try:
        exec(use, {"sg": sg})
    except BaseException as error:
        failed.append((use, error))

threads = [threading.Thread(target=run, args=[use]) for use in sys.argv[1:]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failed, failed
assert str(sg.gradient("softplus(x)", "x")) == "sigmoid(x)"
"""
    for order in (uses, uses[::-1]):
        subprocess.run([sys.executable, "-c", program, *order], check=True, timeout=300, cwd=Path(__file__).parents[1])


def test_the_order_of_imports_changes_no_rule():
    program = "from symgd.rewrite.rule import RULES; import symgd.rewrite.all_rules; print([one.name for one in RULES])"
    imports = ("", "import symgd.rewrite.rules.tails; ", "import symgd.rewrite.large_arguments, symgd.primitives.windows; ")
    outputs = {
        subprocess.run([sys.executable, "-c", f"{begin}{program}"], check=True, capture_output=True).stdout for begin in imports
    }
    assert len(outputs) == 1


def test_equal_nodes_of_threads_are_one_object():
    def build():
        x = sg.tensor("thread_x", "n")
        return [sg.sum(sg.tanh(k * x + j) ** Fraction(1, 3)) for k in range(1, 20) for j in range(20)]

    found = [result for _, result in at_once([[build]] * COUNT)]
    assert all(one is other for result in found for one, other in zip(found[0], result, strict=True))


def test_a_record_is_made_once():
    inside = threading.Barrier(COUNT)

    @made_once
    def make(name):
        inside.wait(60)  # all threads make it
        return object()

    found = [result for _, result in at_once([[lambda: make("a")]] * COUNT)]
    assert all(one is make("a") for one in found)


def test_the_precision_is_that_of_the_thread():
    before = mpmath.mp.prec, mpmath.iv.prec

    def third(digits):
        with multiprecision.workdps(digits):
            values = [multiprecision.mpf(1) / 3 + 0 * multiprecision.gamma(multiprecision.mpf(k) / 7) for k in range(1, 60)]
            return multiprecision.mp.dps, set(map(multiprecision.nstr, values)), {value._mpf_ for value in values}

    found = at_once([[lambda d=digits: third(d)] * 3 for digits in (15, 20, 30, 50, 80, 120, 200, 333)])
    assert {result[0] for _, result in found} == {15, 20, 30, 50, 80, 120, 200, 333}
    assert all(len(values) == 1 for _, (_, _, values) in found)
    assert (mpmath.mp.prec, mpmath.iv.prec) == before == (53, 53)
    assert multiprecision.mp.dps == 15


def test_what_a_user_sets_for_mpmath_does_not_change_a_check():
    text = str(sg.check_gradient("sin(x)*exp(x)", "x", points=1))
    with mpmath.workdps(3):
        assert str(sg.check_gradient("sin(x)*exp(x)", "x", points=1)) == text
        assert mpmath.mp.dps == 3
    half = mpmath.mpf(1) / 2
    assert sg.check_gradient("x**2", "x", at={"x": half}).verdict.name == "RIGHT"


def test_origins_of_threads_are_all_remembered():
    results = [k * sg.tensor("result", "2") for k in range(2, 102)]
    sources = [sg.tensor("source", (k,)) for k in range(1, 10 * COUNT + 1)]
    at_once([[lambda one=one: remember_origin(results, one) for one in sources[k::COUNT]] for k in range(COUNT)])
    assert all(set(origins_of(result)[0]["source"]) == set(sources) for result in results)


def test_checks_in_threads_leave_the_filters_of_warnings_as_they_were():
    sg.accuracy("exp(1000*x)", "x")  # so that nothing is imported in threads
    before = list(warnings.filters)
    at_once([[lambda: sg.accuracy("exp(1000*x)", "x")] * 2] * COUNT)
    assert warnings.filters == before


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="the system has no fork")
def test_locks_are_free_in_a_forked_process():
    program = """
import os, threading
from symgd.evaluation.multiprecision import exclusive
held, done = threading.Event(), threading.Event()
def hold():
    with exclusive:
        held.set()
        done.wait(60)
thread = threading.Thread(target=hold)
thread.start()
held.wait(60)
child = os.fork()
if not child:
    os._exit(0 if exclusive.acquire(timeout=5) else 1)
status = os.waitpid(child, 0)[1]
done.set()
thread.join()
raise SystemExit(os.waitstatus_to_exitcode(status))
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
