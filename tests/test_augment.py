"""kzoo.data.images.augment: each piece against its paper, NumPy or Pillow, and each a function of its seed."""

import itertools
from functools import partial

import numpy as np
import pytest
import tensorflow as tf
from helpers import one_line
from PIL import Image, ImageEnhance, ImageOps

from kzoo.data import AUGMENTATIONS, Augmentation, batches, load_source
from kzoo.data.images.augment import (
    color,
    color_jitter,
    compose,
    cutmix,
    fixed_scale_crop,
    geometry,
    grid_mask,
    mixup,
    pad_and_crop,
    pca_lighting,
    per_image,
    rand_augment,
    randaugment,
    random_choice,
    random_erasing,
    random_flip,
    random_resized_crop,
    scale_jitter_crop,
)
from kzoo.data.images.augment.mixing import sample_beta
from kzoo.layers import Preprocessor
from kzoo.registry import CIFAR

RNG = np.random.default_rng(0)
ODD = RNG.uniform(0, 255, (3, 9, 7, 2)).astype(np.float32)
SQUARE = RNG.uniform(0, 255, (3, 8, 8, 1)).astype(np.float32)


def moved(images, angle=0.0, shear=0.0, scale=(1.0, 1.0), shift=(0.0, 0.0)):
    count, height, width, _ = images.shape
    transforms = geometry.affine(
        angle=tf.fill([count], float(angle)),
        shear=tf.fill([count], float(shear)),
        scale=tf.tile([scale], [count, 1]),
        shift=tf.tile([shift], [count, 1]),
        height=float(height),
        width=float(width),
    )
    return geometry.warp(tf.constant(images), transforms).numpy()


@pytest.mark.parametrize("images", [ODD, SQUARE])
def test_no_strength_is_identity(images, monkeypatch):
    np.testing.assert_array_equal(moved(images), images)
    assert not np.array_equal(geometry.handwriting(tf.constant(images), [1, 2]), images)
    for name in ("ROTATION", "SHEAR", "SCALE", "SHIFT"):
        monkeypatch.setattr(geometry, name, 0.0)
    np.testing.assert_array_equal(geometry.handwriting(tf.constant(images), [1, 2]), images)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_rotation_is_about_the_centre_and_clockwise(turns):
    turned = moved(SQUARE, angle=turns * np.pi / 2)
    # Rounding may leave a border pixel a hair outside, where it fades: hence the tolerance.
    np.testing.assert_allclose(turned, np.rot90(SQUARE, -turns, axes=(1, 2)), atol=0.02)


def test_half_a_turn_takes_corner_to_corner_of_an_oblong():
    corner = np.zeros((1, 9, 6, 1), np.float32)
    corner[0, 0, 0] = 255
    turned = moved(corner, angle=np.pi)
    assert turned[0, 8, 5, 0] == pytest.approx(255, abs=0.02)
    assert turned.sum() == pytest.approx(255, abs=0.1)


def test_shift_is_right_and_down_in_pixels():
    expected = np.zeros_like(ODD)
    expected[:, 1:, 2:] = ODD[:, :-1, :-2]
    np.testing.assert_allclose(moved(ODD, shift=(2.0, 1.0)), expected, atol=0.01)


def test_scale_of_each_axis_keeps_the_centre():
    bar = np.zeros((1, 9, 9, 1), np.float32)
    bar[0, 4, 3:6] = 255  # 3 wide, 1 high
    wide = moved(bar, scale=(3.0, 1.0))[0, ..., 0]
    assert wide[4].tolist() == pytest.approx([170, *[255] * 7, 170])
    assert wide[3].max() == wide[5].max() == 0
    tall = moved(bar, scale=(1.0, 2.0))[0, ..., 0]
    assert tall[:, 4].tolist() == pytest.approx([0, 0, 0, 127.5, 255, 127.5, 0, 0, 0])
    assert tall[4].tolist() == pytest.approx(bar[0, 4, :, 0].tolist())


