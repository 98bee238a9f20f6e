"""What the algorithms share: loss scaling and random numbers on any number of replicas, metrics, serving functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import keras
import numpy as np
import tensorflow as tf
from annotated_types import Interval

from kzoo._validation import NonNegativeInt, PositiveInt, check
from kzoo.exporting import FunctionsSpec, ServingSpec
from kzoo.graph import all_layers
from kzoo.layers import Preprocessor
from kzoo.registry import Preprocessing, record_of
from kzoo.training.replica import ReplicaModel
from kzoo.training.replica_context import count_examples, pad_empty_replica

ONE_LEVEL = 1.0  # the accepted difference of images, 0..255: rounding
# TensorFlow draws from two integers, of 64 bits where images are generated, of 32 where a network is trained
Seed = Annotated[int, Interval(ge=-(2**63), le=2**63 - 1)]


class Algorithm(ReplicaModel):
    """Train generative networks. A `train_step` reads as the paper's algorithm; `fit` is Keras'.

    The random numbers of a step are a function of the seed, the number of steps so far and an example's position in the
    global batch, so they are the same for any number of replicas, and after a run is resumed.

    Args:
        metric_names: of what a step returns.
        preprocessing: of the networks' input and output images.
        image_shape: (height, width, channels) of the images.
        seed: of all random numbers.
        xla: whether the methods marked `compiled` are compiled.

    Raises:
        ValueError: `seed` is no whole number from 0.
    """

    fake_rows: slice | int = slice(None)
    """the rows of `sample_grid` with generated images, which should be as diverse as real ones"""

    def __init__(
        self,
        metric_names: Sequence[str],
        preprocessing: Preprocessing,
        image_shape: tuple[int, int, int],
        seed: int = 0,
        xla: bool = True,
        **kwargs,
    ):
        super().__init__(xla=xla, **kwargs)
        self.seed = check(None, "seed", NonNegativeInt, seed)
        height, width, channels = image_shape
        self.image_shape = (height, width, channels)
        self.preprocessor = Preprocessor.of(preprocessing, image_shape)
        self.steps = self.add_weight(
            name="steps", shape=(), dtype="int32", initializer="zeros", trainable=False,
            aggregation="only_first_replica",
        )  # fmt: skip
        self.trackers = [keras.metrics.Mean(name=name) for name in metric_names]
        self.built = True  # its networks are; nothing else has weights

    def compile(self, *optimizers: tuple[keras.optimizers.Optimizer, Sequence[keras.Variable]], **kwargs):
        """Configure training: optimizers, the first of which is `self.optimizer`, each with its variables."""
        for optimizer, variables in optimizers:
            if not optimizer.built:
                optimizer.build(list(variables))  # Keras would build the first one for all variables of the model
        super().compile(optimizer=optimizers[0][0], **kwargs)

    def fit(self, x=None, *args, **kwargs):
        """Train as Keras does, on a dataset or an array of images in the networks' range.

        Raises:
            ValueError: the images have another size or number of channels than the networks take; or a replica gets a
                single one, which BatchNormalization would normalize to zeros.
        """
        for spec in tf.nest.flatten(getattr(x, "element_spec", x)):
            if hasattr(spec, "shape"):
                self._check_shape(tuple(spec.shape))
        return super().fit(x, *args, **kwargs)

    def _check_shape(self, shape):
        expected = self.image_shape
        if len(shape) != 4 or any(size not in (None, given) for size, given in zip(expected, shape[1:], strict=True)):
            raise ValueError(
                f"images have shape {shape}, None for sizes that differ; accepted is (batch, "
                f"{', '.join(str(size or 'any') for size in expected)})"
            )
        if shape[0] is not None:
            self.check_batch_size(shape[0])

    def check_batch_size(self, batch_size: int):
        """Check that a batch is large enough.

        Raises:
            ValueError: a replica gets a single image, which BatchNormalization would normalize to zeros.
        """
        replicas = self.distribute_strategy.num_replicas_in_sync
        normalized = any(isinstance(each, keras.layers.BatchNormalization) for each in all_layers(self))
        if normalized and batch_size < 2 * replicas:
            raise ValueError(
                f"batch_size={batch_size} leaves BatchNormalization a single image on each replica; "
                f"at least {2 * replicas} are needed"
            )

    def build_for_training(self, batch):
        """Build nothing: the networks are built, and so are the optimizers by `compile`."""

    def _synchronized_train_step(self, data, step=None):
        logs = super()._synchronized_train_step(data, step)
        self.steps.assign_add(1)
        return logs

    def sample_normal(self, data, shape: Sequence[int], salt: int) -> tf.Tensor:
        """Sample standard normal numbers for each example of this replica, (examples, *shape) float32.

        Args:
            salt: distinguishes the samples of one step.
        """
        return self._sample_for_replica(
            data, lambda count, seed: tf.random.stateless_normal((count, *shape), seed), salt
        )

    def sample_integers(self, data, maxval: int, salt: int) -> tf.Tensor:
        """Sample an integer from 0 to below `maxval` for each example of this replica, (examples,) int32."""
        return self._sample_for_replica(
            data,
            lambda count, seed: tf.random.stateless_uniform((count,), seed, maxval=maxval, dtype=tf.int32),
            salt,
        )

    def _sample_for_replica(self, data, sample, salt):
        """Sample for the global batch, and return this replica's part."""
        start, count, total = position_in_batch(data)
        return pad_empty_replica(sample(total, self.step_seed(salt))[start : start + count])

    def step_seed(self, salt: int) -> tf.Tensor:
        """Return a seed of this step, two integers."""
        return tf.random.fold_in(tf.constant([self.seed, salt], tf.int32), self.steps.value)

    def scale_loss(self, loss: tf.Tensor, share, optimizer: keras.optimizers.Optimizer) -> tf.Tensor:
        """Scale a mean over this replica's examples so that the gradients of all replicas sum to the batch's.

        Args:
            share: as `replica_weight` returns it.
        """
        loss *= tf.cast(share, loss.dtype) / self.distribute_strategy.num_replicas_in_sync
        return optimizer.scale_loss(loss)  # for float16

    def update_metrics(self, data, *values: tf.Tensor | None) -> dict[str, tf.Tensor]:
        """Update the metrics that `metric_names` names, and return their means; None for one that has no new value."""
        count = tf.cast(count_examples(data), "float32")
        for tracker, value in zip(self.trackers, values, strict=True):
            if value is not None:
                tracker.update_state(value, sample_weight=count)
        return {tracker.name: tracker.result() for tracker in self.trackers}

    def serving_spec(self) -> ServingSpec:
        """Return what `kzoo.export` serves: functions on copies of the networks."""
        raise NotImplementedError(f"{type(self).__name__} has no serving spec")

    def make_serving_spec(self, network: keras.Model, copies: Sequence[keras.Model], functions) -> FunctionsSpec:
        """Return the spec of functions; the record is that of a network, a generator mostly."""
        details = {"algorithm": type(self).__name__, "images": f"uint8 {self.image_shape}"}
        return FunctionsSpec("generator", network.name, record_of(network), copies, functions, details)

    def sample_grid(self, data: Any) -> np.ndarray:
        """Generate the samples that are shown after each epoch, uint8 (rows, columns, height, width, channels).

        From the same noise each time; or from the test images in `data`, if the algorithm translates images.
        """
        return self.sample(64).reshape(8, 8, *self.image_shape)

    def sample(self, count: int, seed: int = 0, batch_size: int = 100) -> np.ndarray:
        """Generate images, uint8 (count, height, width, channels), the same for the same seed."""
        raise NotImplementedError(f"{type(self).__name__} does not generate images from noise")

    def _in_batches(self, sample: Callable[[int, int], tf.Tensor], count: int, batch_size: int) -> np.ndarray:
        """Return the images of all batches.

        Args:
            sample: start and number of a batch's images -> uint8 images.

        Raises:
            ValueError: `count` is below 0, or `batch_size` below 1.
        """
        count = check(None, "count", NonNegativeInt, count)
        batch_size = check(None, "batch_size", PositiveInt, batch_size)
        batches = [np.asarray(sample(i, min(batch_size, count - i))) for i in range(0, count, batch_size)]
        return np.concatenate([np.zeros((0, *self.image_shape), "uint8"), *batches])


def checked_count(count: tf.Tensor) -> tf.Tensor:
    """Return a number of images, asserted not to be negative when a graph runs."""
    with tf.control_dependencies([tf.debugging.Assert(count >= 0, ["count must be at least 0:", count])]):
        return tf.identity(count)


def position_in_batch(data) -> tuple[tf.Tensor | int, tf.Tensor, tf.Tensor]:
    """Return where this replica's examples begin in the global batch, their number, and the size of that batch."""
    context, count = tf.distribute.get_replica_context(), count_examples(data)
    if context is None or context.num_replicas_in_sync == 1:
        return 0, count, count
    replica_id, replicas = context.replica_id_in_sync_group, context.num_replicas_in_sync
    own = count * tf.one_hot(replica_id, replicas, dtype=tf.int32)
    counts = context.all_reduce(tf.distribute.ReduceOp.SUM, own)
    return tf.reduce_sum(counts[:replica_id]), count, tf.reduce_sum(counts)


def tanh(**options) -> Preprocessing:
    """Return the preprocessing of images to -1..1, the range of tanh; without cropping, unless `crop` is given."""
    return Preprocessing("tanh", mean=(127.5,), std=(127.5,), **{"crop": 1.0, **options})
