"""Image decoding, the same in training, evaluation, prediction and the graph of a SavedModel.

TensorFlow decodes; what it lacks is added here as graph operations: EXIF orientation, palettes of BMP, alpha and
animation of WebP, and a limit on the number of pixels.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import tensorflow as tf

from kzoo._printing import printable

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp")
FORMATS = "JPEG, PNG, BMP, GIF, WebP"
MAX_PIXELS = 178_956_970  # as Pillow's limit; a float32 channel takes 4 bytes of each
MAX_BYTES = 2**30  # more than the largest BMP of so many pixels
TOO_LARGE = f"it has more than {MAX_PIXELS} pixels"
NAME_SCOPE = "decode_image"  # of the operations below, in the messages of TensorFlow's errors

# Maps (height, width) of an image to (top, left, height, width), int32
CropWindow = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]

JPEG, PNG, GIF, BMP, WEBP, WEBP_LOSSY, WEBP_LOSSLESS = range(7)
SIGNATURES = {  # offset, bytes
    JPEG: (0, b"\xff\xd8\xff"),
    PNG: (0, b"\x89PNG\r\n\x1a\n"),
    GIF: (0, b"GIF8"),
    BMP: (0, b"BM"),
    WEBP: (8, b"WEBPVP8X"),
    WEBP_LOSSY: (8, b"WEBPVP8 "),
    WEBP_LOSSLESS: (8, b"WEBPVP8L"),
}
HEADER_BYTES = 66  # contain the sizes and BMP's masks


def read_image(path: str | os.PathLike) -> np.ndarray:
    """Read an image, (height, width, 3) uint8 in 0..255, with its EXIF orientation applied; see `decode_image`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not a JPEG, PNG, BMP, GIF or WebP, or damaged or too large; the message names the file.
    """
    try:
        with open(path, "rb") as file:  # not all of it: a device may have no end
            encoded = file.read(MAX_BYTES + 1)
        if len(encoded) > MAX_BYTES:
            raise ValueError(f"{path}: not a readable image: it has more than {MAX_BYTES:,} bytes")
        return decode_image(encoded).numpy()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file") from None
    except (OSError, tf.errors.OpError) as error:
        raise ValueError(f"{path}: not a readable image: {error_reason(error)}") from error


def error_reason(error: OSError | tf.errors.OpError) -> str:
    """Return in one line why an image could not be decoded, without names of operations and devices."""
    text = error.message if isinstance(error, tf.errors.OpError) else str(error.strerror)
    text = re.sub(r"\{\{.*?\}\}|\[Op:.*|\[\[.*", "", text, flags=re.DOTALL).strip()
    if asserted := re.search(r"assertion failed: \[(.*?)\]|Summarized data: b'(.*?)'", text, re.DOTALL):
        text = asserted[1] or asserted[2]
    return textwrap.shorten(printable(text.rpartition("\n")[2]), 300)  # in a graph the other lines are a traceback


@tf.autograph.experimental.do_not_convert
def decode_image(encoded: tf.Tensor, channels: int = 3, window: CropWindow | None = None) -> tf.Tensor:
    """Decode an image, or a window of it, to (height, width, channels) uint8, with its EXIF orientation applied.

    JPEG (baseline or progressive; grey, colour, CMYK), PNG (1 to 16 bits; palette, grey, colour), GIF, BMP (1, 4 or 8
    bits with a palette, 24 or 32 bits; not compressed) and WebP. Dropped are alpha, all frames of an animation but the
    first, and the lower eight of 16 bits. Pixels equal Pillow's. Of an upright JPEG only the window is decoded.

    Args:
        encoded: bytes of a file, a scalar string.
        channels: 3, or 1 for JPEG and PNG.
        window: maps the height and width of the oriented image to (top, left, height, width).

    Raises:
        tf.errors.InvalidArgumentError: it is of another format, damaged (checksums of PNG are verified), or of more
            than `MAX_PIXELS` pixels.
    """
    with tf.name_scope(NAME_SCOPE):
        encoded = tf.convert_to_tensor(encoded, tf.string)
        kind, header = _detect_format(encoded)
        orientation = _orientation(encoded, kind, header)

        def decode_jpeg() -> tf.Tensor:  # upright, as nearly all are
            return _jpeg(encoded, channels, window)

        def decode_other() -> tf.Tensor:
            image = _decode_other(encoded, kind, header, orientation, channels)
            return crop(image, window) if window else image

        upright = tf.equal(kind, JPEG) & tf.equal(orientation, 1)
        return tf.ensure_shape(tf.cond(upright, decode_jpeg, decode_other), (None, None, channels))


def crop(image: tf.Tensor, window: CropWindow) -> tf.Tensor:
    """Crop an image (H, W, C) to a window."""
    top, left, height, width = tf.unstack(window(*tf.unstack(tf.shape(image)[:2])))
    return image[top : top + height, left : left + width]


def apply_exif_orientation(image: tf.Tensor, orientation: tf.Tensor) -> tf.Tensor:
    """Apply an EXIF orientation, 1 to 8, to an image (height, width, channels)."""
    rows = [False, False, False, True, True, False, False, True, True]  # whether they are reversed, after
    columns = [False, False, True, True, False, False, True, True, False]  # the transposition, from 5 on

    transposed = tf.transpose(image, tf.where(orientation >= 5, [1, 0, 2], [0, 1, 2]))
    return tf.reverse(transposed, tf.where(tf.gather(tf.constant([rows, columns]), orientation, axis=1))[:, 0])


def _noinline(function: Callable) -> Callable:
    """Compile a function that is not inlined: inlined operations of a branch cost time even where it is not taken."""
    return tf.function(function, autograph=False, experimental_attributes={"_noinline": True})


def _assert(condition: tf.Tensor, text: str) -> AbstractContextManager:
    """Return a context that raises an error unless a condition holds."""
    check = tf.debugging.Assert(condition, [text])
    return tf.control_dependencies([] if check is None else [check])  # None in eager execution


def _detect_format(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the format that a file begins like, and its first bytes, int64."""
    header = tf.strings.join([tf.strings.substr(encoded, 0, HEADER_BYTES), b"\0" * HEADER_BYTES])
    places, words = zip(*SIGNATURES.values(), strict=True)
    same = tf.equal(tf.strings.substr(header, places, [len(word) for word in words]), words)
    with _assert(tf.reduce_any(same), f"it is none of {FORMATS}"):
        return tf.argmax(same, output_type=tf.int32), tf.cast(tf.io.decode_raw(header, tf.uint8), tf.int64)[
            :HEADER_BYTES
        ]


