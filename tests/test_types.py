"""A user's program that calls every public function and every function of the language has no Any, as mypy sees it."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import symgd as sg
from tests.public_stub import STUB, names, parameters, public_names

pytest.importorskip("mypy", reason="mypy is not installed: pip install --group develop, with pip 25.1 or newer")

ROOT = Path(__file__).parents[1]

CALLS = {
    "accuracy": "sg.accuracy(loss, 'w')",
    "check_gradient": "sg.check_gradient(loss, 'w')",
    "check_hessian": "sg.check_hessian(loss, 'w')",
    "check_jacobian": "sg.check_jacobian(loss, 'w')",
    "check_value": "sg.check_value(loss, 'w @ w')",
    "classify": "sg.classify('x**2', point)",
    "convexity": "sg.convexity(loss, 'w')",
    "curvature_bounds": "sg.curvature_bounds(loss, 'w')",
    "derivation": "sg.derivation(loss, 'w')",
    "derivative": "sg.derivative('x**3', 'x', 2)",
    "derive_and_check": "sg.derive_and_check(loss, 'w')",
    "directional_derivative": "sg.directional_derivative(loss, 'w', 'v')",
    "formula": "sg.formula('w @ w', shapes={'w': 'n'})",
    "gradient": "sg.gradient(loss, 'w')",
    "gradients": "sg.gradients('x*y', ['x', 'y'])",
    "hessian": "sg.hessian(loss, 'w')",
    "hessian_diagonal": "sg.hessian_diagonal(loss, 'w')",
    "hessian_blocks": "sg.hessian_blocks('x*y', ['x', 'y'])",
    "hvp": "sg.hvp(loss, 'w', 'v')",
    "jacobian": "sg.jacobian(loss, 'w')",
    "jvp": "sg.jvp(loss, 'w', 'v')",
    "lambdify": "sg.lambdify(['w'], loss)",
    "load_formula": "sg.load_formula('loss.json')",
    "minimize": "sg.minimize(loss, 'w')",
    "objective": "sg.objective(loss, 'w')",
    "safe_learning_rate": "sg.safe_learning_rate(loss, 'w')",
    "save_formula": "None",
    "scalar": "sg.scalar('x')",
    "simplify": "sg.simplify('x + x')",
    "stationary_points": "sg.stationary_points('x**2', 'x')",
    "structure": "sg.structure(sg.hessian(loss, 'w'), 'w')",
    "taylor": "sg.taylor('exp(x)', 'x')",
    "tensor": "sg.tensor('w', 'n')",
    "verified": "sg.verified('x**2')(square)",
    "vjp": "sg.vjp(loss, 'w', 1)",
}
"""Of each public function a call, whose result has the type that it is annotated with."""

STRUCTURE = "sg.structure(sg.hessian(loss, 'w'), 'w')"
OTHER_CALLS = {
    "str": "sg.lambdify(['w'], loss, source_only=True)",
    "symgd.structures.operators.compilation.OperatorFunction": f"sg.lambdify(['w'], {STRUCTURE})",
    "symgd.structures.operators.hessian_operator.HessianOperator": f"sg.lambdify(['w'], {STRUCTURE})(1.0)",
    "symgd.checking.judgement.Verdict": "sg.check_gradient(loss, 'w').verdict",
    "symgd.curvature.kind.Kind": "sg.convexity(loss, 'w').kind",
    "symgd.descent.outcome.Outcome": "sg.minimize(loss, 'w').outcome",
    "symgd.graph.node.Node": "sg.exp(loss) + sg.logsumexp(sg.stack([loss, 1, Fraction(1, 2)]), axis=0) * np.ones(3)",
}
"""Other calls, by the type of what they return."""

ARRAY = "numpy.ndarray[tuple[int, ...], numpy.dtype[Any]]"
READ = {
    "sg.minimize(loss, 'w').x": ARRAY,
    "sg.minimize(loss, ['w', 'v']).x": f"{ARRAY} | dict[str, {ARRAY}]",
    "sg.derivation(loss, 'w').result": "symgd.graph.node.Node",
    "sg.derivation(loss, ['w', 'v']).result": "symgd.graph.node.Node | dict[str, symgd.graph.node.Node]",
    "sg.derivation(loss, 'w').check": "symgd.checking.verdict.GradientCheck | None",
    "sg.lambdify(['w'], loss)(1.0)": ARRAY,
    "sg.lambdify(['w'], [loss, loss])([1, 2])": f"list[{ARRAY}]",
    "operator.dense()": ARRAY,
    "operator.solve([1.0, 2.0])": ARRAY,
    "operator.diagonal()": ARRAY,
    "operator @ np.ones(2)": ARRAY,
    "sg.stationary_points('x**2', 'x')[0]": "symgd.curvature.nature.StationaryPoint",
    "sg.stationary_points('x**2', 'x')[:1]": "tuple[symgd.curvature.nature.StationaryPoint, ...]",
    "loss.sum()": "symgd.graph.node.Node",
    "loss.reshape(1, 1).max(axis=0)": "symgd.graph.node.Node",
    "loss.size": "int | symgd.graph.node.Node",
}
"""What is read of results, and its type."""

METHODS = """
from dataclasses import dataclass

from numpy.typing import NDArray
from symgd.extend import Direction, StepSize, Tuned, direction


