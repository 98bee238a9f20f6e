"""What makes BN-Inception itself: its table of modules, and Caffe's pooling."""

import keras
import numpy as np
import pytest
from helpers import randomise

import kzoo
from kzoo.applications.inception_v2 import average, conv, halve

# Maps out of each convolution, branch by branch, "s2" where the module halves: the Caffe definitions.
TABLE = """\
3a 64|64-64|64-96-96|avg32
3b 64|64-96|64-96-96|avg64
3c s2 -|128-160|64-96-96|max
4a 224|64-96|96-128-128|avg128
4b 192|96-128|96-128-128|avg128
4c 160|128-160|128-160-160|avg128
4d 96|128-192|160-192-192|avg128
4e s2 -|128-192|192-256-256|max
5a 352|192-320|160-224-224|avg128
5b 352|192-320|192-224-224|max128"""


@pytest.fixture(scope="module")
def model():
    return kzoo.InceptionV2()


def made_by(tensor):
    return tensor._keras_history.operation


def branch(end, start):
    """Return the layers between two tensors, the first one first."""
    found = []
    while end is not start:
        found.insert(0, made_by(end))
        end = found[0].input
    return found


def line(layers):
    """Write a branch as TABLE does."""
    widths = [str(layer.filters) for layer in layers if isinstance(layer, keras.layers.Conv2D)]
    pools = [layer for layer in layers if "Pooling" in type(layer).__name__]
    return "".join(type(layer).__name__[:3].lower().replace("ave", "avg") for layer in pools) + "-".join(widths)


def written(concat, start):
    """Write a module as TABLE does, and check the kernels and strides that it leaves unsaid."""
    branches = [branch(end, start) for end in concat.input]
    strides = {max(layer.strides for layer in steps if hasattr(layer, "strides")) for steps in branches}
    assert len(strides) == 1
    for steps in branches:
        convs = [layer for layer in steps if isinstance(layer, keras.layers.Conv2D)]
        assert [layer.kernel_size for layer in convs] == [(1, 1), (3, 3), (3, 3)][: len(convs)]
        assert {layer.strides for layer in convs[:-1]} <= {(1, 1)}  # the last 3x3 strides, as the pooling does
        assert all(layer.pool_size == (3, 3) for layer in steps if hasattr(layer, "pool_size"))
    lines = [line(steps) for steps in branches]
    return "s2 -|" + "|".join(lines) if strides == {(2, 2)} else "|".join(lines)


def test_modules_are_those_of_the_table(model):
    start, found = model.get_layer("pool2").output, []
    for name in ("3a", "3b", "3c", "4a", "4b", "4c", "4d", "4e", "5a", "5b"):
        concat = model.get_layer(f"inception{name}")
        found.append(f"{name} {written(concat, start)}")
        start = concat.output
    assert "\n".join(found) == TABLE


def test_maps_of_each_module(model):
    """608 out of 4c and 4d, where the paper's table prints 576."""
    shapes = [layer.output.shape[1:] for layer in model.layers if isinstance(layer, keras.layers.Concatenate)]
    assert [shape[-1] for shape in shapes] == [256, 320, 576, 576, 576, 608, 608, 1056, 1024, 1024]
    assert [shape[:2] for shape in shapes] == [(28, 28)] * 2 + [(14, 14)] * 5 + [(7, 7)] * 3


def test_stem_and_normalisation(model):
    sides = [model.get_layer(name).output.shape[1:] for name in ("conv1_relu", "pool1", "conv3_relu", "pool2")]
    assert sides == [(112, 112, 64), (56, 56, 64), (56, 56, 192), (28, 28, 192)]
    convs = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert len(convs) == len(norms) == 69 and not any(layer.use_bias for layer in convs)
    assert all(layer.epsilon == 1e-5 and layer.scale and layer.center for layer in norms)
    assert not any(isinstance(layer, keras.layers.Dropout) for layer in model.layers)


def positive(*shape):
    return np.random.default_rng(0).uniform(size=shape).astype("float32")


@pytest.mark.parametrize("side", [1, 2, 5, 6])
def test_zeros_around_the_map_count_in_an_average(side):
    x = positive(1, side, side, 3)
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    rows = sum(padded[:, i : i + side] for i in range(3))
    expected = sum(rows[:, :, j : j + side] for j in range(3)) / 9
    np.testing.assert_allclose(average(x, name="pool"), expected, rtol=1e-5)


@pytest.mark.parametrize("side", [2, 4, 6, 14])
def test_maxima_of_an_even_map_are_caffes(side):
    """A window at every second pixel, the last of which hangs over the border."""
    x = positive(1, side, side, 1)
    expected = [[x[0, i : i + 3, j : j + 3].max() for j in range(0, side, 2)] for i in range(0, side, 2)]
    np.testing.assert_array_equal(halve(x, name="pool")[0, ..., 0], expected)


@pytest.mark.parametrize("kernel", [3, 7])
@pytest.mark.parametrize("side", [8, 9])
def test_what_strides_is_centred_on_every_second_pixel_from_the_first(kernel, side):
    inputs = keras.Input((side, side, 1))
    model = keras.Model(inputs, conv(inputs, 1, kernel, 2, name="conv"))
    middle = np.zeros((kernel, kernel, 1, 1), "float32")
    middle[kernel // 2, kernel // 2] = 1
    model.get_layer("conv_conv").set_weights([middle])
    x = positive(1, side, side, 1)
    np.testing.assert_allclose(model(x), x[:, ::2, ::2], rtol=5e-5)


def test_maps_of_any_size():
    """In Caffe, maps of 9 before module 3c, or 5 before 4e, give branches of different sizes."""
    model = randomise(kzoo.InceptionV2(include_top=False))
    before = keras.Model(model.input, [model.get_layer("inception3b").output, model.get_layer("inception4d").output])
    image = positive(1, 75, 107, 3)
    assert [maps.shape[1:3] for maps in before(image)] == [(9, 13), (5, 7)]
    assert model(image).shape == (1, 3, 4, 1024)


def test_raw_images_become_blue_green_red_less_their_means():
    image = np.broadcast_to(np.float32([150, 160, 170]), (1, 224, 224, 3))
    expected = np.broadcast_to(np.float32([170 - 104, 160 - 117, 150 - 128]), image.shape)
    np.testing.assert_allclose(kzoo.preprocessor("InceptionV2")(image), expected, atol=2e-5)
