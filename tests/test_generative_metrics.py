"""Metrics of generated images, grids of samples, and warnings of mode collapse."""

import keras
import numpy as np
import pytest
import scipy.linalg
import tensorflow as tf
from helpers import difference, one_line, randomise
from PIL import Image

import kzoo
from kzoo.generative import FeatureExtractor, class_distribution, frechet_distance, inception_score
from kzoo.generative.callbacks import CollapseMonitor
from kzoo.generative.image_grid import make_grid, save_animation
from kzoo.generative.metrics import (
    compute_metrics,
    inception_v3,
    near_duplicate_rate,
    nearest_neighbour_agreement,
    nearest_neighbours,
    precision_recall,
)
from kzoo.training import Progress


def features(seed, count=300, size=12):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, size)) @ rng.normal(size=(size, size)) + rng.normal(size=size)


def published_distance(real, fake):
    """The formula of the authors' code (bioinf-jku/TTUR), by a general matrix square root."""
    root = scipy.linalg.sqrtm(np.cov(real, rowvar=False) @ np.cov(fake, rowvar=False))
    difference = real.mean(0) - fake.mean(0)
    return (
        difference @ difference
        + np.trace(np.cov(real, rowvar=False))
        + np.trace(np.cov(fake, rowvar=False))
        - 2 * np.trace(root.real)
    )


def test_frechet_distance_is_the_published_one():
    assert frechet_distance(features(0), features(1)) == pytest.approx(published_distance(features(0), features(1)))
    assert frechet_distance(features(0), features(0)) == pytest.approx(0, abs=1e-6)


def test_frechet_distance_of_normal_distributions_in_closed_form():
    """Of one feature: (m - m')^2 + (s - s')^2. Fewer images than features, as often with Inception, are accepted."""
    x = np.array([-1.0, 1.0])[:, None]  # mean 0, unbiased variance 2
    assert frechet_distance(x, 3 * x + 5) == pytest.approx(25 + (3 * 2**0.5 - 2**0.5) ** 2)
    few = features(0, count=4)
    assert frechet_distance(few, few + 1) == pytest.approx(12)


def test_inception_score_in_closed_form():
    every = np.eye(10)[np.arange(1000) % 10]
    assert inception_score(every) == (pytest.approx(10), pytest.approx(0, abs=1e-9))
    assert inception_score(np.tile(every[:1], (100, 1)))[0] == pytest.approx(1)
    # of two classes, half of the images have probabilities 1 and 0, half 1/2 and 1/2: p = 3/4, 1/4
    rows = np.array([[1.0, 0.0], [0.5, 0.5]] * 10)
    kl = (np.log(4 / 3) + 0.5 * np.log(2 / 3) + 0.5 * np.log(2)) / 2
    assert inception_score(rows)[0] == pytest.approx(np.exp(kl))


def test_class_distribution_counts_top_1_predictions():
    np.testing.assert_allclose(class_distribution(np.eye(4)[[0, 0, 2, 3]]), [0.5, 0, 0.25, 0.25])


def pixels(seed, count=30, side=4):
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 1), dtype="uint8")


def test_nearest_neighbours_are_those_of_all_pairs():
    real, images = pixels(0), pixels(1, count=600)
    expected = np.linalg.norm((images[:, None].astype(float) - real).reshape(600, 30, -1), axis=2)
    indices, distances = nearest_neighbours(images, real)
    np.testing.assert_array_equal(indices, expected.argmin(axis=1))
    np.testing.assert_allclose(distances, expected.min(axis=1))
    indices, distances = nearest_neighbours(images, images, exclude_self=True)
    expected = np.linalg.norm((images[:, None].astype(float) - images).reshape(600, 600, -1), axis=2)
    np.fill_diagonal(expected, np.inf)
    np.testing.assert_array_equal(indices, expected.argmin(axis=1))
    np.testing.assert_allclose(distances, expected.min(axis=1))


def test_neighbours_agree_on_well_formed_images_and_by_chance_on_others():
    """Two bright halves are two classes; an image is between them where both halves are as bright."""
    real = np.zeros((2, 4, 4, 1), "uint8")
    real[0, :2], real[1, 2:] = 200, 200
    fake = np.stack([0.9 * real[0], 0.9 * real[1], 0.52 * real[0] + 0.48 * real[1]]).astype("uint8")
    classes = np.eye(2)[[0, 1, 1]]  # of the third the classifier predicts the other half
    assert nearest_neighbour_agreement(fake, classes, real, np.array([0, 1])) == pytest.approx(2 / 3)
    assert nearest_neighbour_agreement(fake, classes, real[::-1], np.array([1, 0])) == pytest.approx(2 / 3)
    assert nearest_neighbour_agreement(fake, np.eye(2)[[1, 0, 1]], real, np.array([0, 1])) == 0


