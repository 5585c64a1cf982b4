"""Run the benchmarks and print one table for each group."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import itertools

import checkers
import convexity
import derivation
import evaluation
import growth
import numpy
import peers
import simplification
import structure
from timing import show

GROUPS = {
    "evaluation": evaluation,
    "structure": structure,
    "derivation": derivation,
    "simplification": simplification,
    "growth": growth,
}
STUDIES = {"checkers": checkers, "convexity": convexity}
TITLES = {
    "evaluation": "Evaluation of gradients (one thread, float64)",
    "structure": "A Hessian at a point, times a vector (or solved with, or dense)",
    "derivation": "Derivation: from the formula to the symbolic gradient",
    "simplification": "What simplification and proof cost beside the derivation",
    "growth": "Growth of derivation time with size",
}


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[*GROUPS, *STUDIES], action="append", help="a group (may be repeated)")
    parser.add_argument("--quick", action="store_true", help="fewer repeats, no large sizes")
    parser.add_argument("--json", type=Path, help="also write the medians to a file")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, NumPy {numpy.__version__}; installed peers: {_installed()}")
    results = {}
    for name in options.only or [*GROUPS, *STUDIES]:
        if name in STUDIES:
            results[name] = STUDIES[name].study(options.quick)
            print(STUDIES[name].table(results[name]))
            if name == "checkers":
                print(checkers.cost_of_deriving_and_checking())
            continue
        rows = GROUPS[name].rows(options.quick)
        for row in rows:
            print(f"  {row.name} …", file=sys.stderr)
            row.run(0.3 if options.quick else 1.5)
        print(show(TITLES[name], rows))
        if name == "growth":
            print(_growth(rows))
        results[name] = {row.name: row.medians for row in rows}
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


def _installed() -> str:
    found = [name for name in ("sympy", "jax", "torch", "casadi", "cvxpy") if peers.has(name)]
    return ", ".join(found) or "none"


def _growth(rows) -> str:
    ratios = [
        f"{later.medians['symgd'] / earlier.medians['symgd']:.2f}"
        for earlier, later in itertools.pairwise(rows)
        if earlier.name.split(" in ")[0].split(" of a ")[0] == later.name.split(" in ")[0].split(" of a ")[0]
    ]
    return f"ratios of neighbours (size doubles): {', '.join(ratios)}"


if __name__ == "__main__":
    main()
