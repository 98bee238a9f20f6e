"""Training steps of DDPM and CycleGAN beside the papers' equations, with the same random numbers."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

import kzoo
from kzoo.generative import DDPM, CycleGAN, NoiseSchedule
from kzoo.training import make_optimizer


def alpha_bar_at(t):
    """Return the paper's alpha-bar of timestep t, counted from 0, of 1,000 with betas from 1e-4 to 0.02."""
    return math.prod(1 - (1e-4 + (0.02 - 1e-4) * s / 999) for s in range(t + 1))


def test_images_become_noise_by_equation_4():
    rng, schedule = np.random.default_rng(0), NoiseSchedule()
    timesteps = np.array([0, 1, 10, 250, 500, 998, 999])
    images, noise = rng.uniform(-1, 1, (7, 4, 4, 2)), rng.normal(size=(7, 4, 4, 2))
    alpha_bar = np.array([alpha_bar_at(t) for t in timesteps])[:, None, None, None]
    expected = alpha_bar**0.5 * images + (1 - alpha_bar) ** 0.5 * noise
    found = schedule.add_noise(images.astype("float32"), tf.constant(timesteps), noise.astype("float32"))
    # measured: 2e-6 at the first timestep, where float32 has three digits of 1 - 0.9999; one timestep off is 4e-3
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5)


def ddpm(dropout=0.0):
    """Make a diffusion model whose network predicts more than zeros from the start."""
    network = kzoo.DDPMUNetSmall((4, 4, 1), 8, channel_multipliers=(1,), attention_resolutions=(), dropout=dropout)
    rng = np.random.default_rng(0)
    for weight in network.trainable_variables:
        weight.assign(weight + rng.normal(0, 0.2, weight.shape))
    return DDPM(network, NoiseSchedule(), seed=3, xla=False)


def test_a_step_of_ddpm_is_algorithm_1():
    """The gradient of |noise - network(sqrt(a) image + sqrt(1 - a) noise, t)|^2, a = alpha-bar, clipped to norm 1."""
    model, images = ddpm(), np.random.default_rng(1).uniform(-1, 1, (6, 4, 4, 1)).astype("float32")
    model.compile(make_optimizer("sgd", 0.5, global_clipnorm=1.0), run_eagerly=True)  # its graph takes longer
    data = tf.constant(images)
    timesteps = model.sample_integers(data, 1000, 0).numpy()
    noise = model.sample_normal(data, (4, 4, 1), 1).numpy()
    assert len(set(timesteps)) == 6  # each image at a timestep of its own
    alpha_bar = np.array([alpha_bar_at(t) for t in timesteps])[:, None, None, None]
    noisy = (alpha_bar**0.5 * images + (1 - alpha_bar) ** 0.5 * noise).astype("float32")
    twin = keras.models.clone_model(model.network)
    twin.set_weights(model.network.get_weights())
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((noise - twin([noisy, timesteps], training=True)) ** 2)
    gradients = tape.gradient(loss, [each.value for each in twin.trainable_variables])
    norm = math.sqrt(sum(float(tf.reduce_sum(each**2)) for each in gradients))
    assert norm > 1.5  # or clipping would not be seen
    for weight, gradient in zip(twin.trainable_variables, gradients, strict=True):
        weight.assign_sub(0.5 * gradient / norm)
    logs = model.train_on_batch(images, return_dict=True)
    assert logs["loss"] == pytest.approx(float(loss), rel=2e-5)
    for ours, theirs in zip(model.network.trainable_variables, twin.trainable_variables, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=2e-5, err_msg=ours.path)


def test_ddpm_samples_timesteps_uniformly_and_normal_noise():
    model = ddpm()
    many = tf.zeros((20_000, 1))
    shares = np.bincount(model.sample_integers(many, 10, 0), minlength=10) / 20_000
    assert len(shares) == 10 and np.abs(shares - 0.1).max() < 5 * math.sqrt(0.1 * 0.9 / 20_000)
    noise = model.sample_normal(many, (3,), 1).numpy().ravel()
    assert abs(noise.mean()) < 5 / math.sqrt(noise.size) and abs(noise.var() - 1) < 5 * math.sqrt(2 / noise.size)
    model.steps.assign_add(1)  # the next step has random numbers of its own
    assert not np.array_equal(model.sample_normal(many, (3,), 1).numpy().ravel(), noise)


def test_ddpm_trains_with_dropout():
    model = ddpm(dropout=0.5)
    model.compile(make_optimizer("sgd", 0.0))
    images = np.zeros((4, 4, 4, 1), "float32")
    timesteps, noise = tf.zeros(4, tf.int32), tf.zeros((4, 4, 4, 1))
    losses = {float(model.gradients(images, timesteps, noise, 1.0)[0]) for _ in range(3)}
    assert len(losses) == 3


class Pool(list):
    """The image pool of section 4 of the paper and its authors' code."""

    def query(self, images, pool_size, indices, swaps):
        returned = []
        for image, index, swap in zip(images, indices, swaps, strict=True):
            if len(self) < pool_size:
                self.append(image)
                returned.append(image)
            elif swap:
                returned.append(self[index])
                self[index] = image
            else:
                returned.append(image)
        return tf.stack(returned)