def test_precision_and_recall_are_the_papers():
    """Beside a plain reading of algorithm 1, and where both are known."""
    real, fake = features(0, count=40, size=2), features(1, count=700, size=2)

    def in_manifold(image, others):
        return any(np.linalg.norm(image - each) <= sorted(np.linalg.norm(others - each, axis=1))[3] for each in others)

    expected = np.mean([in_manifold(each, real) for each in fake]), np.mean([in_manifold(each, fake) for each in real])
    assert precision_recall(real, fake) == pytest.approx(expected) and 0.01 < min(expected) < max(expected) < 0.99
    precision, recall = precision_recall(real, np.tile(real[:1], (20, 1)))  # one image repeated
    assert precision == 1 and recall <= 1 / 40
    assert precision_recall(real, np.concatenate([real, real + 1000])) == (0.5, 1)


def test_near_duplicates_are_counted():
    real = pixels(0, count=200)
    assert near_duplicate_rate(real[:50], real) == 1
    quarter = np.concatenate([real[:25], pixels(1, count=75)])
    assert near_duplicate_rate(quarter, real) == pytest.approx(0.25, abs=0.05)
    assert near_duplicate_rate(real, real, quantile=0.0) == 1


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: frechet_distance(features(0), features(1, size=5)), "fake has 5 features, but real has 12"),
        (lambda: frechet_distance(features(0)[:1], features(1)), "of at least 2 images"),
        (lambda: frechet_distance(features(0) * np.nan, features(1)), "real has features that are not finite"),
        (
            lambda: nearest_neighbours(pixels(0), pixels(0, side=5)),
            "shape (4, 4, 1), but real ones (5, 5, 1)",
        ),
        (lambda: near_duplicate_rate(pixels(0), pixels(0, count=1)), "real has 1 images; at least 2 are needed"),
        (lambda: precision_recall(features(0)[:3], features(1)), "num_neighbours=3 does not work with 3 real images"),
        (lambda: inception_score(np.ones((20, 3))), "do not add up to 1"),
        (lambda: inception_score(np.eye(3)), "splits=10 does not work with 3 images"),
        (lambda: inception_score(np.eye(3), 2.5), "splits=2.5 does not work"),
        (lambda: inception_score(np.array([[2.0, -1.0]])), "probabilities has -1"),
        (lambda: class_distribution(np.zeros((0, 3))), "probabilities of shape (0, 3)"),
        (lambda: precision_recall(features(0) * np.nan, features(1)), "real has features that are not finite"),
        (lambda: precision_recall(features(0), features(1), 2.5), "num_neighbours=2.5 does not work"),
        (lambda: nearest_neighbours(pixels(0) * np.nan, pixels(0)), "images of type float64 are no finite numbers"),
        (lambda: near_duplicate_rate(pixels(0), pixels(0), 1.5), "quantile=1.5 does not work"),
        (lambda: near_duplicate_rate(pixels(0)[:0], pixels(0)), "fake has no images"),
        (
            lambda: nearest_neighbour_agreement(pixels(0), np.ones((30, 1)), pixels(0), np.zeros(3)),
            "labels has 3 rows, but there are 30 images",
        ),
    ],
)
def test_wrong_features_are_refused_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert message in one_line(error)


def test_a_feature_extractor_preprocesses_as_its_network_needs():
    network = kzoo.LeNet5(classifier_activation=None)
    images = np.random.default_rng(0).integers(0, 256, (12, 28, 28, 3), dtype="uint8")
    found, probabilities = FeatureExtractor(network)(images)
    ready = kzoo.preprocessor("LeNet5")(images.mean(axis=-1, keepdims=True))
    np.testing.assert_allclose(probabilities, keras.ops.softmax(network(ready)), atol=1e-5)
    np.testing.assert_allclose(found @ network.layers[-1].kernel + network.layers[-1].bias, network(ready), atol=1e-4)
    metrics = compute_metrics(FeatureExtractor(network), images, images)
    assert metrics["generated_images"] == 12 and sum(metrics["class_distribution"]) == pytest.approx(1, abs=1e-3)
    assert metrics["frechet_distance"] == pytest.approx(0, abs=1e-3) and "near_duplicate_rate" not in metrics
    metrics = compute_metrics(FeatureExtractor(network), images, images, labels=probabilities.argmax(axis=1))
    assert metrics["nearest_neighbour_agreement"] == metrics["near_duplicate_rate"] == 1


