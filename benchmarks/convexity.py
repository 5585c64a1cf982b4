"""Verdicts on convexity: symgd, cvxpy's rules and SymPy's ``is_convex`` on one table of functions with known truth.

The table is that of ``tests/tables/curved_functions.py``. cvxpy gets every formula as it is written, function by function, with
the signs that its variables may declare; what it has no atom for counts as not decided. SymPy gets formulas of scalars,
with the interval on which one variable is asked about, and ten seconds each.
"""

from __future__ import annotations

import math
import signal
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import peers

import symgd as sg

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.tables.curved_functions import ALLOWED, NEITHER, ROWS, Row

SECONDS = 10
Judge = Callable[[Row, sg.Node], str]
UNDECIDED = "undecided"


class TooLongError(Exception):
    """The time is used up."""


@contextmanager
def limit(seconds: int):
    """Stop after some seconds."""

    def stop(*_):
        raise TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def symgd_verdict(row: Row, formula: sg.Node) -> str:
    """Judge by symgd."""
    name = sg.convexity(formula, row.wrt, domain=row.domain, constraints=row.constraints).kind.name
    return UNDECIDED if name == "UNKNOWN" else "fits" if name in ALLOWED[row.truth] else "wrong"


def sympy_verdict(row: Row, formula: sg.Node) -> str:
    """Judge by SymPy's ``is_convex`` of the function and of its negative."""
    import sympy as sp

    if row.shapes or row.constraints:
        return UNDECIDED
    expression = formula.to_sympy()
    symbols = [symbol.to_sympy() for symbol in formula.symbols]
    options = {}
    where = sg.convexity(formula, domain=row.domain, budget=0.01).intervals
    if len(symbols) == 1:
        options["domain"] = _interval(next(iter(where.values())))
    elif any(not one.is_everything for one in where.values()):
        return UNDECIDED  # is_convex takes no domain for several variables
    convex = sp.is_convex(expression, *symbols, **options)
    concave = sp.is_convex(-expression, *symbols, **options)
    return _judged(row, convex, concave)


def _interval(one):
    """Write where a function is defined, as symgd states it, for SymPy."""
    import sympy as sp

    ends = [sp.oo * (1 if end > 0 else -1) if isinstance(end, float) else sp.Rational(str(end)) for end in (one.low, one.high)]
    return sp.Interval(*ends, one.open_low, one.open_high)


def _judged(row: Row, convex: bool | None, concave: bool | None) -> str:
    if convex is None or concave is None:
        return UNDECIDED
    truth = {
        "affine": (True, True),
        "neither": (False, False),
        "concave": (False, True),
        "strictly concave": (False, True),
    }.get(row.truth, (True, False))
    return "fits" if (bool(convex), bool(concave)) == truth else "wrong"


def cvxpy_verdict(row: Row, formula: sg.Node) -> str:
    """Judge by cvxpy's composition rules, as written."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expression = _to_cvxpy(row, formula)
        if expression is None:
            return UNDECIDED
        convex, concave = expression.is_convex(), expression.is_concave()
    if not convex and not concave:
        return UNDECIDED  # the rules cannot refute
    return _judged(row, convex, concave)


def _to_cvxpy(row: Row, formula: sg.Node):
    """Write a formula of scalars with cvxpy's atoms, or None where one is missing."""
    import cvxpy as cp

    if row.shapes:
        return None
    known = {}
    for node in _ordered(formula):
        if node.is_symbol:
            low, high = row.domain.get(node.name, (None, None))
            known[node] = cp.Variable(
                name=node.name,
                nonneg=low is not None and float(sg.formula(str(low)).to_sympy()) >= 0,
                nonpos=high is not None and float(sg.formula(str(high)).to_sympy()) <= 0,
            )
            continue
        if node.is_constant:
            known[node] = cp.Constant(float(node.value))
            continue
        atom = _ATOMS.get(node.primitive.name)
        args = [known[arg] for arg in node.args]
        if atom is None or any(arg is None for arg in args):
            return None
        known[node] = atom(cp, node, args)
        if known[node] is None:
            return None
    return known[formula]


