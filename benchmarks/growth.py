"""How derivation time grows with size: the ratio of neighbouring rows shows it (2 is linear, 4 quadratic)."""

from __future__ import annotations

import sympy as sp
from timing import Row

import symgd as sg


def rows(quick: bool = False) -> list[Row]:
    """Return workloads of doubling size."""
    found = []
    for n in (125, 250, 500, 1000) if quick else (250, 500, 1000, 2000, 4000):
        x = sp.symbols(f"x0:{n}")
        f = sg.formula(sp.Add(*(100 * (x[k + 1] - x[k] ** 2) ** 2 + (1 - x[k]) ** 2 for k in range(n - 1))))
        found.append(
            Row(f"all partials of Rosenbrock in {n:,} scalars", {"symgd": lambda f=f: sg.gradient(f, list(f.symbols))})
        )
    for depth in (1250, 2500, 5000, 10_000) if quick else (1250, 2500, 5000, 10_000, 20_000):
        node = sg.scalar("x")
        for _ in range(depth):
            node = sg.sin(node)
        found.append(Row(f"all partials of a chain of {depth:,} sines", {"symgd": lambda node=node: sg.gradient(node, "x")}))
    return found