def test_shear_slides_rows_in_proportion_to_their_distance_from_the_centre():
    post = np.zeros((1, 5, 5, 1), np.float32)
    post[0, :, 2] = 255
    sheared = moved(post, shear=1.0)[0, ..., 0]
    np.testing.assert_allclose(sheared, 255 * np.eye(5), atol=0.01)


def test_rotation_follows_scale():
    bar = np.zeros((1, 9, 9, 1), np.float32)
    bar[0, 4, 3:6] = 255
    np.testing.assert_allclose(
        moved(bar, angle=np.pi / 2, scale=(3.0, 1.0)), np.rot90(moved(bar, scale=(3.0, 1.0)), -1, (1, 2)), atol=0.02
    )


def test_handwriting_draws_within_its_ranges_and_fills_them(monkeypatch):
    drawn = {}
    affine = geometry.affine
    monkeypatch.setattr(geometry, "affine", lambda **kwargs: affine(**(drawn.update(kwargs) or kwargs)))
    geometry.handwriting(tf.zeros((2000, 10, 20, 1)), [0, 0])
    for name, middle, limit in (("angle", 0, np.pi / 18), ("shear", 0, 0.15), ("scale", 1, 0.1)):
        off = np.abs(drawn[name] - middle)
        assert 0.99 * limit < off.max() <= limit * 1.0001, name
        assert abs(np.mean(drawn[name]) - middle) < 0.05 * limit, name
    np.testing.assert_allclose(np.abs(drawn["shift"]).max(axis=0), [0.08 * 20, 0.08 * 10], rtol=0.01)
    # Each is drawn by itself.
    columns = np.column_stack([drawn["angle"], drawn["shear"], drawn["scale"], drawn["shift"]])
    assert np.abs(np.corrcoef(columns.T) - np.eye(6)).max() < 0.1


def test_handwriting_is_a_function_of_the_seed_and_differs_by_image():
    images = np.repeat(SQUARE[:1], 4, axis=0)
    once, again, other = (geometry.handwriting(images, seed).numpy() for seed in ([3, 4], [3, 4], [3, 5]))
    np.testing.assert_array_equal(once, again)
    assert not np.array_equal(once, other)
    assert len({image.tobytes() for image in once}) == 4


@pytest.mark.parametrize("shape", [(4, 8, 8, 1), (4, 9, 7, 3)])
def test_handwriting_keeps_shape_type_and_range(shape):
    images = np.full(shape, 255, np.float32)
    traced = tf.function(
        geometry.handwriting,
        input_signature=[tf.TensorSpec((None, *shape[1:]), tf.float32), tf.TensorSpec((2,), tf.int64)],
    )
    result = traced(images, tf.constant([1, 2], tf.int64))
    assert traced.get_concrete_function().output_shapes == (None, *shape[1:])
    assert (result.shape, result.dtype) == (shape, tf.float32)
    assert result.numpy().min() >= 0 and result.numpy().max() <= 255.01


# windows


def windows(choose, height, width, size=(224, 224), count=3000):
    """Choose for many seeds: (count, 4) float64."""
    sides = tf.constant(height), tf.constant(width)
    one = tf.autograph.experimental.do_not_convert(lambda seed: choose(*sides, size, seed))
    run = tf.function(lambda seeds: tf.map_fn(one, seeds, fn_output_signature=tf.int32))
    chosen = run(tf.random.split(tf.constant([0, 0], tf.int64), count)).numpy().astype(float)
    assert (chosen >= 0).all() and (chosen[:, 2:] >= 1).all()
    assert (chosen[:, 0] + chosen[:, 2] <= height).all() and (chosen[:, 1] + chosen[:, 3] <= width).all()
    return chosen


def spread(values, low, high):
    """Say how far the quantiles of values are from those of an even distribution, as a share of its width."""
    quantiles = np.quantile(values, np.linspace(0, 1, 21))
    return np.abs(quantiles - np.linspace(low, high, 21)).max() / (high - low)


