"""Supervised training of any Keras model with Keras' own `fit`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from kzoo.compat import compiled_loss, loss_tracker
from kzoo.training.replica import ReplicaModel, compiled
from kzoo.training.replica_context import count_examples, pad_empty_replica, replica_weight


class Trainer(ReplicaModel):
    """Train a network; forward and backward pass are compiled by XLA in each replica.

    Create it, and the network, inside `strategy.scope()`; then `compile`, `fit` and `evaluate` are Keras'.

    Args:
        network: the model to train, inputs to predictions; save and export this.
        xla: whether to compile with XLA.
        auxiliary_weights: loss weights of auxiliary classifiers, which are the outputs after the first, in training.
            Metrics and evaluation are of the first output.
        count: counts in the batch of a replica what the loss is a mean over, where that is not examples.

    Raises:
        ValueError: there is not one weight for each output after the first.
    """

    def __init__(
        self,
        network: keras.Model,
        xla: bool = True,
        auxiliary_weights: Sequence[float] = (),
        count: Callable = count_examples,
        **kwargs,
    ):
        super().__init__(xla=xla, **kwargs)
        if auxiliary_weights and len(auxiliary_weights) != len(network.outputs) - 1:
            raise ValueError(
                f"auxiliary_weights={tuple(auxiliary_weights)} are {len(auxiliary_weights)}, but {network.name} has "
                f"{len(network.outputs) - 1} outputs after the first; give one for each"
            )
        self.network = network
        self.auxiliary_weights, self.count = tuple(auxiliary_weights), count
        self.built = True  # the network is, and nothing else has weights

    def call(self, x, training=None):
        outputs = self.network(x, training=training)
        return outputs[0] if self.auxiliary_weights else outputs

    def compile(self, optimizer="rmsprop", loss=None, **kwargs):
        """Configure training as `ReplicaModel.compile` does.

        Raises:
            ValueError: also with several replicas, if the reduction of the loss is not the mean over what is counted.
        """
        reduction = getattr(loss, "reduction", "mean")
        accepted = ("mean", "sum_over_batch_size") if self.count is count_examples else ("mean_with_sample_weight",)
        if self.distribute_strategy.num_replicas_in_sync > 1 and reduction not in accepted:
            raise ValueError(
                f"reduction={reduction!r} of the loss does not work with several replicas; "
                f"accepted: {' and '.join(map(repr, accepted))}"
            )
        super().compile(optimizer=optimizer, loss=loss, **kwargs)

    @compiled
    def gradients(self, x, y, sample_weight, weight):
        """Return loss, predictions and gradients of the batch of a replica, whose loss is weighted by `weight`."""
        with tf.GradientTape() as tape:
            loss, y_pred = self.training_loss(x, y, sample_weight)
            scaled = self.optimizer.scale_loss(loss * tf.cast(weight, loss.dtype))  # loss scaling, for float16
        return loss, y_pred, tape.gradient(scaled, [v.value for v in self.network.trainable_variables])

    def training_loss(self, x, y, sample_weight):
        """Return the loss that is minimized, and the predictions; subclasses override it."""
        y_pred, *auxiliary = self.network(x, training=True) if self.auxiliary_weights else [self(x, training=True)]
        loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=True)
        for weight, prediction in zip(self.auxiliary_weights, auxiliary, strict=True):
            loss += weight * compiled_loss(self)(y, prediction, sample_weight)
        return loss, y_pred

    @compiled
    def forward(self, x, y, sample_weight):
        """Return loss and predictions of the batch of a replica, in inference mode."""
        y_pred = self(x, training=False)
        return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=False), y_pred

    def train_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(pad_empty_replica(data))
        loss, y_pred, gradients = self.gradients(x, y, sample_weight, replica_weight(data, self.count))
        self.apply_gradients(self.optimizer, zip(gradients, self.network.trainable_variables, strict=True))
        return self._log(data, y_pred, loss)

    def test_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(pad_empty_replica(data))
        loss, y_pred = self.forward(x, y, sample_weight)
        return self._log(data, y_pred, loss)

    def _log(self, data, y_pred, loss):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        examples = count_examples(x)
        y_pred = tf.nest.map_structure(lambda each: each[:examples], y_pred)  # without padding
        # the loss was divided by the number of replicas, because gradients are summed; the log is the mean
        mean = loss * self.distribute_strategy.num_replicas_in_sync
        loss_tracker(self).update_state(mean, sample_weight=self.count(data))
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)
