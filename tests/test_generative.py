"""Generative models: networks, algorithms on any number of replicas, resuming, export."""

import inspect
from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import one_line
from safetensors.numpy import load_file

import kzoo
from kzoo.data.images import load_domains
from kzoo.data.images.domains import slanted
from kzoo.generative import DDPM, GAN, CycleGAN, NoiseSchedule
from kzoo.generative.cyclegan import ImagePool
from kzoo.generative.gan import sample_noise
from kzoo.registry import TF, UNIT
from kzoo.training import Run, make_optimizer, make_strategy
from kzoo.training.batch_statistics import synchronize_batch_norm

# from the papers and the authors' code; see the modules of kzoo/models/generative
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


MODERN = {"num_categories": 3, "ema": 0.9, "r1_gamma": 1e3}


def gan(seed=0, xla=True, precision="float32", **options):
    """Make a small GAN, without dropout, whose masks each replica samples for itself."""
    keras.config.set_dtype_policy(precision)
    shape = {"image_shape": (8, 8, 1)}
    networks = (
        kzoo.GANGenerator(latent_dim=5, units=16, **shape),
        kzoo.GANDiscriminator(units=8, dropout=0.0, input_dropout=0.0, **shape),
    )
    for weight in networks[1].trainable_variables:
        weight.assign(20 * weight)  # the initial ones are so small that differences would not show
    model = GAN(*networks, preprocessing=UNIT, seed=seed, xla=xla, **options)
    loss_scale = precision == "mixed_float16"
    model.compile(*(make_optimizer("adam", 1e-2, loss_scale=loss_scale) for _ in range(2)))
    keras.config.set_dtype_policy("float32")
    return model


def ddpm(seed=0, xla=True, precision="float32"):
    """Make a small diffusion model of 20 timesteps, whose network predicts more than zeros from the start."""
    keras.config.set_dtype_policy(precision)
    network = kzoo.DDPMUNetSmall((4, 4, 1), base_channels=4, channel_multipliers=(1,), attention_resolutions=())
    for weight in network.trainable_variables:
        if weight.path.endswith("kernel"):
            weight.assign(np.random.default_rng(0).normal(0, 0.3, weight.shape))
    model = DDPM(network, NoiseSchedule(20, 1e-2, 0.3), ema=0.9, seed=seed, xla=xla)
    model.compile(make_optimizer("adam", 1e-2, global_clipnorm=1.0, loss_scale=precision == "mixed_float16"))
    keras.config.set_dtype_policy("float32")
    return model


def cyclegan(seed=0, xla=True, precision="float32", pool_size=3):
    """Make a small CycleGAN, whose image pools are full after a step."""
    keras.config.set_dtype_policy(precision)
    networks = [kzoo.CycleGANGenerator(1, 2, num_residual_blocks=1, kernel_size=3, name=name) for name in ("ab", "ba")]
    networks += [kzoo.PatchGAN70(1, base_filters=2, num_downsampling=1, name=name) for name in ("a", "b")]
    for weight in [weight for each in networks for weight in each.trainable_variables]:
        weight.assign(3 * weight)
    model = CycleGAN(*networks, image_shape=(16, 16, 1), pool_size=pool_size, seed=seed, xla=xla)
    # small steps: instance normalization of small feature maps amplifies rounding errors of gradients
    optimizers = [make_optimizer("sgd", 1e-3, loss_scale=precision == "mixed_float16") for _ in range(2)]
    model.compile(*optimizers)
    if precision == "mixed_float16":  # the first steps would be spent on finding a loss scale that does not overflow
        for optimizer in optimizers:
            optimizer.dynamic_scale.assign(1024.0)
    keras.config.set_dtype_policy("float32")
    return model


# the GAN with all of its options
ALGORITHMS = {
    "gan": (partial(gan, **MODERN), (8, 8, 1)),
    "gan of two steps": (partial(gan, discriminator_steps=2), (8, 8, 1)),
    "ddpm": (ddpm, (4, 4, 1)),
    "cyclegan": (cyclegan, (16, 16, 1)),
}
# the graphs of the others take long to trace
FAST_AND_SLOW = [name if name == "gan" else pytest.param(name, marks=pytest.mark.slow) for name in ALGORITHMS]
UNEVEN = ("gan",)  # those with a last batch of two, which costs another compilation


