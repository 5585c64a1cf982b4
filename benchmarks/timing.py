"""Time contestants in turns: A B C, A B C, …; medians, and ratios to the first."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Row:
    """One workload: a contestant is a function without arguments, or None where it cannot take part."""

    name: str
    contestants: dict[str, Callable[[], object] | None]
    medians: dict[str, float] = field(default_factory=dict)

    def run(self, budget: float) -> None:
        """Measure for about `budget` seconds in all."""
        ready = {name: call for name, call in self.contestants.items() if call is not None}
        samples: dict[str, list[float]] = {name: [] for name in ready}
        for call in ready.values():
            call()  # warm up: compilation and caches are not part of the measurement
        repeats = {name: _repeats(call) for name, call in ready.items()}
        started = time.perf_counter()
        while time.perf_counter() - started < budget or len(next(iter(samples.values()))) < 3:
            for name, call in ready.items():
                count = repeats[name]
                time.sleep(_PAUSE)
                call()
                begin = time.perf_counter()
                for _ in range(count):
                    call()
                samples[name].append((time.perf_counter() - begin) / count)
        self.medians = {name: statistics.median(values) for name, values in samples.items()}


_PAUSE = 0.003
"""Seconds in which the threads of the contestant before come to rest; then one call goes uncounted."""


def _repeats(call: Callable[[], object]) -> int:
    """Return how many calls take about a millisecond, so that the clock's own time does not count."""
    begin = time.perf_counter()
    call()
    once = time.perf_counter() - begin
    return max(1, min(1000, int(1e-3 / max(once, 1e-7))))


def show(title: str, rows: list[Row]) -> str:
    """Return a table: the time of the first column, then times and ratios."""
    names = list(dict.fromkeys(name for row in rows for name in row.contestants))
    lines = [f"\n{title}", ""]
    head = f"{'':<44}" + "".join(f"{name:>22}" for name in names)
    lines += [head, "-" * len(head)]
    for row in rows:
        reference = row.medians.get(names[0])
        cells = []
        for name in names:
            value = row.medians.get(name)
            if value is None:
                cells.append(f"{'–':>22}")
            else:
                ratio = "" if reference is None or name == names[0] else f" ({value / reference:.2f}×)"
                cells.append(f"{_time(value) + ratio:>22}")
        lines.append(f"{row.name:<44}" + "".join(cells))
    return "\n".join(lines)


def _time(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
