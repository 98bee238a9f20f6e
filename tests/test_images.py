"""Images: one answer for each file in training, evaluation, prediction and a SavedModel, and Pillow's."""

import io
import itertools
import struct

import numpy as np
import pytest
import tensorflow as tf
from helpers import one_line, randomise
from PIL import Image, ImageOps

import kzoo
from kzoo.data import images, load_source, read_image, report_unreadable_images
from kzoo.exporting import classifier_module
from kzoo.inference import predict

RNG = np.random.default_rng(0)
NOISE = Image.fromarray(RNG.integers(0, 256, (23, 37, 3), dtype=np.uint8))
GREY16 = Image.fromarray(RNG.integers(0, 2**16, (23, 37), dtype=np.uint16))


def encode(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def with_alpha():
    return Image.fromarray(np.dstack([NOISE, RNG.integers(0, 256, (23, 37), dtype=np.uint8)]))


def animation(kind):
    frames = [Image.fromarray(np.full((9, 12, 3), grey, np.uint8)) for grey in (10, 100, 200)]
    frames[0].putpixel((3, 4), (255, 0, 0))
    return encode(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)


def bmp(bits, width, down, colours=0):
    """Return a BMP with a palette; Pillow writes none of 4 bits, nor one whose rows go down."""
    size = colours or 2**bits
    palette = RNG.integers(0, 256, (size, 4), dtype=np.uint8).tobytes()
    rows = [
        "".join(f"{i:0{bits}b}" for i in RNG.integers(0, size, width)).ljust((width * bits + 31) // 32 * 32, "0")
        for _ in range(5)
    ]
    body = b"".join(int(row, 2).to_bytes(len(row) // 8, "big") for row in rows)
    offset = 54 + len(palette)
    head = struct.pack("<2sIHHI", b"BM", offset + len(body), 0, 0, offset)
    height = -5 if down else 5
    return head + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, 0, 0, 0, colours, 0) + palette + body


FILES = {f"jpeg {mode}": encode(NOISE.convert(mode), "JPEG") for mode in ("L", "RGB", "CMYK")}
FILES |= {f"png {mode}": encode(NOISE.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA")}
FILES |= {f"bmp {mode}": encode(NOISE.convert(mode), "BMP") for mode in ("1", "L", "P", "RGB", "RGBA")}
FILES |= {f"gif {mode}": encode(NOISE.convert(mode), "GIF") for mode in ("1", "L", "P", "RGB")}
FILES |= {f"webp {lossless}": encode(NOISE, "WEBP", lossless=lossless) for lossless in (False, True)}
FILES |= {f"webp alpha {lossless}": encode(with_alpha(), "WEBP", lossless=lossless) for lossless in (False, True)}
FILES |= {f"animated {kind}": animation(kind) for kind in ("GIF", "PNG", "WEBP")}
FILES |= {
    "jpeg progressive": encode(NOISE, "JPEG", progressive=True, subsampling=0),
    "png 16 bits": encode(GREY16, "PNG"),
    "png transparent colour": encode(NOISE.convert("P"), "PNG", transparency=3),
    "png alpha": encode(with_alpha(), "PNG"),
    "bmp 4 bits": bmp(4, 7, False),
    "bmp 1 bit down": bmp(1, 33, True),
    "bmp few colours": bmp(8, 5, False, colours=11),
}


def exif(kind, orientation, order="<"):
    data = Image.Exif()
    data.endian = order
    data[0x010E] = "a description that is long enough to lie elsewhere"
    data[0x0110] = "camera"
    data[0x0112] = orientation
    return encode(NOISE, kind, exif=data)


TURNED = {
    f"{kind} {orientation} {order}": exif(kind, orientation, order)
    for kind, orientation, order in itertools.product(("JPEG", "PNG", "WEBP"), range(1, 9), "<>")
}
TURNED |= {"no orientation": exif("JPEG", 0), "too large an orientation": exif("JPEG", 9)}


def pillow(file):
    """Return what Pillow decodes."""
    with Image.open(io.BytesIO(file)) as opened:
        image = ImageOps.exif_transpose(opened)
        if image.mode.startswith("I"):  # 16 bits, which Pillow would cut off at 255
            return np.repeat((np.asarray(image) >> 8).astype("uint8")[..., None], 3, axis=2)
        return np.asarray(image.convert("RGB"))


@pytest.fixture(scope="module")
def graph():
    return tf.function(lambda file: images.decode_image(file)).get_concrete_function(tf.TensorSpec((), tf.string))


@pytest.mark.parametrize("name", [*FILES, *TURNED])
def test_pixels_are_pillows(graph, tmp_path, name):
    file = {**FILES, **TURNED}[name]
    (tmp_path / "image").write_bytes(file)
    read = read_image(tmp_path / "image")
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, pillow(file))
    np.testing.assert_array_equal(graph(tf.constant(file)), read)


def test_pixels_are_right():
    """Not only Pillow's: of some the pixels are known."""
    np.testing.assert_array_equal(images.decode_image(FILES["png RGB"]), NOISE)
    np.testing.assert_array_equal(images.decode_image(FILES["bmp RGB"]), NOISE)
    np.testing.assert_array_equal(images.decode_image(FILES["png 16 bits"])[..., 0], np.asarray(GREY16) >> 8)
    np.testing.assert_array_equal(images.decode_image(TURNED["PNG 6 >"]), np.rot90(NOISE, -1))
    assert images.decode_image(FILES["animated WEBP"]).numpy()[0, 0].tolist() == [10, 10, 10]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_window_is_that_of_the_oriented_image(orientation):
    file = exif("JPEG", orientation)
    whole = images.decode_image(file).numpy()
    part = images.decode_image(file, 3, lambda height, width: tf.stack([2, 3, height - 6, width - 9]))
    np.testing.assert_array_equal(part[1:-1, 1:-1], whole[3:-5, 4:-7])  # at the edges colours are interpolated


def test_exif_behind_other_data_is_found_and_damaged_one_ignored():
    file = exif("JPEG", 6)
    comments = b"".join(b"\xff\xfe" + (300).to_bytes(2, "big") + bytes(298) for _ in range(5))
    assert images.decode_image(file[:2] + comments + file[2:]).shape == (37, 23, 3)
    at = file.index(b"Exif\0\0") + 6
    for damaged in (b"xx*\0", b"II*\0\xff\xff\xff\x7f"):
        assert images.decode_image(file[:at] + damaged + file[at + len(damaged) :]).shape == (23, 37, 3)


def flip(file, at):
    return file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]


PNG = FILES["png RGB"]
BAD = {
    "empty": (b"", "none of JPEG, PNG, BMP, GIF, WebP"),
    "a text": (b"a text", "none of JPEG, PNG, BMP, GIF, WebP"),
    "a TIFF": (encode(NOISE, "TIFF"), "none of JPEG, PNG, BMP, GIF, WebP"),
    "half a JPEG": (FILES["jpeg RGB"][:500], "Invalid JPEG data"),
    "the beginning of a JPEG": (b"\xff\xd8\xff\xe1\xff\xffExif\0\0II", "Invalid JPEG data"),
    "half a PNG": (PNG[: len(PNG) // 2], "Invalid PNG data"),
    "a checksum of a PNG's header": (flip(PNG, 30), "PNG"),
    "a checksum of a PNG's pixels": (flip(PNG, len(PNG) - 14), "PNG"),  # before IEND's 12 bytes
    "half a GIF": (FILES["gif P"][:500], "GIF"),
    "half a BMP": (FILES["bmp RGB"][:900], "Input size should match"),
    "half a BMP with a palette": (FILES["bmp P"][:1200], "reshape"),
    "a compressed BMP": (FILES["bmp P"][:30] + b"\1" + FILES["bmp P"][31:], "a BMP of another kind than 1, 4 or 8"),
    "half a WebP": (FILES["webp True"][:900], "WebP"),
    "the beginning of a WebP": (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
    "many pixels in a PNG": (PNG[:16] + struct.pack(">II", 20_000, 20_000) + PNG[24:], "more than 178956970 pixels"),
    "many pixels in a GIF": (b"GIF89a" + b"\xff" * 90, "more than 178956970 pixels"),
    "many pixels in a BMP": (
        FILES["bmp RGB"][:18] + struct.pack("<ii", 20_000, -20_000) + FILES["bmp RGB"][26:],
        "more than 178956970 pixels",
    ),
    "many pixels in a WebP": (b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0" + b"\0\0\0\0" + b"\xff" * 80, "more than 178956970"),
    "many pixels in a JPEG": (
        FILES["jpeg RGB"].replace(struct.pack(">HH", 23, 37), struct.pack(">HH", 60_000, 60_000)),
        "more than 178956970 pixels",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_damaged_image_is_named(tmp_path, name):
    file, message = BAD[name]
    path = tmp_path / "image.png"
    path.write_bytes(file)
    with pytest.raises(ValueError) as error:
        read_image(path)
    assert one_line(error).startswith(f"{path}: not a readable image: ") and message in str(error.value)
    assert "node" not in str(error.value) and "Op:" not in str(error.value)


def test_no_image(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        read_image(tmp_path / "image.png")
    assert one_line(error) == f"{tmp_path / 'image.png'}: no such file"
    with pytest.raises(ValueError, match="not a readable image"):
        read_image(tmp_path)


def folder(tmp_path, files):
    (tmp_path / "bat").mkdir()
    for i, file in enumerate([*files] * 5):
        (tmp_path / "bat" / f"{i:03}.png").write_bytes(file)
    return load_source(f"folder:{tmp_path}")


def test_a_folder_gives_the_same(tmp_path):
    files = [*FILES.values(), *TURNED.values()]
    train = folder(tmp_path, files).train
    keys = [key.decode() for key, _ in train.keys().as_numpy_iterator()]
    for key, (image, _) in zip(keys, train.dataset().as_numpy_iterator(), strict=True):
        np.testing.assert_array_equal(image, read_image(key))


@pytest.mark.parametrize(
    "name", ["a checksum of a PNG's pixels", "half a BMP with a palette", "a compressed BMP", "many pixels in a JPEG"]
)
def test_a_folder_names_what_is_damaged(tmp_path, name):
    source = folder(tmp_path, [BAD[name][0]])
    with (
        pytest.raises(ValueError, match=r"[0-4]\.png: not a readable image: ") as error,
        report_unreadable_images(source),
    ):
        list(source.train.dataset())
    assert BAD[name][1] in one_line(error)


def test_a_saved_model_gives_the_same(tmp_path):
    model = randomise(kzoo.LeNet5())
    served = tf.saved_model.load(kzoo.export(model, tmp_path / "lenet")).signatures
    files = [*FILES.values(), *TURNED.values()]
    answer = served["from_bytes"](bytes=tf.constant(files))["probabilities"]
    expected = predict([model], [images.decode_image(file).numpy() for file in files])
    np.testing.assert_allclose(answer, expected, atol=2e-5)
    prepare = kzoo.preprocessor(model)
    decode = tf.function(lambda files: classifier_module.decode_images(files, prepare))
    broken = [bad for bad, _ in BAD.values()]
    wanted = " ".join(str(1 + i) for i in range(len(broken)))
    with pytest.raises(tf.errors.InvalidArgumentError, match=rf"damaged or too large, at .* from 0:\] \[{wanted}\]"):
        decode(tf.constant([PNG, *broken, PNG]))


def test_a_file_without_an_end_is_refused(monkeypatch):
    monkeypatch.setattr("kzoo.data.images.decoding.MAX_BYTES", 1000)
    with pytest.raises(ValueError, match="/dev/zero: not a readable image: it has more than 1,000 bytes") as error:
        read_image("/dev/zero")
    one_line(error)
