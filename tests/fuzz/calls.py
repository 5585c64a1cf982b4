"""Every public function with every kind of value in every place: it answers, or says what is wrong in a SymgdError, soon.

A call that works has one argument replaced by a value of another kind; after all such calls have been made once, two
arguments are replaced at random.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import random
import re
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import symgd as sg
from tests.fuzz.limits import OutOfTime, time_limit
from tests.fuzz.outcome import PACKAGE, Outcome, agreed, escaped, found, place_of, refused
from tests.fuzz.values import values
from tests.fuzz.working_calls import Call, method_calls, parameters_of, public_calls, registered_calls

SECONDS = 10.0
AS_ASKED = {("epochs", "10**9")}
"""Calls that take as long as was asked for."""
FRAMES_OF_A_CALL = 1
"""Frames of this file above the function that is called: :func:`make`, and a lambda around a method."""


def case(seed: int, index: int) -> Outcome:
    """Make one call."""
    call, changes = _chosen(seed, index)
    return make(call, changes)


def make(call: Call, names: dict[str, str]) -> Outcome:
    """Make a call with some arguments replaced by values of the table."""
    shown = f"{call.name}({', '.join(f'{parameter}=<{name}>' for parameter, name in names.items())})"
    try:
        positional, named = call.replaced({parameter: values()[name] for parameter, name in names.items()})
        with _apart(), time_limit(SECONDS):
            _used(call.function(*positional, **named))
    except sg.SymgdError as error:
        return _message(shown, error)
    except OutOfTime as error:
        return found(shown, str(error), f"slow at {place_of(error)}")
    except Exception as error:
        return refused(shown) if _is_allowed(call, error) else escaped(shown, error)
    return agreed(shown)


def _used(result: Any) -> None:
    """Look at a result as a person does: its text, and as plain data."""
    if str(type(result).__module__).startswith("symgd"):
        str(result)
        repr(result)
        if hasattr(result, "to_dict"):
            result.to_dict()


def _message(shown: str, error: sg.SymgdError) -> Outcome:
    """Judge the message of an error: it can be printed, and is not longer than a page."""
    text = str(error)
    return (
        refused(shown)
        if len(text) < 3000
        else found(shown, f"a message of {len(text)} characters", f"long at {place_of(error)}")
    )


_BINDING = re.compile(r"\(\) (missing|takes|got) |required positional argument|unexpected keyword argument|no valid signature")
"""What Python says where arguments do not fit the parameters of a function."""
_NUMPYS_OWN = {"__add__", "__array__", "__getitem__", "__matmul__", "matvec", "rmatvec"}
"""Methods of sequences, arrays and SciPy's operators, whose errors are Python's, NumPy's and SciPy's."""


def _is_allowed(call: Call, error: Exception) -> bool:
    """Whether Python or NumPy refused the arguments as they always do, or the error is of the function that was handed over.

    Compiled code is plain NumPy, and so are its errors.
    """
    frames = traceback.extract_tb(error.__traceback__)
    files = [Path(frame.filename) for frame in frames]
    if not any(map(_is_ours, files)) or (isinstance(error, TypeError) and _BINDING.search(str(error))):
        return True
    is_numpys = call.name.split(".")[-1] in _NUMPYS_OWN or call.name.startswith("<operator>.__")
    if is_numpys or any(frame.filename.startswith("<symgd") for frame in frames):
        if isinstance(error, TypeError | ValueError | IndexError | OverflowError | RecursionError):
            return True
    handed_over = [k for k, path in enumerate(files) if k > FRAMES_OF_A_CALL and path.parent == Path(__file__).parent]
    return bool(handed_over) and not any(map(_is_ours, files[handed_over[-1] :]))


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(PACKAGE)


@contextlib.contextmanager
def _apart() -> Iterator[None]:
    """Keep what is printed and written away from the rest."""
    before = Path.cwd()
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        np.errstate(all="ignore"),
    ):
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


@functools.cache
def cells() -> list[tuple[Call, str, str]]:
    """Return every call, parameter and value."""
    return [
        (call, parameter.name, name)
        for call in (*public_calls(), *method_calls(), *registered_calls())
        for parameter in parameters_of(call.function)
        for name in values()
        if (parameter.name, name) not in AS_ASKED
    ]


@functools.lru_cache(maxsize=2)
def _shuffled(seed: int) -> list[int]:
    order = list(range(len(cells())))
    random.Random(f"calls {seed}").shuffle(order)
    return order


def _chosen(seed: int, index: int) -> tuple[Call, dict[str, str]]:
    order = _shuffled(seed)
    call, parameter, name = cells()[order[index % len(order)]]
    changes = {parameter: name}
    if index >= len(order):
        generator = random.Random(f"calls {seed} {index}")
        other = generator.choice(parameters_of(call.function)).name
        changes[other] = generator.choice(list(values()))
    return call, changes
