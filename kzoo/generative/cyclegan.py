"""CycleGAN: unpaired image-to-image translation (Zhu et al., 2017, arXiv:1703.10593)."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from kzoo._batches import pad_if_empty
from kzoo._validation import ImageShape, NonNegativeFloat, NonNegativeInt, PositiveInt, check
from kzoo.data.images import Domains
from kzoo.exporting import Function
from kzoo.exporting.cloning import clone, in_float32
from kzoo.exporting.synthetic_images import dead_leaves
from kzoo.generative.algorithm import ONE_LEVEL, Algorithm, position_in_batch
from kzoo.layers import Preprocessor
from kzoo.registry import TF, Preprocessing
from kzoo.training.replica import compiled
from kzoo.training.replica_context import pad_empty_replica, replica_weight

SIZE_MULTIPLE = 4  # of the sides of images, which the generator halves twice
METRICS = ("generator_loss", "cycle_loss", "discriminator_a_loss", "discriminator_b_loss")


class ImagePool(keras.layers.Layer):
    """A buffer of images generated earlier, for the discriminator (Shrivastava et al., 2016, arXiv:1612.07828).

    Until it is full, each image is added and returned. Then each image, with a probability of one half, is swapped for
    one of the pool. All replicas share one pool, in the order of the global batch.

    Args:
        pool_size: number of images; with 0, images are returned as they are.
        image_shape: (height, width, channels) of the images.
    """

    def __init__(self, pool_size: int, image_shape: tuple[int, int, int], **kwargs):
        super().__init__(trainable=False, dtype="float32", **kwargs)
        self.pool_size = pool_size
        shared = {"initializer": "zeros", "trainable": False, "aggregation": "only_first_replica"}
        if pool_size:
            self.images = self.add_weight(name="images", shape=(pool_size, *image_shape), **shared)
            self.count = self.add_weight(name="count", shape=(), dtype="int32", **shared)
        self.built = True

    def query(self, images: tf.Tensor, data, indices: tf.Tensor, swaps: tf.Tensor) -> tf.Tensor:
        """Return images for the discriminator in exchange for this replica's.

        Args:
            images: this replica's.
            data: this replica's part of the batch, whose examples are counted.
            indices: in the pool, one for each image of the global batch, (batch,) int32.
            swaps: whether each image is swapped for the one at its index, (batch,) bool.
        """
        if not self.pool_size:
            return images
        start, count, _ = position_in_batch(data)
        context = tf.distribute.get_replica_context()
        batch = tf.cast(images[:count], tf.float32)
        if context.num_replicas_in_sync > 1:
            batch = context.all_gather(batch, axis=0)
        total = tf.shape(batch)[0]

        def insert(i, pool, count, returned):
            filling = count < self.pool_size
            index, image = tf.where(filling, count, indices[i]), batch[i]
            returned = returned.write(i, tf.where(filling | ~swaps[i], image, pool[index]))
            inserted = tf.cast(filling | swaps[i], tf.float32)
            pool = tf.tensor_scatter_nd_add(pool, [[index]], [inserted * (image - pool[index])])
            return i + 1, pool, tf.minimum(count + 1, self.pool_size), returned

        initial = (
            0,
            self.images.value,
            self.count.value,
            tf.TensorArray(tf.float32, total, element_shape=images.shape[1:]),
        )
        _, pool, pool_count, returned = tf.while_loop(lambda i, *_: i < total, insert, initial)
        self.images.assign(pool)
        self.count.assign(pool_count)
        return pad_empty_replica(returned.stack()[start : start + count])


class CycleGAN(Algorithm):
    """Train two generators and two discriminators, from pairs of batches (a, b) of unpaired images.

    The losses are the paper's: least-squares adversarial loss, cycle-consistency loss and identity loss. As in the
    authors' code, the discriminators' losses are halved. Create the algorithm, and the networks, inside
    `strategy.scope()`.

    Args:
        a_to_b, b_to_a: generators; images of one domain -> of the other.
        discriminator_a, discriminator_b: images -> scores of patches, with target 1 for real.
        image_shape: (height, width, channels) of the training images; sides are multiples of 4.
        cycle_weight: of the cycle-consistency loss.
        identity_weight: of the identity loss, as a share of `cycle_weight`; the paper has 0.5 for photos of paintings,
            to preserve colours (section 5.2), and 0 for all else.
        pool_size: images of each domain in the pool for its discriminator.
        preprocessing: of the images, to -1..1.
        seed: of all random numbers.
        xla: whether forward and backward passes are compiled.

    Raises:
        ValueError: the sides are no multiples of 4, the networks have another number of channels, or another argument
            is out of range.
    """

    fake_rows = 1  # the fake images of domain b

    def __init__(
        self,
        a_to_b: keras.Model,
        b_to_a: keras.Model,
        discriminator_a: keras.Model,
        discriminator_b: keras.Model,
        image_shape: tuple[int, int, int],
        cycle_weight: float = 10.0,
        identity_weight: float = 0.5,
        pool_size: int = 50,
        preprocessing: Preprocessing = TF,
        seed: int = 0,
        xla: bool = True,
        **kwargs,
    ):
        image_shape = check(None, "image_shape", ImageShape, image_shape)
        cycle_weight = check(None, "cycle_weight", NonNegativeFloat, cycle_weight)
        identity_weight = check(None, "identity_weight", NonNegativeFloat, identity_weight)
        pool_size = check(None, "pool_size", NonNegativeInt, pool_size)
        if any(side % SIZE_MULTIPLE for side in image_shape[:2]):
            raise ValueError(f"image_shape={image_shape} does not work; height and width must be multiples of 4")
        for network in (a_to_b, b_to_a, discriminator_a, discriminator_b):
            if network.input_shape[-1] != image_shape[-1]:
                raise ValueError(
                    f"{network.name} takes {network.input_shape[-1]} channels, but image_shape={image_shape}"
                )
        super().__init__(METRICS, preprocessing, image_shape, seed=seed, xla=xla, **kwargs)
        self.a_to_b, self.b_to_a = a_to_b, b_to_a
        self.discriminator_a, self.discriminator_b = discriminator_a, discriminator_b
        self.cycle_weight, self.identity_weight = cycle_weight, identity_weight
        self.pool_a, self.pool_b = (ImagePool(pool_size, self.image_shape, name=f"pool_{each}") for each in "ab")

    @property
    def generator_variables(self) -> list[keras.Variable]:
        """The trainable variables of both generators."""
        return [*self.a_to_b.trainable_variables, *self.b_to_a.trainable_variables]

    @property
    def discriminator_variables(self) -> list[keras.Variable]:
        """The trainable variables of both discriminators."""
        return [*self.discriminator_a.trainable_variables, *self.discriminator_b.trainable_variables]

    def compile(self, generator_optimizer, discriminator_optimizer, **kwargs):
        """Configure training, with one optimizer for both generators and one for both discriminators."""
        super().compile(
            (generator_optimizer, self.generator_variables),
            (discriminator_optimizer, self.discriminator_variables),
            **kwargs,
        )
        self.discriminator_optimizer = discriminator_optimizer

    def call(self, images, training=None):
        return self.a_to_b(images, training=training)

    @compiled
    def generator_gradients(self, a, b, share):
        """Return the total loss and the cycle loss of the generators, their fake images, and the gradients."""
        with tf.GradientTape() as tape:
            fake_b, fake_a = self.a_to_b(a, training=True), self.b_to_a(b, training=True)
            adversarial_loss = least_squares_loss(1.0, self.discriminator_b(fake_b))
            adversarial_loss += least_squares_loss(1.0, self.discriminator_a(fake_a))
            cycle_loss = l1_loss(a, self.b_to_a(fake_b, training=True)) + l1_loss(b, self.a_to_b(fake_a, training=True))
            loss = adversarial_loss + self.cycle_weight * cycle_loss
            if self.identity_weight:
                identity_loss = l1_loss(b, self.a_to_b(b, training=True)) + l1_loss(a, self.b_to_a(a, training=True))
                loss += self.identity_weight * self.cycle_weight * identity_loss
            scaled_loss = self.scale_loss(loss, share, self.optimizer)
        gradients = tape.gradient(scaled_loss, [each.value for each in self.generator_variables])
        return loss, cycle_loss, fake_a, fake_b, gradients

    @compiled
    def discriminator_gradients(self, a, b, fake_a, fake_b, share):
        """Return the loss of each discriminator, and the gradients."""
        with tf.GradientTape() as tape:
            loss_a, loss_b = (
                0.5 * (least_squares_loss(1.0, network(real)) + least_squares_loss(0.0, network(fake)))
                for network, real, fake in ((self.discriminator_a, a, fake_a), (self.discriminator_b, b, fake_b))
            )
            scaled_loss = self.scale_loss(loss_a + loss_b, share, self.discriminator_optimizer)
        return loss_a, loss_b, tape.gradient(scaled_loss, [each.value for each in self.discriminator_variables])

    def train_step(self, data):
        (a, b), share = pad_empty_replica(data), replica_weight(data)

        loss, cycle_loss, fake_a, fake_b, gradients = self.generator_gradients(a, b, share)
        self.apply_gradients(self.optimizer, zip(gradients, self.generator_variables, strict=True))

        fake_a = self.query_pool(self.pool_a, fake_a, data, salt=0)
        fake_b = self.query_pool(self.pool_b, fake_b, data, salt=1)
        loss_a, loss_b, gradients = self.discriminator_gradients(a, b, fake_a, fake_b, share)
        self.apply_gradients(self.discriminator_optimizer, zip(gradients, self.discriminator_variables, strict=True))

        return self.update_metrics(data, loss, cycle_loss, loss_a, loss_b)

    def query_pool(self, pool: ImagePool, images: tf.Tensor, data, salt: int) -> tf.Tensor:
        """Return images of a pool, or those given, with this step's random indices and swaps."""
        *_, total = position_in_batch(data)
        seeds = tf.random.split(self.step_seed(salt))
        indices = tf.random.stateless_uniform((total,), seeds[0], maxval=max(pool.pool_size, 1), dtype=tf.int32)
        swaps = tf.random.stateless_uniform((total,), seeds[1]) > 0.5
        return pool.query(images, data, indices, swaps)

    def translate(self, generator: keras.Model, images: np.ndarray, batch_size: int = 16) -> np.ndarray:
        """Translate raw images, uint8 (images, height, width, channels), with one of the generators; return uint8.

        Raises:
            ValueError: the images have another rank, or `batch_size` is below 1.
        """
        images, batch_size = np.asarray(images), check(None, "batch_size", PositiveInt, batch_size)
        if images.ndim != 4:
            raise ValueError(f"images has shape {images.shape}; accepted is (images, height, width, channels)")
        translate = make_translate_function(generator, self.preprocessor)
        starts = range(0, max(len(images), 1), batch_size)
        return np.concatenate([translate(tf.constant(images[i : i + batch_size])) for i in starts])

    def sample_grid(self, data: Domains) -> np.ndarray:
        """Return rows of real, translated and reconstructed test images, a then b, uint8 (6, columns, h, w, c)."""
        a, b = data.test_images(self.preprocessor, 8)
        rows = []
        for images, there, back in ((a, self.a_to_b, self.b_to_a), (b, self.b_to_a, self.a_to_b)):
            fake = self.translate(there, images)
            rows += [images, fake, self.translate(back, fake)]
        return np.stack([row[: min(len(a), len(b))] for row in rows])

    def serving_spec(self):
        """Return `a_to_b` and `b_to_a`, of images; of any size in a SavedModel, of the network's in other formats."""
        own = {"a_to_b": in_float32(self.a_to_b), "b_to_a": in_float32(self.b_to_a)}
        generators = {name: clone(each) for name, each in own.items()}
        example = dead_leaves(*self.image_shape, 2).astype("uint8")

        def serve(generator):
            translate = make_translate_function(generator, self.preprocessor)
            return lambda images: {"images": translate(images)}

        def serve_one_size(generator):
            size = self.image_shape[:2]
            return lambda images: {"images": translate_padded(generator, self.preprocessor, images, *size)}

        any_size = tf.TensorSpec((None, None, None, self.image_shape[-1]), tf.uint8, "images")
        own_size = tf.TensorSpec((None, *self.image_shape), tf.uint8, "images")
        functions = {
            name: Function(
                serve(each),
                [any_size],
                serve(own[name]),
                [example],
                {"images": ONE_LEVEL},
                [own_size],
                serve_one_size(each),
            )
            for name, each in generators.items()
        }
        return self.make_serving_spec(self.a_to_b, list(generators.values()), functions)