class PlainCycleGAN:
    """Read sections 3 and 4 of the paper as they stand, with Keras' own Adam.

    Args:
        networks: a to b, b to a, discriminators of a and of b.
        pool_size: number of images in each pool.
    """

    def __init__(self, networks, pool_size):
        self.networks, self.pool_size = networks, pool_size
        self.pools = Pool(), Pool()
        # a larger epsilon: gradients that are nothing but rounding errors get no full step
        self.optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5, epsilon=1e-2) for _ in range(2)]

    def step(self, a, b, samples):
        """Train on one batch; `samples` are the indices and swaps of the pools of a and of b."""
        ab, ba, discriminate_a, discriminate_b = self.networks
        mean = tf.reduce_mean
        with tf.GradientTape() as tape:
            fake_b, fake_a = ab(a), ba(b)
            loss = mean((discriminate_b(fake_b) - 1) ** 2) + mean((discriminate_a(fake_a) - 1) ** 2)
            loss += 10 * (mean(abs(ba(fake_b) - a)) + mean(abs(ab(fake_a) - b)))
            loss += 5 * (mean(abs(ab(b) - b)) + mean(abs(ba(a) - a)))
        self.descend(0, tape, loss)
        fake_a, fake_b = (
            pool.query(fake, self.pool_size, *sampled)
            for pool, fake, sampled in zip(self.pools, (fake_a, fake_b), samples, strict=True)
        )
        with tf.GradientTape() as tape:
            loss_a = (mean((discriminate_a(a) - 1) ** 2) + mean(discriminate_a(fake_a) ** 2)) / 2
            loss_b = (mean((discriminate_b(b) - 1) ** 2) + mean(discriminate_b(fake_b) ** 2)) / 2
            both = loss_a + loss_b
        self.descend(1, tape, both)
        return float(loss), float(loss_a), float(loss_b)

    def descend(self, which, tape, loss):
        weights = [weight for each in self.networks[2 * which : 2 * which + 2] for weight in each.trainable_variables]
        gradients = tape.gradient(loss, [each.value for each in weights])
        self.optimizers[which].apply(gradients, weights)


def cyclegan():
    networks = [kzoo.CycleGANGenerator(1, 2, num_residual_blocks=1, kernel_size=3, name=name) for name in ("ab", "ba")]
    networks += [kzoo.PatchGAN70(1, base_filters=2, num_downsampling=1, name=name) for name in ("a", "b")]
    rng = np.random.default_rng(0)
    for weight in [weight for each in networks for weight in each.trainable_variables]:
        weight.assign(rng.normal(0, 0.2, weight.shape))
    model = CycleGAN(*networks, image_shape=(16, 16, 1), pool_size=3, seed=5, xla=False)
    model.compile(*(make_optimizer("adam", 2e-4, beta_1=0.5, epsilon=1e-2) for _ in range(2)), run_eagerly=True)
    return model


def test_steps_of_a_cyclegan_are_the_papers():
    """Losses, pools, optimizers: all weights after four steps of two images beside a plain reading of the paper."""
    model = cyclegan()
    networks = (model.a_to_b, model.b_to_a, model.discriminator_a, model.discriminator_b)
    twins = [keras.models.clone_model(each) for each in networks]
    for twin, network in zip(twins, networks, strict=True):
        twin.set_weights(network.get_weights())
    start, plain = [twin.get_weights() for twin in twins], PlainCycleGAN(twins, pool_size=3)
    rng, num_swaps = np.random.default_rng(1), 0
    for _ in range(4):
        a, b = rng.uniform(-1, 1, (2, 2, 16, 16, 1)).astype("float32")
        seeds = [tf.random.split(model.step_seed(salt)) for salt in (0, 1)]
        samples = [
            (
                tf.random.stateless_uniform((2,), index, maxval=3, dtype=tf.int32).numpy(),
                tf.random.stateless_uniform((2,), swap).numpy() > 0.5,
            )
            for index, swap in seeds
        ]
        num_swaps += sum(int(swap.sum()) for _, swap in samples)
        expected = plain.step(a, b, samples)
        logs = model.fit(tf.data.Dataset.from_tensors((a, b)), verbose=0, shuffle=False).history
        found = [logs[name][0] for name in ("generator_loss", "discriminator_a_loss", "discriminator_b_loss")]
        np.testing.assert_allclose(found, expected, rtol=2e-5)
    assert num_swaps >= 3  # the pools did something
    normalized = {f"{each.name.removesuffix('_norm')}/bias" for network in networks for each in network.layers}
    for twin, network, before in zip(twins, networks, start, strict=True):
        for theirs, ours, first in zip(twin.trainable_variables, network.trainable_variables, before, strict=True):
            if ours.path in normalized:
                continue  # a bias before normalization has no gradient but float32's rounding errors
            moved = np.abs(theirs - first).max()
            assert moved > 1e-5, ours.path
            # relative to the change of a weight: measured 1e-4, which is float32's last digit of the weight
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-3 * moved, err_msg=ours.path)
