"""Benchmark input pipelines, JPEG files to training batches: kzoo against Keras and, if installed, torchvision.

    make bench
    python benchmarks/input_pipeline.py --rounds 9

The images are synthetic, with the resolution and file size of ImageNet's. Each pipeline returns crops of 224x224,
flipped and normalized: kzoo and torchvision random resized crops (8 to 100 % of the area), Keras, which has no layer
for that, random crops of 256x256. Rounds are interleaved; in each, a new iterator is warmed up, then timed. A figure is
the median of the rounds. Nothing else should run on the machine.
"""

import statistics
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
import tyro
from report import environment, write

import kzoo
from kzoo.data import Augmentation, batches, load_source
from kzoo.data.images.augment import compose, per_image, rand_augment, random_flip, random_resized_crop

CLASSES = 4
SLOW = ", RandAugment"
"""suffix of the names of pipelines with RandAugment"""


@dataclass(frozen=True)
class Config:
    """Options of the benchmark."""

    images: int = 512
    size: int = 224
    """height and width of the crops, pixels"""
    batch: int = 32
    batches: int = 60
    """timed in each round"""
    warm_up: int = 20
    """batches before, in which tf.data tunes its threads"""
    rounds: int = 5
    randaugment: bool = True
    """also kzoo with RandAugment, and Keras with its own, which is so slow that a tenth of the batches are timed"""


def main(config: Config) -> list[dict]:
    """Run all pipelines, interleaved, print a table and write the results as CSV."""
    print(environment())
    with tempfile.TemporaryDirectory() as folder:
        file_size = write_images(Path(folder), config.images)
        print(f"{config.images} JPEGs of 500x375, {file_size / 1000:.0f} kB each; batches of {config.batch}\n")
        makers = pipelines(config, folder)
        rates = {name: [] for name in makers}
        for _ in range(config.rounds):
            for name, make in makers.items():
                rates[name].append(rate(config, make(), 10 if name.endswith(SLOW) else 1))
    figures = {name: statistics.median(values) for name, values in rates.items()}
    rows = [row(config, name, rates[name], figures) for name in figures]
    print(f"{'pipeline':24}{'img/s':>8}{'least':>8}{'most':>8}{'kzoo is':>10}")
    for each_row in rows:
        print("{pipeline:24}{images_per_second:8}{least:8}{most:8}{kzoo_ratio:9}x".format(**each_row))
    write("input_pipeline", rows)
    return rows


def row(config, name, values, figures) -> dict:
    """Return the row of a pipeline; `kzoo_ratio` is kzoo's throughput, with RandAugment if it has that, to its own."""
    kzoo_rate = figures[f"kzoo{SLOW}" if name.endswith(SLOW) else "kzoo"]
    return {
        "pipeline": name,
        "size": config.size,
        "batch": config.batch,
        "rounds": config.rounds,
        "images_per_second": round(figures[name]),
        "least": round(min(values)),
        "most": round(max(values)),
        "kzoo_ratio": round(kzoo_rate / figures[name], 2),
    }


def write_images(folder: Path, count: int) -> float:
    """Write images with the detail of photographs, in class folders; return the mean file size in bytes."""
    rng = np.random.default_rng(0)
    sizes = []
    for i in range(count):
        image = np.full((375, 500, 3), 128.0)
        for side, strength in ((4, 60), (16, 35), (64, 18), (256, 10)):
            waves = rng.normal(0, strength, (side, side, 3))
            image += tf.image.resize(waves, (375, 500), "bicubic").numpy()
        encoded = tf.io.encode_jpeg(image.clip(0, 255).astype(np.uint8), quality=92).numpy()
        for split in ("train", "test")[: 1 + (i < CLASSES)]:
            path = folder / split / str(i % CLASSES) / f"{i:05}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encoded)
        sizes.append(len(encoded))
    return statistics.mean(sizes)


def rate(config, data, less: int) -> float:
    """Return the throughput of an iterator after warm-up, images a second; `less` divides the number of batches."""
    for _ in islice(data, config.warm_up // less):
        pass
    start = time.perf_counter()
    images = sum(len(images) for images, _ in islice(data, max(1, config.batches // less)))
    return images / (time.perf_counter() - start)


def pipelines(config, folder) -> dict:
    """Return functions that make an infinite iterator of each pipeline."""
    made = {"kzoo": kzoo_batches(config, folder, random_flip)}
    made["Keras"] = keras_batches(config, folder)
    if find_spec("torchvision"):
        made["torchvision"] = partial(torch_batches, config, folder)
    if config.randaugment:
        made[f"kzoo{SLOW}"] = kzoo_batches(config, folder, compose(random_flip, per_image(rand_augment)))
        layer = keras.layers.RandAugment(value_range=(0, 255), num_ops=2, factor=0.9)
        made[f"Keras{SLOW}"] = keras_batches(config, folder, layer)
    return made


def kzoo_batches(config, folder, images):
    """Read with kzoo."""
    preprocessor = kzoo.layers.Preprocessor.of(kzoo.info("MobileNetV2").preprocessing, (config.size, config.size, 3))
    augment = Augmentation(crop=random_resized_crop, images=images)
    split = load_source(f"folder:{folder}").train
    return lambda: iter(batches(split, preprocessor, config.batch, training=True, augment=augment))


def keras_batches(config, folder, *layers):
    """Read with Keras, its layers mapped in parallel."""
    side = round(config.size * 256 / 224)
    data = keras.utils.image_dataset_from_directory(
        Path(folder) / "train",
        image_size=(side, side),
        crop_to_aspect_ratio=True,
        batch_size=config.batch,
        seed=0,
        verbose=False,
    )
    augment = keras.Sequential(
        [
            keras.layers.RandomCrop(config.size, config.size),
            keras.layers.RandomFlip("horizontal"),
            *layers,
            keras.layers.Rescaling(1 / 127.5, -1),
        ]
    )
    data = data.map(lambda x, y: (augment(x, training=True), y), num_parallel_calls=tf.data.AUTOTUNE)
    return lambda: iter(data.repeat().prefetch(tf.data.AUTOTUNE))


def torch_batches(config, folder):
    """Read with torchvision, one process for each core."""
    import os

    import torch
    from torchvision import datasets, transforms

    transform = transforms.Compose(
        [
            transforms.RandomResizedCrop(config.size),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )
    loader = torch.utils.data.DataLoader(
        datasets.ImageFolder(Path(folder) / "train", transform),
        batch_size=config.batch,
        shuffle=True,
        num_workers=os.cpu_count(),
        persistent_workers=True,
        drop_last=True,
    )

    def endless():
        while True:
            yield from loader

    return endless()


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
