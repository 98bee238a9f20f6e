"""Feature maps of each stride: layers and channels chosen by hand, a variant or two of every family."""

import keras
import numpy as np
import pytest
from helpers import difference, one_line, randomise
from zoo import ROWS

import kzoo

# stride: (layer, channels)
BY_HAND = {
    "LeNet5": {1: ("c1", 6), 2: ("c3", 16), 4: ("f6", 84)},
    "AlexNet": {4: ("norm1", 96), 8: ("norm2", 256), 16: ("conv5", 256), 32: ("pool5", 256)},
    "AlexNetOWT": {4: ("conv1", 64), 8: ("conv2", 192), 16: ("conv5", 256), 32: ("pool5", 256)},
    "ZFNet": {2: ("conv1", 96), 4: ("norm1", 96), 8: ("conv2", 256), 16: ("conv5", 256), 32: ("pool5", 256)},
    "NiN": {4: ("mlp1_cccp2", 96), 8: ("mlp2_cccp2", 256), 16: ("mlp3_cccp2", 384), 32: ("mlp4_cccp1", 1024)},
    "NiNCIFAR10": {1: ("mlp1_cccp2", 96), 2: ("mlp2_cccp2", 192), 4: ("mlp3_cccp1", 192)},
    "VGG16": {
        1: ("block1_conv2", 64),
        2: ("block2_conv2", 128),
        4: ("block3_conv3", 256),
        8: ("block4_conv3", 512),
        16: ("block5_conv3", 512),
        32: ("block5_pool", 512),
    },
    "VGG11BN": {
        4: ("block3_conv2_relu", 256),
        8: ("block4_conv2_relu", 512),
        16: ("block5_conv2_relu", 512),
        32: ("block5_pool", 512),
    },
    "GoogLeNet": {4: ("norm2", 192), 8: ("inception3b", 480), 16: ("inception4e", 832), 32: ("inception5b", 1024)},
    "InceptionV1": {4: ("conv3_relu", 192), 8: ("inception3b", 480), 32: ("inception5b", 1024)},
    "InceptionV2": {
        4: ("conv3_relu", 192),
        8: ("inception3b", 320),
        16: ("inception4d", 608),
        32: ("inception5b", 1024),
    },
    "SEInception": {8: ("inception3b_se_scale", 320), 16: ("inception4d_se_scale", 608)},
    "InceptionV3": {
        2: ("conv3_relu", 64),
        4: ("conv5_relu", 192),
        8: ("mixed2", 288),
        16: ("mixed7", 768),
        32: ("mixed10", 2048),
    },
    "InceptionV4": {4: ("block4", 192), 8: ("block9", 384), 16: ("block17", 1024), 32: ("block21", 1536)},
    "InceptionResNetV2": {
        4: ("conv5_relu", 192),
        8: ("block35_10_out", 320),
        16: ("block17_20_out", 1088),
        32: ("conv_7b_relu", 1536),
    },
    "ResNet50": {
        2: ("conv1_relu", 64),
        4: ("conv2_block3_out", 256),
        8: ("conv3_block4_out", 512),
        16: ("conv4_block6_out", 1024),
        32: ("conv5_block3_out", 2048),
    },
    # these stride in the last unit of a stage
    "ResNet50V2": {
        4: ("conv2_block2_out", 256),
        8: ("conv3_block3_out", 512),
        16: ("conv4_block5_out", 1024),
        32: ("post_relu", 2048),
    },
    # these stride in the second convolution of a unit
    "ResNet18": {
        4: ("conv2_block2_out", 64),
        8: ("conv3_block2_out", 128),
        16: ("conv4_block2_out", 256),
        32: ("conv5_block2_out", 512),
    },
    "ResNet20CIFAR": {1: ("conv2_block3_out", 16), 2: ("conv3_block3_out", 32), 4: ("conv4_block3_out", 64)},
    "PreActResNet164CIFAR": {
        1: ("conv3_block1_preact_relu", 64),
        2: ("conv4_block1_preact_relu", 128),
        4: ("post_relu", 256),
    },
    "StochasticDepthResNet110": {
        1: ("conv2_block18_out", 16),
        2: ("conv3_block18_out", 32),
        4: ("conv4_block18_out", 64),
    },
    "WideResNet16_8": {
        1: ("conv3_block1_preact_relu", 128),
        2: ("conv4_block1_preact_relu", 256),
        4: ("post_relu", 512),
    },
    "ResNeXt50_32x4d": {4: ("conv2_block3_out", 256), 8: ("conv3_block4_out", 512), 32: ("conv5_block3_out", 2048)},
    "SEResNet50": {4: ("conv2_block3_out", 256), 8: ("conv3_block4_out", 512), 32: ("conv5_block3_out", 2048)},
    "DenseNet121": {4: ("pool2_relu", 256), 8: ("pool3_relu", 512), 16: ("pool4_relu", 1024), 32: ("relu", 1024)},
    "DenseNet40_12": {1: ("pool2_relu", 160), 2: ("pool3_relu", 304), 4: ("relu", 448)},
    "SqueezeNet1_0": {2: ("conv1", 96), 4: ("fire4_concat", 256), 8: ("fire8_concat", 512), 16: ("fire9_concat", 512)},
    "SqueezeNet1_1": {2: ("conv1", 64), 4: ("fire3_concat", 128), 8: ("fire5_concat", 256), 16: ("fire9_concat", 512)},
    "MobileNet": {
        2: ("conv_pw_1_relu", 64),
        4: ("conv_pw_3_relu", 128),
        8: ("conv_pw_5_relu", 256),
        16: ("conv_pw_11_relu", 512),
        32: ("conv_pw_13_relu", 1024),
    },
    # of inverted bottlenecks, the narrow maps
    "MobileNetV2": {
        2: ("expanded_conv_project_BN", 16),
        4: ("block_2_add", 24),
        8: ("block_5_add", 32),
        16: ("block_12_add", 96),
        32: ("out_relu", 1280),
    },
    "MobileNetV3Small": {
        4: ("expanded_conv_project_bn", 16),
        8: ("expanded_conv_2_add", 24),
        16: ("expanded_conv_7_add", 48),
        32: ("conv_1_act", 576),
    },
    "MobileNetV3Large": {
        4: ("expanded_conv_2_add", 24),
        8: ("expanded_conv_5_add", 40),
        16: ("expanded_conv_11_add", 112),
        32: ("conv_1_act", 960),
    },
    "Xception": {
        2: ("block1_conv2_act", 64),
        4: ("block2_add", 128),
        8: ("block3_add", 256),
        16: ("block12_add", 728),
        32: ("block14_sepconv2_act", 2048),
    },
    # no map of a cell is on every way to the output: each cell reads the one before the last, too
    "NASNetMobile": {
        2: ("stem_bn1", 32),
        4: ("reduction_stem_1_concat", 44),
        8: ("normal_3_concat", 264),
        16: ("normal_7_concat", 528),
        32: ("relu", 1056),
    },
    # the last maps that several columns join in
    "FractalNet20": {1: ("block1_join2", 64), 2: ("block2_join2", 128), 16: ("block5_join2", 512)},
    "PNASNet5Large": {
        4: ("reduction_stem_1_concat", 270),
        8: ("normal_3_concat", 1080),
        16: ("normal_6_concat", 2160),
        32: ("relu", 4320),
    },
    "NASNetCIFAR": {1: ("normal_5_concat", 192), 2: ("normal_11_concat", 384), 4: ("relu", 768)},
    "EfficientNetB0": {
        2: ("block1a_project_bn", 16),
        4: ("block2b_add", 24),
        8: ("block3b_add", 40),
        16: ("block5c_add", 112),
        32: ("top_activation", 1280),
    },
    "EfficientNetLite0": {4: ("block2b_add", 24), 8: ("block3b_add", 40), 16: ("block5c_add", 112)},
    "EfficientNetV2B0": {
        2: ("block1a_project_activation", 16),
        4: ("block2b_add", 32),
        8: ("block3b_add", 48),
        16: ("block5e_add", 112),
        32: ("top_activation", 1280),
    },
    "ConvNeXtTiny": {
        4: ("stage_0_block_2_add", 96),
        8: ("stage_1_block_2_add", 192),
        16: ("stage_2_block_8_add", 384),
        32: ("stage_3_block_2_add", 768),
    },
}
# graphs that take longer to build; their families have another row
SLOW = {
    "PNASNet5Large",
    "SEInception",
    "PreActResNet164CIFAR",
    "InceptionV4",
    "MobileNetV3Large",
    "NASNetCIFAR",
    "SEResNet50",
    "NASNetMobile",
    "InceptionResNetV2",
    "StochasticDepthResNet110",
}


