"""Names that are taken, and inputs that no user can declare."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.graph.names import names_in, stand_in


def test_names_of_inputs_and_of_their_sizes_are_taken():
    assert names_in(sg.formula("X @ w", shapes={"X": "m n", "w": "n"}), sg.scalar("y")) == {"X", "w", "y", "m", "n"}


def test_a_stand_in_is_one_node_and_cannot_be_typed():
    one = stand_in("?x")
    assert one is stand_in("?x")
    assert one is not stand_in("?x", (3,))
    with pytest.raises(sg.SymgdError):
        sg.scalar("?x")