def test_inception_crops_have_their_areas_and_aspects():
    top, left, height, width = windows(random_resized_crop, 1000, 1000).T
    assert height.min() < 270 and width.max() > 990
    # a large window of a slanting aspect fits less often: below 3/4 of the area all do
    area = height * width / 1e6
    assert 0.079 < area.min() < 0.09 and area.max() > 0.95
    assert spread(area[area < 0.74], 0.08, 0.74) < 0.04
    aspect = np.log(width / height)
    assert spread(aspect[area < 0.74], -np.log(4 / 3), np.log(4 / 3)) < 0.04
    # the places are even, from edge to edge
    free = (width < 900) & (height < 900)
    for start, side in ((top[free], height[free]), (left[free], width[free])):
        assert spread(start / (1000 - side), 0, 1) < 0.04


@pytest.mark.parametrize(("height", "width", "expected"), [(1000, 20, (27, 20)), (20, 1000, (20, 27)), (1, 1, (1, 1))])
def test_inception_crops_of_images_too_slim_are_the_largest_in_the_middle(height, width, expected):
    chosen = windows(random_resized_crop, height, width, count=300)
    middle = chosen[(chosen[:, 2:] == expected).all(axis=1)]
    assert len(middle) > 100
    if height > width > 1:
        assert 487 in middle[:, 0]


def test_scale_jitter_is_a_crop_of_the_image_resized_to_a_random_shorter_side():
    top, left, height, width = windows(scale_jitter_crop, 1000, 2000).T
    np.testing.assert_array_equal(height, width)
    assert spread(224 / height * 1000, 256, 480) < 0.04
    assert spread(top / (1000 - height), 0, 1) < 0.04 and spread(left / (2000 - width), 0, 1) < 0.04
    larger = windows(partial(scale_jitter_crop, sides=(256, 512)), 2000, 1000, count=500)[:, 2]
    assert abs(larger.min() - 437.5) < 3 and abs(larger.max() - 875) < 5


def test_scale_jitter_follows_the_size_of_the_network():
    for size in ((299, 299), (112, 112)):
        _, _, height, width = windows(scale_jitter_crop, 1000, 2000, size, 500).T
        assert height.max() == pytest.approx(1000 * 224 / 256, rel=0.01)
    _, _, height, width = windows(scale_jitter_crop, 1000, 3000, (100, 200), 500).T
    np.testing.assert_allclose(width, 2 * height, atol=1)


def test_alexnet_crops_224_of_the_middle_256():
    top, left, height, width = windows(fixed_scale_crop, 256, 512).T
    assert set(height) == set(width) == {224}
    assert set(top) == set(range(33))
    assert set(left) == set(range(128, 128 + 33))
    assert np.abs(np.bincount(top.astype(int)) / 3000 - 1 / 33).max() < 0.02
    _, _, height, width = windows(fixed_scale_crop, 512, 512, (227, 227), 10).T
    assert set(height) == set(width) == {448}


# a batch


def noise(count=3, height=9, width=7, channels=3, seed=0):
    return np.random.default_rng(seed).uniform(0, 255, (count, height, width, channels)).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_flip_mirrors_half_of_the_images(channels):
    images = noise(1000, 4, 5, channels)
    flipped = random_flip(tf.constant(images), [1, 2]).numpy()
    mirrored = (flipped == images[:, :, ::-1]).all(axis=(1, 2, 3))
    np.testing.assert_array_equal(flipped[~mirrored], images[~mirrored])
    assert 450 < mirrored.sum() < 550


@pytest.mark.parametrize("mode", ["constant", "reflect"])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_pad_and_crop_is_one_of_all_crops_of_the_padded_image(mode, channels):
    images = noise(500, 7, 6, channels)
    cropped = pad_and_crop(tf.constant(images), [1, 2], padding=2, mode=mode).numpy()
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode)
    places = []
    for i in range(500):
        fits = [
            (top, left)
            for top in range(5)
            for left in range(5)
            if np.array_equal(cropped[i], padded[i, top : top + 7, left : left + 6])
        ]
        places += fits
        assert len(fits) == 1, i
    assert len(set(places)) == 25