def test_inception_v3_extracts_its_pooled_features(monkeypatch):
    """With weights of our own; those that it asks for are published, and not on every machine."""
    network, asked = randomise(kzoo.InceptionV3()), []
    monkeypatch.setattr(kzoo.registry, "build", lambda *names, **options: asked.append((names, options)) or network)
    images = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype="uint8")
    features, probabilities = inception_v3()(images)
    assert asked == [(("InceptionV3",), {"weights": "imagenet"})]
    ready = tf.image.resize(images.astype("float32"), (299, 299)) / 127.5 - 1
    pooled = keras.Model(network.inputs, network.get_layer("avg_pool").output)
    assert features.shape == (3, 2048) and probabilities.shape == (3, 1000)
    assert difference(features, pooled(ready)) < 1e-4 and difference(probabilities, network(ready)) < 1e-4
    assert difference(features[:1], features[1:2]) > 1e-3  # it depends on the image


def test_a_grid_has_each_image_at_its_position(tmp_path):
    images = np.arange(6, dtype="uint8").reshape(2, 3, 1, 1, 1) * np.ones((1, 1, 8, 8, 3), "uint8")
    grid = np.asarray(make_grid(images))
    assert grid.shape == (2 * 130 + 2, 3 * 130 + 2, 3)
    assert [[int(grid[64 + 130 * r, 64 + 130 * c, 0]) for c in range(3)] for r in range(2)] == [[0, 1, 2], [3, 4, 5]]
    files = []
    for i in range(5):
        files.append(tmp_path / f"{i}.png")
        Image.fromarray(np.full((4, 4), 50 * i, "uint8")).save(files[-1])
    save_animation(files, tmp_path / "all.png", max_frames=3)
    with Image.open(tmp_path / "all.png") as animation:
        assert animation.n_frames == 3
        animation.seek(2)
        assert animation.convert("L").getpixel((0, 0)) == 200


def test_damaged_grids_are_no_end_of_a_run(tmp_path):
    _, cut, empty = files = [tmp_path / f"{i}.png" for i in range(3)]
    for file in files:
        Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 40), "uint8")).save(file)
    cut.write_bytes(cut.read_bytes()[:-700])
    empty.write_bytes(b"")
    with pytest.warns(UserWarning) as warned:
        save_animation(files, tmp_path / "all.png")
    for file, warning in zip((cut, empty), warned, strict=True):
        assert f"{file} cannot be read" in str(warning.message)
    with Image.open(tmp_path / "all.png") as animation:
        assert animation.n_frames == 1
    with pytest.warns(UserWarning):
        save_animation([empty], tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists()


@pytest.mark.parametrize(
    "rows, columns, side, tile", [(10, 10, 8, 72), (8, 8, 28, 84), (8, 8, 32, 96), (1, 20, 8, 64), (2, 3, 256, 256)]
)
def test_small_images_are_enlarged(rows, columns, side, tile):
    grid = make_grid(np.zeros((rows, columns, side, side, 1), "uint8"))
    assert grid.size == (columns * (tile + 2) + 2, rows * (tile + 2) + 2)


class RunStub:
    """The part of a run that `CollapseMonitor` reads."""

    def __init__(self, *losses):
        self.progress = Progress(history={"discriminator_loss": list(losses)})


@pytest.mark.parametrize("losses, warnings", [((1.0, 0.01, 0.01), 1), ((0.01, 0.01, 0.01), 0), ((1.0, 0.01), 0)])
def test_a_vanishing_discriminator_loss_is_warned_of_once(capsys, losses, warnings):
    images = np.random.default_rng(0).integers(0, 256, (2, 8, 4, 4, 1), dtype="uint8")
    CollapseMonitor(RunStub(*losses), lambda: images, 50.0).on_epoch_end(3, {"discriminator_loss": 0.02})
    assert capsys.readouterr().out.count("discriminator_loss has been below 0.05 for 3 epochs") == warnings


def test_mode_collapse_is_warned_of_once(capsys):
    monitor = CollapseMonitor(RunStub(), lambda: np.full((2, 8, 4, 4, 1), 7, "uint8"), 50.0)
    for epoch in range(1, 4):
        monitor.on_epoch_end(epoch, {})
    assert capsys.readouterr().out.count("nearly the same image") == 1


def test_a_network_of_unknown_preprocessing_is_refused():
    network = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(3)], name="mine")
    with pytest.raises(ValueError, match="'mine' does not say how images are prepared; give preprocessing") as error:
        FeatureExtractor(network)
    one_line(error)
