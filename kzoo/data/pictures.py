"""Decode pictures: one way for training, evaluation, prediction and the graph of a SavedModel.

TensorFlow decodes. What it does not do is added here, in its operations: EXIF orientation, palettes of BMP, alpha and
animation of WebP, and a limit to the pixels.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf

from kzoo._printing import printable

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp")
FORMATS = "JPEG, PNG, BMP, GIF, WebP"
PIXELS = 178_956_970  # at most, as Pillow; one channel as float32 takes 4 bytes of each
TOO_LARGE = f"it has more than {PIXELS} pixels"
SCOPE = "decode_picture"  # what names the operations below, in the messages of TensorFlow's errors

# (height, width) of an image to (top, left, height, width), int32
Window = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]

JPEG, PNG, GIF, BMP, WEBP, WEBP_LOSSY, WEBP_LOSSLESS = range(7)
SIGNATURES = {  # where it is, what it is
    JPEG: (0, b"\xff\xd8\xff"),
    PNG: (0, b"\x89PNG\r\n\x1a\n"),
    GIF: (0, b"GIF8"),
    BMP: (0, b"BM"),
    WEBP: (8, b"WEBPVP8X"),
    WEBP_LOSSY: (8, b"WEBPVP8 "),
    WEBP_LOSSLESS: (8, b"WEBPVP8L"),
}
HEAD = 66  # bytes that the sizes and BMP's masks are in


def read_picture(path: str | os.PathLike) -> np.ndarray:
    """Read a picture: (height, width, 3) uint8 in 0..255, turned as its EXIF orientation says; see `decode`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no JPEG, PNG, BMP, GIF or WebP, a damaged one, or too large; the message names the file.
    """
    try:
        return decode(Path(path).read_bytes()).numpy()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file") from None
    except (OSError, tf.errors.OpError) as error:
        raise ValueError(f"{path}: not a readable picture: {reason(error)}") from error


def reason(error: Exception) -> str:
    """Say in one line why a picture could not be decoded, without the names of operations and devices."""
    text = error.message if isinstance(error, tf.errors.OpError) else error.strerror
    text = re.sub(r"\{\{.*?\}\}|\[Op:.*|\[\[.*", "", text, flags=re.DOTALL).strip()
    if asserted := re.search(r"assertion failed: \[(.*?)\]|Summarized data: b'(.*?)'", text, re.DOTALL):
        text = asserted[1] or asserted[2]
    return textwrap.shorten(printable(text.rpartition("\n")[2]), 300)  # in a graph other lines say where it came from


@tf.autograph.experimental.do_not_convert
def decode(encoded: tf.Tensor, channels: int = 3, window: Window | None = None) -> tf.Tensor:
    """Decode a picture, or its part inside the window, to (height, width, channels) uint8, turned as EXIF says.

    JPEG (baseline or progressive; grey, colour, CMYK), PNG (1 to 16 bits; palette, grey, colour), GIF, BMP (1, 4 or 8
    bits with a palette, 24 or 32 bits; not compressed) and WebP. Alpha is dropped, of an animation all but the first
    frame, of 16 bits the lower eight. The pixels are Pillow's. Of an upright JPEG no more is decoded than the window.

    Args:
        encoded: content of a file, a scalar string.
        channels: 3, or 1 for JPEG and PNG.
        window: maps the height and width of the turned picture to (top, left, height, width).

    Raises:
        tf.errors.InvalidArgumentError: it is none of these, damaged (a PNG's checksums count), or of more than
            `PIXELS` pixels.
    """
    with tf.name_scope(SCOPE):
        encoded = tf.convert_to_tensor(encoded, tf.string)
        kind, head = _kind(encoded)
        orientation = _orientation(encoded, kind, head)

        def jpeg():  # upright, as nearly all are
            return _jpeg(encoded, channels, window)

        def other():
            image = _decode_other(encoded, kind, head, orientation, channels)
            return cut(image, window) if window else image

        upright = tf.equal(kind, JPEG) & tf.equal(orientation, 1)
        return tf.ensure_shape(tf.cond(upright, jpeg, other), (None, None, channels))


def cut(image: tf.Tensor, window: Window) -> tf.Tensor:
    """Give what of (H, W, C) is inside the window."""
    top, left, height, width = tf.unstack(window(*tf.unstack(tf.shape(image)[:2])))
    return image[top : top + height, left : left + width]


def turned(image: tf.Tensor, orientation: tf.Tensor) -> tf.Tensor:
    """Turn an image (height, width, channels) as EXIF's orientation, 1 to 8, says."""
    rows = [False, False, False, True, True, False, False, True, True]  # whether they are in reverse, after
    columns = [False, False, True, True, False, False, True, True, False]  # both were exchanged from 5 on

    exchanged = tf.transpose(image, tf.where(orientation >= 5, [1, 0, 2], [0, 1, 2]))
    return tf.reverse(exchanged, tf.where(tf.gather(tf.constant([rows, columns]), orientation, axis=1))[:, 0])


def _seldom(function: Callable) -> Callable:
    """Keep a function of its own in a graph: what is in a branch itself takes time even where the other is taken."""
    return tf.function(function, autograph=False, experimental_attributes={"_noinline": True})


def _check(condition, text: str):
    """Return a context that raises unless a condition holds."""
    check = tf.debugging.Assert(condition, [text])
    return tf.control_dependencies([] if check is None else [check])  # it is None where it is executed at once


def _kind(encoded):
    """Return the kind of picture that a file begins like, and its first bytes, int64."""
    head = tf.strings.join([tf.strings.substr(encoded, 0, HEAD), b"\0" * HEAD])
    places, words = zip(*SIGNATURES.values(), strict=True)
    same = tf.equal(tf.strings.substr(head, places, [len(word) for word in words]), words)
    with _check(tf.reduce_any(same), f"it is none of {FORMATS}"):
        return tf.argmax(same, output_type=tf.int32), tf.cast(tf.io.decode_raw(head, tf.uint8), tf.int64)[:HEAD]


def _jpeg(encoded, channels, window=None):
    height, width, _ = tf.unstack(tf.io.extract_jpeg_shape(encoded))
    options = {"channels": channels, "dct_method": "INTEGER_ACCURATE"}  # the default is less exact, and no faster
    with _check(tf.cast(height, tf.int64) * tf.cast(width, tf.int64) <= PIXELS, TOO_LARGE):
        if window:
            return tf.image.decode_and_crop_jpeg(encoded, window(height, width), **options)
        return tf.io.decode_jpeg(encoded, **options)


def _number(at: int, count: int, big: bool = False) -> np.ndarray:
    """Return what the first bytes of a file are multiplied by, so that their sum is the number there."""
    weights = np.zeros(HEAD, "int64")
    weights[at : at + count] = 256 ** np.arange(count)[:: -1 if big else 1]
    return weights


# Of each kind: for height and width the number they are in, by what it is divided, modulo what, and what is added
SIZES = {
    JPEG: [(_number(0, 0), 1, 1, 0)] * 2,  # it is elsewhere
    PNG: [(_number(at, 4, big=True), 1, 2**32, 0) for at in (20, 16)],
    GIF: [(_number(at, 2), 1, 2**32, 0) for at in (8, 6)],
    BMP: [(_number(at, 4), 1, 2**32, 0) for at in (22, 18)],
    WEBP: [(_number(at, 3), 1, 2**32, 1) for at in (27, 24)],
    WEBP_LOSSY: [(_number(at, 2), 1, 2**14, 0) for at in (28, 26)],
    WEBP_LOSSLESS: [(_number(21, 4), divisor, 2**14, 1) for divisor in (2**14, 1)],
}


def _size(head, kind):
    """Return the height and width that the header of anything but a JPEG states."""
    weights, divisor, modulus, added = (
        tf.gather(np.array([[row[i] for row in rows] for rows in SIZES.values()]), kind) for i in range(4)
    )
    sides = tf.reduce_sum(weights * head, axis=-1) // divisor % modulus + added
    return tf.minimum(sides, 2**32 - sides)  # a BMP's height is negative if its rows go down


# EXIF


# Of each kind: where the first chunk is; by what the ten bytes at its beginning are multiplied to give its length, and
# how much longer it is; what it is a multiple of; the name of EXIF's and where that is; where its content begins
CHUNKS = {
    JPEG: (2, _number(2, 2, big=True), 2, 1, 4, b"Exif\0\0", 4),
    PNG: (8, _number(0, 4, big=True), 12, 1, 4, b"eXIf", 8),
    WEBP: (12, _number(4, 4), 8, 2, 0, b"EXIF", 8),
}
NONE = (2**62, _number(0, 0), 1, 1, 0, b"none", 0)  # the others have no EXIF
CHUNK = 10
PREFIX = b"Exif\0\0"  # always in a JPEG, sometimes in a WebP


def _orientation(encoded, kind, head):
    """Return the orientation that the EXIF data of a picture state, 1 to 8, int32; 1 if they do not."""
    first, second = head[3], tf.gather(head, tf.minimum(5 + 256 * head[4] + head[5], HEAD - 1))
    # Most have no EXIF, and that is soon told: a loop takes as long as a quarter of the decoding.
    without = tf.gather([True, False, True, True, False, True, True], kind)
    without = tf.where(tf.equal(kind, JPEG), ~_before_image(first) | (tf.equal(second, 0xDB)), without)
    return tf.cond(without, lambda: tf.constant(1), lambda: _find_orientation(encoded, kind))


def _before_image(marker):
    """Tell whether a segment of a JPEG is an application's, as EXIF's is, or a comment: these come first."""
    return tf.equal(marker // 16, 0xE) | tf.equal(marker, 0xFE)


@_seldom
def _find_orientation(encoded, kind):
    table = [CHUNKS.get(each, NONE) for each in SIGNATURES]
    start, weights, extra, multiple, name_at, name, content_at = (
        tf.gather(np.array([np.array(row[i])[..., :CHUNK] if i == 1 else row[i] for row in table], dtype), kind)
        for i, dtype in enumerate(("int64", "int64", "int64", "int64", "int32", object, "int64"))
    )
    end = tf.cast(tf.strings.length(encoded), tf.int64)
    others = tf.not_equal(kind, JPEG)

    def look(at, found):
        chunk = tf.strings.substr(encoded, at, CHUNK)
        found = tf.equal(tf.strings.substr(chunk, name_at, tf.strings.length(name)), name)
        numbers = tf.cast(tf.io.decode_raw(chunk, tf.uint8), tf.int64)
        length = tf.reduce_sum(numbers * weights)
        following = at + extra + length + length % multiple
        goes_on = others | _before_image(numbers[1])
        return tf.where(found, at, tf.where(goes_on, following, end)), found

    at, found = tf.while_loop(
        lambda at, found: (at + CHUNK <= end) & ~found, look, (start, tf.constant(False)), parallel_iterations=1
    )
    return _orientation_at(encoded, tf.where(found, at + content_at, end), end)


def _orientation_at(encoded, at, end):
    """Return the orientation in the TIFF data at a place, int32; 1 if there is none of 1 to 8."""

    def read(at, count):
        return tf.strings.substr(encoded, tf.minimum(at, end), tf.cast(count, tf.int64))

    def numbers(text):
        return tf.cast(tf.io.decode_raw(text, tf.uint8), tf.int64)

    at += len(PREFIX) * tf.cast(tf.equal(read(at, len(PREFIX)), PREFIX), tf.int64)
    little = tf.equal(read(at, 4), b"II*\0")
    known = little | tf.equal(read(at, 4), b"MM\0*")
    powers = tf.where(little, [0, 1, 2, 3], [3, 2, 1, 0])
    weights = tf.gather(tf.constant([1, 2**8, 2**16, 2**24], tf.int64), powers)
    shorts = tf.where(little, weights[:2], weights[2:])
    at += tf.reduce_sum(weights * numbers(tf.strings.join([read(at + 4, 4), b"\0" * 4]))[:4])
    count = tf.reduce_sum(shorts * numbers(tf.strings.join([read(at, 2), b"\0" * 2]))[:2])
    table = numbers(read(at + 2, 12 * count))
    entries = tf.reshape(table[: tf.size(table) // 12 * 12], (-1, 12))
    tags, values = (tf.reduce_sum(shorts * entries[:, i : i + 2], axis=1) for i in (0, 8))
    value = tf.reduce_max(tf.concat([[1], tf.where(tf.equal(tags, 0x0112), values, 1)], axis=0))
    return tf.cast(tf.where(known & (value <= 8), value, 1), tf.int32)


# What TensorFlow decodes otherwise than other programs, or not


@_seldom
def _decode_other(encoded, kind, head, orientation, channels):
    """Decode a picture that is no upright JPEG."""
    palette = _check_bmp(kind, head)
    # TensorFlow neither drops alpha nor decodes an animation without. To leave it the choice of channels makes it write
    # beyond its memory.
    flags = tf.gather(head, tf.gather([0, 0, 0, 0, 20, 0, 24], kind)) * tf.cast(kind >= WEBP, tf.int64)
    animated = tf.equal(kind, WEBP) & (flags // 2 % 2 > 0)
    alpha = animated | (tf.not_equal(kind, WEBP_LOSSY) & (flags // 16 % 2 > 0))

    def stored():
        return tf.io.decode_image(encoded, channels=channels, expand_animations=False)

    def without_alpha():
        parts = [(0, 20), (20, 1), (21, -1)]
        start, flag, rest = (tf.strings.substr(encoded, at, count) for at, count in parts)
        whole = tf.strings.join([start, tf.where(animated, b"\x12", flag), rest])  # says that it has alpha
        return tf.io.decode_image(whole, channels=4, expand_animations=False)[..., :channels]

    branches = [stored, lambda: _jpeg(encoded, channels)]
    if channels == 3:
        branches += [without_alpha, lambda: _palette_bmp(encoded, head)]
    kinds = [tf.equal(kind, JPEG), alpha, palette]
    branch = tf.reduce_sum(tf.where(kinds, [1, 2, 3], 0))
    with _check(tf.reduce_prod(_size(head, kind)) <= PIXELS, TOO_LARGE):
        image = tf.switch_case(branch, branches)
    return turned(tf.ensure_shape(image, (None, None, channels)), orientation)


BMP_KINDS = "1, 4 or 8 bits with a palette, 24 or 32 bits, not compressed"


def _check_bmp(kind, head):
    """Tell whether a picture is a BMP with a palette; raise an error if it is one that TensorFlow takes for another."""
    bits, compression, header = (tf.reduce_sum(head * _number(*each)) for each in ((28, 2), (30, 4), (14, 4)))
    usual = tf.equal(compression, 3) & tf.reduce_all(tf.equal(head[54:66], np.frombuffer(MASKS, "uint8")))
    plain = tf.equal(compression, 0)
    palette = plain & tf.reduce_any(tf.equal(bits, [1, 4, 8]))
    known = palette | (plain & tf.equal(bits, 24)) | ((plain | usual) & tf.equal(bits, 32))
    with _check(tf.not_equal(kind, BMP) | ((header >= 40) & known), f"it is a BMP of another kind than {BMP_KINDS}"):
        return palette & tf.equal(kind, BMP)


MASKS = bytes.fromhex("0000ff00 00ff0000 ff000000")  # of red, green and blue in 32 bits


def _palette_bmp(encoded, head):
    """Decode a BMP of 1, 4 or 8 bits; TensorFlow takes the last for grey."""
    offset, header, width, height, colours = (tf.reduce_sum(head * _number(at, 4)) for at in (10, 14, 18, 22, 46))
    bits = tf.reduce_sum(head * _number(28, 2))
    down = height >= 2**31  # negative: the first row is the top one
    height = tf.where(down, 2**32 - height, height)
    stride = (width * bits + 31) // 32 * 4
    rows = tf.strings.substr(encoded, offset, height * stride)
    rows = tf.reshape(tf.io.decode_raw(rows, tf.uint8), (height, stride, 1))
    shifts = tf.cast(tf.range(8 - bits, -1, -bits), tf.uint8)
    mask = tf.cast(tf.bitwise.left_shift(tf.constant(1, tf.int64), bits) - 1, tf.uint8)
    indices = tf.bitwise.bitwise_and(tf.bitwise.right_shift(rows, shifts), mask)
    indices = tf.reshape(indices, (height, -1))[:, :width]
    colours = tf.where(tf.equal(colours, 0), tf.bitwise.left_shift(tf.constant(1, tf.int64), bits), colours)
    palette = tf.io.decode_raw(tf.strings.substr(encoded, 14 + header, 4 * colours), tf.uint8)
    palette = tf.reshape(palette, (colours, 4))[:, 2::-1]  # blue, green, red, nothing
    image = tf.gather(palette, tf.cast(indices, tf.int32))
    return image[:: tf.where(down, 1, -1)]
