"""What makes VGG itself: the columns of table 1."""

import keras
import numpy as np
import pytest

import kzoo

# Table 1, a letter a convolution: the width of its maps comes from the block it is in
TABLE = {
    "VGG11": "3 | 3 | 3 3 | 3 3 | 3 3",
    "VGG11LRN": "3 lrn | 3 | 3 3 | 3 3 | 3 3",
    "VGG13": "3 3 | 3 3 | 3 3 | 3 3 | 3 3",
    "VGG16C": "3 3 | 3 3 | 3 3 1 | 3 3 1 | 3 3 1",
    "VGG16": "3 3 | 3 3 | 3 3 3 | 3 3 3 | 3 3 3",
    "VGG19": "3 3 | 3 3 | 3 3 3 3 | 3 3 3 3 | 3 3 3 3",
}


def drawn(model):
    """Draw a model as a column of the table."""
    letters = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            assert layer.strides == (1, 1) and layer.padding == "same" and layer.use_bias
            letters.append(str(layer.kernel_size[0]))
        elif isinstance(layer, kzoo.layers.LocalResponseNormalization):
            letters.append("lrn")
        elif isinstance(layer, keras.layers.MaxPooling2D):
            assert layer.pool_size == layer.strides == (2, 2)
            letters.append("|")
    return " ".join(letters[:-1])


@pytest.mark.parametrize("name", TABLE)
def test_table_one(name):
    model = kzoo.build(name, include_top=False)
    assert drawn(model) == TABLE[name]
    convs = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    widths = {"block1": 64, "block2": 128, "block3": 256, "block4": 512, "block5": 512}
    assert all(layer.filters == widths[layer.name[:6]] and layer.activation.__name__ == "relu" for layer in convs)


@pytest.mark.parametrize("depth", [11, 13, 16, 19])
def test_batch_normalised_versions_differ_by_that_only(depth):
    plain, normalised = kzoo.build(f"VGG{depth}", include_top=False), kzoo.build(f"VGG{depth}BN", include_top=False)
    assert drawn(normalised) == drawn(plain)
    kinds = [type(layer).__name__ for layer in normalised.layers[1:]]
    assert all(
        kinds[i + 1 : i + 3] == ["BatchNormalization", "Activation"] for i, kind in enumerate(kinds) if kind == "Conv2D"
    )
    norms = [layer for layer in normalised.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert {(layer.epsilon, layer.momentum) for layer in norms} == {(1e-5, 0.9)}  # torch's momentum 0.1


def test_dropout_is_on_both_dense_layers_and_off_in_prediction():
    model = kzoo.VGG11(input_shape=(32, 32, 3), classes=10)
    head = [layer.name for layer in model.layers[-6:]]
    assert head == ["flatten", "fc1", "fc1_dropout", "fc2", "fc2_dropout", "predictions"]
    assert {layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)} == {0.5}
    image = np.ones((1, 32, 32, 3), "float32")
    assert (np.array(model(image)) == np.array(model(image))).all()
    assert (np.array(model(image, training=True)) != np.array(model(image, training=True))).any()


def test_dense_classifier_needs_a_size():
    with pytest.raises(ValueError, match=r"the input has no fixed height and width .* give input_shape in full"):
        kzoo.VGG11(input_shape=(None, None, 3))
