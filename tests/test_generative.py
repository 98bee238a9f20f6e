"""What makes images: networks, algorithms on any number of replicas, resuming, export."""

import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import one_line
from safetensors.numpy import load_file

import kzoo
from kzoo.generative import GAN
from kzoo.registry import TF, UNIT
from kzoo.training import Run, make_optimizer, make_strategy

# from the papers and the authors' code; see the modules of kzoo/generative/networks
PARAMETERS = {
    "GANGenerator": 2_503_984,
    "GANDiscriminator": 1_231_441,
    "DCGANGenerator": 18_885_760 + 34_560,  # and Keras' moving statistics, which the authors do not keep
    "DCGANDiscriminator": 17_232_768 + 3_584,
    "DCGANGenerator32": 470_176,
    "DCGANDiscriminator32": 259_616,
    "CycleGANGenerator": 11_378_179,
    "CycleGANGenerator6": 7_837_699,
    "PatchGAN70": 2_764_737,
    "DDPMUNet": 35_746_307,
    "DDPMUNetSmall": 1_112_801,
}


@pytest.mark.parametrize("name", kzoo.list_models(kind="generative"))
def test_parameters_are_the_papers(name):
    model = kzoo.build(name)
    assert model.count_params() == PARAMETERS[name] == kzoo.info(name).parameters
    assert len({layer.name for layer in model.layers}) == len(model.layers)


def test_every_network_is_counted():
    assert set(kzoo.list_models(kind="generative")) == set(PARAMETERS)


def gan(seed=0, xla=True, precision="float32"):
    """Make a small GAN, without dropout, whose masks replicas draw each for themselves."""
    keras.config.set_dtype_policy(precision)
    shape = {"image_shape": (8, 8, 1)}
    networks = (
        kzoo.GANGenerator(latent=5, width=16, **shape),
        kzoo.GANDiscriminator(units=8, dropout=0.0, input_dropout=0.0, **shape),
    )
    for weight in networks[1].trainable_variables:
        weight.assign(20 * weight)  # they start so small that nothing would be seen to differ
    made = GAN(*networks, preprocessing=UNIT, seed=seed, xla=xla)
    loss_scale = precision == "mixed_float16"
    made.compile(*(make_optimizer("adam", 1e-2, loss_scale=loss_scale) for _ in range(2)))
    keras.config.set_dtype_policy("float32")
    return made


ALGORITHMS = {"gan": (gan, (8, 8, 1))}


def batches(shape, count=14, size=4):
    """Give batches of random images; the last one is of two."""
    rng = np.random.default_rng(0)
    return tf.data.Dataset.from_tensor_slices(rng.random((count, *shape)).astype("float32")).batch(size)


def train(name, kind, replicas, xla, precision="float32"):
    make, shape = ALGORITHMS[name]
    keras.utils.set_random_seed(0)
    with make_strategy(kind, replicas).scope():
        algorithm = make(xla=xla, precision=precision)
    history = algorithm.fit(batches(shape), epochs=2, verbose=0, shuffle=False).history
    return history, algorithm.get_weights()


