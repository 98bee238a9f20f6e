"""What makes Network in Network itself: perceptrons of 1x1 convolutions, and a class a map."""

import keras
import numpy as np
import pytest

import kzoo

# The authors' definitions: kernel and maps of each convolution, "|" where they pool
CIFAR = "5:192 1:160 1:96 | 5:192 1:192 1:192 | 3:192 1:192 1:10"
IMAGENET = "11:96 1:96 1:96 | 5:256 1:256 1:256 | 3:384 1:384 1:384 | 3:1024 1:1024 1:1000"


@pytest.mark.parametrize("name, wanted", [("NiNCIFAR10", CIFAR), ("NiN", IMAGENET)])
def test_layers_are_the_authors(name, wanted):
    drawn = []
    for layer in kzoo.build(name).layers:
        if isinstance(layer, keras.layers.Conv2D):
            assert layer.activation.__name__ == "relu"
            drawn.append(f"{layer.kernel_size[0]}:{layer.filters}")
        elif isinstance(layer, keras.layers.MaxPooling2D):
            drawn.append("|")
    assert " ".join(drawn) == wanted


def test_sides_of_the_maps():
    sides = {layer.name: layer.output.shape[1] for layer in kzoo.NiNCIFAR10().layers[:-2]}
    assert [sides[name] for name in ("mlp1_conv", "pool1", "pool2", "classes")] == [32, 16, 8, 8]
    sides = {layer.name: layer.output.shape[1] for layer in kzoo.NiN().layers[:-2]}
    assert [sides[name] for name in ("mlp1_conv", "pool1", "pool2", "pool3", "classes")] == [54, 27, 13, 6, 6]


def test_a_class_is_the_average_of_its_map():
    model = kzoo.NiNCIFAR10(classifier_activation=None)
    assert not any(isinstance(layer, keras.layers.Dense) for layer in model.layers)
    maps = keras.Model(model.inputs, model.get_layer("classes").output)
    images = np.random.default_rng(0).normal(0, 50, size=(2, 32, 32, 3)).astype("float32")
    np.testing.assert_allclose(model(images), np.mean(maps(images), axis=(1, 2)), rtol=1e-5)


def test_dropout_between_the_perceptrons():
    names = [layer.name for layer in kzoo.NiNCIFAR10().layers if isinstance(layer, keras.layers.Dropout)]
    assert names == ["dropout1", "dropout2"]