def test_pca_lighting_shifts_along_the_colours_of_imagenet():
    images = np.full((4000, 1, 1, 3), 128, np.float32)
    shift = pca_lighting(tf.constant(images), [1, 2]).numpy()[:, 0, 0] - 128
    vectors = np.array(color.PCA_VECTORS)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(3), atol=1e-3)  # so it is columns or rows alike
    # the first is what makes an image lighter or darker as a whole, the second blue against red
    assert np.ptp(np.sign(vectors[:, 0])) == 0 and vectors[0, 1] * vectors[2, 1] < 0
    np.testing.assert_allclose((shift @ vectors).std(axis=0), 0.1 * np.array([55.46, 4.794, 1.148]), rtol=0.05)
    assert np.abs((shift @ vectors).mean(axis=0)).max() < 0.3
    assert np.abs(np.corrcoef((shift @ vectors).T) - np.eye(3)).max() < 0.06


def test_pca_lighting_is_one_colour_an_image_and_stays_in_range():
    images = np.tile(noise(1), (50, 1, 1, 1)) * 0.5 + 60
    shift = pca_lighting(tf.constant(images), [1, 2]).numpy() - images
    np.testing.assert_allclose(shift, np.broadcast_to(shift[:, :1, :1], shift.shape), atol=1e-4)
    assert len(np.unique(shift[:, 0, 0, 0])) == 50
    for value in (0, 255):
        lit = pca_lighting(tf.fill([50, 2, 2, 3], float(value)), [1, 2]).numpy()
        assert lit.min() >= 0 and lit.max() <= 255


def test_colour_jitter_is_the_three_blends_in_any_order():
    images = noise(40) * 0.3 + 90  # nothing reaches 0 or 255
    got = color_jitter(tf.constant(images), [1, 2], 0.2, 0.2, 0.2).numpy()
    draws = 0.2 * tf.random.stateless_uniform([3, 40, 1, 1, 1], [1, 2], -1, 1).numpy() + 1

    def grey(x):
        return x @ np.array([[0.299], [0.587], [0.114]], np.float32)

    steps = (
        lambda x: x * draws[0],
        lambda x: draws[1] * x + (1 - draws[1]) * grey(x).mean(axis=(1, 2), keepdims=True),
        lambda x: draws[2] * x + (1 - draws[2]) * grey(x),
    )
    for order in itertools.permutations(steps):
        expected = images
        for step in order:
            expected = step(expected)
        np.testing.assert_allclose(got, expected, atol=1e-3)


def test_colour_jitter_draws_each_factor_for_each_image():
    flat = np.full((2000, 2, 2, 1), 100, np.float32)
    bright = color_jitter(tf.constant(flat), [1, 2], 0.4, 0, 0).numpy()[:, 0, 0, 0]
    assert spread(bright, 60, 140) < 0.05
    step = np.array([80, 120], np.float32).reshape(1, 1, 2, 1).repeat(2000, axis=0)
    contrast = np.diff(color_jitter(tf.constant(step), [1, 2], 0, 0.4, 0).numpy()[:, 0, :, 0])
    assert spread(contrast, 24, 56) < 0.05
    np.testing.assert_allclose(color_jitter(tf.constant(step), [1, 2], 0, 0, 0.4), step, atol=1e-3)
    black = color_jitter(tf.constant(noise(20)), [1, 2], 0.9, 0.9, 0.9).numpy()
    assert black.min() >= 0 and black.max() <= 255


def test_random_erasing_puts_noise_into_rectangles():
    images = np.full((3000, 64, 48, 2), -1, np.float32)
    erased = random_erasing(tf.constant(images), [1, 2], area=(0.02, 0.4)).numpy()
    changed = (erased >= 0).any(axis=3)
    np.testing.assert_array_equal(changed, (erased >= 0).all(axis=3))
    boxed = changed.any(axis=(1, 2))
    assert 0.45 < boxed.mean() < 0.52
    rows, columns = changed[boxed].any(axis=2), changed[boxed].any(axis=1)
    np.testing.assert_array_equal(changed[boxed], rows[:, :, None] & columns[:, None])
    height, width = rows.sum(axis=1), columns.sum(axis=1)
    for marks, count in ((rows, height), (columns, width)):  # without gaps
        np.testing.assert_array_equal(marks.shape[1] - marks.argmax(1) - marks[:, ::-1].argmax(1), count)
    area = height * width / (64 * 48)
    assert 0.015 < area.min() < 0.03 and 0.38 < area.max() < 0.42
    aspect = (height / width)[area < 0.2]
    assert 0.25 < aspect.min() < 0.36 and 2.8 < aspect.max() < 4
    assert abs(np.log(aspect).mean()) < 0.1
    values = erased[boxed][changed[boxed]]
    assert spread(values, 0, 255) < 0.01
    assert abs(np.corrcoef(values[:, 0], values[:, 1])[0, 1]) < 0.01


