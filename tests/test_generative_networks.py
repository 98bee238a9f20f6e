"""Networks of generative models beside plain readings of the papers and of their authors' code."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import difference

import kzoo
from kzoo.layers import Maxout, ReflectionPad, TimeEmbedding

TOLERANCE = 3e-5  # of the largest output; measured: at most 3e-6


def randomized(model, scale=0.1):
    """Give a network random weights that all matter, and return them by name; small kernels make epsilons matter."""
    rng = np.random.default_rng(0)
    for weight in model.weights:
        if weight.dtype != "float32":  # the seeds of dropout
            continue
        if weight.path.endswith(("gamma", "variance")):
            value = rng.uniform(0.5, 1.5, weight.shape)
        elif weight.path.endswith("kernel"):
            value = rng.normal(0, scale * math.prod(weight.shape[:-1]) ** -0.5, weight.shape)
        else:
            value = rng.normal(0, 0.2, weight.shape)
        weight.assign(value)
    return {weight.path: weight.numpy() for weight in model.weights}


def table(model, *kinds):
    """Return name, filters, kernel, stride and padding of convolutions, in their order."""
    rows = [layer for layer in model.layers if isinstance(layer, kinds)]
    return [(each.name, each.filters, each.kernel_size[0], each.strides[0], each.padding) for each in rows]


def layers_of(model, kind):
    return [layer for layer in model.layers if isinstance(layer, kind)]


# DCGAN: figure 1 and section 3 of the paper; train_uncond_dcgan.py and lib/ of Newmu/dcgan_code


def test_dcgan_has_the_layers_of_figure_1():
    generator, discriminator = kzoo.DCGANGenerator(), kzoo.DCGANDiscriminator()
    assert generator.get_layer("project").units == 1024 * 4 * 4 and generator.input_shape == (None, 100)
    assert table(generator, keras.layers.Conv2DTranspose) == [
        ("up2", 512, 5, 2, "same"),
        ("up3", 256, 5, 2, "same"),
        ("up4", 128, 5, 2, "same"),
        ("image", 3, 5, 2, "same"),
    ]
    assert table(discriminator, keras.layers.Conv2D) == [
        ("conv1", 128, 5, 2, "valid"),
        ("conv2", 256, 5, 2, "valid"),
        ("conv3", 512, 5, 2, "valid"),
        ("conv4", 1024, 5, 2, "valid"),
    ]
    assert [each.padding for each in layers_of(discriminator, keras.layers.ZeroPadding2D)] == [((2, 2), (2, 2))] * 4
    sides = [each.output.shape[1] for each in layers_of(discriminator, keras.layers.LeakyReLU)]
    assert sides == [32, 16, 8, 4] and discriminator.get_layer("score").units == 1
    # neither the generator's output nor the discriminator's input is normalized
    normalized = [layers_of(each, keras.layers.BatchNormalization) for each in (generator, discriminator)]
    assert [[each.name for each in some] for some in normalized] == [
        ["project_bn", "up2_bn", "up3_bn", "up4_bn"],
        ["conv2_bn", "conv3_bn", "conv4_bn"],
    ]
    assert [each.negative_slope for each in layers_of(discriminator, keras.layers.LeakyReLU)] == [0.2] * 4
    assert len(layers_of(generator, keras.layers.ReLU)) == 4 and not layers_of(generator, keras.layers.LeakyReLU)
    assert generator.get_layer("image").activation is keras.activations.tanh
    assert all(not layer.use_bias for model in (generator, discriminator) for layer in model.layers if kernel_of(layer))


def kernel_of(layer):
    return [weight for weight in layer.weights if weight.path.endswith("kernel")]


@pytest.mark.parametrize("name", ["DCGANGenerator32", "DCGANDiscriminator32"])
def test_dcgan_has_normal_initializers(name):
    """All kernels from N(0, 0.02), all scales from N(1, 0.02), all offsets from 0."""
    model = getattr(kzoo, name)()
    values = {"kernel": [], "gamma": [], "beta": []}
    for weight in model.trainable_weights:
        values[weight.path.split("/")[-1]].append(weight.numpy().ravel())
    for kernel in values["kernel"]:
        assert kernel.std() == pytest.approx(0.02, rel=5 * (2 * kernel.size) ** -0.5)
    kernels, scales, offsets = (np.concatenate(values[kind]) for kind in ("kernel", "gamma", "beta"))
    assert kernels.mean() == pytest.approx(0, abs=5 * 0.02 * kernels.size**-0.5)
    # 4.55 % of a normal distribution lie beyond two standard deviations, none of a uniform or a truncated one
    assert np.mean(np.abs(kernels) > 0.04) == pytest.approx(0.0455, abs=0.005)
    assert scales.mean() == pytest.approx(1, abs=5 * 0.02 * scales.size**-0.5)
    assert scales.std() == pytest.approx(0.02, rel=5 * (2 * scales.size) ** -0.5)
    assert not offsets.any()


def test_dcgan_generates_images_as_the_paper_does():
    model = kzoo.DCGANGenerator32(latent_dim=5, filters=(8, 6, 4))
    weights, noise = randomized(model), np.random.default_rng(1).normal(size=(3, 5)).astype("float32")

    def norm(x, name):
        gamma, beta, mean, variance = (
            weights[f"{name}_bn/{each}"] for each in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        return tf.nn.relu((x - mean) / tf.sqrt(variance + 1e-5) * gamma + beta)

    x = tf.reshape(norm(noise @ weights["project/kernel"], "project"), (3, 4, 4, 8))
    for name, side, channels in (("up2", 8, 6), ("up3", 16, 4), ("image", 32, 1)):
        x = tf.nn.conv2d_transpose(x, weights[f"{name}/kernel"], (3, side, side, channels), 2)
        x = norm(x, name) if name != "image" else tf.tanh(x)
    assert difference(model(noise), x) < TOLERANCE


def test_dcgan_discriminates_images_as_the_paper_does():
    model = kzoo.DCGANDiscriminator32(filters=(4, 6, 8))
    weights, images = randomized(model), np.random.default_rng(1).normal(size=(3, 32, 32, 1)).astype("float32")
    x = images
    for name in ("conv1", "conv2", "conv3"):
        x = tf.nn.conv2d(tf.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0))), weights[f"{name}/kernel"], 2, "VALID")
        if name != "conv1":  # in training, as in the authors' code: by the batch
            mean, variance = tf.nn.moments(x, (0, 1, 2))
            x = (x - mean) / tf.sqrt(variance + 1e-5) * weights[f"{name}_bn/gamma"] + weights[f"{name}_bn/beta"]
        x = tf.maximum(x, 0.2 * x)
    assert difference(model(images, training=True), tf.reshape(x, (3, -1)) @ weights["score/kernel"]) < TOLERANCE


# CycleGAN: appendix 7.2 of the paper; models/architectures.lua of junyanz/CycleGAN


@pytest.mark.parametrize("name, num_residual_blocks", [("CycleGANGenerator6", 6), ("CycleGANGenerator", 9)])
def test_cyclegan_pads_as_the_paper_does(name, num_residual_blocks):
    """c7s1-64, d128, d256, R256 times the blocks, u128, u64, c7s1-3."""
    model = getattr(kzoo, name)()
    assert [(each.name, each.padding) for each in layers_of(model, ReflectionPad)] == [
        ("first_pad", 3),
        *((f"block{i}_pad{j}", 1) for i in range(1, num_residual_blocks + 1) for j in (1, 2)),
        ("last_pad", 3),
    ]
    assert [(each.name, each.padding) for each in layers_of(model, keras.layers.ZeroPadding2D)] == [
        ("down1_pad", ((1, 1), (1, 1))),
        ("down2_pad", ((1, 1), (1, 1))),
    ]
    convolutions = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    assert table(model, convolutions) == [
        ("first", 64, 7, 1, "valid"),
        ("down1", 128, 3, 2, "valid"),
        ("down2", 256, 3, 2, "valid"),
        *((f"block{i}_{j}", 256, 3, 1, "valid") for i in range(1, num_residual_blocks + 1) for j in (1, 2)),
        ("up1", 128, 3, 2, "valid"),
        ("up2", 64, 3, 2, "valid"),
        ("last", 3, 7, 1, "valid"),
    ]
    for layer in layers_of(model, convolutions):
        assert layer.kernel.numpy().std() == pytest.approx(0.02, rel=0.05) and not layer.bias.numpy().any()


def test_patchgan_has_the_papers_layers():
    """C64-C128-C256-C512: 4x4, stride 2 but for the last two; the first is not normalized."""
    model = kzoo.PatchGAN70()
    assert table(model, keras.layers.Conv2D) == [
        ("conv1", 64, 4, 2, "valid"),
        ("conv2", 128, 4, 2, "valid"),
        ("conv3", 256, 4, 2, "valid"),
        ("conv4", 512, 4, 1, "valid"),
        ("score", 1, 4, 1, "valid"),
    ]
    assert [each.padding for each in layers_of(model, keras.layers.ZeroPadding2D)] == [((1, 1), (1, 1))] * 5
    assert [each.negative_slope for each in layers_of(model, keras.layers.LeakyReLU)] == [0.2] * 4
    assert [each.name for each in layers_of(model, keras.layers.GroupNormalization)] == [
        "conv2_norm",
        "conv3_norm",
        "conv4_norm",
    ]
    assert model.compute_output_shape((None, 256, 256, 3)) == (None, 30, 30, 1)
    for layer in layers_of(model, keras.layers.Conv2D):
        assert layer.kernel.numpy().std() == pytest.approx(0.02, rel=0.05) and not layer.bias.numpy().any()


def convolve(weights, x, name, stride=1):
    return tf.nn.conv2d(x, weights[f"{name}/kernel"], stride, "VALID") + weights[f"{name}/bias"]


def instance_norm(x):
    mean, variance = tf.nn.moments(x, (1, 2), keepdims=True)
    return (x - mean) / tf.sqrt(variance + 1e-5)


def pad(x, padding, mode="REFLECT"):
    return tf.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)), mode)


def conv_transpose(weights, x, name):
    """Apply torch's ConvTranspose2d(3, stride=2, padding=1, output_padding=1), by its definition.

    Pixel i of the input adds to pixels 2 i - 1, 2 i and 2 i + 1 of the output, those within it.
    """
    kernel = weights[f"{name}/kernel"]
    batch, height, width, _ = x.shape
    full = np.zeros((batch, 2 * height + 1, 2 * width + 1, kernel.shape[2]), "float32")
    for i, j in np.ndindex(3, 3):
        full[:, i : i + 2 * height : 2, j : j + 2 * width : 2] += np.asarray(x) @ kernel[i, j].T
    return full[:, 1:, 1:] + weights[f"{name}/bias"]


def test_cyclegan_translates_as_the_authors_code_does():
    model = kzoo.CycleGANGenerator(channels=2, base_filters=3, num_residual_blocks=2)
    weights, images = randomized(model), np.random.default_rng(1).normal(size=(2, 12, 16, 2)).astype("float32")
    x = tf.nn.relu(instance_norm(convolve(weights, pad(images, 3), "first")))
    for name in ("down1", "down2"):
        x = tf.nn.relu(instance_norm(convolve(weights, pad(x, 1, "CONSTANT"), name, 2)))
    for name in ("block1", "block2"):
        y = tf.nn.relu(instance_norm(convolve(weights, pad(x, 1), f"{name}_1")))
        x = x + instance_norm(convolve(weights, pad(y, 1), f"{name}_2"))
    for name in ("up1", "up2"):
        x = tf.nn.relu(instance_norm(conv_transpose(weights, x, name)))
    x = tf.tanh(convolve(weights, pad(x, 3), "last"))
    assert x.shape == images.shape and difference(model(images), x) < TOLERANCE


def test_patchgan_scores_as_the_authors_code_does():
    model = kzoo.PatchGAN70(channels=2, base_filters=3)
    weights, images = randomized(model), np.random.default_rng(1).normal(size=(2, 32, 40, 2)).astype("float32")
    x = images
    for name, stride in (("conv1", 2), ("conv2", 2), ("conv3", 2), ("conv4", 1)):
        x = convolve(weights, pad(x, 1, "CONSTANT"), name, stride)
        x = instance_norm(x) if name != "conv1" else x
        x = tf.maximum(x, 0.2 * x)
    assert difference(model(images), convolve(weights, pad(x, 1, "CONSTANT"), "score")) < TOLERANCE


# GAN: mnist.yaml of goodfeli/adversarial


def test_gan_has_the_layers_of_the_authors_file():
    generator, discriminator = kzoo.GANGenerator(), kzoo.GANDiscriminator()
    dense = layers_of(generator, keras.layers.Dense)
    assert [(each.units, each.activation.__name__) for each in dense] == [
        (1200, "relu"),
        (1200, "relu"),
        (784, "sigmoid"),
    ]
    maxout = [(each.units, each.pieces) for each in discriminator.layers if hasattr(each, "pieces")]
    assert maxout == [(240 * 5, 5)] * 2
    assert [each.rate for each in layers_of(discriminator, keras.layers.Dropout)] == [0.2, 0.5, 0.5]
    for model, limit in ((generator, 0.05), (discriminator, 0.005)):
        for layer in model.layers:
            for kernel in kernel_of(layer):
                largest = np.abs(kernel.numpy()).max()
                assert 0.97 * limit < largest <= limit and kernel.numpy().std() == pytest.approx(
                    limit / 3**0.5, rel=0.1
                )


# DDPM: appendix B of the paper; diffusion_tf/models/unet.py and nn.py of hojonathanho/diffusion


def test_ddpm_attends_at_16x16_and_in_the_middle():
    model = kzoo.DDPMUNet()
    attentions = {each.name: each.output.shape[1:3] for each in model.layers if each.name.endswith("_attention_add")}
    at_16 = ("down1_0", "down1_1", "up1_0", "up1_1", "up1_2")
    assert attentions == {**{f"{name}_attention_add": (16, 16) for name in at_16}, "middle_attention_add": (4, 4)}
    assert len(layers_of(model, keras.layers.Softmax)) == 6
    blocks = {each.name: each.output.shape[1:] for each in model.layers if each.name.endswith("conv2")}
    shapes = {0: (32, 32, 128), 1: (16, 16, 256), 2: (8, 8, 256), 3: (4, 4, 256)}
    assert blocks == {
        **{f"down{level}_{i}_conv2": shapes[level] for level in range(4) for i in range(2)},
        **{f"middle_{i}_conv2": shapes[3] for i in (1, 2)},
        **{f"up{level}_{i}_conv2": shapes[level] for level in range(4) for i in range(3)},
    }
    norms = layers_of(model, keras.layers.GroupNormalization)
    assert {(each.groups, each.epsilon) for each in norms} == {(32, 1e-6)}
    assert {each.rate for each in layers_of(model, keras.layers.Dropout)} == {0.1}


def test_ddpm_has_the_authors_initializers():
    """Uniform, scaled by the mean of fan-in and fan-out; close to 0 where a residual branch ends."""
    model = kzoo.DDPMUNetSmall()
    for layer in model.layers:
        for kernel in kernel_of(layer):
            *sides, inputs, outputs = kernel.shape
            branch_ends = layer.name.endswith(("_conv2", "_attention_out")) or layer.name == "last"
            limit = math.sqrt((1e-10 if branch_ends else 1.0) * 3 / (math.prod(sides) * (inputs + outputs) / 2))
            largest = np.abs(kernel.numpy()).max()
            assert 0.9 * limit < largest <= 1.001 * limit, layer.name


def plain_unet(weights, images, timesteps, base_channels, channel_multipliers, num_res_blocks, attention_resolutions):
    """Compute the authors' `model`, with weights under the names of kzoo's layers."""

    def conv(x, name, stride=1):
        return tf.nn.conv2d(x, weights[f"{name}/kernel"], stride, "SAME") + weights[f"{name}/bias"]

    def dense(x, name):
        return x @ weights[f"{name}/kernel"] + weights[f"{name}/bias"]

    def norm(x, name):
        batch, height, width, channels = x.shape
        x = tf.reshape(x, (batch, height, width, 32, -1))
        mean, variance = tf.nn.moments(x, (1, 2, 4), keepdims=True)
        x = tf.reshape((x - mean) / tf.sqrt(variance + 1e-6), (batch, height, width, channels))
        return x * weights[f"{name}/gamma"] + weights[f"{name}/beta"]

    def swish(x):
        return x * tf.sigmoid(x)

    def residual(x, name, filters):
        h = conv(swish(norm(x, f"{name}_norm1")), f"{name}_conv1")
        h += dense(swish(time), f"{name}_time")[:, None, None, :]
        h = conv(swish(norm(h, f"{name}_norm2")), f"{name}_conv2")
        return h + (x if x.shape[-1] == filters else conv(x, f"{name}_shortcut"))

    def attention(x, name):
        h = norm(x, f"{name}_norm")
        query, key, value = (conv(h, f"{name}_{part}") for part in ("query", "key", "value"))
        batch, height, width, channels = x.shape
        scores = tf.einsum("bhwc,bHWc->bhwHW", query, key) * channels**-0.5
        scores = tf.nn.softmax(tf.reshape(scores, (batch, height, width, -1)))
        scores = tf.reshape(scores, (batch, height, width, height, width))
        return x + conv(tf.einsum("bhwHW,bHWc->bhwc", scores, value), f"{name}_out")

    def block(x, name, filters):
        x = residual(x, name, filters)
        return attention(x, f"{name}_attention") if x.shape[1] in attention_resolutions else x

    half = base_channels // 2
    frequencies = np.exp(np.arange(half) * -math.log(10000) / (half - 1))
    angles = timesteps[:, None] * frequencies
    time = np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype("float32")
    time = dense(swish(dense(time, "time_1")), "time_2")
    skips = [conv(images, "first")]
    for level, multiplier in enumerate(channel_multipliers):
        for i in range(num_res_blocks):
            skips.append(block(skips[-1], f"down{level}_{i}", base_channels * multiplier))
        if level < len(channel_multipliers) - 1:
            skips.append(conv(skips[-1], f"down{level}_half", 2))
    x = residual(skips[-1], "middle_1", base_channels * channel_multipliers[-1])
    x = residual(attention(x, "middle_attention"), "middle_2", base_channels * channel_multipliers[-1])
    for level, multiplier in reversed(list(enumerate(channel_multipliers))):
        for i in range(num_res_blocks + 1):
            x = block(tf.concat([x, skips.pop()], -1), f"up{level}_{i}", base_channels * multiplier)
        if level:
            x = conv(np.repeat(np.repeat(x, 2, axis=1), 2, axis=2), f"up{level}_conv")
    return conv(swish(norm(x, "last_norm")), "last")


def test_ddpm_predicts_noise_as_the_authors_code_does():
    options = {"base_channels": 64, "channel_multipliers": (1, 2), "num_res_blocks": 1, "attention_resolutions": (4,)}
    model = kzoo.DDPMUNetSmall(image_shape=(8, 8, 2), **options)
    weights = randomized(model, scale=1.0)  # or all attention weights would be about equal
    images, timesteps = np.random.default_rng(1).normal(size=(2, 8, 8, 2)).astype("float32"), np.array([3, 700])
    expected = plain_unet(weights, images, timesteps, **options)
    assert difference(model([images, timesteps.astype("int32")]), expected) < TOLERANCE
    assert difference(model([images, timesteps[::-1].astype("int32")]), expected) > 0.01  # the timestep matters


def test_the_timestep_embedding_is_the_authors():
    """`get_timestep_embedding`: sines, then cosines; the last frequency is 1/10,000 itself."""
    found = np.asarray(TimeEmbedding(6)(np.array([0, 1, 500, 999], "int32")))
    for row, timestep in zip(found, (0, 1, 500, 999), strict=True):
        angles = [timestep * 10000 ** (-i / 2) for i in range(3)]
        expected = [*map(math.sin, angles), *map(math.cos, angles)]
        np.testing.assert_allclose(row, expected, rtol=0, atol=2e-5)


def test_maxout_takes_the_largest_piece_of_each_unit():
    layer, x = Maxout(2, 3), np.array([[1.0, -2.0]], "float32")
    layer.build((None, 2))
    kernel, bias = np.arange(12.0).reshape(2, 6) ** 2, np.array([0, 90, 0, 0, 0, 500.0])
    layer.set_weights([kernel, bias])
    affine = (x @ kernel + bias).reshape(2, 3)  # unit by unit, its pieces side by side
    np.testing.assert_allclose(layer(x), [affine.max(axis=1)], rtol=2e-5)
