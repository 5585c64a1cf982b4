"""Run cases of a fuzzer, count how they end, and group what is found."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import symgd as sg
from tests.fuzz.limits import OutOfTime, time_limit
from tests.fuzz.outcome import Fuzzer, Outcome, Verdict, escaped, place_of, refused, undecided

SECONDS = 60.0


@dataclass
class Summary:
    """The cases of one fuzzer.

    Attributes
    ----------
    name : str
    seed : int
    counts : Counter of Verdict
    findings : list of (int, Outcome)
        The number of the case, and how it ended.
    """

    name: str
    seed: int
    counts: Counter[Verdict] = field(default_factory=Counter)
    findings: list[tuple[int, Outcome]] = field(default_factory=list)
    seconds: float = 0.0

    def groups(self) -> dict[str, list[tuple[int, Outcome]]]:
        """Return the findings by their origin, the largest group first."""
        grouped: dict[str, list[tuple[int, Outcome]]] = {}
        for index, outcome in self.findings:
            grouped.setdefault(outcome.origin, []).append((index, outcome))
        return dict(sorted(grouped.items(), key=lambda pair: -len(pair[1])))

    def row(self) -> dict[str, Any]:
        """Return the row of the table."""
        return {
            "fuzzer": self.name,
            "cases": self.counts.total(),
            **{verdict.value: self.counts[verdict] for verdict in Verdict},
            "seconds": round(self.seconds, 1),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain data."""
        listed = [{"case": index, "text": one.text, "detail": one.detail, "origin": one.origin} for index, one in self.findings]
        return {**self.row(), "seed": self.seed, "findings": listed}


def run(
    name: str,
    fuzzer: Fuzzer,
    seed: int,
    count: int,
    *,
    start: int = 0,
    minutes: float = float("inf"),
    report: Callable[[int, Outcome], None] = lambda index, outcome: None,
) -> Summary:
    """Run cases `start`, `start` + 1, … of a fuzzer until there are `count`, or the time is over."""
    summary = Summary(name, seed)
    begin = time.monotonic()
    for index in range(start, start + count):
        if time.monotonic() - begin > 60 * minutes:
            break
        outcome = one_case(fuzzer, seed, index)
        summary.counts[outcome.verdict] += 1
        if outcome.verdict is Verdict.FOUND:
            summary.findings.append((index, outcome))
        report(index, outcome)
    summary.seconds = time.monotonic() - begin
    return summary


def one_case(fuzzer: Fuzzer, seed: int, index: int) -> Outcome:
    """Run one case; what symgd refuses is no finding, any other exception is one."""
    try:
        with warnings.catch_warnings(), time_limit(SECONDS):
            warnings.simplefilter("ignore")
            return fuzzer(seed, index)
    except sg.SymgdError as error:
        return refused(detail=str(error))
    except OutOfTime as error:
        return undecided(detail=f"{error} at {place_of(error)}")
    except np.linalg.LinAlgError as error:
        return undecided(detail=f"a singular matrix: {error}")
    except Exception as error:
        return escaped(f"case {index} of seed {seed}", error)