def batches(shape, count=8, size=4, pairs=False):
    """Return batches of random images."""
    rng = np.random.default_rng(0)
    images = rng.random((2, count, *shape)).astype("float32")
    return tf.data.Dataset.from_tensor_slices(tuple(images) if pairs else images[0]).batch(size)


def train(name, kind, replicas, xla, precision="float32"):
    make, shape = ALGORITHMS[name]
    keras.utils.set_random_seed(0)
    with make_strategy(kind, replicas).scope():
        algorithm = make(xla=xla, precision=precision)
    data = batches(shape, count=10 if name in UNEVEN else 8, pairs=name == "cyclegan")
    history = algorithm.fit(data, epochs=2, verbose=0, shuffle=False).history
    return history, algorithm.get_weights()


@pytest.mark.parametrize("name", FAST_AND_SLOW)
def test_equal_on_one_device_and_two_replicas_with_xla_and_without(name):
    (losses, weights), *others = [train(name, *way) for way in (("none", 1, False), ("mirrored", 2, True))]
    assert losses[next(iter(losses))][1] != losses[next(iter(losses))][0]
    for other_losses, other_weights in others:
        for metric, values in losses.items():
            np.testing.assert_allclose(other_losses[metric], values, rtol=2e-4)
        for ours, theirs in zip(other_weights, weights, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=2e-4)


def dcgan(kind, replicas):
    """Train a small DCGAN with synchronized BatchNormalization for two epochs."""
    keras.utils.set_random_seed(0)
    with make_strategy(kind, replicas).scope():
        networks = kzoo.DCGANGenerator32(latent_dim=5, filters=(8, 4, 4)), kzoo.DCGANDiscriminator32(filters=(4, 4, 8))
        model = GAN(*map(synchronize_batch_norm, networks), noise="uniform", preprocessing=TF, xla=False)
        # not Adam: it makes a full step of a gradient that is nothing but a rounding error
        model.compile(*(make_optimizer("sgd", 0.05) for _ in range(2)))
    history = model.fit(batches((32, 32, 1)), epochs=2, verbose=0, shuffle=False).history
    return history, model.get_weights()