def test_random_erasing_with_its_probability():
    images = tf.fill([1000, 16, 16, 1], -1.0)
    for probability, low, high in ((0.0, 0, 0), (0.25, 0.2, 0.3), (1.0, 0.99, 1)):
        share = np.mean(random_erasing(images, [1, 2], probability, (0.1, 0.3)).numpy().max(axis=(1, 2, 3)) >= 0)
        assert low <= share <= high


def test_grid_mask_blacks_out_squares_of_a_grid():
    images = tf.ones([800, 120, 150, 2])
    masked = grid_mask(images, [1, 2], unit=(0.2, 0.5), keep_ratio=0.6).numpy()
    hit = (masked == 0).any(axis=(1, 2, 3))
    assert 0.76 < hit.mean() < 0.84
    assert (masked[~hit] == 1).all()
    dark = (masked[hit] == 0).all(axis=3)
    rows, columns = dark.any(axis=2), dark.any(axis=1)
    np.testing.assert_array_equal(dark, rows[:, :, None] & columns[:, None])
    assert abs(dark.mean() - 0.4**2) < 0.01
    starts = [np.flatnonzero(np.diff(each.astype(int)) == 1) for each in columns]
    periods = np.array([np.diff(each).mean() for each in starts if len(each) > 1])
    assert 23 <= periods.min() < 26 and 55 < periods.max() <= 61


# labels


def onehot(count, classes=5):
    return np.eye(classes, dtype=np.float32)[np.arange(count) % classes]


@pytest.mark.parametrize("mix", [mixup, cutmix, random_choice(mixup, cutmix)])
def test_mixed_labels_weigh_one_and_follow_the_images(mix):
    """Each image is full of its label: what is seen of a label must be its weight."""
    labels = onehot(20)
    images = np.ones((20, 16, 24, 5), np.float32) * labels[:, None, None]
    weights = []
    for seed in range(30):
        mixed, soft = mix(tf.constant(images), tf.constant(labels), [seed, 7])
        assert (soft.shape, soft.dtype, mixed.dtype) == ((20, 5), tf.float32, tf.float32)
        np.testing.assert_allclose(np.sum(soft, axis=1), 1, atol=1e-6)
        np.testing.assert_allclose(np.mean(mixed, axis=(1, 2)), soft, atol=1e-5)
        weights.append(float(np.sum(soft * labels, axis=1).min()))
    assert len(set(np.round(weights, 4))) > 15


def test_mixup_blends_with_another_in_one_proportion():
    images, labels = noise(8), onehot(8, 8)
    mixed, soft = (each.numpy() for each in mixup(tf.constant(images), tf.constant(labels), [3, 4], alpha=1.0))
    np.testing.assert_allclose(mixed, np.einsum("ij,jhwc->ihwc", soft, images), rtol=1e-4)
    shares = {round(float(share), 4) for share in np.diag(soft)} - {1.0}
    assert len(shares) == 1


def test_cutmix_cuts_one_rectangle_out_of_another():
    images, labels = noise(8, 32, 20), onehot(8, 8)
    for seed in range(10):
        mixed, soft = (each.numpy() for each in cutmix(tf.constant(images), tf.constant(labels), [seed, 4]))
        for i in range(8):
            other = int(np.argmax(np.where(np.arange(8) == i, 0, soft[i])))
            changed = (mixed[i] != images[i]).any(axis=2)
            np.testing.assert_array_equal(mixed[i][changed], images[other][changed])
            np.testing.assert_array_equal(changed, changed.any(axis=1)[:, None] & changed.any(axis=0))
            if other != i and soft[i, i] < 1:
                assert 1 - changed.mean() == pytest.approx(soft[i, i], abs=1e-5)


