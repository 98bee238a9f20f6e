"""The recipes of the papers: each says what it is, and each takes two steps, on random images of the right shapes."""

import csv
import dataclasses
import inspect
import math
import re
import shlex
from functools import partial

import keras
import numpy as np
import pytest

import kzoo
from kzoo import registry
from kzoo.applications import nasnet
from kzoo.data import AUGMENTATIONS
from kzoo.data.images import augment
from kzoo.generative import CycleGAN
from kzoo.recipes import list_recipes, load
from kzoo.tasks import Result, generative_models
from kzoo.tasks.image_classification import make_classifier_optimizer
from kzoo.tasks.translation.task import make_translator_optimizer
from kzoo.training import ClassifierConfig
from kzoo.training.command_line import parse

DATA = ("digits", "mnist", "cifar10", "imagenet")
FAST = ("lenet5_mnist", "resnet20_cifar10", "squeezenet_imagenet")
OTHERS = ("rnn_digits",)  # that compares networks which have no row in the registry
RECIPES = [name for name in list_recipes() if name not in OTHERS and isinstance(load(name).config, ClassifierConfig)]
PAPERS = [stem for stem in RECIPES if not stem.endswith("digits")]


def said(recipe):
    return " ".join(recipe.doc.split())


def settings(config):
    """Return the options of a configuration, those of optimizer and schedule beside the others."""
    optimizer = {**vars(config.optimizer), "optimizer": config.optimizer.kind}
    return {**vars(config), **optimizer, "warmup_epochs": config.schedule.warmup_epochs}


def test_all_are_found():
    assert len(PAPERS) >= 22 and set(FAST) < set(PAPERS)


@pytest.mark.parametrize("stem", RECIPES)
def test_names_what_there_is(stem):
    config = load(stem).config
    variant = registry.info(config.model)
    assert set(config.options) <= set(variant.options)
    assert config.augment in AUGMENTATIONS
    assert config.out.name == stem
    assert variant.classes == (1000 if stem.endswith("imagenet") else 10)
    assert all(0 < epoch < config.epochs for epoch in config.schedule.at)
    # a step schedule without steps, or steps without their schedule, would be a constant rate
    assert bool(config.schedule.at) == (config.schedule.kind == "step")


@pytest.mark.parametrize("stem", RECIPES)
def test_says_what_it_is(stem):
    recipe = load(stem)
    text = said(recipe)
    for part in ("- Paper: ", f"- Command: python recipes/{stem}.py"):
        assert part in text
    if recipe.config.data.startswith("tfds:"):
        assert re.search(r"- Expected: .*\d %.* - Result: not run, \S+ was not available", text)
        reference = registry.info(recipe.config.model).reference
        assert reference in text


@pytest.mark.parametrize("stem", RECIPES)
def test_takes_the_options_it_speaks_of(stem):
    recipe = load(stem)
    for command in re.findall(r"`(--[^`]+)`", said(recipe)):
        config = parse(recipe.config, shlex.split(command))
        assert config != recipe.config
        assert set(config.options) <= set(registry.info(config.model).options)
    for option in ("--optimizer.kind", "--schedule.kind"):
        with pytest.raises(SystemExit):
            parse(recipe.config, [option, "other"])


