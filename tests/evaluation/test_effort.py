"""Counted work: parts are limited by their wholes, and the clock is asked only where there is a budget."""

from __future__ import annotations

import time

import pytest

from symgd.evaluation.effort import Effort


def test_a_part_is_limited_by_itself_and_by_the_whole():
    whole = Effort(10)
    part = whole.part(6)
    part.spend(6)
    assert not part.is_used_up
    part.spend()
    assert part.is_used_up
    assert not whole.is_used_up
    other = whole.part(6)
    other.spend(4)
    assert (part.spent, other.spent, whole.spent) == (7, 4, 11)
    assert whole.is_used_up
    assert other.is_used_up
    assert not other.is_out_of_time


def test_without_a_limit_nothing_ends():
    effort = Effort()
    effort.spend(1e300)
    assert not effort.is_used_up


def test_the_seconds_of_a_whole_end_its_parts(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    whole = Effort(seconds=2)
    part = whole.part(10)
    assert not part.is_used_up
    now[0] = 2.1
    assert part.is_used_up
    assert part.is_out_of_time
    assert whole.is_out_of_time


def test_the_clock_is_not_asked_where_there_is_no_budget(monkeypatch):
    def clock():
        pytest.fail("the clock was asked")

    monkeypatch.setattr(time, "monotonic", clock)
    effort = Effort(5).part(3)
    effort.spend(4)
    assert effort.is_used_up
