"""Files that Keras writes of kzoo's networks, opened by new processes."""

import importlib
import pkgutil
from functools import partial

import keras
import numpy as np
import pytest
from helpers import difference, one_line, randomise, small_input
from keras import layers

import kzoo
from kzoo import layers as zoo
from kzoo._serialization import CLASSES
from kzoo.training import optimizers
from kzoo.training.losses import Crossentropy, Distillation, TokenCrossentropy
from kzoo.training.metrics import TokenAccuracy
from kzoo.training.schedules import InverseSquareRoot, LinearDecay, WarmUp

IMAGE, VECTOR, TOKENS = (8, 8, 4), (6,), (5,)
# Each of kzoo's layers: how it is made, and the shape of what it reads
LAYERS = {
    "BatchNormalization": (zoo.BatchNormalization, IMAGE),
    "Conv2D": (partial(zoo.Conv2D, 8, 3, groups=2), IMAGE),
    "DepthwiseConv2D": (partial(zoo.DepthwiseConv2D, 3), IMAGE),
    "EuclideanRBF": (partial(zoo.EuclideanRBF, np.eye(6)), VECTOR),
    "FractalColumn": (partial(zoo.FractalColumn, 2), IMAGE),
    "HalvingPad": (partial(zoo.HalvingPad, 3), IMAGE),
    "LayerScale": (partial(zoo.LayerScale, 0.1), IMAGE),
    "LocalResponseNormalization": (partial(zoo.LocalResponseNormalization, 3, alpha=1.0), IMAGE),
    "Maxout": (partial(zoo.Maxout, 3, 2), VECTOR),
    "Normalization": (zoo.Normalization, IMAGE),
    "PadChannels": (partial(zoo.PadChannels, 6), IMAGE),
    "Preprocessor": (partial(zoo.Preprocessor, (8, 8), 4, (127.5,), (127.5,)), IMAGE),
    "ReflectionPad": (partial(zoo.ReflectionPad, 2), IMAGE),
    "ScaledEmbedding": (partial(zoo.ScaledEmbedding, 9, 4), TOKENS),
    "ScaledTanh": (zoo.ScaledTanh, IMAGE),
    "SeparableConv2D": (partial(zoo.SeparableConv2D, 8, 3), IMAGE),
    "SinePositionEncoding": (zoo.SinePositionEncoding, (5, 4)),
    "StochasticBranch": (partial(zoo.StochasticBranch, 0.5), IMAGE),
    "StochasticDepth": (partial(zoo.StochasticDepth, 0.5), IMAGE),
    "Subsampling": (zoo.Subsampling, IMAGE),
    "TableConv2D": (partial(zoo.TableConv2D, [[0, 1], [2, 3]], 3), IMAGE),
    "TimeEmbedding": (partial(zoo.TimeEmbedding, 4), ()),
    "TrainingProgress": (zoo.TrainingProgress, IMAGE),
}


def alone(make, shape):
    """Return a network of one layer."""
    inputs = keras.Input(shape)
    return keras.Model(inputs, make()(inputs))


def blocks():
    """Return a network of layers that kzoo has in a faster version."""
    inputs = x = keras.Input((16, 16, 4))
    makers = (partial(zoo.Conv2D, groups=2), zoo.SeparableConv2D, zoo.DepthwiseConv2D)
    for i, make in enumerate(makers):
        x = make(**({} if i == 2 else {"filters": 8}), kernel_size=3, use_bias=False, name=f"conv{i}")(x)
        x = zoo.BatchNormalization(name=f"bn{i}", trainable=i != 1)(x)
        x = layers.ReLU()(x)
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling2D()(x)), name="net")


def joined():
    inputs = keras.Input(IMAGE)
    branches = [inputs, layers.Conv2D(4, 1)(inputs)]
    x = zoo.FractalJoin([1, 2])(branches, zoo.FractalColumn(2)(inputs))
    x = zoo.DropPathAdd(0.3, [True, False])([x, branches[1]], zoo.TrainingProgress()(inputs))
    return keras.Model(inputs, x)


def transformer():
    inputs = keras.Input((5, 4))
    mask = keras.ops.any(inputs > -1e9, -1)
    attended = zoo.MultiHeadAttention(2)(inputs, inputs, mask[:, None, None, :])
    encoded = zoo.TransformerEncoder(8, 2)(attended, mask)
    return keras.Model(inputs, zoo.TransformerDecoder(8, 2)(inputs, encoded, mask))


