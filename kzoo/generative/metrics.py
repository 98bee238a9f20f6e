"""Metrics of generated images, from the features and class probabilities of a trained classifier, or from pixels."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import keras
import numpy as np
from annotated_types import Interval

from kzoo._validation import PositiveInt, check
from kzoo.layers import Preprocessor
from kzoo.registry import Preprocessing, record_of


def frechet_distance(real: np.ndarray, fake: np.ndarray) -> float:
    """Return the Fréchet distance between two sets of features, each modelled as a multivariate normal distribution.

    Heusel et al., 2017, arXiv:1706.08500: |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)), with unbiased covariances. It
    is biased: it falls with the number of images, so report how many there were; papers take 50,000.

    Args:
        real, fake: (images, features), of at least 2 images each.

    Raises:
        ValueError: too few images, numbers of features that differ, or features that are not finite.
    """
    real, fake = check_features(real, fake)
    real_cov, fake_cov = (np.atleast_2d(np.cov(each, rowvar=False)) for each in (real, fake))
    # the product of covariances has the eigenvalues of root @ fake_cov @ root, which is symmetric: no complex roots
    eigenvalues, eigenvectors = np.linalg.eigh(real_cov)
    root = (eigenvectors * np.sqrt(eigenvalues.clip(0))) @ eigenvectors.T
    trace_of_root = np.sqrt(np.linalg.eigvalsh(root @ fake_cov @ root).clip(0)).sum()
    mean_distance = ((real.mean(axis=0) - fake.mean(axis=0)) ** 2).sum()
    return float(mean_distance + np.trace(real_cov) + np.trace(fake_cov) - 2 * trace_of_root)


def check_features(real: np.ndarray, fake: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return two sets of features as float64.

    Raises:
        ValueError: too few images, numbers of features that differ, or features that are not finite.
    """
    real, fake = (np.asarray(each, "float64") for each in (real, fake))
    for name, each in (("real", real), ("fake", fake)):
        if each.ndim != 2 or len(each) < 2:
            raise ValueError(f"{name} has shape {each.shape}; accepted is (images, features) of at least 2 images")
        if not np.isfinite(each).all():
            raise ValueError(f"{name} has features that are not finite numbers")
    if real.shape[1] != fake.shape[1]:
        raise ValueError(f"fake has {fake.shape[1]} features, but real has {real.shape[1]}; take both of one network")
    return real, fake


def check_probabilities(probabilities: np.ndarray) -> np.ndarray:
    """Return probabilities, (images, classes), as float64.

    Raises:
        ValueError: there are none, one is negative, or rows do not sum to 1.
    """
    probabilities = np.asarray(probabilities, "float64")
    if probabilities.ndim != 2 or not probabilities.size or not np.allclose(probabilities.sum(axis=1), 1, atol=1e-3):
        raise ValueError(f"probabilities of shape {probabilities.shape} do not add up to 1 for each image")
    if (smallest := probabilities.min()) < 0:
        raise ValueError(f"probabilities has {smallest:.3g}; accepted are numbers from 0")
    return probabilities


def inception_score(probabilities: np.ndarray, splits: int = 10) -> tuple[float, float]:
    """Return the mean and standard deviation, over splits, of exp E KL(p(class | image) || p(class)).

    Salimans et al., 2016, arXiv:1606.03498, with splits of 5,000 images. It ranges from 1, equal probabilities for all
    images, to the number of classes, each image of one class with certainty and all classes equally frequent.

    Args:
        probabilities: (images, classes); rows sum to 1.
        splits: number of parts that the images are split into, in order.

    Raises:
        ValueError: they are no probabilities, or there are fewer images than splits.
    """
    probabilities, splits = check_probabilities(probabilities), check(None, "splits", PositiveInt, splits)
    if not 1 <= splits <= len(probabilities):
        raise ValueError(f"splits={splits} does not work with {len(probabilities)} images; accepted are 1 to as many")
    scores = []
    for part in np.array_split(probabilities, splits):
        log_ratios = np.log(part.clip(1e-16)) - np.log(part.mean(axis=0).clip(1e-16))
        scores.append(np.exp((part * log_ratios).sum(axis=1).mean()))
    return float(np.mean(scores)), float(np.std(scores))


def class_distribution(probabilities: np.ndarray) -> np.ndarray:
    """Return the share of images with each class as their top-1 prediction, (classes,).

    Raises:
        ValueError: they are no probabilities, (images, classes).
    """
    probabilities = check_probabilities(probabilities)
    top1 = np.argmax(probabilities, axis=1)
    return np.bincount(top1, minlength=probabilities.shape[1]) / len(top1)