@pytest.mark.slow
def test_a_dcgan_on_two_replicas_equals_one_device_if_its_normalization_does():
    (losses, weights), (other_losses, other_weights) = dcgan("none", 1), dcgan("mirrored", 2)
    for metric, values in losses.items():
        np.testing.assert_allclose(other_losses[metric], values, rtol=1e-4)
    for ours, theirs in zip(other_weights, weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_mixed_precision_comes_close(name, precision):
    losses, _ = train(name, "none", 1, False)
    mixed, _ = train(name, "mirrored", 2, True, precision)
    for metric, values in losses.items():
        np.testing.assert_allclose(mixed[metric], values, rtol=0.1, atol=0.02)


class Stop(keras.callbacks.Callback):
    """End a training as a power cut would, before a step."""

    def __init__(self, step):
        super().__init__()
        self.left = step

    def on_train_batch_begin(self, batch, logs=None):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("name", FAST_AND_SLOW)
def test_killed_and_resumed_equals_uninterrupted(name, tmp_path):
    """A new process would initialize other weights; all that matters is in the checkpoint."""
    make, shape = ALGORITHMS[name]

    def run(out, initial_seed, callbacks=()):
        keras.utils.set_random_seed(initial_seed)
        algorithm = make(xla=False)
        whole = batches(shape, count=12, pairs=name == "cyclegan").repeat()
        run = Run(tmp_path / out, steps_per_epoch=3, checkpoint_every=2, resume=True)
        run.fit(algorithm, lambda epoch, step: whole.skip(3 * epoch + step), 3, callbacks)
        return run.checkpoints.latest()

    path, progress = run("whole", 0)
    with pytest.raises(KeyboardInterrupt):
        run("killed", 0, [Stop(6)])  # within the second epoch, after a checkpoint in its middle
    resumed, resumed_progress = run("killed", 8)
    assert resumed_progress == progress
    expected = load_file(path)
    for key, array in load_file(resumed).items():
        np.testing.assert_array_equal(array, expected[key])


@pytest.mark.parametrize("options", [{}, MODERN], ids=["gan", "modern"])
def test_a_step_of_a_gan_is_the_papers(options):
    """One step of each network by SGD beside a plain reading of algorithm 1, on the same noise, and of the options.

    R1: gamma / 2 times the mean over real images of the squared norm of their logits' gradients.
    """
    keras.utils.set_random_seed(0)
    ours = gan(xla=False, **options)
    ours.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    networks = keras.models.clone_model(ours.generator), keras.models.clone_model(ours.discriminator)
    for copy, network in zip(networks, (ours.generator, ours.discriminator), strict=True):
        copy.set_weights(network.get_weights())
    images = next(iter(batches((8, 8, 1))))
    noise = [ours.batch_noise(images, salt) for salt in (0, 1)]
    assert not np.allclose(*noise)
    initial = ours.generator.get_weights()
    generator, discriminator = networks
    with tf.GradientTape() as tape:
        real, fake = (tf.sigmoid(discriminator(x)) for x in (images, generator(noise[0])))
        loss_d = -tf.reduce_mean(tf.math.log(real)) - tf.reduce_mean(tf.math.log(1 - fake))
        penalty = 0.0
        if options:
            with tf.GradientTape() as inner:
                inner.watch(images)
                logits = discriminator(images)
            gradients = inner.batch_jacobian(logits, images)
            penalty = 0.5 * options["r1_gamma"] * tf.reduce_sum(gradients**2) / len(images)
            assert penalty > 0.01 * loss_d
        total = loss_d + penalty
    descend(tape, total, discriminator)
    with tf.GradientTape() as tape:
        loss_g = -tf.reduce_mean(tf.math.log(tf.sigmoid(discriminator(generator(noise[1])))))
    descend(tape, loss_g, generator)
    logs = ours.train_on_batch(images, return_dict=True)
    assert logs["discriminator_loss"] == pytest.approx(float(loss_d), rel=2e-5)
    assert logs["generator_loss"] == pytest.approx(float(loss_g), rel=2e-5)
    for copy, network in zip(networks, (ours.generator, ours.discriminator), strict=True):
        for theirs, weight in zip(copy.get_weights(), network.get_weights(), strict=True):
            np.testing.assert_allclose(weight, theirs, atol=1e-6)
    if options:  # the EMA's momentum, by TensorFlow's rule, is `ema` only after many steps
        for average, first, weight in zip(
            ours.ema_generator.get_weights(), initial, ours.generator.get_weights(), strict=True
        ):
            np.testing.assert_allclose(average - weight, 2 / 11 * (first - weight), atol=4e-8)


def test_the_discriminator_takes_k_steps_for_each_of_the_generator():
    """Algorithm 1 with k = 3, each batch in a `fit` of its own; the average moves when the generator does."""
    keras.utils.set_random_seed(0)
    ours = gan(xla=False, discriminator_steps=3, ema=0.9)
    initial = ours.generator.get_weights()
    ours.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    networks = ours.generator, ours.discriminator
    generator, discriminator = copies = [keras.models.clone_model(network) for network in networks]
    for copy, network in zip(copies, networks, strict=True):
        copy.set_weights(network.get_weights())
    for number, images in enumerate(batches((8, 8, 1), count=16), start=1):
        noise = [ours.batch_noise(images, salt) for salt in (0, 1)]
        with tf.GradientTape() as tape:
            real_logits, fake_logits = discriminator(images), discriminator(generator(noise[0]))
            loss = tf.reduce_mean(tf.nn.softplus(-real_logits)) + tf.reduce_mean(tf.nn.softplus(fake_logits))
        descend(tape, loss, discriminator)
        if number == 3:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.nn.softplus(-discriminator(generator(noise[1]))))
            descend(tape, loss, generator)
        ours.fit(images, batch_size=4, verbose=0)
        for copy, network in zip(copies, networks, strict=True):
            for theirs, weight in zip(copy.get_weights(), network.get_weights(), strict=True):
                np.testing.assert_allclose(weight, theirs, atol=1e-6)
        share = 1 if number < 3 else 2 / 11
        weights = zip(ours.ema_generator.get_weights(), initial, ours.generator.get_weights(), strict=True)
        for average, first, weight in weights:
            np.testing.assert_allclose(average - weight, share * (first - weight), atol=1e-6)
    with pytest.raises(
        ValueError, match="discriminator_steps=0 does not work; accepted: a whole number from 1"
    ) as error:
        gan(discriminator_steps=0)
    one_line(error)


