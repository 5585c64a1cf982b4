"""Sets that other functions describe as well: which are convex, and that no set is called so that has a chord outside."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg

UP, OPEN = (0, None), "(0, inf)"
CONVEX = [
    ("x*y > 1", {"x": UP, "y": UP}), ("x*y >= 1", {"x": UP, "y": UP}), ("x*y > 1", {"x": OPEN}), ("1 < y*x", {"y": OPEN}),
    ("x*y >= z**2", {"x": UP, "y": UP}), ("x*y - z**2 > 0", {"x": OPEN}), ("z**2 < x*y", {"y": OPEN}),
    ("x**2 > y**2 + z**2", {"x": UP}), ("x**2 - y**2 - 1 >= 0", {"x": UP}), ("z*x*y > 1", {"x": OPEN, "y": OPEN, "z": OPEN}),
    ("x**2*y > 1", {"x": OPEN, "y": OPEN}), ("x*y > exp(x)", {"x": OPEN}), ("1 - x*y <= 0", {"x": UP, "y": UP}),
    ("x*y > 1 - x**2", {"x": OPEN}), ("exp(-x)*y > 1", {"x": OPEN, "y": OPEN}),
]  # fmt: skip
NEAR_MISSES = [
    ("x*y > 1", {}), ("x*y < 1", {"x": UP, "y": UP}), ("x*y > -1", {"x": OPEN}),
    ("x*y > -z**2", {"x": UP, "y": UP}), ("x*y >= z**2", {"x": UP}), ("x*y > z", {"x": OPEN, "y": OPEN}),
    ("x**2 > y**2 + z**2", {}), ("x**2 + y**2 > 1", {"x": UP, "y": UP}),
    ("z*x*y < 1", {"x": OPEN, "y": OPEN, "z": OPEN}), ("x*y > log(x)", {"x": OPEN}),
    ("x**2*y > 1", {"y": OPEN}), ("x*y > sin(x) + 2", {"x": OPEN, "y": OPEN}), ("x**2 - y**4 > 0", {}),
    ("y - x**2 < 0", {"x": UP, "y": UP}), ("x*y > z**2 - 1", {"x": OPEN, "y": OPEN}),
    ("x**2 > y**2 + z + 1", {"x": UP, "z": UP}), ("x*y < 1", {"x": "(-inf, 0)"}),
]  # fmt: skip


def verdict_on(condition, domain):
    names = [name for name in "xyz" if name in condition.replace("exp", "")]
    return sg.convexity(" + ".join(f"{name}**2" for name in names), domain=domain, constraints=[condition])


def leaves_its_chords(condition, domain, count=4000):
    """Whether a chord between two points of the set has a middle outside."""
    node = sg.formula(condition)
    rng = np.random.default_rng(0)
    is_inside = sg.lambdify(list(node.symbols), node)

    def draw():
        scale = rng.choice([0.01, 0.3, 1, 3])
        entries = [rng.normal() * scale if rng.random() < 0.9 else 0.0 for _ in node.symbols]
        lows = [0 if one.name in domain else -np.inf for one in node.symbols]
        return np.array([low + abs(entry) if np.isfinite(low) else entry for low, entry in zip(lows, entries, strict=True)])

    with np.errstate(all="ignore"):
        for _ in range(count):
            first, second = draw(), draw()
            if is_inside(*first) and is_inside(*second) and not is_inside(*(first + second) / 2):
                return True
    return False


@pytest.mark.parametrize(("condition", "domain"), CONVEX)
def test_sets_of_other_functions_are_convex(condition, domain):
    verdict = verdict_on(condition, domain)
    assert verdict.kind.name == "STRONGLY_CONVEX", str(verdict)
    assert verdict.check()
    assert not leaves_its_chords(condition, domain)


@pytest.mark.parametrize(("condition", "domain"), NEAR_MISSES)
def test_sets_that_look_alike_are_not(condition, domain):
    verdict = verdict_on(condition, domain)
    assert verdict.kind.name == "UNKNOWN", str(verdict)
    assert "not known to be convex" in verdict.reason


@pytest.mark.parametrize("k", [0, 1, 2, 4, 6, 7, 8])
def test_near_misses_have_chords_outside(k):
    assert leaves_its_chords(*NEAR_MISSES[k])


BARRIERS = [
    ("-log(x*y - z**2)", {"x": OPEN}, "STRICTLY_CONVEX"),
    ("-log(x*y - 1)", {"x": UP, "y": UP}, "CONVEX"),
    ("-log(x**2 - y**2 - z**2)", {"x": UP}, "CONVEX"),
    ("-log(x*y + z**2)", {"x": OPEN, "y": OPEN}, None),
    ("-log(x*y - 1)", {}, None),
]


@pytest.mark.parametrize(("text", "domain", "kind"), BARRIERS)
def test_barriers_of_such_sets(text, domain, kind):
    constraints = [] if kind != "STRICTLY_CONVEX" else ["x*y - z**2 > 0"]
    verdict = sg.convexity(text, domain=domain, constraints=constraints)
    if kind is None:
        assert verdict.kind.name in ("UNKNOWN", "NEITHER"), str(verdict)
    else:
        assert kind in (verdict.kind.name, verdict.kind.name.removeprefix("STRICTLY_")), str(verdict)
        assert verdict.check()