def found(pyramid):
    """Return the layer and the channels of each stride."""
    return {
        int(key.removeprefix("stride")): (maps._keras_history.operation.name, maps.shape[-1])
        for key, maps in pyramid.output.items()
    }


def image_batch(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in BY_HAND]
)
def test_layers_and_channels_are_those_chosen_by_hand(name):
    expected = BY_HAND[name]
    pyramid = kzoo.features(kzoo.build(name, include_top=False), strides=expected)
    assert found(pyramid) == expected
    assert [shape[-1] for shape in pyramid.output_shape] == [channels for _, channels in expected.values()]


def test_every_family_is_there():
    families = {getattr(kzoo.applications, row.name).__module__ for row in ROWS}
    assert families == {getattr(kzoo.applications, name).__module__ for name in BY_HAND}


@pytest.mark.parametrize(
    "name", ["ResNet18", "InceptionV3", "SqueezeNet1_1", "NiNCIFAR10", "MobileNet", "ConvNeXtTiny", "LeNet5"]
)
def test_equal_with_a_classifier_and_without(name):
    expected = BY_HAND[name]
    assert found(kzoo.features(kzoo.build(name), strides=expected)) == expected
    assert found(kzoo.features(kzoo.build(name, include_top=False, pooling="avg"), strides=expected)) == expected


