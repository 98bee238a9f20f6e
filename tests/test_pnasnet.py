"""What makes PNASNet-5 itself, held against timm's network as its source states it: names, shapes, and the arithmetic.

There are no recorded outputs of timm's; `timm_tensors` and `timm_forward` are written from its source, not from kzoo's.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import difference, tensor_from_name
from safetensors.numpy import save_file

import kzoo
from kzoo.applications.pnasnet import OPERATIONS, PNASNET_5, pnasnet, timm_name
from kzoo.weights.torch import load_torch

REDUCTIONS = {"cell_stem_0", "cell_stem_1", "cell_4", "cell_8"}
AFTER_REDUCTIONS = {"cell_stem_1", "cell_0", "cell_5", "cell_9"}  # the left input is twice as large as the right
SEPARABLE = {"0_left": 5, "1_left": 7, "2_left": 5, "2_right": 3, "3_left": 3, "4_left": 3}


def timm_plan(filters, stem):
    """Yield name, channels of the left input, of the right input, and filters of timm's cells."""
    left = right = stem
    widths = [filters // 4, filters // 2, *[filters] * 4, *[2 * filters] * 4, *[4 * filters] * 4]
    for name, width in zip(["cell_stem_0", "cell_stem_1", *(f"cell_{i}" for i in range(12))], widths, strict=True):
        yield name, left, right, width
        left, right = right, 5 * width


def timm_tensors(filters=216, stem=96, classes=1000):
    """Return the shapes of timm's tensors by name, without the counters of normalisations."""
    shapes = {}

    def conv(name, inputs, outputs, size=1):
        shapes[f"{name}.weight"] = (outputs, inputs, size, size)

    def norm(name, channels):
        shapes.update({f"{name}.{part}": (channels,) for part in ("weight", "bias", "running_mean", "running_var")})

    def conv_norm(name, inputs, outputs):
        conv(f"{name}.conv", inputs, outputs)
        norm(f"{name}.bn", outputs)

    def separable(name, inputs, outputs, size):
        for i, channels in ((1, inputs), (2, outputs)):
            conv(f"{name}.separable_{i}.depthwise_conv2d", 1, channels, size)
            conv(f"{name}.separable_{i}.pointwise_conv2d", channels, outputs)
            norm(f"{name}.bn_sep_{i}", outputs)

    conv("conv_0.conv", 3, stem, 3)
    norm("conv_0.bn", stem)
    for cell, left, right, width in timm_plan(filters, stem):
        conv_norm(f"{cell}.conv_1x1", right, width)
        if cell in AFTER_REDUCTIONS:
            conv(f"{cell}.conv_prev_1x1.path_1.conv", left, width // 2)
            conv(f"{cell}.conv_prev_1x1.path_2.conv", left, width // 2)
            norm(f"{cell}.conv_prev_1x1.final_path_bn", width)
        elif cell != "cell_stem_0":
            conv_norm(f"{cell}.conv_prev_1x1", left, width)
        for place, size in SEPARABLE.items():
            reads_stem = cell == "cell_stem_0" and place in ("0_left", "4_left")
            separable(f"{cell}.comb_iter_{place}", left if reads_stem else width, width, size)
        if cell == "cell_stem_0":
            conv_norm(f"{cell}.comb_iter_0_right", left, width)
        if cell in REDUCTIONS:
            conv_norm(f"{cell}.comb_iter_4_right", width, width)
    shapes.update({"last_linear.weight": (classes, 20 * filters), "last_linear.bias": (classes,)})
    return shapes


def timm_forward(tensors, images, filters, stem):
    """Answer images (batch, height, width, 3) with logits, as timm's modules do."""

    def conv(x, name, stride=1, padding="SAME"):
        return tf.nn.conv2d(x, tensors[f"{name}.weight"].transpose(2, 3, 1, 0), stride, padding)

    def norm(x, name):
        weight, bias, mean, var = (
            tensors[f"{name}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        return (x - mean) / np.sqrt(var + 1e-3) * weight + bias

    def act_conv_norm(x, name, stride=1):
        return norm(conv(tf.nn.relu(x), f"{name}.conv", stride), f"{name}.bn")

    def separable(x, name, stride):
        for i, step in ((1, stride), (2, 1)):
            kernel = tensors[f"{name}.separable_{i}.depthwise_conv2d.weight"].transpose(2, 3, 0, 1)
            x = tf.nn.depthwise_conv2d(tf.nn.relu(x), kernel, (1, step, step, 1), "SAME")
            x = norm(conv(x, f"{name}.separable_{i}.pointwise_conv2d"), f"{name}.bn_sep_{i}")
        return x

    def factorized(x, name):
        x = tf.nn.relu(x)
        shifted = tf.pad(x[:, 1:, 1:], [(0, 0), (0, 1), (0, 1), (0, 0)])
        halves = [conv(each[:, ::2, ::2], f"{name}.path_{i}.conv") for i, each in ((1, x), (2, shifted))]
        return norm(tf.concat(halves, -1), f"{name}.final_path_bn")

    def cell(left, right, name):
        stride = 2 if name in REDUCTIONS else 1

        def branch(x, place, stride=stride):
            return separable(x, f"{name}.comb_iter_{place}", stride)

        def pool(x):
            return tf.nn.max_pool2d(x, 3, stride, "SAME")

        right = act_conv_norm(right, f"{name}.conv_1x1")
        if name != "cell_stem_0":
            left = (factorized if name in AFTER_REDUCTIONS else act_conv_norm)(left, f"{name}.conv_prev_1x1")
        pooled = pool(left)
        if name == "cell_stem_0":
            pooled = norm(conv(pooled, f"{name}.comb_iter_0_right.conv"), f"{name}.comb_iter_0_right.bn")
        third = branch(right, "2_left") + branch(right, "2_right")
        last = act_conv_norm(right, f"{name}.comb_iter_4_right", 2) if name in REDUCTIONS else right
        return tf.concat(
            [
                branch(left, "0_left") + pooled,
                branch(right, "1_left") + pool(right),
                third,
                branch(third, "3_left", 1) + pool(right),
                branch(left, "4_left") + last,
            ],
            -1,
        )

    left = right = norm(conv(images, "conv_0.conv", 2, "VALID"), "conv_0.bn")
    for name, *_ in timm_plan(filters, stem):
        left, right = right, cell(left, right, name)
    x = tf.reduce_mean(tf.nn.relu(right), (1, 2))
    return x @ tensors["last_linear.weight"].T + tensors["last_linear.bias"]


def narrow(filters=8, stem=6, classes=7):
    """Return a PNASNet-5 of few filters."""
    inputs = keras.Input((None, None, 3))
    x = keras.layers.GlobalAveragePooling2D()(pnasnet(inputs, (4, 3, 3), filters, stem, PNASNET_5, drop_path=0.0))
    return keras.Model(inputs, keras.layers.Dense(classes, name="predictions")(x))


def test_the_papers_cell():
    """Figure 1: every state is read or put out, and the same cell halves."""
    normal, reduction = PNASNET_5.normal, PNASNET_5.reduction
    assert (normal.stride, reduction.stride) == (1, 2)
    assert normal.blocks == reduction.blocks and normal.outputs == reduction.outputs == (2, 3, 4, 5, 6)
    assert {tuple(sorted(operation for operation, _ in pair)) for pair in normal.blocks} == {
        ("max_3x3", "separable_5x5"),
        ("max_3x3", "separable_7x7"),
        ("separable_3x3", "separable_5x5"),
        ("max_3x3", "separable_3x3"),
        ("identity", "separable_3x3"),
    }


def test_tensors_of_timms_are_as_many_and_as_large_as_reported():
    """The list this file derives from timm's source, against timm's own counts."""
    shapes = timm_tensors()
    assert len(shapes) == 1179
    assert sum(np.prod(shape) for shape in shapes.values()) == 86_234_656


def test_names_of_one_cell():
    """cell_5, which follows a reduction, as timm's module tree has it."""
    names = {timm_name(layer.name) for layer in narrow().layers if layer.weights}
    modules = {name.removeprefix("cell_5.") for name in names if name.startswith("cell_5.")}
    branches = [f"comb_iter_{place}" for place in ("0_left", "1_left", "2_left", "2_right", "3_left", "4_left")]
    assert modules == {
        *("conv_1x1.conv", "conv_1x1.bn"),
        *(f"conv_prev_1x1.{part}" for part in ("path_1.conv", "path_2.conv", "final_path_bn")),
        *(f"{branch}.{part}{i}" for branch in branches for part in ("separable_", "bn_sep_") for i in (1, 2)),
    }
    assert len([name for name in timm_tensors() if name.startswith("cell_5.")]) == 83


@pytest.mark.parametrize(
    "layer, module",
    [
        ("stem_conv1", "conv_0.conv"),
        ("stem_bn1", "conv_0.bn"),
        ("reduction_stem_1_input_conv", "cell_stem_0.conv_1x1.conv"),
        ("reduction_stem_1_left1_sep1", "cell_stem_0.comb_iter_0_left.separable_1"),
        ("reduction_stem_1_right1_bn", "cell_stem_0.comb_iter_0_right.bn"),
        ("reduction_stem_2_previous_conv2", "cell_stem_1.conv_prev_1x1.path_2.conv"),
        ("reduction_stem_2_previous_bn", "cell_stem_1.conv_prev_1x1.final_path_bn"),
        ("normal_3_previous_bn", "cell_3.conv_prev_1x1.bn"),
        ("reduction_1_right5_conv", "cell_4.comb_iter_4_right.conv"),
        ("normal_4_previous_conv1", "cell_5.conv_prev_1x1.path_1.conv"),
        ("normal_9_right3_bn2", "cell_11.comb_iter_2_right.bn_sep_2"),
        ("predictions", "last_linear"),
    ],
)
def test_torch_names(layer, module):
    assert kzoo.info("PNASNet5Large").torch_names(layer) == module


@pytest.mark.parametrize("side", [pytest.param(64, marks=pytest.mark.slow), 67])
def test_equal_to_timms_arithmetic_with_its_tensors(side, tmp_path):
    filters, stem, classes = 8, 6, 7
    tensors = {name: tensor_from_name(name, shape) for name, shape in timm_tensors(filters, stem, classes).items()}
    path = tmp_path / "narrow.safetensors"
    save_file({**tensors, "conv_0.bn.num_batches_tracked": np.zeros(1)}, path)
    model = narrow(filters, stem, classes)
    load_torch(model, path, timm_name, include_top=True)
    photos = np.random.default_rng(0).normal(size=(2, side, side, 3)).astype("float32")
    expected = np.asarray(timm_forward(tensors, photos, filters, stem))
    assert difference(model(photos), expected) < 2e-5
    assert difference(model(photos)[0] - model(photos)[1], expected[0] - expected[1]) < 2e-5


def test_auxiliary_classifier():
    """On TF-slim's cell 7, the last one before the second reduction, at a size of 331: 21x21 maps, averaged to 6x6."""
    variant = kzoo.info("PNASNet5Large")
    assert [
        (each.at, timm_name(f"{each.at.removesuffix('_concat')}_input_conv"), each.weight)
        for each in variant.auxiliaries
    ] == [("normal_6_concat", "cell_7.conv_1x1.conv", 0.4)]
    inputs = keras.Input((21, 21, 2160))
    head = keras.Model(inputs, variant.auxiliaries[0].head(inputs, 1000, None))
    assert head.get_layer("aux_pool").output.shape == (None, 6, 6, 2160)
    # 1x1, 6x6 and dense kernels, normalisations with statistics, and biases of classes
    assert head.count_params() == 2160 * 128 + 36 * 128 * 768 + 768 * 1000 + 4 * (128 + 768) + 1000


@pytest.mark.slow
def test_the_large_one_has_an_auxiliary_classifier_for_training():
    model = kzoo.PNASNet5Large(auxiliary=True)
    assert model.output_names == ["predictions", "aux_predictions"]
    assert model.count_params() == 86_234_656 + 4_588_008
    assert model.get_layer("normal_6_concat").output.shape == (None, 21, 21, 2160)


@pytest.mark.slow
def test_the_large_one_reads_timms_file(tmp_path):
    tensors = {name: tensor_from_name(name, shape) for name, shape in timm_tensors().items()}
    path = tmp_path / "model.safetensors"
    save_file(tensors, path)
    model = kzoo.PNASNet5Large(weights=path, classifier_activation=None, input_shape=(96, 96, 3))
    photos = np.random.default_rng(0).normal(size=(1, 96, 96, 3)).astype("float32")
    assert difference(model(photos), timm_forward(tensors, photos, 216, 96)) < 1e-3
    del tensors["cell_7.comb_iter_3_left.separable_2.depthwise_conv2d.weight"]
    save_file(tensors, path)
    with pytest.raises(ValueError, match=r"'cell_7\S+depthwise_conv2d.weight' of shape \(432, 1, 3, 3\) is missing"):
        kzoo.PNASNet5Large(weights=path, input_shape=(96, 96, 3))


def test_a_maximum_at_the_border_ignores_what_is_outside():
    """Of an image that is negative everywhere, so are the maxima, where a pool halves it too."""
    x = keras.Input((8, 8, 4))
    for stride in (1, 2):
        y = keras.Model(x, OPERATIONS["max_3x3"](x, 4, stride, None, "it"))(-np.ones((1, 8, 8, 4), "float32"))
        np.testing.assert_array_equal(y, -1)
