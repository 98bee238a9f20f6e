"""What is measured of made images, and shown of them."""

import keras
import numpy as np
import pytest
import scipy.linalg
import tensorflow as tf
from conftest import difference, one_line, randomise
from PIL import Image

import kzoo
from kzoo.generative import Judge, coverage, frechet_distance, inception_score
from kzoo.generative.metrics import (
    inception,
    measure,
    near_copies,
    nearest_neighbour_agreement,
    nearest_neighbours,
    precision_recall,
)
from kzoo.generative.pictures import animate, grid
from kzoo.generative.watching import Watch
from kzoo.training import Progress


def features(seed, count=300, size=12):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, size)) @ rng.normal(size=(size, size)) + rng.normal(size=size)


def published_distance(real, made):
    """The formula of the authors' code (bioinf-jku/TTUR), by a general matrix square root."""
    root = scipy.linalg.sqrtm(np.cov(real, rowvar=False) @ np.cov(made, rowvar=False))
    apart = real.mean(0) - made.mean(0)
    return (
        apart @ apart
        + np.trace(np.cov(real, rowvar=False))
        + np.trace(np.cov(made, rowvar=False))
        - 2 * np.trace(root.real)
    )


def test_frechet_distance_is_the_published_one():
    assert frechet_distance(features(0), features(1)) == pytest.approx(published_distance(features(0), features(1)))
    assert frechet_distance(features(0), features(0)) == pytest.approx(0, abs=1e-6)


def test_frechet_distance_of_normal_distributions_in_closed_form():
    """Of one feature: (m - m')^2 + (s - s')^2. Fewer images than features, as often with Inception, work too."""
    x = np.array([-1.0, 1.0])[:, None]  # mean 0, unbiased variance 2
    assert frechet_distance(x, 3 * x + 5) == pytest.approx(25 + (3 * 2**0.5 - 2**0.5) ** 2)
    few = features(0, count=4)
    assert frechet_distance(few, few + 1) == pytest.approx(12)


def test_inception_score_in_closed_form():
    every = np.eye(10)[np.arange(1000) % 10]
    assert inception_score(every) == (pytest.approx(10), pytest.approx(0, abs=1e-9))
    assert inception_score(np.tile(every[:1], (100, 1)))[0] == pytest.approx(1)
    # half of the images of one of two classes for sure, half undecided: p = 3/4, 1/4
    rows = np.array([[1.0, 0.0], [0.5, 0.5]] * 10)
    kl = (np.log(4 / 3) + 0.5 * np.log(2 / 3) + 0.5 * np.log(2)) / 2
    assert inception_score(rows)[0] == pytest.approx(np.exp(kl))


def test_coverage_counts_the_likeliest():
    np.testing.assert_allclose(coverage(np.eye(4)[[0, 0, 2, 3]]), [0.5, 0, 0.25, 0.25])


def pixels(seed, count=30, side=4):
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 1), dtype="uint8")


def test_nearest_neighbours_are_those_of_all_pairs():
    real, images = pixels(0), pixels(1, count=600)
    apart = np.linalg.norm((images[:, None].astype(float) - real).reshape(600, 30, -1), axis=2)
    found, distances = nearest_neighbours(images, real)
    np.testing.assert_array_equal(found, apart.argmin(axis=1))
    np.testing.assert_allclose(distances, apart.min(axis=1))
    found, distances = nearest_neighbours(images, images, other=True)
    between = np.linalg.norm((images[:, None].astype(float) - images).reshape(600, 600, -1), axis=2)
    np.fill_diagonal(between, np.inf)
    np.testing.assert_array_equal(found, between.argmin(axis=1))
    np.testing.assert_allclose(distances, between.min(axis=1))


def test_neighbours_agree_on_well_formed_images_and_by_chance_on_others():
    """Two bright halves are two classes; an image is between them where both halves are as bright."""
    real = np.zeros((2, 4, 4, 1), "uint8")
    real[0, :2], real[1, 2:] = 200, 200
    made = np.stack([0.9 * real[0], 0.9 * real[1], 0.52 * real[0] + 0.48 * real[1]]).astype("uint8")
    classes = np.eye(2)[[0, 1, 1]]  # of the third the classifier sees the other half
    assert nearest_neighbour_agreement(made, classes, real, np.array([0, 1])) == pytest.approx(2 / 3)
    assert nearest_neighbour_agreement(made, classes, real[::-1], np.array([1, 0])) == pytest.approx(2 / 3)
    assert nearest_neighbour_agreement(made, np.eye(2)[[1, 0, 1]], real, np.array([0, 1])) == 0


def test_precision_and_recall_are_the_papers():
    """Beside a plain reading of algorithm 1, and where both are known."""
    real, made = features(0, count=40, size=2), features(1, count=700, size=2)

    def among(image, others):
        return any(np.linalg.norm(image - each) <= sorted(np.linalg.norm(others - each, axis=1))[3] for each in others)

    expected = np.mean([among(each, real) for each in made]), np.mean([among(each, made) for each in real])
    assert precision_recall(real, made) == pytest.approx(expected) and 0.01 < min(expected) < max(expected) < 0.99
    precision, recall = precision_recall(real, np.tile(real[:1], (20, 1)))  # the same, again and again
    assert precision == 1 and recall <= 1 / 40
    assert precision_recall(real, np.concatenate([real, real + 1000])) == (0.5, 1)


