"""Read one picture, as a viewer would show it."""

from __future__ import annotations

import os
import textwrap

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "BMP", "GIF")
GREY = ("1", "L", "LA")


def read_picture(path: str | os.PathLike) -> np.ndarray:
    """Read a picture: (height, width, 3) uint8 in 0..255, or (height, width, 1) if it is grey.

    It is turned as its EXIF orientation says. Transparency is dropped, of an animation all but the first frame, of 16
    bits the lower eight.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no JPEG, PNG, BMP or GIF, or a damaged one; the message names the file.
    """
    try:
        with Image.open(path, formats=FORMATS) as file:
            picture = ImageOps.exif_transpose(file)
            if picture.mode.startswith("I"):  # 16 bits, which Pillow would cut off at 255
                return (np.asarray(picture) >> 8).astype("uint8")[..., None]
            pixels = np.asarray(picture.convert("L" if picture.mode in GREY else "RGB"))
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file") from None
    except UnidentifiedImageError:
        raise ValueError(f"{path}: not a readable picture: none of {', '.join(FORMATS)}") from None
    except Exception as error:  # a decoder may raise anything about bytes that make no sense to it
        raise ValueError(f"{path}: not a readable picture: {textwrap.shorten(str(error), 300)}") from error
    return pixels.reshape(*pixels.shape[:2], -1)
