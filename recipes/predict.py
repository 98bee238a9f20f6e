"""Classify images: the top-5 classes of each.

- python recipes/predict.py cat.jpg dog.png --model ResNet50 --weights imagenet
- python recipes/predict.py 7.png --model LeNet5 --weights runs/lenet5_digits/best.weights.h5
- python recipes/predict.py 7.png --run runs/lenet5_digits
- python recipes/predict.py cat.jpg --ten-crop --model ResNet50 --weights imagenet --model Xception --weights imagenet

Several models are an ensemble: the mean of their probabilities. With --ten-crop the mean over ten crops of each
image, corners, center and their horizontal flips: Krizhevsky, Sutskever & Hinton, "ImageNet Classification with Deep
Convolutional Neural Networks", 2012, section 4.1. Files are JPEG, PNG, BMP, GIF or WebP.
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
    """image files"""
    model: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """name of a network, as in kzoo.list_models()"""
    weights: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """of that network: a tag such as imagenet, or the path of a file"""
    run: Path | None = None
    """folder of a run of a classifier recipe (its --out), instead of models and weights"""
    ten_crop: bool = False
    """average over ten crops of each image"""
    labels: Path | None = None
    """text file of class names, one a line; by default ImageNet's names, or numbers"""
    out: Path = Path("runs/predictions.json")
    """file of the predictions"""


def main(config: Config) -> list[dict]:
    """Print and return the predictions, and write them to `config.out`.

    Raises:
        ValueError, OSError: an option, an image or a weight file is invalid; nothing is written then.
    """
    from kzoo.inference import predict_files, print_predictions

    predictions = predict_files(
        config.images, config.model, config.weights, config.labels, config.ten_crop, print_predictions, config.run
    )
    with atomic_path(config.out) as new:
        new.write_text(json.dumps(predictions, indent=2) + "\n")
    return predictions["images"]


if __name__ == "__main__":
    command_line(main, Config, __doc__)
