@pytest.mark.parametrize(
    "text",
    [
        "sum(abs(w)) + w @ w",
        "sum(relu(X@w))",
        "sum(sqrt(w**2))",
        "sum(clip(w, -1, 1))",
        "sum(sign(w)) + w @ w",
        "sum(maximum(w**2, 1))",
    ],
)
def test_a_gradient_that_jumps_has_no_bound(text):
    with pytest.raises(UnsupportedError, match="kinks or jumps"):
        sg.curvature_bounds(_formula(text), "w")


def test_pieces_whose_slopes_meet_have_one():
    huber = "sum(where(abs(w) <= 1, w**2/2, abs(w) - 1/2))"
    assert sg.curvature_bounds(_formula(huber), "w").lipschitz == 1
    assert sg.curvature_bounds(_formula("sum(relu(w)**2)"), "w").lipschitz == 2


def test_a_broadcast_residual_counts_as_often_as_it_is_used():
    loss = sg.formula("mean(y*log(1 + exp(b)))", shapes={"y": "m", "b": ""})
    assert sg.curvature_bounds(loss, "b", {"y": np.ones(10)}).lipschitz >= 0.25
    loss = sg.formula("mean(X**2*softplus(w - v))", shapes={"X": "m n", "w": "n", "v": "n"})
    found = sg.curvature_bounds(loss, "w", {"X": np.tile([1.0, 2.0], (5, 1)), "v": np.zeros(2)})
    assert found.lipschitz >= 0.5


@pytest.mark.parametrize("text", ["trace(W)**2", "sum(diag(W)**2)"])
def test_maps_that_lose_entries_have_no_modulus(text):
    assert sg.curvature_bounds(sg.formula(text, shapes={"W": "n n"}), "W").modulus.equals_number(0)


def test_blocks_of_several_variables_do_not_add_their_moduli():
    loss = sg.formula("w@A@w + b**2", shapes={"w": "n", "A": "n n", "b": ""}, facts={"A": {"symmetric": True}})
    found = sg.curvature_bounds(loss, ["w", "b"], {"A": 5 * np.eye(2)})
    assert found.modulus <= 2
    assert found.lipschitz >= 10
