"""What is public changes only together with the file that lists it."""

from __future__ import annotations

import difflib
import inspect
import re

import symgd as sg
import symgd.results
from tests.public_signatures import FILE, signature, written


def test_what_is_public_is_what_the_file_lists():
    before, now = FILE.read_text(encoding="utf-8").splitlines(), written().splitlines()
    changes = "\n".join(difflib.unified_diff(before, now, "listed", "public", n=0, lineterm=""))
    assert not changes, f"{changes}\nif this is meant, run: python -m tests.public_signatures"


def test_a_signature_is_written_in_the_same_words_everywhere():
    def function(x, /, y: int = 3, *args: str, by: float | None = None, **others: object) -> list[int]:
        return [x, y, args, by, others]

    assert signature(function) == "(x, y: int = 3, *args: str, by: float | None = None, **others: object) -> list[int]"


def test_the_classes_of_all_results_are_listed():
    listed = {*symgd.results.__all__, *sg.__all__}
    functions = [value for name in sg.__all__ if inspect.isfunction(value := getattr(sg, name))]
    returned = {word for one in functions for word in re.findall(r"[A-Z]\w+", str(one.__annotations__["return"]))}
    assert returned - {"Callable", "Function", "None"} <= listed