def language():
    numbers = keras.Input((5,))
    tokens = keras.ops.cast(numbers > 0, "int32")
    mask, positions = zoo.AttentionMask(True)(tokens), zoo.TokenPositions()(tokens)
    x = layers.Embedding(2, 8)(tokens) + layers.Embedding(8, 8)(zoo.PositionRange()(tokens))
    x = x + layers.Embedding(8, 8)(zoo.PositionsAfterPadding(0)(tokens))
    initializer = keras.initializers.serialize(keras.initializers.RandomNormal(stddev=0.1))
    attention = {"num_heads": 2, "num_kv_heads": 1, "rotary": {"theta": 9.0}, "kernel_initializer": initializer}
    feed_forward = {"intermediate_dim": 6, "gated": True, "use_bias": False, "output_initializer": initializer}
    x = zoo.TransformerBlock(attention, feed_forward, norm="rms", dropout=0.1)(x, mask, positions)
    x = zoo.FeedForward(4)(zoo.Attention(2, fused=True)(zoo.RMSNormalization()(x), mask))
    x = zoo.RotaryEmbedding(8, scaling={"rope_type": "linear", "factor": 2.0})(x[:, None], positions)[:, 0]
    return keras.Model(numbers, zoo.Bias()(zoo.LastToken()(x, tokens)))


def compiled(optimizer, loss, metrics=()):
    model = alone(partial(layers.Dense, 3), VECTOR)
    model.compile(optimizer, loss, metrics=list(metrics), run_eagerly=True)
    model.train_on_batch(np.ones((4, *VECTOR)), np.ones((4, 3) if isinstance(loss, Distillation) else 4))
    return model


MODELS = {
    **{name: partial(alone, *arguments) for name, arguments in LAYERS.items()},
    "FractalJoin, DropPathAdd": joined,
    "MultiHeadAttention, TransformerEncoder, TransformerDecoder": transformer,
    "Attention, AttentionMask, Bias, FeedForward, LastToken, PositionRange, PositionsAfterPadding, RMSNormalization, "
    "RotaryEmbedding, TokenPositions, TransformerBlock": language,
    "SGD, WarmUp": lambda: compiled(optimizers.SGD(WarmUp(LinearDecay(0.1, 3, 4), 2), 0.1), Crossentropy(0.1)),
    "RMSprop": lambda: compiled(optimizers.RMSprop(LinearDecay(0.1, 3, 4)), Crossentropy()),
    "Adam": lambda: compiled(optimizers.Adam(InverseSquareRoot(0.1, 3)), TokenCrossentropy(), [TokenAccuracy()]),
    "AdamW": lambda: compiled(
        optimizers.AdamW(0.1, learning_rate_multipliers={"dense/kernel": 0.5}), Distillation(2.0)
    ),
    "LeNet5Original": kzoo.LeNet5Original,
    "folded": lambda: kzoo.fold(blocks()),
}
FEW = ("Conv2D", "SGD, WarmUp", "MultiHeadAttention, TransformerEncoder, TransformerDecoder")
# Keras is imported by a module of kzoo's that other modules need, and registered with; nothing heavy is imported before
BY_KZOO = """
import importlib.util
import kzoo
heavy = {"keras", "tensorflow", "wrapt"}
assert not heavy & set(sys.modules)
assert importlib.util.find_spec("keras").name == "keras"
assert "keras" not in sys.modules
from kzoo.layers import batch_normalization
import keras
assert "kzoo>Conv2D" in keras.saving.get_custom_objects() and "kzoo.layers.conv2d" not in sys.modules
"""
# What the processes run: open each file in a folder, and write what the model makes of its inputs
OPEN = """
import sys
{imports}
from pathlib import Path
import numpy as np
for path in sorted(Path(sys.argv[1]).glob("*.keras")):
    model = keras.models.load_model(path)
    if getattr(model, "optimizer", None):  # it goes on training
        model.train_on_batch(np.ones((4, 6)), np.ones((4, 3) if "AdamW" in path.stem else 4))
    if path.with_suffix(".npz").exists():
        inputs = np.load(path.with_suffix(".npz"))
        np.save(path.with_suffix(".npy"), model(inputs["x"]))
"""


