"""Colour transforms of a batch (B, H, W, C) float32 in 0..255, functions of a seed of two integers."""

import tensorflow as tf

# Square roots of the eigenvalues, and the eigenvectors in columns, of the covariance of RGB over ImageNet in 0..255, as
# in the public code of AlexNet's authors and, divided by 255, in fb.resnet.torch.
PCA_SCALES = (55.46, 4.794, 1.148)
PCA_VECTORS = ((-0.5675, 0.7192, 0.4009), (-0.5808, -0.0045, -0.8140), (-0.5836, -0.6948, 0.4203))


def pca_lighting(images: tf.Tensor, seed: tf.Tensor, stddev: float = 0.1) -> tf.Tensor:
    """Add to each image one random colour along the principal components of ImageNet's colours (PCA lighting).

    From AlexNet's paper (doi:10.1145/3065386), section 4.1. Raises ValueError for images that are not RGB.
    """
    if images.shape[-1] != 3:
        raise ValueError(f"PCA lighting is for images of 3 channels; these have {images.shape[-1]}")
    draws = tf.random.stateless_normal([tf.shape(images)[0], 3], seed, stddev=stddev)
    shift = tf.matmul(draws * PCA_SCALES, PCA_VECTORS, transpose_b=True)
    return _apply_color_matrix(images, tf.eye(3, batch_shape=[tf.shape(images)[0]]), shift)


def color_jitter(
    images: tf.Tensor, seed: tf.Tensor, brightness: float = 0.4, contrast: float = 0.4, saturation: float = 0.4
) -> tf.Tensor:
    """Multiply brightness, contrast and saturation of each image by random factors within 1 plus or minus the argument.

    Contrast is about the mean grey of the image, saturation about the grey of each pixel. The three commute, because
    only the result is clipped to 0..255; so there is no random order. As in fb.resnet.torch; 0.4 each is common for
    ImageNet. Raises ValueError for images of neither 1 nor 3 channels.
    """
    draws = tf.random.stateless_uniform([3, tf.shape(images)[0], 1, 1], seed, -1, 1)
    b, c, s = 1 + brightness * draws[0], 1 + contrast * draws[1], 1 + saturation * draws[2]
    grey = _grey(images.shape[-1])
    mean = tf.matmul(tf.reduce_mean(images, axis=(1, 2)), grey)
    # b * (c * (s * pixel + (1 - s) * grey) + (1 - c) * mean), as a matrix and a shift
    return _apply_color_matrix(
        images, b * c * (s * tf.eye(images.shape[-1]) + (1 - s) * grey), (b * (1 - c))[:, 0] * mean
    )


def _apply_color_matrix(images: tf.Tensor, matrices: tf.Tensor, shifts: tf.Tensor) -> tf.Tensor:
    """Multiply the pixels of each image by its (C, C) matrix, add (C,) or (1,), and clip to 0..255."""
    pixels = tf.reshape(images, tf.stack([tf.shape(images)[0], -1, images.shape[-1]]))
    changed = tf.clip_by_value(tf.matmul(pixels, matrices) + shifts[:, None], 0, 255)
    return tf.ensure_shape(tf.reshape(changed, tf.shape(images)), images.shape)


def luminance(images: tf.Tensor) -> tf.Tensor:
    """Return the luminance (..., 1) of images (..., 1 or 3), by the weights of ITU-R 601-2."""
    return tf.tensordot(images, _grey(images.shape[-1]), 1)


def _grey(channels: int) -> tf.Tensor:
    if channels not in (1, 3):
        raise ValueError(f"this augmentation is for images of 1 or 3 channels; these have {channels}")
    return tf.constant([[1.0]] if channels == 1 else [[0.299], [0.587], [0.114]])