@pytest.mark.parametrize(
    ("alpha", "variance"), [(1.0, 1 / 12), (0.2, 0.25 / 1.4), (0.8, 0.25 / 2.6), (0.01, 0.25 / 1.02)]
)
def test_beta(alpha, variance):
    drawn = np.array([float(sample_beta(alpha, [seed, 1])) for seed in range(1000)])
    assert np.isfinite(drawn).all() and drawn.min() >= 0 and drawn.max() <= 1
    assert drawn.mean() == pytest.approx(0.5, abs=0.05)
    assert drawn.var() == pytest.approx(variance, rel=0.1)


def test_one_of_takes_each_as_often():
    mixes = [lambda images, labels, seed, value=value: (images + value, labels) for value in (1.0, 2.0, 3.0)]
    mix = tf.function(random_choice(*mixes))
    seen = [float(mix(tf.zeros(()), tf.zeros(()), tf.constant([seed, 0], tf.int64))[0]) for seed in range(600)]
    assert np.abs(np.bincount(np.array(seen, int))[1:] / 600 - 1 / 3).max() < 0.06


# RandAugment

PICTURE = np.clip(
    np.add.outer(np.linspace(20, 200, 40), 30 * np.sin(np.arange(30)))[..., None] + np.array([0, 20, -15]), 0, 255
)
PICTURE = (PICTURE + np.random.default_rng(1).integers(-9, 10, (40, 30, 3))).clip(3, 251).astype(np.uint8)


def by_pillow(name, level, sign):
    """What timm does for a level in 0..1."""
    image = Image.fromarray(PICTURE)
    factor = 1 + 0.9 * level * sign
    height, width = PICTURE.shape[:2]

    def affine(*matrix):
        return image.transform(
            image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=(128,) * 3
        )

    def solarize_add():
        table = [min(255, i + int(110 * level)) if i < 128 else i for i in range(256)]
        return image.point(table * 3)

    return {
        "autocontrast": lambda: ImageOps.autocontrast(image),
        "equalize": lambda: ImageOps.equalize(image),
        "invert": lambda: ImageOps.invert(image),
        "rotate": lambda: image.rotate(-sign * 30 * level, Image.Resampling.BILINEAR, fillcolor=(128,) * 3),
        "posterize": lambda: ImageOps.posterize(image, 4 - int(4 * level)),
        "solarize": lambda: ImageOps.solarize(image, 256 - min(256, int(256 * level))),
        "solarize_add": solarize_add,
        "color": lambda: ImageEnhance.Color(image).enhance(factor),
        "contrast": lambda: ImageEnhance.Contrast(image).enhance(factor),
        "brightness": lambda: ImageEnhance.Brightness(image).enhance(factor),
        "sharpness": lambda: ImageEnhance.Sharpness(image).enhance(factor),
        "shear_x": lambda: affine(1, 0.3 * level * sign, 0, 0, 1, 0),
        "shear_y": lambda: affine(1, 0, 0, 0.3 * level * sign, 1, 0),
        "translate_x": lambda: affine(1, 0, 0.45 * level * sign * width, 0, 1, 0),
        "translate_y": lambda: affine(1, 0, 0, 0, 1, 0.45 * level * sign * height),
    }[name]()