@direction("halved")
@dataclass
class Halved(Tuned):
    def start(self, x: NDArray[np.float64]) -> None: ...

    def next(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        return gradient / 2


class Curved:
    needs_hessian = True

    def start(self, x: NDArray[np.float64]) -> None: ...

    def next(self, gradient: NDArray[np.float64], hessian: NDArray[np.float64]) -> NDArray[np.float64]:
        return gradient


used: list[Direction] = [sg.GradientDescent(), sg.Momentum(0.8), sg.Adam(), sg.Newton(), Halved()]
sizes: list[StepSize] = [sg.LearningRate(0.1), sg.Backtracking()]
sg.minimize(loss, "w", direction=sg.Adam(), step_size=sg.LearningRate(0.1))
sg.minimize(loss, "w", direction=sg.Newton(), step_size=sg.Backtracking())
sg.minimize(loss, "w", direction=Curved(), step_size="backtracking")
sg.minimize(loss, ["w"], direction=Halved, step_size=0.1)
sg.minimize(loss, "w", direction="momentum", step_size=sg.LearningRate)
"""
"""A program that chooses and declares methods of descent."""

ARGUMENTS = {
    "axes": "(1, 0)",
    "axis": "0",
    "condition": "x > 0",
    "destination": "0",
    "first": "0",
    "item": "0",
    "n": "2",
    "second": "1",
    "shape": "(2, 3)",
    "size": "'n'",
    "source": "1",
    "spec": "'i,i->'",
}
"""Of required parameters that are no operands."""

HEAD = """
from fractions import Fraction

import numpy as np

import symgd as sg
from symgd.typing import Operand

x = sg.scalar("x")
loss = sg.formula("w @ w", shapes={"w": "n"})
operand: Operand = [x, 2, 0.5, Fraction(1, 3), np.float64(2), np.ones(3), [x]]
point = {"x": 0}
operator = sg.lambdify(["w"], sg.structure(sg.hessian(loss, "w"), "w"))(1.0)


def square(x: float) -> float:
    return x**2

"""


def call(name: str) -> str:
    """Return a call of a function of the language with what it requires."""
    required = [one for one in parameters(name) if one.default is inspect.Parameter.empty]
    words = [ARGUMENTS.get(one.name, "x") for one in required]
    return f"sg.{name}({', '.join(words)})"


def checked(tmp_path: Path, text: str, *options: str) -> list[str]:
    """Return what mypy prints of a user's program."""
    (tmp_path / "program.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml"), "--no-error-summary"]
    done = subprocess.run(
        [*command, *options, "program.py"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT), "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache" / "programs")},
    )
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def test_every_public_function_is_called():
    functions = {name for name in sg.__all__ if inspect.isfunction(getattr(sg, name))}
    assert set(CALLS) == functions


def test_a_program_has_no_any(tmp_path):
    """Every public name, every function of the language, and every call of either."""
    lines = [f"p_{name} = {text}" for name, text in CALLS.items() if text != "None"]
    lines += [f"q_{k} = {text}" for k, text in enumerate(OTHER_CALLS.values())]
    lines += [f"r_{name} = {call(name)}" for name in names()]
    lines += [f"s_{name} = sg.{name}" for name in sorted(public_names() - set(CALLS))]
    problems = checked(tmp_path, HEAD + "\n".join(lines) + "\n", "--disallow-any-expr")
    assert problems == []


def test_results_are_what_they_are_annotated_with(tmp_path):
    text = HEAD + "\n".join([*map("reveal_type({})".format, OTHER_CALLS.values()), "reveal_type(sg.exp(x))"]) + "\n"
    revealed = [line.split('"')[1] for line in checked(tmp_path, text)]
    assert revealed == [*OTHER_CALLS, "symgd.graph.node.Node"]


def test_what_is_read_of_results_has_a_type(tmp_path):
    revealed = [line.split('"')[1] for line in checked(tmp_path, HEAD + "\n".join(map("reveal_type({})".format, READ)) + "\n")]
    assert revealed == list(READ.values())


def test_directions_and_step_sizes_are_accepted(tmp_path):
    assert checked(tmp_path, HEAD + METHODS) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sg.exp()", 'Too few arguments for "exp"'),
        ("sg.exp(x=x)", 'Unexpected keyword argument "x" for "exp"'),
        ("sg.sum(x, axes=0)", 'Unexpected keyword argument "axes" for "sum"'),
        ("sg.exp(None)", "incompatible type"),
        ("sg.nonsense(x)", 'Module has no attribute "nonsense"'),
        ("sg.minimize(loss, 'w', direction=sg.LearningRate(0.1))", 'No overload variant of "minimize"'),
        ("loss.nonsense()", '"Node" has no attribute "nonsense"'),
        ("loss.sum(axes=0)", 'Unexpected keyword argument "axes"'),
        ("sg.convexity(loss, 'w').verdict", '"Convexity" has no attribute "verdict"'),
    ],
)
def test_a_mistake_is_found(tmp_path, line, message):
    (problem, *_) = checked(tmp_path, HEAD + line + "\n")
    assert message in problem


def test_the_stub_has_no_any():
    used = {node.id for node in ast.walk(ast.parse(STUB.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)}
    assert "Any" not in used
