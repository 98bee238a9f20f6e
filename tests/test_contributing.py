"""The additions that CONTRIBUTING.md describes, each tried out: nothing else of the package is changed for them."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import randomise
from keras import layers

import kzoo
from kzoo import registry
from kzoo._validation import PositiveInt, Validated
from kzoo.applications.assembly import variant
from kzoo.exporting import Function, FunctionsSpec, describe_export, load, load_functions
from kzoo.exporting.cloning import clone
from kzoo.exporting.formats import FORMATS
from kzoo.generative import GAN
from kzoo.registry import TORCH, UNIT, catalog
from kzoo.tasks import Task, train
from kzoo.training import Trainer, make_optimizer
from kzoo.training.config import RecipeConfig


@pytest.fixture
def own_registry(monkeypatch):
    monkeypatch.setattr(catalog, "_builders", dict(registry.builders()))


# An image family


def mynet(x, depths):
    for i, depth in enumerate(depths):
        x = layers.Conv2D(4 * 2**i, 3, strides=2, padding="same", activation="relu", name=f"stage{i}_down")(x)
        for j in range(depth):
            y = layers.Conv2D(4 * 2**i, 3, padding="same", activation="relu", name=f"stage{i}_{j}")(x)
            x = layers.Add(name=f"stage{i}_{j}_add")([x, y])
    return x


def test_an_image_family(own_registry, tmp_path):
    family = partial(variant, network=mynet, paper="My Networks (Me)", reference="arXiv:2701.00001", year=2027)
    family("MyNet4", depths=(1, 1), preprocessing=TORCH, parameters=10_148, macs=15_000_000)
    model = randomise(kzoo.build("mynet4", input_shape=(32, 32, 3), classes=5))
    assert model.record.variant is kzoo.info("MyNet4") and "MyNet4" in kzoo.list_models(kind="classifier")
    assert list(kzoo.features(model, (2, 4)).output) == ["stride2", "stride4"]
    model.save(tmp_path / "net.keras")
    loaded = keras.models.load_model(tmp_path / "net.keras")
    images = np.random.default_rng(0).integers(0, 256, (2, 40, 50, 3)).astype("uint8")
    probabilities = tf.saved_model.load(kzoo.export(loaded, tmp_path / "net"))(images)["probabilities"]
    expected = model(kzoo.preprocessor(model)(images))
    np.testing.assert_allclose(probabilities, expected, atol=1e-4)


# A text family


@dataclass(frozen=True)
class BagConfig(Validated):
    vocabulary_size: PositiveInt = 50
    hidden_dim: PositiveInt = 8
    name: str = "bag"


def bag_of_words(vocabulary_size: PositiveInt = 50, hidden_dim: PositiveInt = 8, name: str = "bag"):
    """Build a bag of words.

    Args:
        vocabulary_size: tokens.
        hidden_dim: size of the embeddings.
    """
    config = BagConfig(vocabulary_size, hidden_dim, name)
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = layers.Embedding(config.vocabulary_size, config.hidden_dim, name="embedding")(tokens)
    x = layers.Dense(config.vocabulary_size, name="logits")(layers.GlobalAveragePooling1D(name="mean")(x))
    return keras.Model(tokens, x, name=config.name)


def test_a_text_family(own_registry, tmp_path):
    facts = {"paper": "Words (Me)", "reference": "arXiv:2701.00002", "year": 2027, "parameters": 850}
    registry.register(registry.Network("BagOfWords", "sequence", make=bag_of_words, **facts))
    model = kzoo.build("bagofwords", hidden_dim=4)
    assert model.record.options["hidden_dim"] == 4 and "BagOfWords" in kzoo.list_models(kind="sequence")
    assert kzoo.build("BagOfWords").count_params() == kzoo.info("BagOfWords").parameters
    model.save(tmp_path / "bag.keras")
    assert keras.models.load_model(tmp_path / "bag.keras").record.variant.name == "BagOfWords"
    with pytest.raises(ValueError, match="hidden_dim"):
        kzoo.build("BagOfWords", hidden_dim=0)


# A task, of neither images nor texts


@dataclass(frozen=True, kw_only=True)
class CurveConfig(RecipeConfig):
    out: Path
    epochs: PositiveInt = 3
    batch_size: PositiveInt = 8


class CurveFitting(Task):
    """Fit a curve: a number to a number."""

    unit = "points"
    monitor = None

    def load_data(self, replicas):
        self.x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
        self.steps_per_epoch = len(self.x) // self.config.batch_size

    @property
    def batch_size(self):
        return self.config.batch_size

    def build(self, steps):
        inputs = keras.Input((1,))
        network = keras.Model(inputs, layers.Dense(1)(layers.Dense(16, activation="tanh")(inputs)), name="curve")
        trainer = Trainer(network, xla=self.config.xla)
        trainer.compile(make_optimizer("adam", 1e-2), keras.losses.MeanSquaredError())
        return trainer

    def train_data(self, epoch, step):
        def batches():
            for number in range(epoch * self.steps_per_epoch + step, 10**6):
                rows = np.random.default_rng(number).integers(0, len(self.x), self.config.batch_size)
                yield self.x[rows], np.sin(3 * self.x[rows])

        spec = tf.TensorSpec((self.config.batch_size, 1), tf.float32)
        return tf.data.Dataset.from_generator(batches, output_signature=(spec, spec))

    def describe(self, model):
        return {"data": "a sine"}

    def servable(self, model):
        return Curve(model.network)


class Curve:
    """What is exported of the task."""

    def __init__(self, network):
        self.network = network

    def serving_spec(self):
        copy, x = clone(self.network), np.linspace(-1, 1, 5, dtype="float32")[:, None]
        inputs = [tf.TensorSpec((None, 1), tf.float32, "x")]
        predict = Function(lambda x: {"y": copy(x)}, inputs, lambda x: {"y": self.network(x)}, [x], {"y": 1e-5}, inputs)
        return FunctionsSpec(
            "curve", "curve", registry.record_of(self.network), [copy], {"predict": predict}, {}, default="predict"
        )


def test_a_task(tmp_path):
    options = {"strategy": "none", "xla": False, "seed": 3}
    whole = train(CurveFitting(CurveConfig(out=tmp_path / "whole", export=tmp_path / "curve", **options)))
    assert whole.metrics["loss"] < 0.4 and (tmp_path / "whole" / "history.csv").exists()

    class Stopped(CurveFitting):
        def callbacks(self, model, run):
            return [keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: 1 // (2 - epoch))]

    with pytest.raises(ZeroDivisionError):
        train(Stopped(CurveConfig(out=tmp_path / "parts", **options)))
    parts = train(CurveFitting(CurveConfig(out=tmp_path / "parts", resume=True, **options)))
    for one, other in zip(whole.network.get_weights(), parts.network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    metadata = describe_export(tmp_path / "curve" / "1")
    assert metadata["kind"] == "curve" and metadata["training"]["configuration"]["epochs"] == 3
    found = load_functions(tmp_path / "curve" / "1")["predict"](x=np.array([[0.5]], "float32"))["y"]
    np.testing.assert_allclose(found, whole.network(np.array([[0.5]])), atol=1e-5)


# An export format


def write_graph(prepared, folder, precision):
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    for name, function in prepared.make_functions().items():
        graph = convert_variables_to_constants_v2(function)
        names = ",".join([graph.inputs[0].name, graph.outputs[0].name, *function.structured_outputs])
        (folder / f"{name}.pb").write_bytes(graph.graph.as_graph_def().SerializeToString())
        (folder / f"{name}.names").write_text(names)


def load_graph(folder, precision):
    def make(path):
        source, result, output = path.with_suffix(".names").read_text().split(",")
        definition = tf.compat.v1.GraphDef.FromString(path.read_bytes())
        function = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(definition, name=""), [])
        run = function.prune(source, result)
        return lambda **arrays: {output: run(*map(tf.constant, arrays.values())).numpy()}

    return {path.stem: make(path) for path in folder.glob("*.pb")}


@pytest.fixture
def frozen_graph(monkeypatch):
    module = ModuleType("frozen_graph")
    module.PRECISIONS, module.PACKAGES, module.QUANTIZER = {"float32": "float32"}, (), ()
    module.write, module.load = write_graph, load_graph
    monkeypatch.setitem(sys.modules, "frozen_graph", module)
    monkeypatch.setitem(FORMATS, "graph", "frozen_graph")


def test_an_export_format(frozen_graph, tmp_path):
    model = randomise(kzoo.LeNet5(classes=3))
    path = kzoo.export(model, tmp_path / "lenet", format="graph")
    images = np.random.default_rng(0).uniform(0, 255, (2, 32, 32, 1)).astype("float32")
    expected = model(kzoo.preprocessor(model).normalize(images))
    np.testing.assert_allclose(load(path)(images), expected, atol=1e-4)
    assert describe_export(path)["format"] == "graph" and (path / "assets.extra" / "labels.txt").exists()
    gan = GAN(randomise(kzoo.GANGenerator()), kzoo.GANDiscriminator(), preprocessing=UNIT)
    assert describe_export(kzoo.export(gan, tmp_path / "gan", format="graph"))["differences"]["decode.images"] <= 1
    with pytest.raises(ValueError, match="precision='bfloat16' does not work for format='graph'"):
        kzoo.export(model, tmp_path / "lenet", format="graph", precision="bfloat16")
