"""What the algorithms share: losses over replicas, draws that do not depend on how many there are, what is served."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from kzoo.layers import Preprocessor
from kzoo.registry import Preprocessing
from kzoo.training.replica import ReplicaModel
from kzoo.training.replica_context import count_examples, pad_empty_replica


class Algorithm(ReplicaModel):
    """Train networks that make images. A `train_step` reads as the paper's algorithm; `fit` is Keras'.

    What is drawn in a step is a function of the seed, the number of steps made and the place of the example in the
    whole batch, so it is the same for any number of replicas, and after a run is resumed.

    Args:
        measures: names of what a step reports.
        preprocessing: of the images that the networks take and make.
        image_shape: (height, width, channels) of the images.
        seed: of all that is drawn.
        xla: whether the methods marked `compiled` are compiled.
    """

    def __init__(
        self,
        measures: Sequence[str],
        preprocessing: Preprocessing,
        image_shape: tuple[int, int, int],
        seed: int = 0,
        xla: bool = True,
        **kwargs,
    ):
        super().__init__(xla=xla, **kwargs)
        self.seed = seed
        self.image_shape = tuple(image_shape)
        self.preprocessor = Preprocessor.of(preprocessing, image_shape)
        self.steps = self.add_weight(
            name="steps", shape=(), dtype="int32", initializer="zeros", trainable=False,
            aggregation="only_first_replica",
        )  # fmt: skip
        self.trackers = [keras.metrics.Mean(name=name) for name in measures]
        self.built = True  # its networks are; nothing else has weights

    def compile(self, *optimizers: tuple[keras.optimizers.Optimizer, Sequence[keras.Variable]], **kwargs):
        """Configure training: optimizers, the first of which is `self.optimizer`, with what each changes."""
        for optimizer, variables in optimizers:
            if not optimizer.built:
                optimizer.build(list(variables))  # Keras would build the first one for all variables there are
        super().compile(optimizer=optimizers[0][0], **kwargs)

    def fit(self, x=None, *args, **kwargs):
        """Train as Keras does, on a dataset or an array of images in the networks' range.

        Raises:
            ValueError: the images are not of the one size, or the channels, that the networks take; or a replica gets a
                single one, of which BatchNormalization would make nothing but zeros.
        """
        for spec in tf.nest.flatten(getattr(x, "element_spec", x)):
            if hasattr(spec, "shape"):
                self._check(tuple(spec.shape))
        return super().fit(x, *args, **kwargs)

    def _check(self, shape):
        wanted = self.image_shape
        if len(shape) != 4 or any(size not in (None, given) for size, given in zip(wanted, shape[1:], strict=True)):
            raise ValueError(
                f"images have shape {shape}, None for sizes that differ; accepted is (batch, "
                f"{', '.join(str(size or 'any') for size in wanted)})"
            )
        if shape[0] is not None:
            self.check(shape[0])

    def check(self, batch_size: int):
        """See that a batch is large enough.

        Raises:
            ValueError: a replica gets a single image, of which BatchNormalization would make nothing but zeros.
        """
        replicas = self.distribute_strategy.num_replicas_in_sync
        normalised = any(isinstance(each, keras.layers.BatchNormalization) for each in self._flatten_layers())
        if normalised and batch_size < 2 * replicas:
            raise ValueError(
                f"batch_size={batch_size} leaves BatchNormalization a single image on each replica; "
                f"at least {2 * replicas} are needed"
            )

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Build nothing: the networks are built, and so are the optimizers by `compile`."""

    def _synchronized_train_step(self, data, step=None):
        logs = super()._synchronized_train_step(data, step)
        self.steps.assign_add(1)
        return logs

    def normal(self, data, shape: Sequence[int], draw: int) -> tf.Tensor:
        """Draw standard normal numbers for each example that this replica has: (examples, *shape) float32.

        Args:
            draw: tells the draws of one step apart.
        """
        return self._of_this_replica(data, lambda count, seed: tf.random.stateless_normal((count, *shape), seed), draw)

    def integers(self, data, below: int, draw: int) -> tf.Tensor:
        """Draw a whole number from 0 for each example that this replica has: (examples,) int32."""
        return self._of_this_replica(
            data,
            lambda count, seed: tf.random.stateless_uniform((count,), seed, maxval=below, dtype=tf.int32),
            draw,
        )

    def _of_this_replica(self, data, make, draw):
        first, count, total = place_in_batch(data)
        return pad_empty_replica(make(total, self.seed_of(draw))[first : first + count])

    def seed_of(self, draw: int) -> tf.Tensor:
        """Return the seed of one of the draws of this step, two integers."""
        return tf.random.fold_in(tf.constant([self.seed, draw], tf.int32), self.steps.value)

    def scaled(self, loss: tf.Tensor, share, optimizer: keras.optimizers.Optimizer) -> tf.Tensor:
        """Return what is differentiated for a mean over this replica's examples: gradients of all replicas add up."""
        loss *= tf.cast(share, loss.dtype) / self.distribute_strategy.num_replicas_in_sync
        return optimizer.scale_loss(loss)  # for float16

    def report(self, data, *values: tf.Tensor | None) -> dict[str, tf.Tensor]:
        """Return the means so far of what `measures` names; None for what this step has not measured."""
        count = tf.cast(count_examples(data), "float32")
        for tracker, value in zip(self.trackers, values, strict=True):
            if value is not None:
                tracker.update_state(value, sample_weight=count)
        return {tracker.name: tracker.result() for tracker in self.trackers}

    def to_bytes(self, images: tf.Tensor) -> tf.Tensor:
        """Bring images as the networks make them to uint8."""
        return to_bytes(self.preprocessor, images)

    def served(self) -> tuple[list[keras.Model], dict[str, tuple[Callable, list[tf.TensorSpec]]]]:
        """Return copies of the networks that are served, and the functions on them by name, with their inputs."""
        raise NotImplementedError(f"{type(self).__name__} says not how it is served")

    def picture(self) -> np.ndarray:
        """Make what a person looks at after each epoch, uint8 (rows, columns, height, width, channels)."""
        return self.samples(64).reshape(8, 8, *self.image_shape)

    def samples(self, count: int, seed: int = 0, batch: int = 100) -> np.ndarray:
        """Make images, uint8 (count, height, width, channels), the same for the same seed."""
        raise NotImplementedError(f"{type(self).__name__} makes no images from nothing")


def to_bytes(preprocessor: Preprocessor, images: tf.Tensor) -> tf.Tensor:
    """Bring images in a network's range to uint8."""
    raw = preprocessor.denormalize(tf.cast(images, tf.float32))
    return tf.cast(tf.round(tf.clip_by_value(raw, 0.0, 255.0)), tf.uint8)


def place_in_batch(data) -> tuple[tf.Tensor | int, tf.Tensor, tf.Tensor]:
    """Return where in the whole batch this replica's examples begin, how many they are, and how many all are."""
    context, count = tf.distribute.get_replica_context(), count_examples(data)
    if context is None or context.num_replicas_in_sync == 1:
        return 0, count, count
    place, replicas = context.replica_id_in_sync_group, context.num_replicas_in_sync
    own = count * tf.one_hot(place, replicas, dtype=tf.int32)
    counts = context.all_reduce(tf.distribute.ReduceOp.SUM, own)
    return tf.reduce_sum(counts[:place]), count, tf.reduce_sum(counts)