# What the papers say, and where they are silent their authors' code; written from them, not from the recipes.
NOTHING = {
    "options": {},
    "initializer": None,
    "momentum": None,
    "nesterov": False,
    "epsilon": None,
    "warmup_epochs": 0,
    "weight_decay": 0,
    "decay_bias_and_norm": False,
    "layer_decay": 1,
    "clip_norm": None,
    "accumulation_steps": 1,
    "ema": None,
    "label_smoothing": 0,
    "early_stopping": None,
    "synchronize": False,
}
SGD = {"optimizer": "sgd", "momentum": 0.9}
RMSPROP = {"optimizer": "rmsprop", "momentum": 0.9}
PLATEAU = ("plateau", 0.1, 5)  # by hand in the papers, by ten
# weight decay of Torch and Caffe's ResNets is of all weights
RESNET = {**SGD, "batch_size": 128, "learning_rate": 0.1, "weight_decay": 1e-4, "decay_bias_and_norm": True}
CIFAR_RESNET = {**RESNET, "epochs": 164, "schedule": ("step", 0.1, (82, 123)), "augment": "cifar"}
NUMBERS = {
    "lenet5_mnist": {
        **{"model": "LeNet5Original", "epochs": 20, "augment": "none"},
        # not the paper's, and said so
        **{"optimizer": "adam", "batch_size": 32, "learning_rate": 1e-3, "schedule": ("cosine",)},
    },
    "alexnet_imagenet": {
        **{**SGD, "model": "AlexNet", "epochs": 90, "batch_size": 128, "learning_rate": 0.01, "schedule": PLATEAU},
        **{"weight_decay": 5e-4, "augment": "alexnet"},
    },
    "zfnet_imagenet": {
        **{**SGD, "model": "ZFNet", "epochs": 70, "batch_size": 128, "learning_rate": 0.01, "schedule": PLATEAU},
        **{"initializer": 0.01, "augment": "crop"},
    },
    "nin_cifar10": {
        **{**SGD, "model": "NiNCIFAR10", "epochs": 308, "batch_size": 128, "learning_rate": 0.1, "initializer": 0.05},
        **{"schedule": ("step", 0.1, (256.4,)), "weight_decay": 1e-4, "augment": "cifar"},
    },
    "vgg16_imagenet": {
        **{**SGD, "model": "VGG16", "epochs": 74, "batch_size": 256, "learning_rate": 0.01, "schedule": PLATEAU},
        **{"weight_decay": 5e-4, "augment": "vgg"},
    },
    "googlenet_imagenet": {
        **{**SGD, "model": "GoogLeNetAux", "epochs": 250, "batch_size": 32, "learning_rate": 0.01},
        **{"schedule": ("exponential", 0.96, 8), "weight_decay": 2e-4, "ema": 0.9999, "augment": "inception"},
    },
    "inception_v3_imagenet": {
        **{**RMSPROP, "model": "InceptionV3", "options": {"auxiliary": True}, "epochs": 100, "batch_size": 50 * 32},
        **{"learning_rate": 0.045, "epsilon": 1.0, "schedule": ("exponential", 0.94, 2), "clip_norm": 2.0},
        **{"weight_decay": 4e-5, "ema": 0.9999, "label_smoothing": 0.1, "augment": "inception"},
    },
    "resnet20_cifar10": {**CIFAR_RESNET, "model": "ResNet20CIFAR", "initializer": "he"},
    "resnet110_cifar10": {**CIFAR_RESNET, "model": "ResNet110CIFAR", "initializer": "he", "warmup_epochs": 1},
    "preact_resnet164_cifar10": {
        **{**CIFAR_RESNET, "model": "PreActResNet164CIFAR", "initializer": "he_fan_out", "warmup_epochs": 1},
    },
    "resnet50_imagenet": {
        **{**RESNET, "model": "ResNet50", "epochs": 120, "batch_size": 256, "schedule": PLATEAU, "initializer": "he"},
        **{"augment": "resnet"},
    },
    "resnet50_modern_imagenet": {  # torchvision's IMAGENET1K_V2
        **{**SGD, "model": "ResNet50", "epochs": 600, "batch_size": 1024, "learning_rate": 0.5},
        **{"schedule": ("cosine",), "warmup_epochs": 5, "weight_decay": 2e-5, "ema": 0.99997},
        **{"label_smoothing": 0.1, "augment": "modern"},
    },
    "wide_resnet28_10_cifar10": {
        **{**RESNET, "model": "WideResNet28_10", "epochs": 200, "schedule": ("step", 0.2, (60, 120, 160))},
        **{"nesterov": True, "weight_decay": 5e-4, "initializer": "he_fan_out", "augment": "cifar_reflect"},
    },
    "stochastic_depth110_cifar10": {
        **{**RESNET, "model": "StochasticDepthResNet110", "epochs": 500, "schedule": ("step", 0.1, (250, 375))},
        **{"nesterov": True, "initializer": "he", "augment": "cifar"},
    },
    "fractalnet20_cifar10": {
        **{**SGD, "model": "FractalNet20", "epochs": 400, "batch_size": 100, "learning_rate": 0.02},
        **{"schedule": ("step", 0.1, (200, 300, 350, 375)), "augment": "cifar"},
    },
    "densenet_bc100_12_cifar10": {
        **{**RESNET, "model": "DenseNetBC100_12", "epochs": 300, "batch_size": 64, "nesterov": True},
        **{"schedule": ("step", 0.1, (150, 225)), "initializer": "he_fan_out", "augment": "cifar"},
    },
    "se_resnet50_imagenet": {
        **{**RESNET, "model": "SEResNet50", "epochs": 100, "batch_size": 1024, "learning_rate": 0.6},
        **{"schedule": ("step", 0.1, (30, 60, 90)), "initializer": "he", "augment": "resized_crop"},
    },
    "squeezenet_imagenet": {
        **{**SGD, "model": "SqueezeNet1_0", "epochs": 68, "batch_size": 16 * 32, "learning_rate": 0.04},
        **{"schedule": ("polynomial", 1), "weight_decay": 2e-4, "augment": "crop"},
    },
    "mobilenet_v2_imagenet": {
        **{**RMSPROP, "model": "MobileNetV2", "epochs": 412, "batch_size": 96, "learning_rate": 0.045, "epsilon": 1.0},
        **{"schedule": ("exponential", 0.98, 2.5), "weight_decay": 4e-5, "ema": 0.9999, "label_smoothing": 0.1},
        **{"augment": "inception"},
    },
    "nasnet_a_cifar10": {
        **{**SGD, "model": "NASNetCIFAR", "options": {"drop_path": 0.4, "auxiliary": True}, "epochs": 600},
        **{"batch_size": 32, "learning_rate": 0.025, "schedule": ("cosine",), "weight_decay": 5e-4, "clip_norm": 5},
        **{"augment": "cifar"},
    },
    "efficientnet_b0_imagenet": {
        **{**RMSPROP, "model": "EfficientNetB0", "epochs": 350, "batch_size": 4096, "learning_rate": 0.256},
        **{"epsilon": 1e-3, "schedule": ("exponential", 0.97, 2.4), "warmup_epochs": 5, "weight_decay": 1e-5},
        **{"ema": 0.9999, "label_smoothing": 0.1, "augment": "inception"},
    },
    "convnext_tiny_imagenet": {
        **{"model": "ConvNeXtTiny", "optimizer": "adamw", "epochs": 300, "batch_size": 4096, "learning_rate": 4e-3},
        **{"schedule": ("cosine",), "warmup_epochs": 20, "weight_decay": 0.05, "ema": 0.9999, "label_smoothing": 0.1},
        **{"augment": "modern"},
    },
}
# what the schedules of a recipe depend on
SCHEDULES = {
    "step": ("factor", "at"),
    "plateau": ("factor", "patience"),
    "exponential": ("factor", "every"),
    "polynomial": ("power",),
    "cosine": (),
}