def descend(tape, loss, network):
    for gradient, weight in zip(
        tape.gradient(loss, [each.value for each in network.trainable_variables]),
        network.trainable_variables,
        strict=True,
    ):
        weight.assign(weight - 0.1 * gradient)


@pytest.mark.parametrize("distribution, norm", [("uniform", (2 / 3) ** 0.5), ("normal", 2**0.5)])
def test_categories_are_one_hot_and_equally_likely(distribution, norm):
    """Of the norm of the other two dimensions, whose squares have the mean 1/3 or 1."""
    plain, noise = (sample_noise(distribution, (3000, 6), (1, 2), count).numpy() for count in (0, 4))
    np.testing.assert_array_equal(noise[:, 4:], plain[:, 4:])
    np.testing.assert_allclose(np.sort(noise[:, :4]), np.tile([0, 0, 0, norm], (3000, 1)), rtol=1e-6)
    np.testing.assert_allclose((noise[:, :4] > 0).mean(axis=0), 0.25, atol=0.04)  # five standard deviations


def test_a_discriminator_without_batch_normalization_sees_each_image_alone():
    network = kzoo.DCGANDiscriminator32(batch_normalization=False)
    images = np.random.default_rng(0).normal(size=(4, 32, 32, 1)).astype("float32")
    np.testing.assert_allclose(network(images, training=True)[:2], network(images[:2], training=True), atol=2e-5)
    for name, inputs in {"conv1": 25, "conv2": 25 * 32, "conv3": 25 * 64, "score": 16 * 128}.items():
        layer = network.get_layer(name)
        assert np.std(layer.kernel) == pytest.approx((2 / inputs) ** 0.5, rel=0.1) and layer.use_bias