def _jpeg(encoded: tf.Tensor, channels: int, window: CropWindow | None = None) -> tf.Tensor:
    height, width, _ = tf.unstack(tf.io.extract_jpeg_shape(encoded))
    options = {"channels": channels, "dct_method": "INTEGER_ACCURATE"}  # the default is less accurate, and not faster
    with _assert(tf.cast(height, tf.int64) * tf.cast(width, tf.int64) <= MAX_PIXELS, TOO_LARGE):
        if window:
            return tf.image.decode_and_crop_jpeg(encoded, window(height, width), **options)
        return tf.io.decode_jpeg(encoded, **options)


def _integer_weights(at: int, count: int, big: bool = False) -> np.ndarray:
    """Return weights of the first bytes of a file, whose weighted sum is the integer of `count` bytes at `at`."""
    weights = np.zeros(HEADER_BYTES, "int64")
    weights[at : at + count] = 256 ** np.arange(count)[:: -1 if big else 1]
    return weights


# Format -> for height and width: weights of the integer that they are in, divisor, modulus, offset
SIZES = {
    JPEG: [(_integer_weights(0, 0), 1, 1, 0)] * 2,  # not in the header
    PNG: [(_integer_weights(at, 4, big=True), 1, 2**32, 0) for at in (20, 16)],
    GIF: [(_integer_weights(at, 2), 1, 2**32, 0) for at in (8, 6)],
    BMP: [(_integer_weights(at, 4), 1, 2**32, 0) for at in (22, 18)],
    WEBP: [(_integer_weights(at, 3), 1, 2**32, 1) for at in (27, 24)],
    WEBP_LOSSY: [(_integer_weights(at, 2), 1, 2**14, 0) for at in (28, 26)],
    WEBP_LOSSLESS: [(_integer_weights(21, 4), divisor, 2**14, 1) for divisor in (2**14, 1)],
}


def _header_size(header: tf.Tensor, kind: tf.Tensor) -> tf.Tensor:
    """Return the height and width in the header, of all formats but JPEG."""
    weights, divisor, modulus, added = (
        tf.gather(np.array([[row[i] for row in rows] for rows in SIZES.values()]), kind) for i in range(4)
    )
    sides = tf.reduce_sum(weights * header, axis=-1) // divisor % modulus + added
    return tf.minimum(sides, 2**32 - sides)  # the height of a BMP is negative if its rows are top-down


