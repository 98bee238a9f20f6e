"""What makes EfficientNet-Lite itself."""

from math import prod

import keras
import pytest

import kzoo
from kzoo.applications.efficientnet_lite import timm_names


@pytest.fixture(scope="module")
def lite0():
    return kzoo.EfficientNetLite0()


def test_no_gates_and_only_relu6(lite0):
    assert not [layer.name for layer in lite0.layers if "_se_" in layer.name]
    activations = {layer.activation for layer in lite0.layers if isinstance(layer, keras.layers.Activation)}
    assert activations == {keras.activations.relu6}


@pytest.mark.parametrize(
    "name, madds", [("Lite0", 407e6), pytest.param("Lite4", 2.64e9, marks=pytest.mark.slow, id="Lite4-2.64e9")]
)
def test_the_authors_count_normalisation_too(name, madds):
    model = kzoo.build(f"EfficientNet{name}")
    kernels = [layer for layer in model.layers if hasattr(layer, "kernel")]
    macs = sum(prod(layer.kernel.shape) * prod(layer.output.shape[1:-1]) for layer in kernels)
    assert macs == kzoo.info(f"EfficientNet{name}").macs
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    normalised = sum(prod(layer.output.shape[1:]) for layer in norms)
    assert macs + 3 * normalised == pytest.approx(madds, rel=5e-3)


@pytest.mark.slow
def test_the_ends_are_not_scaled():
    model = kzoo.EfficientNetLite4()
    names = {layer.name for layer in model.layers}
    assert {"block1a_dwconv", "block7a_dwconv"} <= names and not {"block1b_dwconv", "block7b_dwconv"} & names
    assert model.get_layer("stem_conv").filters == 32 and model.get_layer("top_conv").filters == 1280
    assert model.get_layer("block7a_project_conv").filters == 448  # widths are scaled


def test_every_weighted_layer_is_a_module_of_timm(lite0):
    names = [timm_names(layer.name) for layer in lite0.layers if layer.weights]
    assert len(set(names)) == len(names)
    assert timm_names("block1a_bn") == "blocks.0.0.bn1"
    assert timm_names("block2b_expand_conv") == "blocks.1.1.conv_pw"
    assert timm_names("block7a_project_bn") == "blocks.6.0.bn3"
