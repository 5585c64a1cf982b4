"""Gradient checkers on the mutation study: right gradients called wrong, wrong ones caught, and what each check costs.

The formulas and their mutants are those of ``tests/mutation.py``. Every checker gets the same two functions of one array: the
loss as compiled code, and the right or the mutated gradient. PyTorch and JAX get them as a custom gradient of a black box.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import peers

import symgd as sg
from symgd.evaluation.sampling import points

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.mutation import RIGHT, mutants, row

Checker = Callable[[Callable, Callable, np.ndarray], str]


def symgd_exact(number: int) -> Iterator[tuple[str, str, float]]:
    """Judge every claim of a row as a formula: what it is, the verdict, the seconds."""
    loss, variable, right = row(number)
    for kind, claim in [("right", right), *((mutant.kind, mutant.claim) for mutant in mutants(number))]:
        start = time.perf_counter()
        verdict = sg.check_gradient(loss, variable, gradient=claim).verdict.name
        yield kind, verdict, time.perf_counter() - start


def as_code(number: int) -> tuple[Callable, np.ndarray, list[tuple[str, Callable]]]:
    """Return the loss of a row as a function of its variable, a point, and every gradient as a function."""
    loss, variable, right = row(number)
    arguments = list(loss.symbols)
    place = arguments.index(variable)
    (point, *_) = points(loss, 1, 3)
    values = [np.asarray(point.values[node], dtype=float) for node in arguments]

    def compiled(formula: sg.Node) -> Callable:
        code = sg.lambdify(arguments, formula)

        def call(x: np.ndarray) -> np.ndarray:
            with np.errstate(all="ignore"):
                return code(*values[:place], np.asarray(x, dtype=float), *values[place + 1 :])

        return call

    claims = [("right", compiled(right)), *((mutant.kind, compiled(mutant.claim)) for mutant in mutants(number))]
    return compiled(loss), values[place], claims


def symgd_black_box(fun: Callable, grad: Callable, x: np.ndarray) -> str:
    """Judge by values alone."""
    return sg.check_gradient(fun, grad, at=x).verdict.name


def scipy_check_grad(fun: Callable, grad: Callable, x: np.ndarray) -> str:
    """Judge by SciPy's ``check_grad``; its documentation leaves the limit to the reader, 1e-6 relative is usual."""
    from scipy.optimize import check_grad

    shape = x.shape
    claimed = grad(x)
    if np.shape(claimed) != shape:
        return "WRONG"
    error = check_grad(lambda v: float(fun(v.reshape(shape))), lambda v: np.ravel(grad(v.reshape(shape))), x.ravel())
    return "RIGHT" if error <= 1e-6 * max(1.0, float(np.linalg.norm(claimed))) else "WRONG"


def torch_gradcheck(fun: Callable, grad: Callable, x: np.ndarray) -> str:
    """Judge by PyTorch's ``gradcheck`` with its own tolerances."""
    import torch

    class Claimed(torch.autograd.Function):
        @staticmethod
        def forward(ctx, given):
            ctx.save_for_backward(given)
            return torch.tensor(float(fun(given.detach().numpy())), dtype=torch.float64)

        @staticmethod
        def backward(ctx, adjoint):
            (given,) = ctx.saved_tensors
            return adjoint * torch.tensor(np.asarray(grad(given.detach().numpy())), dtype=torch.float64)

    given = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    try:
        return "RIGHT" if torch.autograd.gradcheck(Claimed.apply, (given,), raise_exception=False) else "WRONG"
    except RuntimeError:  # a gradient of another shape
        return "WRONG"


