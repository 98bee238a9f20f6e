"""What makes FractalNet itself: the expansion rule, the join, drop-path, and columns that work alone."""

from math import prod

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import difference, one_line, randomise

import kzoo
from kzoo.applications.fractalnet import column, fractalnet
from kzoo.layers import FractalColumn, FractalJoin


@pytest.fixture(scope="module")
def network():
    return randomise(kzoo.FractalNet20())


def small(columns=3, filters=(4, 6), drop_path=0.15, global_share=0.5, side=8):
    """Return a network of two small blocks, with a classifier."""
    inputs = keras.Input((side, side, 3))
    x = fractalnet(inputs, filters, columns, drop_path, global_share, dropout=(0.0,) * len(filters))
    x = keras.layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return keras.Model(inputs, keras.layers.Dense(2, name="predictions")(x), name="small")


def images(side=8, count=4, seed=0):
    return np.random.default_rng(seed).normal(size=(count, side, side, 3)).astype("float32")


# ---- structure


def test_parameters_layer_by_layer(network):
    """Kernels of each block, as 3x3 arithmetic has them: of its seven convolutions three read the block's input."""
    blocks = {
        f"block{number}": sum(
            prod(layer.kernel.shape)
            for layer in network.layers
            if isinstance(layer, keras.layers.Conv2D) and layer.name.startswith(f"block{number}_")
        )
        for number in range(1, 6)
    }
    assert blocks == {"block1": 152640, "block2": 811008, "block3": 3244032, "block4": 12976128, "block5": 16515072}
    norms = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert sum(layer.gamma.shape[0] + layer.beta.shape[0] for layer in norms) == 20_608
    assert {layer.epsilon for layer in norms} == {1e-5}
    assert network.get_layer("predictions").count_params() == 5_130


def expanded(columns, conv, join):
    """Return f_C of the paper as a function of its input: the rule, word by word."""
    if columns == 1:
        return lambda z: [conv(z, 1)]

    def rule(z):
        inner = expanded(columns - 1, lambda x, number: conv(x, number + 1), join)
        return [conv(z, 1), *inner(join(inner(z)))]

    return rule


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_the_expansion_rule(columns):
    """A block is f(C + 1)(z) = join(conv(z), f(C)(f(C)(z))), whose joins take means; its columns are pooled first."""
    inputs = keras.Input((8, 8, 3))
    model = randomise(keras.Model(inputs, fractalnet(inputs, (4,), columns, 0.0, 0.0, dropout=(0.0,))))
    used = dict.fromkeys(range(1, columns + 1), 0)

    def conv(z, number):
        used[number] += 1
        for kind in ("conv", "bn", "relu"):
            z = model.get_layer(f"block1_column{number}_{used[number]}_{kind}")(z)
        return z

    def join(paths):
        return sum(paths) / len(paths)

    paths = expanded(columns, conv, join)(images())
    expected = join([keras.ops.max_pool(path, 2) for path in paths])
    assert used == {number: 2 ** (number - 1) for number in used}
    assert len([layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]) == sum(used.values())
    assert difference(model(images()), expected) < 1e-5


def test_twenty_layers_deep(network):
    depths = {}
    for number in (1, 2, 3):
        layers = column(network, number).layers
        depths[number] = sum(isinstance(layer, keras.layers.Conv2D) for layer in layers)
    assert depths == {1: 5, 2: 10, 3: 20}


def test_dropout_grows_from_block_to_block():
    model = kzoo.FractalNet20(include_top=False)
    rates = [
        {layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout) and f"block{i}_" in layer.name}
        for i in range(1, 6)
    ]
    assert rates == [set(), {0.1}, {0.2}, {0.3}, {0.4}]
    names = [layer.name for layer in column(model, 1).layers]
    assert names[5:9] == [f"block2_column1_1_{kind}" for kind in ("conv", "drop", "bn", "relu")]
    plain = kzoo.FractalNet20(include_top=False, dropout=(0.0,) * 5)
    assert not [layer for layer in plain.layers if isinstance(layer, keras.layers.Dropout)]


