"""Property tests explore at random on a developer's machine, and repeat the same cases where CI is set.

Both kinds of chance can be repeated: ``--hypothesis-seed`` draws the same cases, ``--shuffle-seed`` runs the tests in the same
other order. The last line of a run names the seeds.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from random import Random, SystemRandom
from traceback import walk_stack

import mpmath
import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
SYMGD = TESTS.parent / "symgd"

pytest_plugins = ["pytester"]

for library in ("OPENBLAS", "MKL", "OMP"):  # before NumPy is imported: threads of several workers wait for each other
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("local", deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shuffle-seed", type=int, help="run the files, and the tests of each, in the order it gives")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not os.environ.get("CI") and config.getoption("--hypothesis-seed") is None:
        config.option.hypothesis_seed = str(SystemRandom().randrange(2**32))  # the workers of xdist get it too


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    seeds = {name: config.getoption(name) for name in ("--hypothesis-seed", "--shuffle-seed")}
    if drawn := " ".join(f"{name}={seed}" for name, seed in seeds.items() if seed is not None):
        terminalreporter.write_line(f"the same cases in the same order: {drawn}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seed = config.getoption("--shuffle-seed")
    if seed is None:
        return
    files: dict[object, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    random = Random(seed)
    shuffled = list(files.values())  # a file stays together, so that what its tests share is made once
    random.shuffle(shuffled)
    for tests in shuffled:
        random.shuffle(tests)
    items[:] = [item for tests in shuffled for item in tests]


@pytest.fixture(autouse=True)
def _own_declarations():
    """Forget what a test declares: functions, rules, methods of descent and backends."""
    import symgd.rewrite.all_rules  # noqa: F401  (what symgd declares is declared before)
    from symgd.codegen.libraries import BACKENDS
    from symgd.descent import method
    from symgd.graph.primitive import FUNCTIONS, REGISTRY
    from symgd.rewrite.rule import RULES

    assert len(FUNCTIONS) >= 200
    assert method.methods(method.Kind.DIRECTION)
    registers = (REGISTRY.declared, FUNCTIONS.declared, method._METHODS, BACKENDS)
    before = [set(register) for register in registers]
    rules = len(RULES)
    yield
    for register, known in zip(registers, before, strict=True):
        if len(register) > len(known):
            for name in register.keys() - known:
                del register[name]
    del RULES[rules:]


@pytest.fixture(autouse=True, scope="session")
def _precision_of_the_process():
    """See that symgd lets SymPy compute values in one thread at a time: it sets the precision of mpmath for the process."""
    from mpmath.ctx_mp_python import PythonMPContext

    from symgd.evaluation.multiprecision import exclusive

    prec = PythonMPContext.prec

    def set_precision(context, bits):
        if context is mpmath.mp and not exclusive._is_owned():
            callers = [Path(frame.f_code.co_filename) for frame, _ in walk_stack(sys._getframe(1))]
            in_symgd = next((path for path in callers if path.is_relative_to(SYMGD) or path.is_relative_to(TESTS)), TESTS)
            assert in_symgd.is_relative_to(TESTS), f"{in_symgd} changes the precision of the process; see one_at_a_time"
        prec.fset(context, bits)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PythonMPContext, "prec", property(prec.fget, set_precision))
        yield


@pytest.fixture(autouse=True)
def _precision_is_set_back():
    """See that a test leaves the precision of mpmath as it was, and give it back to the next one."""
    before = mpmath.mp.prec, mpmath.iv.prec
    yield
    after = mpmath.mp.prec, mpmath.iv.prec
    mpmath.mp.prec, mpmath.iv.prec = before
    assert after == before, "the test leaves mpmath with another precision"