@pytest.mark.parametrize("name", ["ResNet50", "MobileNetV2", "EfficientNetB0", "NASNetMobile", "InceptionV3"])
def test_maps_have_the_size_of_their_stride(name):
    pyramid = kzoo.features(kzoo.build(name, include_top=False))
    for height, width in ((256, 320), (299, 224)):
        maps = pyramid(image_batch(1, height, width, 3))
        assert list(maps) == ["stride4", "stride8", "stride16", "stride32"]
        for key, each in maps.items():
            stride = int(key.removeprefix("stride"))
            assert abs(each.shape[1] - height / stride) <= 4 and abs(each.shape[2] - width / stride) <= 4


@pytest.mark.parametrize("side", [75, 299])
def test_small_images_of_networks_without_padding(side):
    pyramid = kzoo.features(kzoo.InceptionV3(include_top=False, input_shape=(side, side, 3)), strides=(32, 4))
    assert found(pyramid) == {32: ("mixed10", 2048), 4: ("conv5_relu", 192)}
    assert list(pyramid.output) == ["stride32", "stride4"]


def test_layers_and_weights_are_those_of_the_model():
    model = randomise(kzoo.ResNet18(include_top=False))
    pyramid = kzoo.features(model, strides=(4, 32))
    assert pyramid.name == "resnet18_features"
    assert [id(weight) for weight in pyramid.weights] == [id(weight) for weight in model.weights]
    images = image_batch(2, 64, 96, 3)
    maps = pyramid(images)
    np.testing.assert_array_equal(maps["stride32"], model(images))
    stage = keras.Model(model.inputs, model.get_layer("conv2_block2_out").output)
    np.testing.assert_array_equal(maps["stride4"], stage(images))