@pytest.mark.parametrize("stem", PAPERS)
def test_numbers_are_the_papers(stem):
    config = load(stem).config
    expected = {**NOTHING, **NUMBERS[stem]}
    kind, *numbers = expected.pop("schedule")
    schedule = config.schedule
    assert [schedule.kind, *(getattr(schedule, name) for name in SCHEDULES[kind])] == [kind, *numbers]
    assert {name: settings(config)[name] for name in expected} == expected


@pytest.mark.parametrize("stem", [stem for stem, row in NUMBERS.items() if row["optimizer"] == "rmsprop"])
def test_mean_squares_of_rmsprop_decay_by_nine_tenths(stem):
    optimizer = make_classifier_optimizer(load(stem).config, network=None, steps=10)
    assert (optimizer.rho, optimizer.momentum) == (0.9, 0.9)


def test_numbers_within_the_networks_of_recipes():
    """Regularisation, weights of auxiliary losses and normalisation, which are no options of a recipe."""
    config = {name: registry.info(row["model"]).config for name, row in NUMBERS.items()}
    assert config["convnext_tiny_imagenet"]["drop_path"] == 0.1
    assert config["fractalnet20_cifar10"]["drop_path"] == 0.15
    assert config["fractalnet20_cifar10"]["global_share"] == 0.5
    assert config["fractalnet20_cifar10"]["dropout"] == (0, 0.1, 0.2, 0.3, 0.4)
    assert config["stochastic_depth110_cifar10"]["survival"] == 0.5
    assert config["efficientnet_b0_imagenet"]["dropout"] == 0.2
    assert default(registry.info("EfficientNetB0").network, "drop_connect") == 0.2
    assert config["wide_resnet28_10_cifar10"]["dropout"] == config["densenet_bc100_12_cifar10"]["dropout"] == 0
    assert config["googlenet_imagenet"]["dropout"] == 0.4
    assert nasnet.batch_norm_cifar.keywords == {"momentum": 0.9, "epsilon": 1e-5}
    weights = {name: [each.weight for each in registry.info(row["model"]).auxiliaries] for name, row in NUMBERS.items()}
    assert {name: each for name, each in weights.items() if each} == {
        **{"googlenet_imagenet": [0.3, 0.3], "inception_v3_imagenet": [0.4], "nasnet_a_cifar10": [0.4]}
    }


