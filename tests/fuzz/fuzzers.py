"""The fuzzers by their names."""

from __future__ import annotations

from tests.fuzz import calls, checker, convexity, derivatives, extremes, kinds, readers
from tests.fuzz.outcome import Fuzzer

FUZZERS: dict[str, Fuzzer] = {
    "calls": calls.case,
    "derivatives": derivatives.case,
    "convexity": convexity.case,
    "kinds": kinds.case,
    "extremes": extremes.case,
    "readers": readers.case,
    "checker": checker.case,
}