@pytest.mark.parametrize("dropout", [0.2, (0.1, 0.2)])
def test_dropout_that_fits_no_block_is_refused(dropout):
    with pytest.raises(ValueError) as error:
        kzoo.FractalNet20(dropout=dropout)
    assert f"dropout={dropout} does not " in one_line(error) and "accepted: " in one_line(error)


# ---- drop-path


def lives(join, column, count=3):
    """Tell which branches passed a join once, each weighing the same."""
    branches = [np.full((2, 2, 2, 1), 10.0**i, "float32") for i in range(count)]
    outputs = np.unique(join(branches, tf.constant(column), training=True))
    assert len(outputs) == 1  # for the whole mini-batch
    for chosen in range(1, 2**count):
        which = [bool(chosen >> i & 1) for i in range(count)]
        if np.isclose(outputs[0], np.mean([10.0**i for i in range(count) if which[i]])):
            return which
    raise AssertionError(f"{outputs[0]} is not the mean of any of the branches")


def test_local_drop_path_drops_as_often_as_stated_and_never_all():
    join = FractalJoin((1, 2, 3), drop_path=0.4, seed=0)
    kept = np.array([lives(join, 0) for _ in range(600)])
    # all three would be dropped with a probability of 0.4 ** 3; then one of them lives, each as likely
    np.testing.assert_allclose(kept.mean(axis=0), 0.6 + 0.4**3 / 3, atol=0.06)
    pairs = np.corrcoef(kept.T)[np.triu_indices(3, 1)]
    assert (np.abs(pairs) < 0.2).all()  # each is drawn by itself


def test_at_least_one_branch_lives_whatever_the_probability():
    join = FractalJoin((1, 2), drop_path=0.999, seed=0)
    kept = np.array([lives(join, 0, count=2) for _ in range(300)])
    assert (kept.sum(axis=1) == 1).mean() > 0.98
    np.testing.assert_allclose(kept.mean(axis=0), 0.5, atol=0.1)


def test_a_column_lives_alone_in_the_joins_it_passes():
    join = FractalJoin((2, 3), drop_path=0.5, seed=0)
    for _ in range(20):
        assert lives(join, 2, count=2) == [True, False]
        assert lives(join, 3, count=2) == [False, True]
    assert len({tuple(lives(join, 1, count=2)) for _ in range(40)}) == 3  # passed by no column: draws by itself


def test_inference_is_the_mean():
    branches = images(count=6).reshape(3, 2, 8, 8, 3)
    join = FractalJoin((1, 2, 3), drop_path=0.9)
    np.testing.assert_allclose(join(list(branches), tf.constant(0)), branches.mean(axis=0), rtol=1e-5, atol=1e-6)


def test_columns_are_drawn_alike_for_half_of_the_mini_batches():
    layer = FractalColumn(3, global_share=0.5, seed=0)
    drawn = [int(layer(images(), training=True)) for _ in range(1200)]
    shares = np.bincount(drawn, minlength=4) / len(drawn)
    np.testing.assert_allclose(shares, [1 / 2, 1 / 6, 1 / 6, 1 / 6], atol=0.04)
    assert {int(layer(images())) for _ in range(20)} == {0}  # all, in inference


@pytest.mark.parametrize("share, expected", [(0.0, {0}), (1.0, {1, 2, 3})])
def test_always_or_never_a_column_alone(share, expected):
    layer = FractalColumn(3, global_share=share, seed=0)
    assert {int(layer(images(), training=True)) for _ in range(60)} == expected