@pytest.mark.parametrize(
    "model, rates",
    [
        *[(model, [0.5, 0.5]) for model in ("AlexNet", "ZFNet", "VGG16", "NiNCIFAR10")],
        ("SqueezeNet1_0", [0.5]),
    ],
)
def test_dropout_is_the_papers(model, rates):
    side = registry.info(model).min_size
    network = registry.build(model, classes=2, input_shape=(side, side, 3))
    assert [layer.rate for layer in network.layers if isinstance(layer, keras.layers.Dropout)] == rates


def default(function, name):
    """Return what an argument is unless it is given."""
    return inspect.signature(function).parameters[name].default


def test_numbers_of_augmentations():
    """Sides of 256 pixels for 224, a quarter of erasing, and so on, by the papers of AlexNet to ConvNeXt."""
    assert default(augment.pad_and_crop, "padding") == 4
    assert default(augment.fixed_scale_crop, "side") == 256
    assert default(augment.scale_jitter_crop, "sides") == (256, 480)
    assert AUGMENTATIONS["resnet"].crop is augment.scale_jitter_crop
    assert AUGMENTATIONS["vgg"].crop.keywords == {"sides": (256, 512)}
    assert (default(augment.random_resized_crop, "area"), default(augment.random_resized_crop, "aspect")) == (
        *((0.08, 1), (3 / 4, 4 / 3)),
    )
    assert default(augment.pca_lighting, "stddev") == 0.1
    randomly = ("num_ops", "magnitude", "magnitude_std", "probability")
    assert [default(augment.rand_augment, name) for name in randomly] == [2, 9, 0.5, 0.5]
    cells = [
        cell.cell_contents
        for piece in ("images", "mix")
        for cell in getattr(AUGMENTATIONS["modern"], piece).__closure__
    ]
    parts = {part.func: part.keywords for cell in cells for part in cell if isinstance(part, partial)}
    assert parts[augment.random_erasing] == {"probability": 0.25, "area": (0.02, 1 / 3)}
    assert (parts[augment.mixup], parts[augment.cutmix]) == ({"alpha": 0.8}, {"alpha": 1.0})


class Recorder:
    """Stand for an algorithm: keep the arguments of its constructor and of `compile`."""

    def __init__(self, *arguments, **options):
        self.arguments, self.options = arguments, options

    def compile(self, *optimizers):
        self.optimizers = optimizers


