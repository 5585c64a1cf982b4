"""Warnings inside a block are silenced or collected, and the filters outside stay as they were."""

from __future__ import annotations

import threading
import warnings

import numpy as np
import pytest

from symgd.evaluation.code_warnings import collected_warnings, silenced_warnings


def test_silenced_warnings_are_not_shown_and_others_are():
    with collected_warnings(Warning) as caught, silenced_warnings(RuntimeWarning):
        warnings.warn("silent", RuntimeWarning, stacklevel=1)
        warnings.warn("shown", UserWarning, stacklevel=1)
    assert [str(one.message) for one in caught] == ["shown"]


def test_collected_warnings_are_listed_each_time():
    with collected_warnings(RuntimeWarning) as caught:
        for _ in range(2):
            np.array([1.0]) / np.array([0.0])
    assert [str(one.message) for one in caught] == ["divide by zero encountered in divide"] * 2


@pytest.mark.parametrize("context", [silenced_warnings, lambda: collected_warnings(Warning)])
def test_filters_are_put_back_after_a_block_and_after_an_error(context):
    before = list(warnings.filters)
    with context():
        pass
    assert warnings.filters == before
    with pytest.raises(ZeroDivisionError), context():
        1 / 0
    assert warnings.filters == before


def test_threads_change_the_filters_one_at_a_time():
    before, counts = list(warnings.filters), []

    def collect(number):
        with collected_warnings(UserWarning) as caught:
            for _ in range(number):
                warnings.warn("counted", UserWarning, stacklevel=1)
            counts.append((number, len(caught)))

    threads = [threading.Thread(target=collect, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [(number, number) for number in range(1, 9)]
    assert warnings.filters == before


def test_blocks_may_stand_in_each_other():
    with collected_warnings(UserWarning) as outer:
        with silenced_warnings(UserWarning):
            warnings.warn("inner", UserWarning, stacklevel=1)
        warnings.warn("outer", UserWarning, stacklevel=1)
    assert [str(one.message) for one in outer] == ["outer"]