@pytest.mark.parametrize("name", ALGORITHMS)
def test_equal_on_one_device_and_two_replicas_with_xla_and_without(name):
    """The last batch is uneven, too: of two images on two replicas."""
    (losses, weights), *others = [train(name, *way) for way in (("none", 1, False), ("mirrored", 2, True))]
    assert losses[next(iter(losses))][1] != losses[next(iter(losses))][0]
    for other_losses, other_weights in others:
        for measure, values in losses.items():
            np.testing.assert_allclose(other_losses[measure], values, rtol=2e-4)
        for ours, theirs in zip(other_weights, weights, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_mixed_precision_comes_close(name, precision):
    losses, _ = train(name, "none", 1, False)
    mixed, _ = train(name, "mirrored", 2, True, precision)
    for measure, values in losses.items():
        np.testing.assert_allclose(mixed[measure], values, rtol=0.1, atol=0.02)


class Stop(keras.callbacks.Callback):
    """End a training as a power cut would, before a step."""

    def __init__(self, step):
        super().__init__()
        self.left = step

    def on_train_batch_begin(self, batch, logs=None):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("name", ALGORITHMS)
def test_killed_and_resumed_equals_uninterrupted(name, tmp_path):
    """A new process would draw other weights; all that matters is in the checkpoint."""
    make, shape = ALGORITHMS[name]

    def run(out, initial_seed, callbacks=()):
        keras.utils.set_random_seed(initial_seed)
        algorithm = make(xla=False)
        whole = batches(shape, count=12).repeat()
        run = Run(tmp_path / out, steps=3, every=2, resume=True)
        run.fit(algorithm, lambda epoch, step: whole.skip(3 * epoch + step), 3, callbacks)
        return run.checkpoints.last()

    path, progress = run("whole", 0)
    for step, initial_seed in ((6, 0), (2, 7)):  # within the second epoch, then within what is left of it
        with pytest.raises(KeyboardInterrupt):
            run("killed", initial_seed, [Stop(step)])
    resumed, resumed_progress = run("killed", 8)
    assert resumed_progress == progress
    expected = load_file(path)
    for key, array in load_file(resumed).items():
        np.testing.assert_array_equal(array, expected[key])


def test_a_step_of_a_gan_is_the_papers():
    """One step of each network by SGD beside a plain reading of algorithm 1, on the same noise."""
    keras.utils.set_random_seed(0)
    ours = gan(xla=False)
    ours.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    networks = keras.models.clone_model(ours.generator), keras.models.clone_model(ours.discriminator)
    for copy, network in zip(networks, (ours.generator, ours.discriminator), strict=True):
        copy.set_weights(network.get_weights())
    images = next(iter(batches((8, 8, 1))))
    noise = [ours.draw(images, draw) for draw in (0, 1)]
    assert not np.allclose(*noise)
    generator, discriminator = networks
    with tf.GradientTape() as tape:
        real, made = (tf.sigmoid(discriminator(x)) for x in (images, generator(noise[0])))
        loss_d = -tf.reduce_mean(tf.math.log(real)) - tf.reduce_mean(tf.math.log(1 - made))
    descend(tape, loss_d, discriminator)
    with tf.GradientTape() as tape:
        loss_g = -tf.reduce_mean(tf.math.log(tf.sigmoid(discriminator(generator(noise[1])))))
    descend(tape, loss_g, generator)
    logs = ours.train_on_batch(images, return_dict=True)
    assert logs["discriminator_loss"] == pytest.approx(float(loss_d), rel=1e-4)
    assert logs["generator_loss"] == pytest.approx(float(loss_g), rel=1e-4)
    for copy, network in zip(networks, (ours.generator, ours.discriminator), strict=True):
        for theirs, weight in zip(copy.get_weights(), network.get_weights(), strict=True):
            np.testing.assert_allclose(weight, theirs, atol=1e-6)


def descend(tape, loss, network):
    for gradient, weight in zip(
        tape.gradient(loss, [each.value for each in network.trainable_variables]),
        network.trainable_variables,
        strict=True,
    ):
        weight.assign(weight - 0.1 * gradient)


def test_a_saved_gan_samples_and_decodes(tmp_path):
    trained = gan()
    saved = tf.saved_model.load(kzoo.export(trained, tmp_path / "gan"))
    sample, decode = saved.signatures["sample"], saved.signatures["decode"]
    images = sample(count=tf.constant(3), seed=tf.constant(5, tf.int64))["images"]
    assert images.dtype == tf.uint8 and images.shape == (3, 8, 8, 1)
    np.testing.assert_array_equal(images, trained.samples(3, seed=5))
    assert not np.array_equal(images, saved.sample(tf.constant(3), tf.constant(6, tf.int64))["images"])
    noise = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
    expected = (255 * trained.generator(noise).numpy()).round()
    np.testing.assert_array_equal(decode(z=noise)["images"], expected)
    with pytest.raises(ValueError, match="labels and preprocessing are of classifiers") as error:
        kzoo.export(trained, tmp_path / "gan", labels=["a"])
    one_line(error)


def test_wrong_images_are_refused_in_one_line():
    made = GAN(
        kzoo.DCGANGenerator32(widths=(8, 4, 4)),
        kzoo.DCGANDiscriminator32(widths=(4, 4, 8)),
        noise="uniform",
        preprocessing=TF,
    )
    made.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    for shape, message in {
        (4, 32, 32, 3): "accepted is (batch, 32, 32, 1)",
        (4, 32, 32): "accepted is (batch, 32, 32, 1)",
        (1, 32, 32, 1): "batch_size=1 leaves BatchNormalization a single image on each replica; at least 2",
    }.items():
        with pytest.raises(ValueError) as error:
            made.fit(tf.data.Dataset.from_tensors(tf.zeros(shape)))
        assert message in one_line(error)
    mixed = tf.data.Dataset.from_generator(
        lambda: (np.zeros((2, i, i, 1)) for i in (3, 4)), output_signature=tf.TensorSpec((None, None, None, 1))
    )
    with pytest.raises(ValueError, match="None for sizes that differ") as error:
        made.fit(mixed)
    one_line(error)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((kzoo.GANGenerator, {}, kzoo.GANDiscriminator, {"image_shape": (8, 8, 1)}), "discriminator takes (8, 8, 1)"),
        ((kzoo.DCGANGenerator, {"image_shape": (32, 32, 3)}, None, {}), "4 of them make 64x64 pixels"),
    ],
)
def test_networks_that_do_not_fit_are_refused(arguments, message):
    generator, options, discriminator, others = arguments
    with pytest.raises(ValueError) as error:
        GAN(generator(**options), discriminator and discriminator(**others))
    assert message in one_line(error)


def test_layers_survive_saving(tmp_path):
    for model in (
        kzoo.GANDiscriminator(units=3),
        kzoo.DDPMUNetSmall(width=8),
        kzoo.CycleGANGenerator(width=4, blocks=1),
    ):
        inputs = [np.ones([2, *(side or 8 for side in each.shape[1:])], "float32") for each in model.inputs]
        model.save(tmp_path / "model.keras")
        again = keras.models.load_model(tmp_path / "model.keras")
        np.testing.assert_array_equal(again(inputs), model(inputs))


def test_networks_say_what_they_take():
    for name in PARAMETERS:
        builder = getattr(kzoo, name)
        for argument in inspect.signature(builder).parameters:
            assert f"{argument}" in builder.__doc__