def jax_check_grads(fun: Callable, grad: Callable, x: np.ndarray) -> str:
    """Judge by JAX's ``check_grads`` in reverse mode, with its own tolerances."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    from jax.test_util import check_grads

    scalar = jax.ShapeDtypeStruct((), jnp.float64)

    @jax.custom_vjp
    def claimed(v):
        return jax.pure_callback(lambda w: np.float64(fun(np.asarray(w))), scalar, v)

    claimed.defvjp(
        lambda v: (claimed(v), v),
        lambda v, adjoint: (adjoint * jnp.asarray(np.asarray(grad(np.asarray(v)))),),
    )
    try:
        check_grads(claimed, (jnp.asarray(x),), order=1, modes=["rev"])
    except Exception:  # an AssertionError, or a gradient of another shape
        return "WRONG"
    return "RIGHT"


CHECKERS: dict[str, tuple[Checker, str]] = {
    "symgd, values alone": (symgd_black_box, ""),
    "scipy check_grad": (scipy_check_grad, ""),
    "torch gradcheck": (torch_gradcheck, "torch"),
    "JAX check_grads": (jax_check_grads, "jax"),
}


def study(quick: bool = False) -> dict[str, dict[str, object]]:
    """Run every checker that is installed over the study."""
    numbers = range(0, len(RIGHT), 6 if quick else 1)
    found = {"symgd, formulas": _counted(outcome for number in numbers for outcome in symgd_exact(number))}
    for name, (check, module) in CHECKERS.items():
        if module and not peers.has(module):
            continue
        print(f"  {name} …", file=sys.stderr)
        found[name] = _counted(_judged(check, numbers))
    return found


def _judged(check: Checker, numbers: range) -> Iterator[tuple[str, str, float]]:
    for number in numbers:
        fun, x, claims = as_code(number)
        for kind, claim in claims:
            start = time.perf_counter()
            with np.errstate(all="ignore"):
                verdict = check(fun, claim, x)
            yield kind, verdict, time.perf_counter() - start


def _counted(outcomes: Iterator[tuple[str, str, float]]) -> dict[str, object]:
    verdicts: Counter[tuple[str, str]] = Counter()
    seconds: list[float] = []
    for kind, verdict, spent in outcomes:
        verdicts[kind, verdict] += 1
        seconds.append(spent)
    is_right = Counter({verdict: n for (kind, verdict), n in verdicts.items() if kind == "right"})
    wrong = {
        kind: sum(n for (k, v), n in verdicts.items() if k == kind and v == "WRONG") for kind, _ in verdicts if kind != "right"
    }
    mutants_of = {kind: sum(n for (k, _), n in verdicts.items() if k == kind) for kind in wrong}
    return {
        "right": sum(is_right.values()),
        "false alarms": is_right["WRONG"],
        "wrong": sum(mutants_of.values()),
        "caught": sum(wrong.values()),
        "unsure": sum(n for (_, verdict), n in verdicts.items() if verdict == "UNSURE"),
        "passed as right": sum(n for (kind, v), n in verdicts.items() if kind != "right" and v in ("RIGHT", "KINK")),
        "1e-6 caught": f"{wrong.get('tiny', 0)} of {mutants_of.get('tiny', 0)}",
        "median ms": round(1e3 * float(np.median(seconds)), 2),
    }


def cost_of_deriving_and_checking() -> str:
    """Say what deriving and judging in one go costs, in the formulas of the study."""
    seconds = []
    for number in range(len(RIGHT)):
        loss, variable, _ = row(number)
        sg.derive_and_check(loss, variable)
        start = time.perf_counter()
        sg.derive_and_check(loss, variable)
        seconds.append(time.perf_counter() - start)
    median, worst = 1e3 * np.median(seconds), 1e3 * max(seconds)
    return f"derive_and_check: median {median:.2f} ms, worst {worst:.1f} ms, {len(seconds)} formulas"


def table(found: dict[str, dict[str, object]]) -> str:
    """Write the study as a table."""
    columns = list(next(iter(found.values())))
    lines = [
        "Gradient checkers on the mutation study",
        "| checker | " + " | ".join(columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    lines += [f"| {name} | " + " | ".join(str(counts[column]) for column in columns) + " |" for name, counts in found.items()]
    return "\n".join(lines)
