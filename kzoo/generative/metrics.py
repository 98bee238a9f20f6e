"""How good made images are, told from features and class probabilities that a trained classifier gives them."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np

from kzoo.layers import Preprocessor
from kzoo.registry import Preprocessing


def frechet_distance(real: np.ndarray, made: np.ndarray) -> float:
    """Return the Fréchet distance between two sets of features, as if both were normally distributed.

    Heusel et al., 2017, arXiv:1706.08500: |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)), with unbiased covariances. It
    falls with the number of images, even of the same source, so say how many there were: papers take 50,000.

    Args:
        real, made: (images, features), of at least 2 images each.

    Raises:
        ValueError: too few images, another number of features, or numbers that are not finite.
    """
    real, made = (np.asarray(each, "float64") for each in (real, made))
    for name, each in (("real", real), ("made", made)):
        if each.ndim != 2 or len(each) < 2:
            raise ValueError(f"{name} has shape {each.shape}; accepted is (images, features) of at least 2 images")
        if not np.isfinite(each).all():
            raise ValueError(f"{name} has features that are not finite numbers")
    if real.shape[1] != made.shape[1]:
        raise ValueError(f"made has {made.shape[1]} features, but real has {real.shape[1]}; take both of one network")
    covariance, other = (np.atleast_2d(np.cov(each, rowvar=False)) for each in (real, made))
    # the product of covariances has the eigenvalues of root @ other @ root, which is symmetric: no complex roots
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ other @ root).clip(0)).sum()
    apart = ((real.mean(axis=0) - made.mean(axis=0)) ** 2).sum()
    return float(apart + np.trace(covariance) + np.trace(other) - 2 * cross)


def inception_score(probabilities: np.ndarray, splits: int = 10) -> tuple[float, float]:
    """Return mean and deviation, over splits, of exp E KL(p(class | image) || p(class)).

    Salimans et al., 2016, arXiv:1606.03498, whose splits are of 5,000 images. From 1, all alike, to the number of
    classes, each image clearly of one class and all classes as often.

    Args:
        probabilities: (images, classes), rows that add up to 1.
        splits: of the images, in their order.

    Raises:
        ValueError: rows are no probabilities, or there are fewer images than splits.
    """
    probabilities = np.asarray(probabilities, "float64")
    if probabilities.ndim != 2 or not np.allclose(probabilities.sum(axis=1), 1, atol=1e-3):
        raise ValueError(f"probabilities of shape {probabilities.shape} do not add up to 1 for each image")
    if not 1 <= splits <= len(probabilities):
        raise ValueError(f"splits={splits} does not work with {len(probabilities)} images; accepted are 1 to as many")
    scores = []
    for part in np.array_split(probabilities, splits):
        logs = np.log(part.clip(1e-16)) - np.log(part.mean(axis=0).clip(1e-16))
        scores.append(np.exp((part * logs).sum(axis=1).mean()))
    return float(np.mean(scores)), float(np.std(scores))


def coverage(probabilities: np.ndarray) -> np.ndarray:
    """Return the share of the images that each class is the likeliest of, (classes,)."""
    likeliest = np.argmax(probabilities, axis=1)
    return np.bincount(likeliest, minlength=probabilities.shape[1]) / len(likeliest)


def nearest_neighbours(images: np.ndarray, real: np.ndarray, other: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return the index of the real image that is nearest to each image, by its pixels, and the distance to it.

    Args:
        images, real: uint8 (count, height, width, channels) of one size.
        other: whether the images are the real ones, each of which has the nearest of the others.

    Raises:
        ValueError: the images are of another size, or there are too few real ones.
    """
    if images.shape[1:] != real.shape[1:]:
        raise ValueError(f"images have shape {images.shape[1:]}, but real ones {real.shape[1:]}; give both one size")
    if len(real) < 1 + other:
        raise ValueError(f"real has {len(real)} images; at least {1 + other} are needed")
    found = [(block.argmin(axis=1), block.min(axis=1)) for block in _distances(images, real, other)]
    return tuple(np.concatenate(each) for each in zip(*found, strict=True))


def _distances(rows, references, other=False):
    """Give blocks of the distances of all rows from all references; of rows from themselves, if `other`, infinite."""
    rows, references = (each.reshape(len(each), -1).astype("float64") for each in (rows, references))
    squares = (references**2).sum(axis=1)
    for start in range(0, len(rows), 500):  # not all pairs at once
        part = rows[start : start + 500]
        block = np.sqrt(((part**2).sum(axis=1)[:, None] + squares - 2 * part @ references.T).clip(0))
        if other:
            block[np.arange(len(part)), start + np.arange(len(part))] = np.inf
        yield block


def nearest_neighbour_agreement(
    images: np.ndarray, probabilities: np.ndarray, real: np.ndarray, labels: np.ndarray
) -> float:
    """Return the share of images whose likeliest class is the label of the nearest real image, by its pixels.

    The two classifiers agree on nearly every well-formed image. Where an image lies between classes, or is of none,
    they agree by chance.

    Args:
        images, real: uint8 (count, height, width, channels).
        probabilities: (images, classes), which a classifier gives the images.
        labels: classes of the real images.
    """
    nearest, _ = nearest_neighbours(images, real)
    return float((np.argmax(probabilities, axis=1) == np.asarray(labels)[nearest]).mean())