def test_samples_are_generated_with_the_ema_of_the_generator(tmp_path):
    """Moving statistics included, which the replicas average after the step: all hold the same ones."""
    with make_strategy("mirrored", 2).scope():
        model = GAN(
            kzoo.DCGANGenerator32(latent_dim=5, filters=(8, 4, 4)),
            kzoo.DCGANDiscriminator32(filters=(4, 4, 8), batch_normalization=False),
            xla=False,
            ema=0.5,
        )
        model.compile(*(keras.optimizers.SGD(0.05) for _ in range(2)))
    initial = [np.asarray(each) for each in model.ema_generator.variables]
    model.fit(batches((32, 32, 1), count=4), verbose=0, shuffle=False)
    changed = False
    for average, first, weight in zip(model.ema_generator.variables, initial, model.generator.variables, strict=True):
        np.testing.assert_allclose(average, 2 / 11 * first + 9 / 11 * np.asarray(weight), atol=1e-6)
        changed |= not np.allclose(weight, first, atol=1e-4)
        for value in getattr(average.value, "values", ()):
            np.testing.assert_array_equal(value, average)
    assert changed
    before = model.sample(2)
    model.generator.set_weights([0 * each for each in model.generator.get_weights()])
    np.testing.assert_array_equal(model.sample(2), before)
    saved = tf.saved_model.load(kzoo.export(model, tmp_path / "gan"))
    np.testing.assert_array_equal(saved.sample(2, tf.constant(0, tf.int64))["images"], before)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"num_categories": 5}, "num_categories=5 does not work; accepted are 0 to 4"),
        ({"ema": 1.0}, "ema=1.0 does not work; accepted: a number from 0 to below 1"),
        ({"r1_gamma": -1.0}, "r1_gamma=-1.0 does not work; accepted: a number from 0"),
        ({"r1_gamma": float("nan")}, "r1_gamma=nan does not work"),
        ({"num_categories": 2.5}, "num_categories=2.5 does not work"),
        ({"discriminator_steps": True}, "discriminator_steps=True does not work"),
        ({"noise": "cauchy"}, "noise='cauchy' does not work"),
        ({"seed": "a"}, "seed='a' does not work; accepted: a whole number from 0"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError) as error:
        gan(**options)
    assert message in one_line(error)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"cycle_weight": float("nan")}, "cycle_weight=nan does not work"),
        ({"identity_weight": -1}, "identity_weight=-1 does not work"),
        ({"pool_size": 2.5}, "pool_size=2.5 does not work"),
        ({"image_shape": (None, None, 1)}, "image_shape=(None, None, 1) does not work"),
    ],
)
def test_options_of_cyclegan_out_of_range_are_refused(options, message):
    networks = cyclegan().a_to_b, cyclegan().b_to_a, cyclegan().discriminator_a, cyclegan().discriminator_b
    with pytest.raises(ValueError) as error:
        CycleGAN(*networks, **{"image_shape": (16, 16, 1), **options})
    assert message in one_line(error)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"num_timesteps": 2.5}, "num_timesteps=2.5 does not work"),
        ({"beta_start": float("nan")}, "beta_start=nan does not work"),
        ({"beta_end": 1}, "beta_end=1 does not work"),
        ({"beta_start": 0.5}, "beta_start=0.5 does not work; accepted is at most beta_end=0.02"),
    ],
)
def test_a_schedule_out_of_range_is_refused(options, message):
    with pytest.raises(ValueError) as error:
        NoiseSchedule(**options)
    assert message in one_line(error)


@pytest.mark.parametrize("make", [gan, ddpm])
def test_any_number_of_images_is_generated(make):
    model = make(xla=False)
    assert model.sample(0).shape == (0, *model.image_shape) and model.sample(0).dtype == np.uint8
    for options in ({"count": -1}, {"count": 2.5}, {"batch_size": 0}, {"batch_size": -1}, {"seed": None}):
        ((name, value),) = options.items()
        with pytest.raises(ValueError, match=f"{name}={value} does not work") as error:
            model.sample(**{"count": 2, **options})
        one_line(error)


def test_any_number_of_images_is_translated():
    model, images = cyclegan(xla=False), np.zeros((2, 9, 9, 1), "uint8")
    assert model.translate(model.a_to_b, images[:0]).shape == (0, 9, 9, 1)
    for batch_size in (0, -1):
        with pytest.raises(ValueError, match=f"batch_size={batch_size} does not work") as error:
            model.translate(model.a_to_b, images, batch_size)
        one_line(error)
    with pytest.raises(ValueError, match=r"images has shape \(9, 9, 1\)") as error:
        model.translate(model.a_to_b, images[0])
    one_line(error)


def test_sampling_steps_are_a_number():
    with pytest.raises(ValueError, match="sampling_steps=0 does not work") as error:
        DDPM(ddpm(xla=False).network, sampling_steps=0)
    one_line(error)


def test_a_saved_gan_samples_and_decodes(tmp_path):
    trained = gan()
    saved = tf.saved_model.load(kzoo.export(trained, tmp_path / "gan"))
    sample, decode = saved.signatures["sample"], saved.signatures["decode"]
    images = sample(count=tf.constant(3), seed=tf.constant(5, tf.int64))["images"]
    assert images.dtype == tf.uint8 and images.shape == (3, 8, 8, 1)
    np.testing.assert_array_equal(images, trained.sample(3, seed=5))
    assert not np.array_equal(images, saved.sample(tf.constant(3), tf.constant(6, tf.int64))["images"])
    noise = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
    expected = (255 * trained.generator(noise).numpy()).round()
    np.testing.assert_array_equal(decode(z=noise)["images"], expected)
    with pytest.raises(ValueError, match="labels is of classifiers; leave it out") as error:
        kzoo.export(trained, tmp_path / "gan", labels=["a"])
    one_line(error)


