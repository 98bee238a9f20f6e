"""One table that embeds tokens and scores them (Vaswani et al., 2017, arXiv:1706.03762, section 3.4)."""

import keras


@keras.saving.register_keras_serializable("kzoo")
class ScaledEmbedding(keras.layers.ReversibleEmbedding):
    """Embed tokens, scaled by the square root of the width; with `reverse=True`, score all tokens with the same table.

    Args:
        input_dim: tokens in the vocabulary.
        output_dim: width of a vector.
    """

    def __init__(self, input_dim, output_dim, embeddings_initializer=None, **kwargs):
        # scaled vectors start with a variance of 1, and so do the scores of normalised ones
        initializer = embeddings_initializer or keras.initializers.RandomNormal(stddev=output_dim**-0.5)
        super().__init__(input_dim, output_dim, embeddings_initializer=initializer, **kwargs)

    def call(self, inputs, reverse=False):
        result = super().call(inputs, reverse=reverse)
        return result if reverse else result * self.output_dim**0.5