@pytest.fixture
def recorded(monkeypatch):
    """Return a function that returns what a generative recipe would train, for 10 steps an epoch."""
    seen = {}

    def train(task):
        seen.update(data=task.open_data(), algorithm=task.make(10))
        return Result(task, seen["algorithm"], {})

    monkeypatch.setattr(generative_models, "train", train)
    for name in ("GAN", "DDPM", "CycleGAN", "UnlabelledImages"):
        monkeypatch.setattr(generative_models, name, Recorder)
    monkeypatch.setattr(generative_models, "load_domains", Recorder)
    for name in ("DCGANGenerator", "DCGANDiscriminator", "CycleGANGenerator", "PatchGAN70", "DDPMUNet"):
        monkeypatch.setattr(kzoo, name, lambda builder=name, **options: (builder, options))

    def record(stem):
        recipe = load(stem)
        config = recipe.config()
        recipe.main(config)
        return config, seen["data"], seen["algorithm"]

    return record


def rates(optimizer, *steps):
    """Return the learning rates at some steps."""
    rate = optimizer._learning_rate
    return [float(rate(step) if callable(rate) else rate) for step in steps]


def test_numbers_of_dcgan(recorded):
    config, _, algorithm = recorded("dcgan_celeba")
    assert (config.epochs, config.batch_size, config.data) == (25, 128, "tfds:celeb_a")
    (generator, discriminator, noise, preprocessing), options = algorithm.arguments, algorithm.options
    assert (generator, discriminator) == (("DCGANGenerator", {}), ("DCGANDiscriminator", {}))
    assert (noise, preprocessing.mean, preprocessing.std) == ("uniform", (127.5,), (127.5,))
    assert options["discriminator_steps"] == 1
    for optimizer in algorithm.optimizers:
        assert isinstance(optimizer, keras.optimizers.Adam) and rates(optimizer, 0) == [pytest.approx(2e-4)]
        assert (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon, optimizer.decay) == (0.5, 0.999, 1e-8, 1e-5)
        assert optimizer.decay_bias_and_norm  # of all weights in the authors' code
    assert default(registry.info("DCGANGenerator").make, "latent_dim") == 100


def test_numbers_of_cyclegan(recorded):
    config, domains, algorithm = recorded("cyclegan_horse2zebra")
    assert (config.epochs, config.batch_size) == (200, 1)
    *networks, shape = algorithm.arguments
    assert networks == [
        *(("CycleGANGenerator", {"name": name, "num_residual_blocks": 9}) for name in ("a_to_b", "b_to_a")),
        *(("PatchGAN70", {"name": f"discriminator_{name}"}) for name in "ab"),
    ]
    assert shape == (256, 256, 3)
    # the identity loss is for paintings; what is left out is CycleGAN's default
    assert algorithm.options["identity_weight"] == 0
    assert [default(CycleGAN, name) for name in ("cycle_weight", "pool_size")] == [10, 50]
    augment_ = domains.arguments[2]
    assert augment_.images is augment.random_flip
    assert 256 * augment_.crop.keywords["side"] / 224 == pytest.approx(286, abs=0.5)
    for optimizer in algorithm.optimizers:
        assert (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon, optimizer.decay) == (0.5, 0.999, 1e-8, 0)
        # constant for 100 epochs, then linear to 0
        assert rates(optimizer, 0, 1000, 1500, 2000) == pytest.approx([2e-4, 2e-4, 1e-4, 0])