def reached(model, training=True):
    """Return how many convolutions of each column have a part in one pass of a model."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(images(), training=training) ** 2)
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    gradients = tape.gradient(loss, [layer.kernel.value for layer in convolutions])
    alive = {}
    for layer, gradient in zip(convolutions, gradients, strict=True):
        alive.setdefault(int(layer.name.split("column")[1][0]), []).append(bool(np.any(gradient)))
    return {number: sum(parts) for number, parts in alive.items()}


def test_global_drop_path_leaves_exactly_one_column_from_input_to_output():
    model = randomise(small(global_share=1.0))
    seen = [reached(model) for _ in range(25)]
    alone = [{1: 2, 2: 0, 3: 0}, {1: 0, 2: 4, 3: 0}, {1: 0, 2: 0, 3: 8}]
    assert all(each in alone for each in seen)
    assert all(each in seen for each in alone)  # and each column has had its turn


def test_local_drop_path_mixes_columns():
    model = randomise(small(drop_path=0.4, global_share=0.0))
    seen = [reached(model) for _ in range(15)]
    assert any(sum(count > 0 for count in each.values()) > 1 for each in seen)
    assert len({tuple(each.values()) for each in seen}) > 3
    assert reached(model, training=False) == {1: 2, 2: 4, 3: 8}


@pytest.mark.parametrize("jit_compile", [True, False])
def test_it_learns_with_paths_dropped(jit_compile):
    model = small(filters=(8, 8))
    model.compile(
        keras.optimizers.SGD(0.05),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=jit_compile,
    )
    labels = np.arange(32) % 2
    photos = images(count=32) + labels[:, None, None, None]
    losses = model.fit(photos, labels, batch_size=8, epochs=6, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_compiled_draws_differ_from_step_to_step():
    layer, join = FractalColumn(3, seed=0), FractalJoin((1, 2, 3), 0.4, seed=1)
    step = tf.function(lambda: layer(images(), training=True), jit_compile=True)
    assert {int(step()) for _ in range(60)} == {0, 1, 2, 3}
    branches = [tf.fill((1, 1, 1, 1), 10.0**i) for i in range(3)]
    step = tf.function(lambda: join(branches, tf.constant(0), training=True), jit_compile=True)
    assert len({float(step()[0, 0, 0, 0]) for _ in range(60)}) > 4


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: FractalJoin((1, 2), drop_path=1.0), "drop_path=1.0 is not a probability"),
        (lambda: FractalJoin((1, 2), drop_path=-0.1), "drop_path=-0.1 is not a probability"),
        (lambda: FractalColumn(3, global_share=1.1), "global_share=1.1 is not a share; accepted: from 0 to 1"),
        (lambda: column(small(), 0), "number=0 is no column of 'small'; accepted: 1 to 3"),
        (lambda: column(small(), 4), "number=4 is no column of 'small'; accepted: 1 to 3"),
        (lambda: column(kzoo.LeNet5(), 1), "model='lenet5' has no columns; accepted is a FractalNet"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(ValueError) as error:
        make()
    assert message in one_line(error)


def test_layers_round_trip():
    model = small(drop_path=0.3, global_share=0.7)
    again = keras.Model.from_config(model.get_config())
    for kind in (FractalColumn, FractalJoin):
        configs = [[layer.get_config() for layer in each.layers if isinstance(layer, kind)] for each in (model, again)]
        assert configs[0] == configs[1] and configs[0]
    assert again.get_layer("column").global_share == 0.7 and again.get_layer("block2_join4").drop_path == 0.3


# ---- columns


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_column_answers_as_the_network_with_it_alone(network, number):
    """The network is run with a number put in the place of the one that is drawn."""
    given = keras.Model([network.input, network.get_layer("column").output], network.output)
    photos = images(side=32)
    alone = column(network, number)
    assert isinstance(alone, keras.Model)
    assert difference(alone(photos), given([photos, np.int32(number)])) < 1e-5
    others = [given([photos, np.int32(other)]) for other in range(4) if other != number]  # 0: all of them
    assert min(difference(alone(photos), other) for other in others) > 1e-3


def test_a_column_trains_and_is_saved_without_touching_the_network(network, tmp_path):
    before = network.get_weights()
    alone = column(network, 2)
    alone.compile("sgd", "sparse_categorical_crossentropy")
    alone.train_on_batch(images(side=32), np.arange(4))
    for ours, theirs in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert network.get_layer("predictions").output is network.output  # no layer of it has met another graph
    alone.save(tmp_path / "column.keras")
    again = keras.models.load_model(tmp_path / "column.keras")
    assert alone.record is network.record  # which names the preprocessing for kzoo.export
    np.testing.assert_array_equal(alone(images(side=32)), again(images(side=32)))


def test_a_column_of_features_of_any_size():
    model = randomise(kzoo.FractalNet20(include_top=False, pooling="avg"))
    assert column(model, 1)(images(side=64)).shape == (4, 512)