# EXIF


# Format -> offset of the first chunk; weights of its first ten bytes that give its length; bytes that are not in the
# length; alignment; offset and name of the EXIF chunk; offset of its content
CHUNKS = {
    JPEG: (2, _integer_weights(2, 2, big=True), 2, 1, 4, b"Exif\0\0", 4),
    PNG: (8, _integer_weights(0, 4, big=True), 12, 1, 4, b"eXIf", 8),
    WEBP: (12, _integer_weights(4, 4), 8, 2, 0, b"EXIF", 8),
}
NO_EXIF = (2**62, _integer_weights(0, 0), 1, 1, 0, b"none", 0)  # other formats have no EXIF
CHUNK_HEADER_BYTES = 10
EXIF_PREFIX = b"Exif\0\0"  # always in JPEG, sometimes in WebP


def _orientation(encoded: tf.Tensor, kind: tf.Tensor, header: tf.Tensor) -> tf.Tensor:
    """Return the EXIF orientation of an image, 1 to 8, int32; 1 if it has none."""
    first, second = header[3], tf.gather(header, tf.minimum(5 + 256 * header[4] + header[5], HEADER_BYTES - 1))
    # Most images have no EXIF, which is fast to see; searching for it takes as long as a quarter of the decoding.
    without = tf.gather([True, False, True, True, False, True, True], kind)
    without = tf.where(tf.equal(kind, JPEG), ~_is_metadata_segment(first) | (tf.equal(second, 0xDB)), without)
    return tf.cond(without, lambda: tf.constant(1), lambda: _find_orientation(encoded, kind))