def nearest_neighbours(
    images: np.ndarray, real: np.ndarray, exclude_self: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return each image's nearest neighbour among the real ones, as an index, and the Euclidean distance of the pixels.

    Args:
        images, real: uint8 (count, height, width, channels) of one size.
        exclude_self: for `images` that are the real ones: no image is its own neighbour.

    Raises:
        ValueError: the sizes differ, there are too few real images, or pixels are not finite.
    """
    images, real = np.asarray(images), np.asarray(real)
    for name, each in (("images", images), ("real", real)):
        if each.dtype.kind not in "buif" or not each.ndim or not np.isfinite(each).all():
            raise ValueError(f"{name} of type {each.dtype} are no finite numbers; accepted are images, uint8")
    if images.shape[1:] != real.shape[1:]:
        raise ValueError(f"images have shape {images.shape[1:]}, but real ones {real.shape[1:]}; give both one size")
    if len(real) < 1 + exclude_self:
        raise ValueError(f"real has {len(real)} images; at least {1 + exclude_self} are needed")
    if not len(images):
        return np.zeros(0, int), np.zeros(0)
    nearest = [(block.argmin(axis=1), block.min(axis=1)) for block in _distances(images, real, exclude_self)]
    indices, distances = zip(*nearest, strict=True)
    return np.concatenate(indices), np.concatenate(distances)


def _distances(rows, references, exclude_self=False):
    """Yield the distance matrix, a block of rows at a time; with `exclude_self` its diagonal is infinite."""
    rows, references = (each.reshape(len(each), -1).astype("float64") for each in (rows, references))
    squared_norms = (references**2).sum(axis=1)
    for start in range(0, len(rows), 500):  # not all pairs at once
        part = rows[start : start + 500]
        block = np.sqrt(((part**2).sum(axis=1)[:, None] + squared_norms - 2 * part @ references.T).clip(0))
        if exclude_self:
            block[np.arange(len(part)), start + np.arange(len(part))] = np.inf
        yield block


def nearest_neighbour_agreement(
    images: np.ndarray, probabilities: np.ndarray, real: np.ndarray, labels: np.ndarray
) -> float:
    """Return how often a classifier's top-1 prediction for an image is the label of its nearest real image, by pixels.

    The two agree on nearly every well-formed image, and by chance on an image between classes, or of none.

    Args:
        images, real: uint8 (count, height, width, channels).
        probabilities: (images, classes), the classifier's.
        labels: classes of the real images.

    Raises:
        ValueError: there are not as many probabilities or labels as images, or none.
    """
    for name, count, each in (("probabilities", len(images), probabilities), ("labels", len(real), labels)):
        if not len(each) == count > 0:
            raise ValueError(
                f"{name} has {len(each)} rows, but there are {count} images; give one for each, at least one"
            )
    nearest, _ = nearest_neighbours(images, real)
    return float((np.argmax(probabilities, axis=1) == np.asarray(labels)[nearest]).mean())


def near_duplicate_rate(fake: np.ndarray, real: np.ndarray, quantile: float = 0.01) -> float:
    """Return the share of generated images that are near-duplicates of real ones: closer than real ones to each other.

    It is about `quantile` for new images of the same distribution, and 1 for a generator that memorizes the real ones.

    Args:
        fake, real: uint8 (count, height, width, channels).
        quantile: of the nearest-neighbour distances among real images, the threshold of a near-duplicate.

    Raises:
        ValueError: there are no images, or `quantile` is out of range.
    """
    quantile = check(None, "quantile", Annotated[float, Interval(ge=0, le=1)], quantile)
    if not len(fake):
        raise ValueError("fake has no images; at least 1 is needed")
    _, real_distances = nearest_neighbours(real, real, exclude_self=True)
    return float((nearest_neighbours(fake, real)[1] < np.quantile(real_distances, quantile)).mean())


def precision_recall(real: np.ndarray, fake: np.ndarray, num_neighbours: int = 3) -> tuple[float, float]:
    """Return the share of fake images in the manifold of the real ones, and that of real images in the fake ones'.

    Kynkäänniemi et al., 2019, arXiv:1904.06991: an image lies in the manifold if, for one of the others, it is no
    farther away than that one's third nearest neighbour. A generator that repeats a few well-formed images has a high
    precision and a low recall. Both depend on the number of images, so report how many there were.

    Args:
        real, fake: (images, features).
        num_neighbours: k; the distance to an image's k-th nearest neighbour is its radius.

    Raises:
        ValueError: there are too few images, or as for `frechet_distance`.
    """
    real, fake = check_features(real, fake)
    num_neighbours = check(None, "num_neighbours", PositiveInt, num_neighbours)
    for name, each in (("real", real), ("fake", fake)):
        if not 1 <= num_neighbours < len(each):
            raise ValueError(f"num_neighbours={num_neighbours} does not work with {len(each)} {name} images")
    return _share_in_manifold(fake, real, num_neighbours), _share_in_manifold(real, fake, num_neighbours)


def _share_in_manifold(images: np.ndarray, others: np.ndarray, num_neighbours: int) -> float:
    """Return the share of images within the radius of any of the others."""
    blocks = _distances(others, others, exclude_self=True)
    radii = np.concatenate([np.partition(block, num_neighbours - 1, axis=1)[:, num_neighbours - 1] for block in blocks])
    in_manifold = [(block <= radii).any(axis=1) for block in _distances(images, others)]
    return float(np.concatenate(in_manifold).mean())


class FeatureExtractor:
    """Compute features and class probabilities of images of any size with a trained classifier.

    Features are the inputs of its last dense layer: 84 of LeNet-5, 2,048 of Inception v3.

    Args:
        network: a classifier that returns logits or probabilities.
        preprocessing: of its images. Default: that of its row in the registry, without cropping.

    Raises:
        ValueError: the network has no dense layer, or the preprocessing of its images is unknown.
    """

    def __init__(self, network: keras.Model, preprocessing: Preprocessing | None = None):
        dense = [layer for layer in network.layers if isinstance(layer, keras.layers.Dense)][-1:]
        if not dense:
            raise ValueError(f"network={network.name!r} has no dense layer, whose input would be the features")
        record = record_of(network)
        if preprocessing is None:
            if record.preprocessing is None:
                raise ValueError(f"network={network.name!r} does not say how images are prepared; give preprocessing")
            preprocessing = replace(record.preprocessing, crop=1.0)
        variant = record.variant
        default = variant.input_shape if variant and variant.kind == "classifier" else network.input_shape[1:]
        shape = [size or side for size, side in zip(network.input_shape[1:], default, strict=True)]
        images = keras.Input((None, None, shape[-1]))
        self.channels = shape[-1]
        features_and_output = keras.Model(network.inputs, [dense[0].input, network.outputs[0]])
        self.model = keras.Model(images, features_and_output(Preprocessor.of(preprocessing, shape)(images)))
        self.from_logits = getattr(network.layers[-1], "activation", None) is not keras.activations.softmax

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return features (images, features) and probabilities (images, classes) of uint8 (images, h, w, channels)."""
        if images.shape[-1] != self.channels:
            images = images.mean(axis=-1, keepdims=True) if self.channels == 1 else images[..., :1].repeat(3, axis=-1)
        features, outputs = self.model.predict(images.astype("float32"), batch_size=100, verbose=0)
        if self.from_logits:
            outputs = np.asarray(keras.ops.softmax(outputs))
        return features.reshape(len(features), -1), outputs


def inception_v3() -> FeatureExtractor:
    """Return Inception v3 with Keras' ImageNet weights, which are downloaded.

    Papers compute FID with the graph of 2015, which has other weights, so distances are not comparable with theirs.
    """
    from kzoo import registry

    return FeatureExtractor(registry.build("InceptionV3", weights="imagenet"))


def compute_metrics(
    extractor: FeatureExtractor, real: np.ndarray, fake: np.ndarray, splits: int = 10, labels: np.ndarray | None = None
) -> dict:
    """Return all metrics of generated images and real ones, with the number of images of both.

    Args:
        extractor: of the features and class probabilities.
        real, fake: uint8 (count, height, width, channels).
        splits: as of `inception_score`.
        labels: classes of the real images, if the extractor was trained on these classes; the metrics of nearest
            neighbours need them.
    """
    (real_features, _), (fake_features, probabilities) = extractor(real), extractor(fake)
    score, std = inception_score(probabilities, splits)
    precision, recall = precision_recall(real_features, fake_features)
    neighbour_metrics = {}
    if labels is not None:
        agreement = nearest_neighbour_agreement(fake, probabilities, real, labels)
        neighbour_metrics = {
            "nearest_neighbour_agreement": round(agreement, 4),
            "near_duplicate_rate": round(near_duplicate_rate(fake, real), 4),
        }
    return {
        **neighbour_metrics,
        "frechet_distance": round(frechet_distance(real_features, fake_features), 4),
        "inception_score": round(score, 4),
        "inception_score_std": round(std, 4),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "class_distribution": [round(float(share), 4) for share in class_distribution(probabilities)],
        "generated_images": len(fake),
        "real_images": len(real),
    }