def test_what_comes_after_the_maps_is_left_out():
    names = [layer.name for layer in kzoo.features(kzoo.ResNet18(), strides=(4,), name="mine").layers]
    assert names[-1] == "conv2_block2_out" and not any(name.startswith("conv3") for name in names)


@pytest.mark.parametrize("include_top", [True, False])
def test_round_trips(include_top, tmp_path):
    pyramid = randomise(kzoo.features(kzoo.MobileNetV2(include_top=include_top, input_shape=(64, 96, 3))))
    images = image_batch(2, 64, 96, 3)
    expected = pyramid(images)
    again = keras.Model.from_config(pyramid.get_config())
    again.set_weights(pyramid.get_weights())
    pyramid.save(tmp_path / "pyramid.keras")
    for copy in (again, keras.models.load_model(tmp_path / "pyramid.keras")):
        maps = copy(images)
        assert list(maps) == list(expected)
        for key in maps:
            assert difference(maps[key], expected[key]) < 1e-6


def test_of_a_model_from_a_file(tmp_path):
    kzoo.ConvNeXtTiny(include_top=True, classes=3).save(tmp_path / "model.keras")
    assert found(kzoo.features(keras.models.load_model(tmp_path / "model.keras"))) == BY_HAND["ConvNeXtTiny"]


def test_of_a_model_that_is_built_on_something():
    inputs = keras.Input((64, 64, 4))
    model = kzoo.ResNet18(include_top=False, input_tensor=keras.layers.Conv2D(3, 1, name="mix")(inputs))
    pyramid = kzoo.features(model)
    assert found(pyramid) == BY_HAND["ResNet18"]
    assert pyramid.input_shape == (None, 64, 64, 4)


def test_of_several_outputs_the_first_counts():
    model = kzoo.ResNet18(input_shape=(64, 64, 3))
    middle = model.get_layer("conv4_block1_out").output
    auxiliary = keras.layers.Conv2D(7, 1, 2, name="aux")(middle)
    pyramid = kzoo.features(keras.Model(model.inputs, [model.output, auxiliary]))
    assert found(pyramid) == BY_HAND["ResNet18"]


@pytest.mark.parametrize("name, twin", [("MobileNetV2", "MobileNetV2"), ("ResNet50", "ResNet50")])
def test_of_a_model_that_kzoo_did_not_build(name, twin):
    model = getattr(keras.applications, twin)(weights=None, include_top=False)
    channels = [channels for stride, (_, channels) in BY_HAND[name].items() if stride > 2]
    assert [shape[-1] for shape in kzoo.features(model).output_shape] == channels


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: kzoo.features(kzoo.ResNet18(), strides=(4, 64)),
            "strides has 64, which resnet18 does not; it has 2, 4, 8, 16, 32",
        ),
        (lambda: kzoo.features(kzoo.ResNet20CIFAR()), "strides has 8, which resnet20cifar does not; it has 1, 2, 4"),
        (
            lambda: kzoo.features(kzoo.ResNet18(), strides=()),
            "strides=[] does not work; accepted: a tuple of at",
        ),
        (lambda: kzoo.features(kzoo.ResNet18(), strides=(4.0,)), "strides=[4.0] does not work"),
        (lambda: kzoo.features(kzoo.ResNet18(), strides=8), "strides=8 does not work"),
        (lambda: kzoo.features("ResNet18"), "model is a str; accepted is a functional keras.Model, as kzoo builds"),
        (lambda: kzoo.features(keras.Model()), "model is a Model; accepted is a functional keras.Model"),
        (
            lambda: kzoo.features(keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)], name="mlp")),
            "strides has 4, which mlp does not; it has no feature maps",
        ),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert message in one_line(error)