def _is_metadata_segment(marker: tf.Tensor) -> tf.Tensor:
    """Return whether a segment of a JPEG is APPn, as EXIF is, or a comment: these come first."""
    return tf.equal(marker // 16, 0xE) | tf.equal(marker, 0xFE)


@_noinline
def _find_orientation(encoded: tf.Tensor, kind: tf.Tensor) -> tf.Tensor:
    table = [CHUNKS.get(each, NO_EXIF) for each in SIGNATURES]
    start, weights, extra, multiple, name_at, name, content_at = (
        tf.gather(
            np.array([np.array(row[i])[..., :CHUNK_HEADER_BYTES] if i == 1 else row[i] for row in table], dtype), kind
        )
        for i, dtype in enumerate(map(np.dtype, ("int64", "int64", "int64", "int64", "int32", "object", "int64")))
    )
    end = tf.cast(tf.strings.length(encoded), tf.int64)
    others = tf.not_equal(kind, JPEG)

    def next_chunk(at: tf.Tensor, found: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        chunk = tf.strings.substr(encoded, at, CHUNK_HEADER_BYTES)
        found = tf.equal(tf.strings.substr(chunk, name_at, tf.strings.length(name)), name)
        numbers = tf.cast(tf.io.decode_raw(chunk, tf.uint8), tf.int64)
        length = tf.reduce_sum(numbers * weights)
        following = at + extra + length + length % multiple
        continues = others | _is_metadata_segment(numbers[1])
        return tf.where(found, at, tf.where(continues, following, end)), found

    at, found = tf.while_loop(
        lambda at, found: (at + CHUNK_HEADER_BYTES <= end) & ~found,
        next_chunk,
        (start, tf.constant(False)),
        parallel_iterations=1,
    )
    return _tiff_orientation(encoded, tf.where(found, at + content_at, end), end)


def _tiff_orientation(encoded: tf.Tensor, at: tf.Tensor, end: tf.Tensor) -> tf.Tensor:
    """Return the orientation in the TIFF data at an offset, int32; 1 if there is none in 1 to 8."""

    def read(at: tf.Tensor, count: int | tf.Tensor) -> tf.Tensor:
        return tf.strings.substr(encoded, tf.minimum(at, end), tf.cast(count, tf.int64))

    def numbers(text: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.io.decode_raw(text, tf.uint8), tf.int64)

    at += len(EXIF_PREFIX) * tf.cast(tf.equal(read(at, len(EXIF_PREFIX)), EXIF_PREFIX), tf.int64)
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


# Formats that TensorFlow decodes differently from other programs, or not at all


@_noinline
def _decode_other(
    encoded: tf.Tensor, kind: tf.Tensor, header: tf.Tensor, orientation: tf.Tensor, channels: int
) -> tf.Tensor:
    """Decode an image that is not an upright JPEG."""
    palette = _check_bmp(kind, header)
    # TensorFlow neither drops alpha nor decodes an animation without it. Letting it choose the number of channels makes
    # it write out of bounds.
    flags = tf.gather(header, tf.gather([0, 0, 0, 0, 20, 0, 24], kind)) * tf.cast(kind >= WEBP, tf.int64)
    animated = tf.equal(kind, WEBP) & (flags // 2 % 2 > 0)
    alpha = animated | (tf.not_equal(kind, WEBP_LOSSY) & (flags // 16 % 2 > 0))

    def decode() -> tf.Tensor:
        return tf.io.decode_image(encoded, channels=channels, expand_animations=False)

    def without_alpha() -> tf.Tensor:
        parts = [(0, 20), (20, 1), (21, -1)]
        start, flag, rest = (tf.strings.substr(encoded, at, count) for at, count in parts)
        with_flag = tf.strings.join([start, tf.where(animated, b"\x12", flag), rest])  # the flag of alpha set
        return tf.io.decode_image(with_flag, channels=4, expand_animations=False)[..., :channels]

    branches = [decode, lambda: _jpeg(encoded, channels)]
    if channels == 3:
        branches += [without_alpha, lambda: _decode_palette_bmp(encoded, header)]
    kinds = [tf.equal(kind, JPEG), alpha, palette]
    branch = tf.reduce_sum(tf.where(kinds, [1, 2, 3], 0))
    with _assert(tf.reduce_prod(_header_size(header, kind)) <= MAX_PIXELS, TOO_LARGE):
        image = tf.switch_case(branch, branches)
    return apply_exif_orientation(tf.ensure_shape(image, (None, None, channels)), orientation)


BMP_KINDS = "1, 4 or 8 bits with a palette, 24 or 32 bits, not compressed"


def _check_bmp(kind: tf.Tensor, header: tf.Tensor) -> tf.Tensor:
    """Return whether an image is a BMP with a palette; raise an error for BMPs that TensorFlow would misread."""
    bits, compression, dib_size = (
        tf.reduce_sum(header * _integer_weights(*each)) for each in ((28, 2), (30, 4), (14, 4))
    )
    usual = tf.equal(compression, 3) & tf.reduce_all(tf.equal(header[54:66], np.frombuffer(BMP_MASKS, "uint8")))
    plain = tf.equal(compression, 0)
    palette = plain & tf.reduce_any(tf.equal(bits, [1, 4, 8]))
    known = palette | (plain & tf.equal(bits, 24)) | ((plain | usual) & tf.equal(bits, 32))
    with _assert(tf.not_equal(kind, BMP) | ((dib_size >= 40) & known), f"it is a BMP of another kind than {BMP_KINDS}"):
        return palette & tf.equal(kind, BMP)


BMP_MASKS = bytes.fromhex("0000ff00 00ff0000 ff000000")  # of red, green and blue in 32 bits


def _decode_palette_bmp(encoded: tf.Tensor, header: tf.Tensor) -> tf.Tensor:
    """Decode a BMP of 1, 4 or 8 bits; TensorFlow reads 8 bits as grey."""
    offset, dib_size, width, height, colours = (
        tf.reduce_sum(header * _integer_weights(at, 4)) for at in (10, 14, 18, 22, 46)
    )
    bits = tf.reduce_sum(header * _integer_weights(28, 2))
    top_down = height >= 2**31  # the height is negative
    height = tf.where(top_down, 2**32 - height, height)
    stride = (width * bits + 31) // 32 * 4
    rows = tf.strings.substr(encoded, offset, height * stride)
    rows = tf.reshape(tf.io.decode_raw(rows, tf.uint8), (height, stride, 1))
    shifts = tf.cast(tf.range(8 - bits, -1, -bits), tf.uint8)
    mask = tf.cast(tf.bitwise.left_shift(tf.constant(1, tf.int64), bits) - 1, tf.uint8)
    indices = tf.bitwise.bitwise_and(tf.bitwise.right_shift(rows, shifts), mask)
    indices = tf.reshape(indices, (height, -1))[:, :width]
    colours = tf.where(tf.equal(colours, 0), tf.bitwise.left_shift(tf.constant(1, tf.int64), bits), colours)
    palette = tf.io.decode_raw(tf.strings.substr(encoded, 14 + dib_size, 4 * colours), tf.uint8)
    palette = tf.reshape(palette, (colours, 4))[:, 2::-1]  # blue, green, red, unused
    image = tf.gather(palette, tf.cast(indices, tf.int32))
    return image[:: tf.where(top_down, 1, -1)]