@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize("level", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("name", randaugment.OPERATIONS)
def test_operations_do_what_pillow_does(name, level, sign):
    got = randaugment.OPERATIONS[name](tf.constant(PICTURE, tf.float32), tf.constant(level), tf.constant(sign)).numpy()
    assert got.shape == PICTURE.shape and got.min() >= -1e-3 and got.max() <= 255.001
    expected = np.asarray(by_pillow(name, level, sign), np.float32)
    # At the edge of what has moved Pillow does not blend with the fill, so there a line of pixels may differ.
    moved = name in ("rotate", "shear_x", "shear_y", "translate_x", "translate_y")
    off = np.abs(got - expected).max(axis=2)
    assert np.mean(off > 2) <= (0.12 if moved and level else 0), (off.max(), np.mean(off > 2))
    if level == 0.9:
        assert np.abs(got - PICTURE).max() > 5


KERAS_CV = {
    "autocontrast": lambda layers: layers.AutoContrast(value_range=(0, 255)),
    "equalize": lambda layers: layers.Equalization(value_range=(0, 255)),
    "posterize": lambda layers: layers.Posterization(value_range=(0, 255), bits=2),
    "translate_x": lambda layers: layers.RandomTranslation((0, 0), (-0.225, -0.225), "constant", fill_value=128.0),
    "translate_y": lambda layers: layers.RandomTranslation((-0.225, -0.225), (0, 0), "constant", fill_value=128.0),
}


@pytest.mark.parametrize("name", KERAS_CV)
def test_operations_do_what_keras_cv_does(name):
    import keras_cv

    got = randaugment.OPERATIONS[name](tf.constant(PICTURE, tf.float32), tf.constant(0.5), tf.constant(1.0)).numpy()
    expected = np.asarray(KERAS_CV[name](keras_cv.layers)(tf.constant(PICTURE, tf.float32)[None], training=True))[0]
    off = np.abs(got - expected).max(axis=2)
    assert np.mean(off > 2) <= (0.08 if name.startswith("translate") else 0), (off.max(), np.mean(off > 2))
    assert np.abs(got - PICTURE).max() > 5


def test_rand_augment_takes_every_operation_as_often(monkeypatch):
    """With operations that each multiply by a prime, the result tells which were done."""
    primes = (2, 3, 5)
    operations = {prime: lambda image, level, sign, prime=prime: image * prime for prime in primes}
    monkeypatch.setattr(randaugment, "OPERATIONS", operations)
    run = tf.function(rand_augment)
    done = [int(run(tf.ones([1, 1, 1]), seed)[0, 0, 0]) for seed in tf.random.split(tf.constant([0, 1]), 1000)]
    assert set(done) == {1, 2, 3, 5, 4, 6, 9, 10, 15, 25}
    assert np.mean(np.array(done) == 1) == pytest.approx(0.25, abs=0.04)
    for prime in primes:
        assert np.mean([prime**2 == each for each in done]) == pytest.approx(1 / 36, abs=0.02)
        assert np.mean([each % prime == 0 for each in done]) == pytest.approx(11 / 36, abs=0.05)


def test_rand_augment_draws_levels_about_its_magnitude(monkeypatch):
    monkeypatch.setattr(randaugment, "OPERATIONS", {"level": lambda image, level, sign: image * 0 + level * sign})
    run = tf.function(partial(rand_augment, num_ops=1, probability=1.0, magnitude=7))
    drawn = np.array(
        [float(run(tf.ones([1, 1, 1]), seed)[0, 0, 0]) for seed in tf.random.split(tf.constant([0, 1]), 1000)]
    )
    assert abs(np.mean(drawn > 0) - 0.5) < 0.05
    assert np.abs(drawn).mean() == pytest.approx(0.7, abs=0.005) and np.abs(drawn).std() == pytest.approx(0.05, rel=0.1)


# all


@pytest.mark.parametrize("piece", [pca_lighting, color_jitter, per_image(rand_augment)])
def test_pieces_that_need_colour_name_the_channels(piece):
    with pytest.raises(ValueError, match=r"for images of .* channels; these have 4") as error:
        piece(tf.constant(noise(2, channels=4)), [0, 0])
    one_line(error)


PIECES = {
    "random_flip": random_flip,
    "pad_and_crop": pad_and_crop,
    "pca_lighting": pca_lighting,
    "color_jitter": color_jitter,
    "random_erasing": random_erasing,
    "grid_mask": grid_mask,
    "rand_augment": per_image(rand_augment),
    "compose": compose(random_flip, color_jitter, partial(pad_and_crop, mode="reflect")),
}


@pytest.mark.parametrize("name", PIECES)
def test_pieces_are_functions_of_the_seed_and_differ_by_image(name):
    traced = tf.function(
        PIECES[name], input_signature=[tf.TensorSpec((None, 24, 20, 3)), tf.TensorSpec((2,), tf.int64)]
    )
    images = np.repeat(noise(1, 24, 20), 24, axis=0)
    once, again, other = (traced(images, tf.constant(seed, tf.int64)).numpy() for seed in ([3, 4], [3, 4], [3, 5]))
    assert traced.get_concrete_function().output_shapes == (None, 24, 20, 3)
    assert once.dtype == np.float32 and once.min() >= 0 and once.max() <= 255.001
    np.testing.assert_array_equal(once, again)
    assert not np.array_equal(once, other)
    assert len({image.tobytes() for image in once}) > (1 if name == "random_flip" else 10)


def test_chain_gives_each_step_its_own_seed():
    seeds = []
    compose(*[lambda images, seed: seeds.append(tuple(seed.numpy())) or images] * 3)(tf.zeros(1), [1, 2])
    assert len(set(seeds)) == 3


def test_augmentations_by_name():
    assert list(AUGMENTATIONS) == [
        *("none", "handwriting", "crop", "resized_crop", "alexnet", "vgg", "resnet", "inception"),
        *("cifar", "cifar_reflect", "modern"),
    ]
    assert AUGMENTATIONS["none"] == Augmentation()


@pytest.mark.parametrize("name, colours", [("cifar", {(0, 0, 0), (255, 255, 255)}), ("cifar_reflect", {(255,) * 3})])
def test_cifar_is_padded_with_the_mean_colour(tmp_path, name, colours):
    """fb.resnet.torch normalises, then pads with zeros; Wide ResNet reflects."""
    white, labels = np.full((12, 32, 32, 3), 255, np.uint8), np.arange(12) % 3
    np.savez(tmp_path / "white.npz", x_train=white, y_train=labels, x_test=white, y_test=labels)
    split = load_source(f"npz:{tmp_path}/white.npz").train
    network = Preprocessor.of(CIFAR, (32, 32, 3))
    ((images, _),) = batches(split, network, 12, training=True, augment=AUGMENTATIONS[name]).take(1)
    mean, deviation = (125.3, 123.0, 113.9), (63.0, 62.1, 66.7)  # of DenseNet's and fb.resnet.torch's code
    white = (255 - np.array(mean)) / deviation
    seen = np.unique(np.reshape(images, (-1, 3)), axis=0)
    expected = [white * np.array(colour) / 255 for colour in sorted(colours)]
    np.testing.assert_allclose(seen, expected, rtol=2e-5)


@pytest.mark.parametrize("name", AUGMENTATIONS)
@pytest.mark.parametrize("source", ["npz", "folder"])
def test_augmentations_give_batches_that_can_be_made_again(tmp_path, name, source):
    images = noise(12, 40, 30).astype(np.uint8)
    if source == "npz":
        labels = np.arange(12) % 3
        np.savez(tmp_path / "a.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    else:
        for half, i in itertools.product(("train", "test"), range(12)):
            path = tmp_path / half / str(i % 3) / f"{i}.{('jpg', 'png')[i % 2]}"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(images[i]).save(path)
    split = load_source(f"npz:{tmp_path}/a.npz" if source == "npz" else f"folder:{tmp_path}").train
    network = Preprocessor((16, 20), 3)
    made, again = (
        list(batches(split, network, 4, training=True, augment=AUGMENTATIONS[name], **options).take(count))
        for options, count in (({}, 6), ({"start_epoch": 1, "start_step": 1}, 2))
    )
    for (images, labels), (images_again, labels_again) in zip(made[4:], again, strict=True):
        assert (images.shape, images.dtype) == ((4, 16, 20, 3), tf.float32)
        mixed = AUGMENTATIONS[name].mix is not None
        assert (labels.shape, labels.dtype) == (((4, 3), tf.float32) if mixed else ((4,), tf.int32))
        np.testing.assert_array_equal(images, images_again)
        np.testing.assert_array_equal(labels, labels_again)
        assert np.min(images) >= 0 and np.max(images) <= 255.001
