"""A token embedding tied to the output logits (Vaswani et al., 2017, arXiv:1706.03762, section 3.4)."""

import keras


@keras.saving.register_keras_serializable("kzoo")
class ScaledEmbedding(keras.layers.ReversibleEmbedding):
    """Embed tokens, scaled by the square root of the hidden dimension; with `reverse=True`, project to logits.

    Args:
        input_dim: size of the vocabulary.
        output_dim: hidden dimension.
    """

    def __init__(self, input_dim, output_dim, embeddings_initializer=None, **kwargs):
        # scaled embeddings start with a variance of 1, and so do the logits of normalized vectors
        initializer = embeddings_initializer or keras.initializers.RandomNormal(stddev=output_dim**-0.5)
        super().__init__(input_dim, output_dim, embeddings_initializer=initializer, **kwargs)

    def call(self, inputs, reverse=False):
        result = super().call(inputs, reverse=reverse)
        return result if reverse else result * self.output_dim**0.5