def sample(model, seed=1):
    """Return inputs of a model: whole numbers, which images, tokens and times may be."""
    shape = [side or 32 for side in model.inputs[0].shape[1:]]
    return np.random.default_rng(seed).integers(0, 9, (2, *shape)).astype(model.inputs[0].dtype)


def save(folder, models):
    """Write models with inputs, and return what each makes of them; of compiled ones, after one more step."""
    expected = {}
    for name, model in models.items():
        x = sample(model)
        model.save(folder / f"{name}.keras")
        np.savez(folder / f"{name}.npz", x=x)
        if getattr(model, "optimizer", None):
            model.train_on_batch(np.ones((4, *VECTOR)), np.ones((4, 3) if name == "AdamW" else 4))
        expected[name] = np.asarray(model(x))
    return expected


def compare(folder, expected):
    for name, value in expected.items():
        np.testing.assert_allclose(np.load(folder / f"{name}.npy"), value, rtol=2e-5, atol=2e-5, err_msg=name)


def test_every_class_that_keras_may_meet_is_registered():
    for module in pkgutil.walk_packages(kzoo.__path__, "kzoo."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    names = {f"kzoo>{name}" for group in (zoo.__all__, *CLASSES.values()) for name in group}
    registered = {name: each for name, each in keras.saving.get_custom_objects().items() if name.startswith("kzoo>")}
    assert set(registered) == names and all(type(each) is type for each in registered.values())  # no proxy is left
    assert set(zoo.__all__) == {name for key in MODELS for name in key.split(", ")} & set(zoo.__all__)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    keras.utils.set_random_seed(0)
    folder = tmp_path_factory.mktemp("files")
    return folder, save(folder, {name: make() for name, make in MODELS.items()})


@pytest.mark.parametrize(
    "imports, names",
    [
        ("import keras, kzoo", FEW),
        ("import kzoo, keras", MODELS),
        (BY_KZOO, FEW),
    ],
    ids=["keras first", "kzoo first", "keras by kzoo"],
)
def test_new_processes_open_files(files, run_python, tmp_path, imports, names):
    folder, expected = files
    for name in names:
        for suffix in (".keras", ".npz"):
            (tmp_path / f"{name}{suffix}").symlink_to(folder / f"{name}{suffix}")
    (tmp_path / "open.py").write_text(OPEN.format(imports=imports))
    run_python(tmp_path / "open.py", tmp_path)
    compare(tmp_path, {name: expected[name] for name in names})


@pytest.mark.slow
def test_new_processes_open_files_of_networks(run_python, tmp_path):
    (tmp_path / "open.py").write_text(OPEN.format(imports="import kzoo, keras"))
    others = [name for name in kzoo.list_models() if kzoo.info(name).kind in ("generative", "sequence")]
    others += ["BERTTiny", "DistilGPT2", "Stories15M"]
    names = ["AlexNet", "ConvNeXtTiny", "DenseNetBC100_12", "EfficientNetLite0", "EfficientNetB0", "FractalNet20"]
    names += ["InceptionV1Aux", "MobileNetV3Small", "NASNetCIFAR", "ZFNet", *others]
    for name in [each for each in names if kzoo.info(each).parameters < 1e8]:
        variant = kzoo.info(name)
        shape = {"input_shape": small_input(variant)} if variant.kind == "classifier" else {}
        kzoo.build(name, **shape).save(tmp_path / f"{name}.keras")
    run_python(tmp_path / "open.py", tmp_path)


PLAIN = [
    *("BatchNormalization", "Conv2D", "DepthwiseConv2D", "HalvingPad", "LayerScale", "LocalResponseNormalization"),
    *("Maxout", "Normalization", "PadChannels", "ReflectionPad", "ScaledTanh", "SeparableConv2D", "StochasticDepth"),
    *("SGD, WarmUp", "folded"),
]


def imagenet_deviations():
    """Return a network whose "variance" is the deviation that EfficientNet's published weights hold."""
    model = alone(zoo.Normalization, (8, 8, 3))
    model.layers[-1].set_weights([np.ones(3), np.array([0.229, 0.224, 0.225]), np.array(0)])
    return model


def test_plain_networks_open_without_kzoo(run_python, tmp_path):
    models = {name: randomise(MODELS[name]()) for name in PLAIN}
    models = {**models, "blocks": randomise(blocks()), "deviations": imagenet_deviations()}
    for name in ("mixed", "frozen"):
        models[name] = randomise(keras.models.clone_model(models["blocks"]))
    models["frozen"].trainable = False
    models["frozen"].layers[1].trainable = True
    plain = {name: kzoo.to_plain_keras(model) for name, model in models.items()}
    expected = save(tmp_path, plain)
    for name, model in models.items():
        assert difference(expected[name], model(sample(model))) < 2e-5, name
        for kind in ("weights", "trainable_weights"):
            paths = [[each.path for each in getattr(both, kind)] for both in (model, plain[name])]
            assert paths[0] == paths[1] or name == "LayerScale"  # of which Keras names no weight
    assert not plain["SGD, WarmUp"].compiled and models["SGD, WarmUp"].compiled
    imports = "import sys\nsys.modules['kzoo'] = None  # importing it fails\nimport keras"
    (tmp_path / "open.py").write_text(OPEN.format(imports=imports))
    run_python(tmp_path / "open.py", tmp_path)
    compare(tmp_path, expected)


def test_plain_networks_train_alike():
    model = randomise(blocks())
    plain = kzoo.to_plain_keras(model)
    images = sample(model).astype("float32")
    for each in (model, plain):
        each.compile("sgd", "sparse_categorical_crossentropy", jit_compile=False)
        each.train_on_batch(images, np.array([0, 1]))
    for ours, theirs in zip(model.weights, plain.weights, strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=2e-5, atol=2e-5, err_msg=ours.path)


def test_plain_stochastic_depth_drops_whole_images():
    plain = kzoo.to_plain_keras(alone(partial(zoo.StochasticDepth, 0.5), IMAGE))
    dropped = np.asarray(plain(np.ones((64, *IMAGE)), training=True)).reshape(64, -1)
    assert set(dropped.mean(1)) == {0.0, 2.0} == set(dropped.ravel())


def test_plain_networks_keep_precision():
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = randomise(blocks())
    plain = kzoo.to_plain_keras(model)
    assert [each.dtype_policy.name for each in plain.layers] == [each.dtype_policy.name for each in model.layers]
    assert (
        difference(keras.ops.cast(plain(sample(model)), "float32"), keras.ops.cast(model(sample(model)), "float32"))
        < 0.02
    )


@pytest.mark.parametrize(
    "make, message",
    [
        (
            kzoo.LeNet5Original,
            "'s2' cannot become a layer of Keras' own: Keras has no equivalent of kzoo's Subsampling",
        ),
        (
            lambda: keras.Sequential([keras.Input(IMAGE), alone(*LAYERS["LayerScale"])]),
            "cannot become a layer of Keras' own: Keras has no equivalent of kzoo's LayerScale",
        ),
        (lambda: alone(partial(zoo.HalvingPad, 3), (None, None, 4)), "depends on the size of the image"),
        (lambda: "lenet5", "model is a str; accepted is a functional keras.Model"),
    ],
)
def test_what_keras_lacks_is_named(make, message):
    with pytest.raises(ValueError) as error:
        kzoo.to_plain_keras(make())
    assert message in one_line(error)


@pytest.mark.parametrize(
    "name, arguments",
    [
        ("LocalResponseNormalization", {"size": -1}),
        ("LocalResponseNormalization", {"bias": np.nan}),
        ("HalvingPad", {"size": 2}),
        ("LayerScale", {"init_values": np.inf}),
        ("Maxout", {"units": 2.5, "pieces": 2}),
        ("MultiHeadAttention", {"num_heads": 0}),
        ("FractalColumn", {"columns": 0}),
        ("PadChannels", {"filters": "8"}),
        ("ReflectionPad", {"padding": -1}),
        ("TransformerEncoder", {"intermediate_dim": 4, "num_heads": 2, "dropout": 1.0}),
        ("TableConv2D", {"table": [[0], [-1]], "kernel_size": 3}),
        ("TableConv2D", {"table": [[]], "kernel_size": 3}),
    ],
)
def test_layers_refuse_arguments_out_of_range(name, arguments):
    with pytest.raises(ValueError) as error:
        getattr(zoo, name)(**arguments)
    message = one_line(error)
    assert any(message.startswith(f"{key}=") for key in arguments) and "accepted: " in message


def test_maxout_keeps_the_axes_before_the_last():
    layer, x = zoo.Maxout(3, 2), np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
    y = layer(x)
    assert y.shape == layer.compute_output_shape(x.shape) == (2, 5, 3)
    np.testing.assert_allclose(y[1], layer(x[1]), rtol=1e-6)
