"""Call every public function of an installed symgd on a small example, without the optional packages.

``.ci/check_wheel`` runs it in an environment that holds the wheel and what the wheel requires, and nothing else. What needs an
optional package has to say which extra brings it.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import symgd as sg
import symgd.extend
import symgd.testing
from symgd.deprecation import warn_deprecated

OPTIONAL = {"matplotlib": "plot", "sphinx": "sphinx", "hypothesis": "test", "cupy": "cupy", "flint": "balls"}
"""Packages that must not be installed here, and the extra that brings each."""

X, Y = np.array([[1.0, 2.0], [3.0, -1.0], [-2.0, 0.5]]), np.array([1.0, 1.0, -1.0])
SHAPES = {"X": "m n", "y": "m", "w": "n"}
FOLDER = Path(tempfile.mkdtemp())


def squares() -> sg.Node:
    """Return least squares."""
    return sg.formula("mean((X @ w - y)**2)", shapes=SHAPES)


def products() -> sg.Node:
    """Return a vector."""
    return sg.formula("X @ w", shapes={"X": "m n", "w": "n"})


def raised(kind: type[Exception], call: Callable[[], object]) -> bool:
    """Whether a call raises an error of a kind."""
    try:
        call()
    except kind:
        return True
    return False


def descended(**options: Any) -> bool:
    """Whether a descent with these options finds the minimum at 2."""
    run = sg.minimize("(x - 2)**2", "x", start=0.0, epochs=500, **options)
    return bool(abs(run.x - 2) < 0.05)


def round_trip() -> bool:
    """Whether a formula that is saved and loaded is the same."""
    sg.save_formula(squares(), FOLDER / "loss.json")
    return sg.load_formula(FOLDER / "loss.json") is squares()


def verified() -> bool:
    """Whether a function that is tied to its formula is left untouched, and is right."""

    @sg.verified("mean((X @ w - y)**2)", wrt="w", shapes=SHAPES)
    def gradient(w: Any, X: Any, y: Any) -> Any:
        return 2 * X.T @ (X @ w - y) / len(y)

    symgd.testing.assert_verified(gradient)
    return gradient(np.zeros(2), X, Y).shape == (2,)


def warned(call: Callable[[], object], kind: type[Warning]) -> bool:
    """Whether a call warns."""
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return any(issubclass(one.category, kind) for one in caught)


def run(*words: str) -> str:
    """Return what the command line prints."""
    done = subprocess.run(
        [sys.executable, "-m", "symgd.tools.cli", *words], capture_output=True, text=True, cwd=FOLDER, check=False
    )
    if done.returncode:
        raise RuntimeError(f"symgd {' '.join(words)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout + done.stderr


EXAMPLES: Mapping[str, Callable[[], object]] = {
    "Adam": lambda: descended(direction=sg.Adam(), step_size=0.1),
    "AmbiguityError": lambda: issubclass(sg.AmbiguityError, sg.SymgdError),
    "Backtracking": lambda: descended(step_size=sg.Backtracking()),
    "Batches": lambda: sg.Batches(10, 5, 0) is not None,
    "DomainError": lambda: issubclass(sg.DomainError, sg.SymgdError),
    "GradientDescent": lambda: descended(direction=sg.GradientDescent(), step_size=0.1),
    "GradientError": lambda: raised(sg.GradientError, sg.check_gradient("x**2", "x", gradient="x").raise_if_wrong),
    "LearningRate": lambda: descended(step_size=sg.LearningRate(0.1)),
    "Momentum": lambda: descended(direction=sg.Momentum(), step_size=0.05),
    "Newton": lambda: descended(direction=sg.Newton()),
    "Node": lambda: isinstance(squares(), sg.Node),
    "ParseError": lambda: raised(sg.ParseError, lambda: sg.formula("x +")),
    "ShapeError": lambda: raised(sg.ShapeError, lambda: sg.tensor("a", "m") + sg.tensor("b", "n")),
    "SymgdDeprecationWarning": lambda: warned(
        lambda: warn_deprecated("it", since="0.1", removed_in="0.3"), sg.SymgdDeprecationWarning
    ),
    "SymgdError": lambda: raised(sg.SymgdError, lambda: sg.gradient("x", "y_")),
    "SymgdWarning": lambda: warned(lambda: sg.gradient("x**2", sg.scalar("z")), sg.SymgdWarning),
    "UnsupportedError": lambda: issubclass(sg.UnsupportedError, sg.SymgdError),
    "accuracy": lambda: str(sg.accuracy("1 - cos(x)")),
    "check_gradient": lambda: str(sg.check_gradient(squares(), "w").verdict) == "RIGHT",
    "check_hessian": lambda: str(sg.check_hessian(squares(), "w").verdict) == "RIGHT",
    "check_jacobian": lambda: str(sg.check_jacobian(products(), "w").verdict) == "RIGHT",
    "check_value": lambda: str(sg.check_value(squares(), lambda X, w, y: np.mean((X @ w - y) ** 2)).verdict) == "RIGHT",
    "classify": lambda: str(sg.classify("x**2", {"x": 0})),
    "convexity": lambda: str(sg.convexity(squares(), "w").kind) == "CONVEX",
    "curvature_bounds": lambda: sg.curvature_bounds(squares(), "w", data={"X": X, "y": Y}).lipschitz > 0,
    "derivation": lambda: "adjoint" in sg.derivation(squares(), "w").text() and sg.derivation(squares(), "w").html(),
    "derivative": lambda: str(sg.derivative("x**3", "x", 2)) == "6*x",
    "derive_and_check": lambda: str(sg.derive_and_check(squares(), "w").check.verdict) == "RIGHT",
    "directional_derivative": lambda: str(sg.directional_derivative("x**2", "x", "v")),
    "formula": lambda: str(squares()) == "mean((X @ w - y)**2)",
    "gradient": lambda: str(sg.gradient("x**2", "x")) == "2*x",
    "gradients": lambda: list(sg.gradients("x**2*y", ["x", "y"])) == ["x", "y"],
    "hessian": lambda: str(sg.hessian("x**3", "x")) == "6*x",
    "hessian_blocks": lambda: len(sg.hessian_blocks("x**2*y", ["x", "y"])) == 4,
    "hessian_diagonal": lambda: str(sg.hessian_diagonal("x**3", "x")) == "6*x",
    "hvp": lambda: str(sg.hvp("x**3", "x", "v")),
    "jacobian": lambda: str(sg.jacobian(products(), "w")) == "X",
    "jvp": lambda: str(sg.jvp(products(), "w", "v")) == "X @ v",
    "lambdify": lambda: sg.lambdify(["x"], sg.formula("x**2"))(3.0) == 9.0,
    "load_formula": round_trip,
    "minimize": lambda: descended(),
    "objective": lambda: sg.objective(squares(), "w", data={"X": X, "y": Y}).fun(np.zeros(2)) == 1.0,
    "safe_learning_rate": lambda: sg.safe_learning_rate(squares(), "w", data={"X": X, "y": Y}).rate > 0,
    "save_formula": round_trip,
    "scalar": lambda: sg.scalar("x").shape == (),
    "simplify": lambda: str(sg.simplify("x + x")) == "2*x",
    "stationary_points": lambda: str(sg.stationary_points("x**2 - 2*x", "x")),
    "structure": lambda: (
        str(sg.structure(sg.hessian(sg.formula("sum(exp(w))", shapes={"w": "n"}), "w"), "w").kind.name) == "DIAGONAL"
    ),
    "taylor": lambda: str(sg.taylor("exp(x)", "x", order=2).polynomial),
    "tensor": lambda: sg.tensor("X", "m n").rank == 2,
    "verified": verified,
    "vjp": lambda: str(sg.vjp(products(), "w", sg.tensor("u", "m"))),
}
"""Of each public name an example, which returns something true."""


NEED_EXTRAS: Mapping[str, tuple[str, Callable[[], object]]] = {
    "a picture of a verdict": ("plot", lambda: run("convexity", "x**2", "--plot", "picture.png")),
    "a picture of a descent": ("plot", lambda: sg.minimize("(x - 2)**2", "x", start=0.0).plot()),
    "a picture of partial sums": ("plot", lambda: run("taylor", "exp(x)", "--plot", "picture.png")),
    "points of hypothesis": ("test", lambda: symgd.testing.points_inside(squares())),
    "code for CuPy": ("cupy", lambda: sg.lambdify(["x"], sg.formula("x**2"), "cupy")),
}
"""What needs an optional package, and the extra that its error has to name."""


def main() -> None:
    """Run all examples; leave with the list of those that fail."""
    failures = [f"{name} is installed, so that nothing is shown" for name in OPTIONAL if importlib.util.find_spec(name)]
    failures += [f"no example of {name}" for name in sorted(set(sg.__all__) - set(EXAMPLES) - {"__version__"})]
    for name, example in EXAMPLES.items():
        try:
            if not example():
                failures.append(f"{name}: the result is not what it should be")
        except Exception as error:
            failures.append(f"{name}: {type(error).__name__}: {error}")
    for what, (extra, call) in NEED_EXTRAS.items():
        try:
            call()
            failures.append(f"{what} needs no extra")
        except Exception as error:
            if f'pip install "symgd[{extra}]"' not in str(error):
                failures.append(f"{what}: {type(error).__name__}: {error}")
    missing = [name for name in symgd.extend.__all__ if not hasattr(symgd.extend, name)]
    failures += [f"symgd.extend has no {name}" for name in missing]
    if run("--version") != f"symgd, version {sg.__version__}\n":
        failures.append("symgd --version prints something else")
    run("derive", "mean((X @ w - y)**2)", "--wrt", "w", "--shapes", "X: m n; y: m; w: n")
    if sys.argv[1:]:
        text = run("run", str(Path(sys.argv[1]).resolve()), "-o", "report")
        if "symgd[plot]" not in text:
            failures.append("a report without its picture does not say what to install")
    print("\n".join(failures) or f"{len(EXAMPLES)} public names work without the optional packages")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