def near_copies(made: np.ndarray, real: np.ndarray, quantile: float = 0.01) -> float:
    """Return the share of made images that are nearer to a real one than real ones are to each other.

    It is about `quantile` for new images of the same distribution, and 1 for a generator that repeats what it has seen.

    Args:
        made, real: uint8 (count, height, width, channels).
        quantile: of the distances from each real image to the nearest other one.
    """
    _, between = nearest_neighbours(real, real, other=True)
    return float((nearest_neighbours(made, real)[1] < np.quantile(between, quantile)).mean())


def precision_recall(real: np.ndarray, made: np.ndarray, neighbours: int = 3) -> tuple[float, float]:
    """Return which share of made images lies among the real ones, and which share of real ones among the made ones.

    Kynkäänniemi et al., 2019, arXiv:1904.06991: an image lies among others if it is no farther from one of them than
    that one's third nearest neighbour. Few well-formed images, made again and again, have a high precision and no
    recall. Both depend on the number of images, so say how many there were.

    Args:
        real, made: features, (images, features).
        neighbours: which neighbour of an image says how far its surroundings reach.

    Raises:
        ValueError: there are too few images.
    """
    for name, each in (("real", real), ("made", made)):
        if not 1 <= neighbours < len(each):
            raise ValueError(f"neighbours={neighbours} does not work with {len(each)} {name} images")
    shares = []
    for images, others in ((made, real), (real, made)):
        blocks = _distances(others, others, other=True)
        reach = np.concatenate([np.partition(block, neighbours - 1, axis=1)[:, neighbours - 1] for block in blocks])
        within = [(block <= reach).any(axis=1) for block in _distances(images, others)]
        shares.append(float(np.concatenate(within).mean()))
    return tuple(shares)


class Judge:
    """Give images of any size features and class probabilities, by a trained classifier.

    Features are what its last dense layer reads: 84 numbers of LeNet-5, 2,048 of Inception v3.

    Args:
        network: a classifier with logits or probabilities.
        preprocessing: of its images. Default: that of its row in the registry, without cropping.
    """

    def __init__(self, network: keras.Model, preprocessing: Preprocessing | None = None):
        dense = [layer for layer in network.layers if isinstance(layer, keras.layers.Dense)][-1:]
        if not dense:
            raise ValueError(f"network={network.name!r} has no dense layer, whose input would be the features")
        row = preprocessing or replace(network.variant.preprocessing, crop=1.0)
        shape = [
            fixed or given for fixed, given in zip(network.input_shape[1:], network.variant.input_shape, strict=True)
        ]
        images = keras.Input((None, None, shape[-1]))
        self.channels = shape[-1]
        inner = keras.Model(network.inputs, [dense[0].input, network.outputs[0]])
        self.model = keras.Model(images, inner(Preprocessor.of(row, shape)(images)))
        self.logits = getattr(network.layers[-1], "activation", None) is not keras.activations.softmax

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return features (images, features) and probabilities (images, classes) of uint8 (images, h, w, channels)."""
        if images.shape[-1] != self.channels:
            images = images.mean(axis=-1, keepdims=True) if self.channels == 1 else images[..., :1].repeat(3, axis=-1)
        features, outputs = self.model.predict(images.astype("float32"), batch_size=100, verbose=0)
        if self.logits:
            outputs = np.asarray(keras.ops.softmax(outputs))
        return features.reshape(len(features), -1), outputs


def inception() -> Judge:
    """Return Inception v3 with Keras' ImageNet weights, which are downloaded.

    They are not those of the graph of 2015 that papers use, so distances compare with each other, not with theirs.
    """
    from kzoo import registry

    return Judge(registry.build("InceptionV3", weights="imagenet"))


def measure(
    judge: Judge, real: np.ndarray, made: np.ndarray, splits: int = 10, labels: np.ndarray | None = None
) -> dict:
    """Return all measures of made images beside real ones, with the numbers of images they were taken from.

    Args:
        labels: classes of the real images, if the judge's classes are theirs; what the nearest neighbours tell is
            measured with them.
    """
    (real_features, _), (features, probabilities) = judge(real), judge(made)
    score, deviation = inception_score(probabilities, splits)
    precision, recall = precision_recall(real_features, features)
    neighbours = {}
    if labels is not None:
        agreement = nearest_neighbour_agreement(made, probabilities, real, labels)
        neighbours = {
            "nearest_neighbour_agreement": round(agreement, 4),
            "near_copies": round(near_copies(made, real), 4),
        }
    return {
        **neighbours,
        "frechet_distance": round(frechet_distance(real_features, features), 4),
        "inception_score": round(score, 4),
        "inception_score_deviation": round(deviation, 4),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "coverage": [round(float(share), 4) for share in coverage(probabilities)],
        "made_images": len(made),
        "real_images": len(real),
    }