def least_squares_loss(target: float, scores: tf.Tensor) -> tf.Tensor:
    """Return the mean squared error of scores (LSGAN: Mao et al., 2016, arXiv:1611.04076)."""
    return tf.reduce_mean(tf.math.squared_difference(tf.cast(scores, tf.float32), target))


def l1_loss(images: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Return the mean absolute error between images."""
    return tf.reduce_mean(tf.abs(tf.cast(images, tf.float32) - tf.cast(others, tf.float32)))


def make_translate_function(generator, preprocessor: Preprocessor):
    """Return a function from raw images, uint8 of any size, to the generator's images of the same size, uint8."""

    def translate(images):
        count, size = tf.shape(images)[0], tf.unstack(tf.shape(images)[1:3])
        return translate_padded(generator, preprocessor, pad_if_empty(images), *size)[:count]

    return translate


def translate_padded(generator, preprocessor: Preprocessor, images, height, width):
    """Return the generator's images of raw ones, at least one, padded to sides that it takes and cropped again."""
    rows, columns = -height % SIZE_MULTIPLE, -width % SIZE_MULTIPLE
    x = preprocessor.normalize(preprocessor.recolour(tf.cast(images, tf.float32)))
    x = tf.pad(x, [[0, 0], [0, rows], [0, columns], [0, 0]], mode="SYMMETRIC")
    return preprocessor.to_uint8(generator(x, training=False))[:, :height, :width]