def test_a_saved_diffusion_model_samples(tmp_path):
    """All in one graph, the number of steps an argument; with the EMA of the weights, not with these."""
    trained = ddpm()
    trained.ema_network.set_weights([0.9 * each for each in trained.ema_network.get_weights()])
    sample = tf.saved_model.load(kzoo.export(trained, tmp_path / "ddpm")).signatures["sample"]
    samples = {}
    for steps in (5, 20):
        images = sample(count=tf.constant(3), steps=tf.constant(steps), seed=tf.constant(5, tf.int64))["images"]
        assert images.dtype == tf.uint8 and images.shape == (3, 4, 4, 1)
        np.testing.assert_allclose(np.asarray(images, int), trained.sample(3, seed=5, steps=steps).astype(int), atol=1)
        samples[steps] = np.asarray(images)
    assert (samples[5] != samples[20]).any()
    assert sample(count=tf.constant(0), steps=tf.constant(5), seed=tf.constant(5, tf.int64))["images"].shape == (
        0,
        4,
        4,
        1,
    )
    with pytest.raises(tf.errors.InvalidArgumentError, match="count must be at least 0"):
        sample(count=tf.constant(-1), steps=tf.constant(5), seed=tf.constant(5, tf.int64))
    with pytest.raises(tf.errors.InvalidArgumentError, match="steps must be 1 to 20"):
        sample(count=tf.constant(3), steps=tf.constant(21), seed=tf.constant(5, tf.int64))
    with pytest.raises(ValueError, match="steps=0 does not work; accepted: a whole number from 1 to 20") as error:
        trained.sample(1, steps=0)
    one_line(error)


def test_the_schedule_and_ancestral_sampling_are_the_papers():
    """Algorithm 2 as it is printed, step by step, beside the loop in the graph."""
    schedule = NoiseSchedule()
    assert schedule.betas[[0, -1]] == pytest.approx([1e-4, 0.02])
    assert schedule.alphas_cumprod[-1] == pytest.approx(4.04e-5, rel=1e-2)
    short = NoiseSchedule(6, 0.01, 0.04)
    seed, x = tf.constant([1, 2]), 0.1 * np.random.default_rng(0).normal(size=(2, 3, 3, 1)).astype("float32")

    def predict_noise(x, timesteps):  # such that the predicted image is in -1..1
        alpha_bar = tf.gather(tf.constant(short.alphas_cumprod, tf.float32), timesteps)
        return tf.sqrt(1 - alpha_bar)[:, None, None, None] * x

    expected = x.astype("float64")
    for t in reversed(range(6)):
        z = tf.random.stateless_normal(x.shape, tf.random.fold_in(seed, t)).numpy() if t else 0
        alpha = 1 - short.betas[t]
        noise = np.sqrt(1 - short.alphas_cumprod[t]) * expected
        expected = (expected - short.betas[t] / np.sqrt(1 - short.alphas_cumprod[t]) * noise) / np.sqrt(alpha)
        expected += np.sqrt(short.betas[t]) * z
        assert np.abs(expected).max() < 0.99  # so that no predicted image has been clipped
    sample = short.sample(predict_noise, tf.constant(x), tf.constant(6), seed)
    np.testing.assert_allclose(sample, expected, rtol=0, atol=2e-5)
    clipped = short.sample(lambda x, timesteps: tf.zeros_like(x), tf.fill(x.shape, 9.0), tf.constant(6), seed)
    np.testing.assert_array_equal(clipped, 1.0)


