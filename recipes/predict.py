"""Say what pictures show: the five likeliest classes of each.

- python recipes/predict.py cat.jpg dog.png --model ResNet50 --weights imagenet
- python recipes/predict.py 7.png --model LeNet5 --weights runs/lenet5_digits/best.weights.h5
- python recipes/predict.py 7.png --run runs/lenet5_digits
- python recipes/predict.py cat.jpg --ten-crop --model ResNet50 --weights imagenet --model Xception --weights imagenet

Several models are an ensemble: the mean of their probabilities. With --ten-crop each picture counts as ten, its four
corners, its middle and their mirror images: Krizhevsky, Sutskever & Hinton, "ImageNet Classification with Deep
Convolutional Neural Networks", 2012, section 4.1. JPEG, PNG, BMP, GIF and WebP are
read.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import tyro

from kzoo._files import atomic_path
from kzoo.training import command_line


@dataclass(frozen=True)
class Config:
    """Options; --model and --weights may be repeated, together."""

    images: tyro.conf.Positional[tuple[Path, ...]]
    """files of pictures"""
    model: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """name of a network, as in kzoo.list_models()"""
    weights: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """of that network: a tag such as imagenet, or the path of a file"""
    run: Path | None = None
    """results of a classifier recipe (its --out), instead of models and weights"""
    ten_crop: bool = False
    """mean over ten views of a picture"""
    labels: Path | None = None
    """text file with the name of a class a line; by default ImageNet's names, or numbers"""
    out: Path = Path("runs/predictions.json")
    """where the predictions are written"""


def main(config: Config) -> list[dict]:
    """Print what each picture shows, write `config.out`, and return what it says of the pictures.

    Raises:
        ValueError, OSError: an option, a picture or a file of weights is wrong; nothing is written then.
    """
    from kzoo.predicting import predict_files, show

    found = predict_files(config.images, config.model, config.weights, config.labels, config.ten_crop, show, config.run)
    with atomic_path(config.out) as new:
        new.write_text(json.dumps(found, indent=2) + "\n")
    return found["images"]


if __name__ == "__main__":
    command_line(main, Config, __doc__)
