"""What a run recorded, how it is told in a line, and how it is drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from symgd.descent.history import History, Outcome, Run
from symgd.errors import SymgdError

INF, NAN = math.inf, math.nan


def recorded(values):
    history = History()
    for k, value in enumerate(values):
        history.record(value, 2 * k, 0.5, 3 * k)
    return history


def run_of(values, outcome=Outcome.EPOCHS_DONE):
    return Run(np.zeros(2), 0.25, outcome, str(outcome), recorded(values), len(values) - 1, 3 * (len(values) - 1))


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_is_a_sentence_and_a_success_or_none(outcome):
    assert str(outcome) == outcome.value
    assert str(outcome).endswith(".")
    assert outcome.is_success == (outcome.name in {"CONVERGED", "NO_PROGRESS", "EPOCHS_DONE"})


def test_every_epoch_has_one_entry_in_each_list_as_numbers_of_python():
    history = History()
    history.record(np.float32(0.5), np.float64(2), np.int64(1), 0)
    history.record(0.25, 1, 0.5, 7)
    assert (history.value, history.gradient_norm, history.learning_rate, history.updates) == (
        [0.5, 0.25], [2.0, 1.0], [1.0, 0.5], [0, 7],
    )  # fmt: skip
    assert {type(number) for one in (history.value, history.gradient_norm, history.learning_rate) for number in one} == {float}
    assert len(history) == 2


def test_two_histories_share_no_list():
    first, second = History(), History()
    first.record(1, 1, 1, 1)
    assert len(second) == 0


SHOWN = [
    ([], "<history: no epochs>"),
    ([2.0], "<history: 0 epochs, loss 2 at first, 2 at last>"),
    ([2.0, 1.0, 1 / 3], "<history: 2 epochs, loss 2 at first, 0.333333 at last>"),
    ([1.0, INF], "<history: 1 epochs, loss 1 at first, inf at last>"),
]


@pytest.mark.parametrize(("values", "shown"), SHOWN)
def test_a_history_is_told_in_a_line(values, shown):
    assert repr(recorded(values)) == shown


@pytest.mark.parametrize("outcome", Outcome)
def test_a_run_is_told_with_its_outcome_and_its_best_loss(outcome):
    run = run_of([4.0, 1.0, 0.25], outcome)
    assert str(run) == f"{outcome} Best loss 0.25 in 2 epochs, 6 updates."
    assert repr(run) == f"<run: {run}>"


@pytest.fixture
def ax():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    return Figure().subplots()


DRAWN = [  # losses, and the scales of both axes
    ([4.0, 2.0, 1.0], "linear", "linear"),
    ([100.0, 10.0, 1.0], "linear", "log"),
    ([100.0, 10.0, -1.0], "linear", "linear"),  # a logarithm would leave it out
    ([100.0, 10.0, 0.0], "linear", "linear"),
    ([100.0, INF, 1.0], "linear", "log"),
    ([INF, NAN], "linear", "linear"),
    ([], "linear", "linear"),
    (np.linspace(2, 1, 250), "symlog", "linear"),
    (np.geomspace(1e5, 1, 250), "symlog", "log"),
]


@pytest.mark.parametrize(("values", "across", "up"), DRAWN, ids=range(len(DRAWN)))
def test_the_loss_is_drawn_against_the_epochs_on_scales_that_show_it(values, across, up, ax):
    assert run_of(values).plot(ax) is ax
    assert (ax.get_xscale(), ax.get_yscale()) == (across, up)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
    (line,) = ax.get_lines()
    np.testing.assert_array_equal(line.get_xdata(), np.arange(len(values)))
    drawn, finite = np.asarray(line.get_ydata(), dtype=float), np.isfinite(np.asarray(values, dtype=float))
    np.testing.assert_array_equal(drawn[finite], np.asarray(values)[finite])
    assert np.isnan(drawn[~finite]).all()


def test_losses_beyond_the_range_of_a_picture_are_left_out(ax):
    (line,) = run_of([1.0, 1e301, -1e301, 2.0]).plot(ax).get_lines()
    np.testing.assert_array_equal(line.get_ydata(), [1.0, NAN, NAN, 2.0])
    ax.figure.canvas.draw()


@pytest.mark.parametrize(("count", "marker"), [(3, "o"), (29, "o"), (30, "None")])
def test_few_epochs_are_marked(count, marker, ax):
    (line,) = run_of(np.ones(count)).plot(ax).get_lines()
    assert line.get_marker() == marker


@pytest.mark.parametrize("other", [3, "ax", [], object], ids=repr)
def test_what_is_no_axes_is_refused(other):
    with pytest.raises(SymgdError, match="ax is a matplotlib Axes, not"):
        run_of([1.0]).plot(other)