def test_copies_are_told_from_new_images():
    real = pixels(0, count=200)
    assert near_copies(real[:50], real) == 1
    nearly = np.concatenate([real[:25], pixels(1, count=75)])
    assert near_copies(nearly, real) == pytest.approx(0.25, abs=0.05)
    assert near_copies(real, real, quantile=0.0) == 1


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: frechet_distance(features(0), features(1, size=5)), "made has 5 features, but real has 12"),
        (lambda: frechet_distance(features(0)[:1], features(1)), "of at least 2 images"),
        (lambda: frechet_distance(features(0) * np.nan, features(1)), "real has features that are not finite"),
        (
            lambda: nearest_neighbours(pixels(0), pixels(0, side=5)),
            "shape (4, 4, 1), but real ones (5, 5, 1)",
        ),
        (lambda: near_copies(pixels(0), pixels(0, count=1)), "real has 1 images; at least 2 are needed"),
        (lambda: precision_recall(features(0)[:3], features(1)), "neighbours=3 does not work with 3 real images"),
        (lambda: inception_score(np.ones((20, 3))), "do not add up to 1"),
        (lambda: inception_score(np.eye(3)), "splits=10 does not work with 3 images"),
    ],
)
def test_wrong_features_are_refused_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert message in one_line(error)


def test_a_judge_sees_what_its_network_sees():
    network = kzoo.LeNet5(classifier_activation=None)
    images = np.random.default_rng(0).integers(0, 256, (12, 28, 28, 3), dtype="uint8")
    seen, probabilities = Judge(network)(images)
    ready = kzoo.preprocessor("LeNet5")(images.mean(axis=-1, keepdims=True))
    np.testing.assert_allclose(probabilities, keras.ops.softmax(network(ready)), atol=1e-5)
    np.testing.assert_allclose(seen @ network.layers[-1].kernel + network.layers[-1].bias, network(ready), atol=1e-4)
    row = measure(Judge(network), images, images)
    assert row["made_images"] == 12 and sum(row["coverage"]) == pytest.approx(1, abs=1e-3)
    assert row["frechet_distance"] == pytest.approx(0, abs=1e-3) and "near_copies" not in row
    row = measure(Judge(network), images, images, labels=probabilities.argmax(axis=1))
    assert row["nearest_neighbour_agreement"] == row["near_copies"] == 1


def test_inception_judges_by_its_pooled_features(monkeypatch):
    """With weights of our own; those that it asks for are published, and not on every machine."""
    network, asked = randomise(kzoo.InceptionV3()), []
    monkeypatch.setattr(kzoo.registry, "build", lambda *names, **options: asked.append((names, options)) or network)
    images = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype="uint8")
    features, probabilities = inception()(images)
    assert asked == [(("InceptionV3",), {"weights": "imagenet"})]
    ready = tf.image.resize(images.astype("float32"), (299, 299)) / 127.5 - 1
    pooled = keras.Model(network.inputs, network.get_layer("avg_pool").output)
    assert features.shape == (3, 2048) and probabilities.shape == (3, 1000)
    assert difference(features, pooled(ready)) < 1e-4 and difference(probabilities, network(ready)) < 1e-4
    assert difference(features[:1], features[1:2]) > 1e-3  # it depends on the image


def test_a_grid_shows_each_image_in_its_place(tmp_path):
    images = np.arange(6, dtype="uint8").reshape(2, 3, 1, 1, 1) * np.ones((1, 1, 8, 8, 3), "uint8")
    picture = np.asarray(grid(images))
    assert picture.shape == (2 * 130 + 2, 3 * 130 + 2, 3)
    assert [[int(picture[64 + 130 * r, 64 + 130 * c, 0]) for c in range(3)] for r in range(2)] == [[0, 1, 2], [3, 4, 5]]
    files = []
    for i in range(5):
        files.append(tmp_path / f"{i}.png")
        Image.fromarray(np.full((4, 4), 50 * i, "uint8")).save(files[-1])
    animate(files, tmp_path / "all.png", most=3)
    with Image.open(tmp_path / "all.png") as moving:
        assert moving.n_frames == 3
        moving.seek(2)
        assert moving.convert("L").getpixel((0, 0)) == 200


@pytest.mark.parametrize(
    "rows, columns, side, tile", [(10, 10, 8, 72), (8, 8, 28, 84), (8, 8, 32, 96), (1, 20, 8, 64), (2, 3, 256, 256)]
)
def test_small_images_are_enlarged_to_be_seen(rows, columns, side, tile):
    picture = grid(np.zeros((rows, columns, side, side, 1), "uint8"))
    assert picture.size == (columns * (tile + 2) + 2, rows * (tile + 2) + 2)


class Done:
    """What of a run `Watch` reads."""

    def __init__(self, *losses):
        self.progress = Progress(history={"discriminator_loss": list(losses)})


@pytest.mark.parametrize("before, said", [((1.0, 0.01, 0.01), 1), ((0.01, 0.01, 0.01), 0), ((1.0, 0.01), 0)])
def test_a_discriminator_that_has_won_is_said_once(capsys, before, said):
    images = np.random.default_rng(0).integers(0, 256, (2, 8, 4, 4, 1), dtype="uint8")
    Watch(Done(*before), lambda: images, 50.0).on_epoch_end(3, {"discriminator_loss": 0.02})
    assert capsys.readouterr().out.count("discriminator_loss has been below 0.05 for 3 epochs") == said


def test_samples_that_are_all_alike_are_said_once(capsys):
    watch = Watch(Done(), lambda: np.full((2, 8, 4, 4, 1), 7, "uint8"), 50.0)
    for epoch in range(1, 4):
        watch.on_epoch_end(epoch, {})
    assert capsys.readouterr().out.count("nearly the same image") == 1