@pytest.mark.parametrize("steps", [1000, 500])
def test_a_perfect_network_is_sampled_to_the_distribution(steps):
    """Of pixels with standard deviation 0.25, for which the best prediction of the noise is known."""
    schedule = NoiseSchedule()

    def predict_noise(x, timesteps):
        alpha_bar = tf.gather(tf.constant(schedule.alphas_cumprod, tf.float32), timesteps)[:, None, None, None]
        return tf.sqrt(1 - alpha_bar) * x / (alpha_bar * 0.25**2 + 1 - alpha_bar)

    x = tf.random.stateless_normal((4, 32, 32, 1), (1, 2))
    sample = tf.function(schedule.sample)(predict_noise, x, tf.constant(steps), tf.constant([3, 4]))
    assert np.std(sample) == pytest.approx(0.25, rel=0.03)


def test_the_ema_of_the_weights_begins_with_the_initial_ones():
    model = ddpm(xla=False)
    images, expected = batches((4, 4, 1), count=4), model.network.trainable_variables[0].numpy()
    for _ in range(2):
        model.fit(images, verbose=0, shuffle=False)
        expected = 0.9 * expected + 0.1 * model.network.trainable_variables[0].numpy()
        np.testing.assert_allclose(model.ema_network.variables[0], expected, atol=1e-6)


def test_a_pool_returns_images_that_were_inserted_earlier():
    """Beside a plain reading of the authors' code, with the same indices and swaps."""
    pool, rng, stored = ImagePool(4, (1, 1, 1)), np.random.default_rng(0), []
    for step in range(6):
        images = (10 * step + np.arange(3.0)).reshape(3, 1, 1, 1).astype("float32")
        indices, swaps = rng.integers(0, 4, 3).astype("int32"), rng.random(3) > 0.5
        returned = pool.query(tf.constant(images), tf.constant(images), tf.constant(indices), tf.constant(swaps))
        expected = []
        for image, index, swap in zip(images[:, 0, 0, 0], indices, swaps, strict=True):
            if len(stored) < 4:
                stored.append(image)
                expected.append(image)
            elif swap:
                expected.append(stored[index])
                stored[index] = image
            else:
                expected.append(image)
        np.testing.assert_array_equal(returned[:, 0, 0, 0], expected)
    np.testing.assert_array_equal(pool.images[:, 0, 0, 0], stored)
    assert (np.array(expected) < 50).any()  # some of the last ones came from the pool


def test_a_step_of_a_cyclegan_is_the_papers():
    """The losses of one step beside a plain reading of sections 3 and 4, the pool left out."""
    model = cyclegan(xla=False, pool_size=0)
    a, b = next(iter(batches((16, 16, 1), pairs=True)))
    ab, ba, da, db = (network for network in (model.a_to_b, model.b_to_a, model.discriminator_a, model.discriminator_b))
    mean, square = tf.reduce_mean, tf.square
    cycle = mean(abs(ba(ab(a)) - a)) + mean(abs(ab(ba(b)) - b))
    identity = mean(abs(ab(b) - b)) + mean(abs(ba(a) - a))
    expected = {
        "generator_loss": mean(square(db(ab(a)) - 1)) + mean(square(da(ba(b)) - 1)) + 10 * cycle + 5 * identity,
        "cycle_loss": cycle,
        "discriminator_a_loss": 0.5 * (mean(square(da(a) - 1)) + mean(square(da(ba(b))))),
        "discriminator_b_loss": 0.5 * (mean(square(db(b) - 1)) + mean(square(db(ab(a))))),
    }
    logs = model.fit(tf.data.Dataset.from_tensors((a, b)), verbose=0, shuffle=False).history
    for name, value in expected.items():
        assert logs[name][0] == pytest.approx(float(value), rel=2e-5), name


