"""Translation between two sets of images without pairs (Zhu et al., 2017, arXiv:1703.10593)."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from kzoo.exporting.cloning import clone
from kzoo.generative.algorithm import Algorithm, place_in_batch, to_bytes
from kzoo.layers import Preprocessor
from kzoo.registry import TF, Preprocessing
from kzoo.training.replica import compiled
from kzoo.training.replica_context import pad_empty_replica, replica_weight

MULTIPLE = 4  # of the sides of images, which the generator halves twice
MEASURES = ("generator_loss", "cycle_loss", "discriminator_a_loss", "discriminator_b_loss")


class ImagePool(keras.layers.Layer):
    """Keep images that were made earlier, for the discriminator to see (Shrivastava et al., 2016, arXiv:1612.07828).

    Until it is full, each image goes in and is given back. Then half of the images take the place of one in the pool,
    which is given back instead. All replicas share one pool, in the order of the whole batch.

    Args:
        size: images; 0 for none, which gives back what it gets.
        image_shape: (height, width, channels) of them.
    """

    def __init__(self, size: int, image_shape: tuple[int, int, int], **kwargs):
        super().__init__(trainable=False, dtype="float32", **kwargs)
        self.size = size
        shared = {"initializer": "zeros", "trainable": False, "aggregation": "only_first_replica"}
        if size:
            self.images = self.add_weight(name="images", shape=(size, *image_shape), **shared)
            self.count = self.add_weight(name="count", shape=(), dtype="int32", **shared)
        self.built = True

    def exchange(self, images: tf.Tensor, data, places: tf.Tensor, swaps: tf.Tensor) -> tf.Tensor:
        """Return images in the place of those given, which are this replica's.

        Args:
            data: what this replica's share of the batch is told by.
            places: where in the pool each image of the whole batch would go, (batch,) int32; swaps: whether it does.
        """
        if not self.size:
            return images
        first, count, _ = place_in_batch(data)
        context = tf.distribute.get_replica_context()
        whole = tf.cast(images[:count], tf.float32)
        if context.num_replicas_in_sync > 1:
            whole = context.all_gather(whole, axis=0)
        total = tf.shape(whole)[0]

        def put(i, pool, kept, given):
            filling = kept < self.size
            place, image = tf.where(filling, kept, places[i]), whole[i]
            given = given.write(i, tf.where(filling | ~swaps[i], image, pool[place]))
            enters = tf.cast(filling | swaps[i], tf.float32)
            pool = tf.tensor_scatter_nd_add(pool, [[place]], [enters * (image - pool[place])])
            return i + 1, pool, tf.minimum(kept + 1, self.size), given

        start = (
            0,
            self.images.value,
            self.count.value,
            tf.TensorArray(tf.float32, total, element_shape=images.shape[1:]),
        )
        _, pool, kept, given = tf.while_loop(lambda i, *_: i < total, put, start)
        self.images.assign(pool)
        self.count.assign(kept)
        return pad_empty_replica(given.stack()[first : first + count])


class CycleGAN(Algorithm):
    """Train two generators and two discriminators, from pairs of batches (a, b) of images that belong to no pairs.

    Least squares instead of logarithms and cycle consistency as in the paper; as in the authors' code the
    discriminators' losses are halved. Make it, and the networks, inside `strategy.scope()`.

    Args:
        a_to_b, b_to_a: generators; images of one domain -> of the other.
        discriminator_a, discriminator_b: images -> scores of patches, towards 1 for real.
        image_shape: (height, width, channels) that it is trained on; sides are multiples of 4.
        cycle: weight of the cycle loss, identity: of the identity loss, as a share of that; 0.5 is the paper's for
            photographs of paintings, whose colours it keeps (section 5.2), and 0 for all else.
        pool: images of each domain that are kept for the discriminators.
        preprocessing: of the images, to -1..1.
        seed: of all that is drawn.
        xla: whether forward and backward are compiled.

    Raises:
        ValueError: the sides are no multiples of 4, or the networks are of other channels.
    """

    def __init__(
        self,
        a_to_b: keras.Model,
        b_to_a: keras.Model,
        discriminator_a: keras.Model,
        discriminator_b: keras.Model,
        image_shape: tuple[int, int, int],
        cycle: float = 10.0,
        identity: float = 0.5,
        pool: int = 50,
        preprocessing: Preprocessing = TF,
        seed: int = 0,
        xla: bool = True,
        **kwargs,
    ):
        if any(side % MULTIPLE for side in image_shape[:2]):
            raise ValueError(f"image_shape={image_shape} does not work; height and width must be multiples of 4")
        for network in (a_to_b, b_to_a, discriminator_a, discriminator_b):
            if network.input_shape[-1] != image_shape[-1]:
                raise ValueError(
                    f"{network.name} takes {network.input_shape[-1]} channels, but image_shape={image_shape}"
                )
        super().__init__(MEASURES, preprocessing, image_shape, seed=seed, xla=xla, **kwargs)
        self.a_to_b, self.b_to_a = a_to_b, b_to_a
        self.discriminator_a, self.discriminator_b = discriminator_a, discriminator_b
        self.cycle, self.identity = cycle, identity
        self.pool_a, self.pool_b = (ImagePool(pool, self.image_shape, name=f"pool_{each}") for each in "ab")

    @property
    def generators(self) -> list[keras.Variable]:
        """The weights of both generators."""
        return [*self.a_to_b.trainable_variables, *self.b_to_a.trainable_variables]

    @property
    def discriminators(self) -> list[keras.Variable]:
        """The weights of both discriminators."""
        return [*self.discriminator_a.trainable_variables, *self.discriminator_b.trainable_variables]

    def compile(self, generator_optimizer, discriminator_optimizer, **kwargs):
        """Configure training: one optimizer of both generators, one of both discriminators."""
        super().compile(
            (generator_optimizer, self.generators), (discriminator_optimizer, self.discriminators), **kwargs
        )
        self.discriminator_optimizer = discriminator_optimizer

    def call(self, images, training=None):
        return self.a_to_b(images, training=training)

    @compiled
    def generator_gradients(self, a, b, share):
        """Return the losses of the generators, what they made, and the gradients."""
        with tf.GradientTape() as tape:
            made_b, made_a = self.a_to_b(a, training=True), self.b_to_a(b, training=True)
            fooled = towards(1.0, self.discriminator_b(made_b)) + towards(1.0, self.discriminator_a(made_a))
            cycled = apart(a, self.b_to_a(made_b, training=True)) + apart(b, self.a_to_b(made_a, training=True))
            loss = fooled + self.cycle * cycled
            if self.identity:
                same = apart(b, self.a_to_b(b, training=True)) + apart(a, self.b_to_a(a, training=True))
                loss += self.identity * self.cycle * same
            scaled = self.scaled(loss, share, self.optimizer)
        return loss, cycled, made_a, made_b, tape.gradient(scaled, [each.value for each in self.generators])

    @compiled
    def discriminator_gradients(self, a, b, made_a, made_b, share):
        """Return the loss of each discriminator, and the gradients."""
        with tf.GradientTape() as tape:
            loss_a, loss_b = (
                0.5 * (towards(1.0, network(real)) + towards(0.0, network(made)))
                for network, real, made in ((self.discriminator_a, a, made_a), (self.discriminator_b, b, made_b))
            )
            scaled = self.scaled(loss_a + loss_b, share, self.discriminator_optimizer)
        return loss_a, loss_b, tape.gradient(scaled, [each.value for each in self.discriminators])

    def train_step(self, data):
        (a, b), share = pad_empty_replica(data), replica_weight(data)

        loss, cycled, made_a, made_b, gradients = self.generator_gradients(a, b, share)
        self.optimizer.apply_gradients(zip(gradients, self.generators, strict=True))

        made_a = self.from_pool(self.pool_a, made_a, data, draw=0)
        made_b = self.from_pool(self.pool_b, made_b, data, draw=1)
        loss_a, loss_b, gradients = self.discriminator_gradients(a, b, made_a, made_b, share)
        self.discriminator_optimizer.apply_gradients(zip(gradients, self.discriminators, strict=True))

        return self.report(data, loss, cycled, loss_a, loss_b)

    def from_pool(self, pool: ImagePool, images: tf.Tensor, data, draw: int) -> tf.Tensor:
        """Return images of the pool, or those given, as it is drawn in this step."""
        *_, total = place_in_batch(data)
        seeds = tf.random.split(self.seed_of(draw))
        places = tf.random.stateless_uniform((total,), seeds[0], maxval=max(pool.size, 1), dtype=tf.int32)
        swaps = tf.random.stateless_uniform((total,), seeds[1]) > 0.5
        return pool.exchange(images, data, places, swaps)

    def translate(self, network: keras.Model, images: np.ndarray, batch: int = 16) -> np.ndarray:
        """Return raw images, uint8 (images, height, width, channels), as one of the generators has them in uint8."""
        run = translation(network, self.preprocessor)
        return np.concatenate([run(tf.constant(images[i : i + batch])) for i in range(0, len(images), batch)])

    def served(self):
        networks = {"a_to_b": clone(self.a_to_b), "b_to_a": clone(self.b_to_a)}

        def serve(network):
            run = translation(network, self.preprocessor)
            return lambda images: {"images": run(images)}

        inputs = [tf.TensorSpec((None, None, None, self.image_shape[-1]), tf.uint8, "images")]
        return list(networks.values()), {name: (serve(network), inputs) for name, network in networks.items()}


def towards(target: float, scores: tf.Tensor) -> tf.Tensor:
    """Return the mean square by which scores miss a target (LSGAN: Mao et al., 2016, arXiv:1611.04076)."""
    return tf.reduce_mean(tf.math.squared_difference(tf.cast(scores, tf.float32), target))


def apart(images: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Return the mean absolute difference of images."""
    return tf.reduce_mean(tf.abs(tf.cast(images, tf.float32) - tf.cast(others, tf.float32)))


def translation(network, preprocessor: Preprocessor):
    """Return a function from raw images, uint8 of any size, to images of the same size from a generator."""

    def run(images):
        height, width = tf.unstack(tf.shape(images)[1:3])
        rows, columns = -height % MULTIPLE, -width % MULTIPLE
        x = preprocessor.normalize(preprocessor.recolour(tf.cast(images, tf.float32)))
        x = tf.pad(x, [[0, 0], [0, rows], [0, columns], [0, 0]], mode="SYMMETRIC")
        return to_bytes(preprocessor, network(x, training=False))[:, :height, :width]

    return run