def test_numbers_of_ddpm(recorded):
    config, images, algorithm = recorded("ddpm_cifar10")
    assert config.epochs * (50_000 // config.batch_size) == pytest.approx(800_000, rel=1e-3)
    assert (config.batch_size, config.samples, config.evaluator) == (128, 50_000, "inception")
    network, schedule, sampling_steps, ema, preprocessing = algorithm.arguments
    assert (network, sampling_steps, ema) == (("DDPMUNet", {}), 1000, 0.9999)
    assert (preprocessing.mean, preprocessing.std) == ((127.5,), (127.5,))
    np.testing.assert_allclose(schedule.betas, np.linspace(1e-4, 0.02, 1000))
    assert images.arguments[1].images is augment.random_flip
    (optimizer,) = algorithm.optimizers
    assert rates(optimizer, 0, 2500, 5000, 800_000) == pytest.approx([0, 1e-4, 2e-4, 2e-4])
    assert (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon) == (0.9, 0.999, 1e-8)
    assert (optimizer.global_clipnorm, optimizer.decay) == (1, 0)
    unet = registry.info("DDPMUNet").make
    names = ("base_channels", "channel_multipliers", "num_res_blocks", "attention_resolutions", "dropout")
    assert [default(unet, name) for name in names] == [128, (1, 2, 2, 2), 2, (16,), 0.1]


def test_the_papers_transformer_is_said_not_to_be_run():
    recipe = load("transformer_wmt14")
    config = recipe.config()
    assert re.search(r"- Expected: 27.3 BLEU.* - Result: not run, WMT14 was not available", said(recipe))
    assert config.epochs * config.steps_per_epoch == pytest.approx(100_000, rel=0.01)
    assert (config.model, config.vocabulary_size, config.tokens) == ("TransformerBase", 37_000, 25_000)
    assert (config.warmup_steps, config.label_smoothing) == (4000, 0.1)
    assert (config.average_epochs, config.num_beams, config.length_penalty) == (5, 4, 0.6)
    assert config.swap and config.data.endswith("de-en")  # of TFDS' pair German is the first
    assert (config.factor, config.accumulation_steps, config.options) == (1, 1, {})
    network = keras.Sequential([keras.Input((3,)), keras.layers.Embedding(7, 512, name="embedding")])
    optimizer = make_translator_optimizer(config, network)
    assert isinstance(optimizer, keras.optimizers.Adam)
    assert (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon, optimizer.decay) == (0.9, 0.98, 1e-9, 0)
    steps = np.array([1, 2000, 4000, 16_000, 100_000])  # counted from 1
    expected = 512**-0.5 * np.minimum(steps**-0.5, steps * 4000**-1.5)
    np.testing.assert_allclose(rates(optimizer, *(steps - 1)), expected, rtol=1e-5)
    assert default(registry.info("TransformerBase").make, "dropout") == 0.1


def random_images(path, shape, pad):
    """Write an npz of a few random images, of four classes, that fill a network's input."""
    height, width, channels = shape
    sides = (height - 2 * pad, width - 2 * pad, channels)
    rng = np.random.default_rng(0)
    arrays = {}
    for half, count in (("train", 8), ("test", 6)):
        arrays[f"x_{half}"] = rng.integers(0, 256, (count, *sides), "uint8")
        arrays[f"y_{half}"] = np.arange(count) % 4
    np.savez(path, **arrays)
    return f"npz:{path}"


@pytest.mark.parametrize(
    "stem", [pytest.param(stem, marks=() if stem in FAST else pytest.mark.slow) for stem in PAPERS]
)
def test_two_steps_on_two_replicas(stem, tmp_path, capsys):
    recipe = load(stem)
    config = recipe.config
    variant = registry.info(config.model)
    config = dataclasses.replace(
        config,
        data=random_images(tmp_path / "random.npz", variant.input_shape, variant.preprocessing.pad),
        out=tmp_path / "out",
        batch_size=4,
        epochs=1,
        steps_per_epoch=2,
        replicas=2,
        xla=False,
    )
    metrics = recipe.main(config)
    output = capsys.readouterr().out
    assert "2 replica(s)" in output and "1 epochs of 2 steps of 4 images" in output
    assert 0 <= metrics["val_accuracy"] <= 1 and math.isfinite(metrics["val_loss"])
    with (tmp_path / "out" / "history.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert math.isfinite(float(row["loss"])) and float(row["loss"]) > 0
