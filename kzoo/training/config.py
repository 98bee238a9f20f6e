"""The options of recipes, whatever they train, and of those of classifiers; importing them loads no TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Interval

from kzoo import registry
from kzoo._validation import MAX_INT32, NonNegativeFloat, PositiveFloat, PositiveInt, Validated, check

# Recipes name them again where they have other defaults, and the command line goes on to refuse any other.
OptimizerName = Literal["sgd", "rmsprop", "adam", "adamw"]
Initializer = Literal["he", "he_fan_out"] | PositiveFloat | None
ScheduleName = Literal["cosine", "polynomial", "step", "exponential", "plateau", "constant"]

Epochs = Annotated[float, Interval(ge=0, le=MAX_INT32)]


@dataclass(frozen=True, kw_only=True)
class RecipeConfig(Validated):
    """The options that all recipes have; `out`, the folder of the results, and `epochs` come with a recipe's own."""

    strategy: Literal["mirrored", "multiworker", "none"] = "mirrored"
    """all devices of this machine, several machines (srun or TF_CONFIG), or no distribution"""
    replicas: PositiveInt | None = None
    """devices to use; more than one without a GPU splits the CPU"""
    xla: bool = True
    """compile forward and backward with XLA; convolutions on a CPU are faster without"""
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    seed: Annotated[int, Interval(ge=0, le=MAX_INT32)] = 0
    steps_per_epoch: PositiveInt | None = None
    """stop an epoch (and the validation) after so many steps"""
    checkpoint_every: PositiveInt | None = None
    """steps between checkpoints, besides that at the end of each epoch"""
    keep_checkpoints: PositiveInt = 2
    """how many of them stay"""
    resume: bool = False
    """go on from the last checkpoint in `out`, if there is one"""
    export: Path | None = None
    """where to write the SavedModel: <name> or <name>/<version>"""
    overwrite: bool = False
    """replace an export, or a run, that is there already"""


@dataclass(frozen=True)
class ClassifierConfig(RecipeConfig):
    """The options of a classifier recipe; a recipe gives them its own defaults."""

    model: str
    """name of the network, as in kzoo.list_models()"""
    data: str
    """digits, npz:PATH, folder:PATH or tfds:NAME[/CONFIG]"""
    out: Path
    """folder of the results"""
    epochs: PositiveInt
    batch_size: PositiveInt
    """images a step, over all replicas"""
    learning_rate: PositiveFloat
    """the highest"""
    options: dict[str, int | float | bool] = field(default_factory=dict)
    """of the network, such as drop_path or auxiliary"""
    initializer: Initializer = None
    """what kernels begin with: He's normal distribution, for their inputs or their outputs, or one of this deviation;
    or the network's own values"""
    schedule: ScheduleName = "cosine"
    """how the learning rate falls: to 0 along a curve; by `decay` at the epochs `decay_at`, at every `decay_every`
    epochs, or after as many without progress; or not"""
    power: Annotated[float, Interval(gt=0, le=100)] = 1.0
    """of a polynomial: 1 is a line"""
    decay: Annotated[float, Interval(gt=0, lt=1)] = 0.1
    """what the learning rate is multiplied by"""
    decay_at: tuple[Epochs, ...] = ()
    """epochs, of a step schedule"""
    decay_every: Annotated[float, Interval(gt=0, le=MAX_INT32)] = 1.0
    """epochs, of an exponential schedule, or of patience at a plateau"""
    warmup_epochs: Epochs = 0.0
    """at first the learning rate rises along a line"""
    optimizer: OptimizerName = "adamw"
    momentum: Annotated[float, Interval(ge=0, lt=1)] | None = None
    """of sgd and rmsprop; 0 if not given"""
    nesterov: bool = False
    """of sgd"""
    epsilon: PositiveFloat | None = None
    """of rmsprop, adam and adamw; as in Keras if not given"""
    weight_decay: NonNegativeFloat = 0.0
    """of kernels only; added to the gradient (L2), or with adamw decoupled"""
    decay_vectors: bool = False
    """let weight decay have biases and normalisations, too"""
    layer_decay: Annotated[float, Interval(gt=0, le=1)] = 1.0
    """what the learning rate of a block is to that of the next one"""
    clip_norm: PositiveFloat | None = None
    """the largest norm of all gradients together"""
    accumulate: PositiveInt = 1
    """batches whose gradients make one update"""
    ema: Annotated[float, Interval(gt=0, lt=1)] | None = None
    """momentum of a moving average of the weights, such as 0.9999; it is what is evaluated and kept"""
    label_smoothing: Annotated[float, Interval(ge=0, lt=1)] = 0.0
    early_stopping: PositiveInt | None = None
    """stop after so many epochs in a row without a higher val_accuracy; never if not given"""
    augment: str = "none"
    """what is done to training images: a name in kzoo.data.AUGMENTATIONS"""
    synchronize: bool = False
    """let BatchNormalization see the images of all replicas; needs --no-xla where there are several"""

    def __post_init__(self):
        super().__post_init__()
        if self.schedule == "plateau" and self.warmup_epochs:
            raise ValueError(
                "schedule='plateau' does not work with warmup_epochs; choose another schedule, or no warm-up"
            )
        if list(self.decay_at) != sorted(self.decay_at):
            raise ValueError(f"decay_at={self.decay_at} does not work; give epochs in rising order")
        if self.schedule == "step" and not self.decay_at:
            raise ValueError("schedule='step' does not work without decay_at; give epochs, such as 30 60")


def check_options(model: str, options: Mapping[str, float | bool]):
    """See that a network has the options that it is to be built with, and takes their values.

    Raises:
        ValueError: it has not, or does not.
    """
    builder = registry.builders()[model]
    names = builder.variant.options if builder.variant.kind == "classifier" else builder.accepted
    if unknown := sorted(set(options) - set(names)):
        accepted = f"accepted are {', '.join(names)}" if names else "it has none"
        raise ValueError(f"options={options} does not work: {model} has no option {unknown[0]!r}; {accepted}")
    for name, value in options.items():
        check(model, name, builder.accepted[name], value)