def test_a_saved_cyclegan_translates_images_of_any_size(tmp_path):
    trained = cyclegan()
    saved = tf.saved_model.load(kzoo.export(trained, tmp_path / "cyclegan"))
    images = np.random.default_rng(0).integers(0, 256, (2, 9, 14, 1), dtype="uint8")
    for name in ("a_to_b", "b_to_a"):
        assert saved.signatures[name](images=images[:0])["images"].shape == (0, *images.shape[1:])
        fake = saved.signatures[name](images=images)["images"]
        assert fake.dtype == tf.uint8 and fake.shape == images.shape
        np.testing.assert_allclose(
            np.asarray(fake, int), trained.translate(getattr(trained, name), images).astype(int), atol=1
        )
    whole = images[:, :8, :12]
    expected = 127.5 * trained.a_to_b(whole / np.float32(127.5) - 1) + 127.5
    np.testing.assert_allclose(np.asarray(saved.a_to_b(whole)["images"], "float32"), expected, atol=0.51)


def test_the_domains_of_the_digits_are_pairs_only_where_they_are_tested():
    domains = load_domains("digits", seed=3)
    a, b = ([image for image, _ in split.dataset().as_numpy_iterator()] for split in domains.test)
    assert len(a) == len(b) == 360 and domains.paired
    np.testing.assert_array_equal(slanted(np.stack(a[:5])), b[:5])
    train_a = {image.tobytes() for image, _ in domains.a.dataset().as_numpy_iterator()}
    assert len(train_a) == domains.a.count == 718 and domains.b.count == 719
    # shear moves a dot in the upper half to the right, one below to the left, and light becomes dark
    dots = np.zeros((1, 32, 32, 1), "float32")
    dots[0, [6, 25], 16] = 255
    moved = slanted(dots)[0, :, :, 0]
    assert moved[6].numpy().argmin() == 19 and moved[25].numpy().argmin() == 13 and moved[0, 0] == 255


@pytest.mark.parametrize(
    "spec, message",
    [
        ("horses", "data='horses' is none of digits, folder:A,B, tfds:NAME"),
        ("folder:{0}/a,{0}/none", "none is no folder"),
        ("folder:{0}/a,{0}/empty", "empty has 0 images"),
    ],
)
def test_domains_that_are_not_there_are_named(tmp_path, spec, message):
    for name in ("a", "empty"):
        (tmp_path / name).mkdir()
    for i in range(2):
        keras.utils.save_img(tmp_path / "a" / f"{i}.png", np.zeros((4, 4, 3)))
    with pytest.raises((ValueError, FileNotFoundError)) as error:
        load_domains(spec.format(tmp_path))
    assert message in one_line(error)


def test_domains_of_folders_are_read(tmp_path):
    for name, count in (("a", 6), ("b", 11)):
        (tmp_path / name).mkdir()
        for i in range(count):
            keras.utils.save_img(tmp_path / name / f"{i}.png", np.full((4 + i, 6, 3), 20.0 * i), scale=False)
    domains = load_domains(f"folder:{tmp_path}/a,{tmp_path}/b")
    assert (domains.a.count, domains.b.count, domains.count) == (4, 8, 8)
    assert [split.count for split in domains.test] == [2, 3] and not domains.paired


def test_wrong_images_are_refused_in_one_line():
    model = GAN(
        kzoo.DCGANGenerator32(filters=(8, 4, 4)),
        kzoo.DCGANDiscriminator32(filters=(4, 4, 8)),
        noise="uniform",
        preprocessing=TF,
    )
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    for shape, message in {
        (4, 32, 32, 3): "accepted is (batch, 32, 32, 1)",
        (4, 32, 32): "accepted is (batch, 32, 32, 1)",
        (1, 32, 32, 1): "batch_size=1 leaves BatchNormalization a single image on each replica; at least 2",
    }.items():
        with pytest.raises(ValueError) as error:
            model.fit(tf.data.Dataset.from_tensors(tf.zeros(shape)))
        assert message in one_line(error)
    mixed = tf.data.Dataset.from_generator(
        lambda: (np.zeros((2, i, i, 1)) for i in (3, 4)), output_signature=tf.TensorSpec((None, None, None, 1))
    )
    with pytest.raises(ValueError, match="None for sizes that differ") as error:
        model.fit(mixed)
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
        kzoo.DDPMUNetSmall(base_channels=8),
        kzoo.CycleGANGenerator(base_filters=4, num_residual_blocks=1),
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