def _ordered(formula: sg.Node):
    from symgd.graph.traversal import toposort

    return toposort((formula,))


def _power(cp, node, args):
    exponent = node.args[1]
    if exponent.is_exact:
        return cp.power(args[0], float(exponent.value))
    return None


def _product(cp, node, args):
    total = args[0]
    for arg in args[1:]:
        total = total * arg
    return total


_ATOMS = {
    "add": lambda cp, node, args: sum(args[1:], args[0]),
    "mul": _product,
    "pow": _power,
    "exp": lambda cp, node, args: cp.exp(args[0]),
    "log": lambda cp, node, args: cp.log(args[0]),
    "abs": lambda cp, node, args: cp.abs(args[0]),
    "relu": lambda cp, node, args: cp.pos(args[0]),
    "softplus": lambda cp, node, args: cp.logistic(args[0]),
    "maximum": lambda cp, node, args: cp.maximum(*args),
    "minimum": lambda cp, node, args: cp.minimum(*args),
    "array": lambda cp, node, args: cp.hstack(args),
    "max": lambda cp, node, args: cp.max(args[0]),
    "norm2": lambda cp, node, args: cp.norm2(args[0]),
    "hypot": lambda cp, node, args: cp.norm2(cp.hstack(args)),
    "logsumexp": lambda cp, node, args: cp.log_sum_exp(args[0]),
    "logaddexp": lambda cp, node, args: cp.log_sum_exp(cp.hstack(args)),
}


def study(is_quick: bool) -> dict[str, dict[str, float]]:
    """Judge every row by everybody who is installed."""
    judges: dict[str, Judge] = {"symgd": symgd_verdict}
    if peers.has("cvxpy"):
        judges["cvxpy, as written"] = cvxpy_verdict
    judges["SymPy is_convex"] = sympy_verdict
    rows = ROWS[::5] if is_quick else ROWS
    results = {}
    for name, judge in judges.items():
        print(f"  {name} …", file=sys.stderr)
        results[name] = _study_of(judge, rows)
    return results


def _study_of(judge: Judge, rows) -> dict[str, float]:
    counts = {"curved": 0, "neither": 0, "wrong": 0, "errors": 0, "too long": 0}
    times = []
    for row in rows:
        formula = sg.formula(row.text, shapes=row.shapes or None, facts=row.facts or None)
        begun = time.perf_counter()
        try:
            with limit(SECONDS):
                verdict = judge(row, formula)
        except TooLongError:
            verdict = "too long"
        except Exception:  # a peer may raise anything
            verdict = "errors"
        times.append(time.perf_counter() - begun)
        if verdict == "fits":
            counts["neither" if row.truth == NEITHER else "curved"] += 1
        elif verdict != UNDECIDED:
            counts[verdict] += 1
    return {
        **counts,
        "of curved": sum(1 for row in rows if row.truth != NEITHER),
        "of neither": sum(1 for row in rows if row.truth == NEITHER),
        "median_ms": 1000 * statistics.median(times),
        "worst_s": max(times, default=math.nan),
    }


def table(results: dict[str, dict[str, float]]) -> str:
    """Return the study as text."""
    lines = ["", "Convexity: verdicts on functions of known truth", ""]
    lines.append(f"{'':20}{'curved':>14}{'neither':>14}{'wrong':>7}{'errors':>8}{'> 10 s':>8}{'median ms':>11}{'worst s':>9}")
    for name, found in results.items():
        curved = f"{found['curved']:.0f} of {found['of curved']:.0f}"
        neither = f"{found['neither']:.0f} of {found['of neither']:.0f}"
        lines.append(
            f"{name:20}{curved:>14}{neither:>14}{found['wrong']:>7.0f}{found['errors']:>8.0f}{found['too long']:>8.0f}"
            f"{found['median_ms']:>11.1f}{found['worst_s']:>9.2f}"
        )
    return "\n".join(lines)
