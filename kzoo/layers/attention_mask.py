"""The masks and positions that all blocks of a network share."""

import keras
from keras import ops

from kzoo._validation import NonNegativeInt, check


@keras.saving.register_keras_serializable("kzoo")
class AttentionMask(keras.layers.Layer):
    """Make the attention mask of a padding mask: which position attends to which.

    Args:
        causal: whether a position attends to none that follows it.
    """

    def __init__(self, causal, **kwargs):
        super().__init__(**kwargs)
        self.causal = check(None, "causal", bool, causal)

    def call(self, padding_mask):
        """Return a boolean mask (batch, 1, length or 1, length), given one or int32 (batch, length), 0 for padding."""
        mask = ops.cast(padding_mask, "bool")[:, None, None, :]
        if not self.causal:
            return mask
        positions = ops.arange(ops.shape(padding_mask)[1])
        return mask & (positions[:, None] >= positions[None, :])

    def compute_output_spec(self, padding_mask):
        batch, length = padding_mask.shape
        return keras.KerasTensor((batch, 1, length if self.causal else 1, length), "bool")

    def get_config(self):
        return {**super().get_config(), "causal": self.causal}


@keras.saving.register_keras_serializable("kzoo")
class TokenPositions(keras.layers.Layer):
    """Count the tokens of each text from 0, wherever its padding is; padding before the first token has position 0."""

    def call(self, padding_mask):
        """Return int32 (batch, length), given a padding mask (batch, length), 0 or False for padding."""
        return ops.maximum(ops.cumsum(ops.cast(padding_mask, "int32"), axis=1) - 1, 0)

    def compute_output_spec(self, padding_mask):
        return keras.KerasTensor(padding_mask.shape, "int32")


@keras.saving.register_keras_serializable("kzoo")
class PositionRange(keras.layers.Layer):
    """Return the positions 0, 1, 2 ... of all columns, padding or not: (1, length) for tokens (batch, length)."""

    def call(self, token_ids):
        return ops.arange(ops.shape(token_ids)[1], dtype="int32")[None]

    def compute_output_spec(self, token_ids):
        return keras.KerasTensor((1, token_ids.shape[1]), "int32")


@keras.saving.register_keras_serializable("kzoo")
class PositionsAfterPadding(keras.layers.Layer):
    """Count the tokens of each text from behind the number of the padding token, as RoBERTa does; padding keeps that.

    Args:
        pad_token_id: the padding token, by which padding is found.
    """

    def __init__(self, pad_token_id, **kwargs):
        super().__init__(**kwargs)
        self.pad_token_id = check(None, "pad_token_id", NonNegativeInt, pad_token_id)

    def call(self, token_ids):
        real = ops.cast(ops.not_equal(token_ids, self.pad_token_id), "int32")
        return ops.cumsum(real, axis=1) * real + self.pad_token_id

    def compute_output_spec(self, token_ids):
        return keras.KerasTensor(token_ids.shape, "int32")

    def get_config(self):
        return {**super().get_config(), "pad_token_id": self.pad_token_id}
