"""Say what pictures show: the five likeliest classes of each.

- python recipes/predict.py cat.jpg dog.png --model ResNet50 --weights imagenet
- python recipes/predict.py 7.png --model LeNet5 --weights runs/lenet5_digits/best.weights.h5
- python recipes/predict.py cat.jpg --ten-crop --model ResNet50 --weights imagenet --model Xception --weights imagenet

Several models are an ensemble: the mean of their probabilities. With --ten-crop each picture counts as ten, its four
corners, its middle and their mirror images: Krizhevsky, Sutskever & Hinton, "ImageNet Classification with Deep
Convolutional Neural Networks", 2012, section 4.1. JPEG, PNG, BMP and GIF are read.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import tyro

from kzoo import registry
from kzoo._files import whole
from kzoo.applications import imagenet
from kzoo.data import read_picture
from kzoo.predicting import middle, predict, ten_crops, trained
from kzoo.training import command_line

AT_A_TIME = 8  # pictures in memory
TOP = 5


@dataclass(frozen=True)
class Config:
    """Options; --model and --weights may be repeated, together."""

    images: tyro.conf.Positional[tuple[Path, ...]]
    """files of pictures"""
    model: tyro.conf.UseAppendAction[tuple[str, ...]]
    """name of a network, as in kzoo.list_models()"""
    weights: tyro.conf.UseAppendAction[tuple[str, ...]]
    """of that network: a tag such as imagenet, or the path of a file"""
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
    labels = read_labels(config.labels) if config.labels else None
    check(config)
    models = [
        trained(name, weights, len(labels) if labels else registry.classifier(name).classes)
        for name, weights in zip(config.model, config.weights, strict=True)
    ]
    names = labels or default_labels(models[0])
    rows = []
    for start in range(0, len(config.images), AT_A_TIME):
        paths = config.images[start : start + AT_A_TIME]
        pictures = [read_picture(path) for path in paths]
        for path, each in zip(paths, predict(models, pictures, ten_crops if config.ten_crop else middle), strict=True):
            rows.append({"image": str(path), "top": likeliest(each, names)})
            show(rows[-1])
    used = [{"model": name, "weights": w} for name, w in zip(config.model, config.weights, strict=True)]
    with whole(config.out) as new:
        new.write_text(json.dumps({"models": used, "ten_crop": config.ten_crop, "images": rows}, indent=2) + "\n")
    return rows


def check(config):
    """Say what is wrong before seconds are spent on building a network."""
    if not config.images:
        raise ValueError("images is empty; give at least one file")
    if not config.model or len(config.model) != len(config.weights):
        counts = f"--model is given {len(config.model)} and --weights {len(config.weights)} times"
        raise ValueError(f"{counts}; each network needs both")
    for path in config.images:
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file")


def read_labels(path):
    """Return the names in a text file, a line each."""
    try:
        labels = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"labels={str(path)!r} is not a text file in UTF-8") from None
    if not labels or not all(map(str.strip, labels)):
        raise ValueError(f"labels={str(path)!r} has {'an empty line' if labels else 'no lines'}; give a name a line")
    return labels


def default_labels(model):
    """Return ImageNet's names for a network of its classes, and numbers for others."""
    if model.variant.classes == model.outputs[0].shape[-1] == 1000:
        return imagenet.class_names()
    return [str(number) for number in range(model.outputs[0].shape[-1])]


def likeliest(probabilities, names):
    """Return the likeliest classes, the likeliest first."""
    return [
        {"class_id": int(i), "label": names[i], "probability": round(float(probabilities[i]), 6)}
        for i in probabilities.argsort()[::-1][:TOP]
    ]


def show(row):
    """Print the classes of a picture."""
    print(row["image"])
    for each in row["top"]:
        print(f"  {each['probability']:8.2%}  {each['label']}", flush=True)


if __name__ == "__main__":
    command_line(main, Config, __doc__)
