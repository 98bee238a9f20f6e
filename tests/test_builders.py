"""The package, the registry and the builders' arguments, as a user meets them."""

import importlib
import inspect
import math
import os
import pickle
import pydoc
import re
import subprocess
import sys
import textwrap
from dataclasses import replace

import h5py
import keras
import numpy as np
import pytest
from helpers import ROOT, one_line

import kzoo
from kzoo import registry
from kzoo._validation import describe, documentation
from kzoo.registry import catalog


def test_import_loads_neither_keras_nor_tensorflow(run_python):
    code = """
import sys, kzoo
dir(kzoo), kzoo.list_models(), str(kzoo.info("ResNet50")), repr(kzoo.ResNet50), kzoo.ResNet50.__doc__
heavy = [name for name in ("keras", "tensorflow", "numpy", "keras_cv", "tensorflow_datasets") if name in sys.modules]
assert not heavy, heavy
from kzoo import LeNet5
assert LeNet5().count_params() == 61_706
assert "keras" in sys.modules
"""
    run_python(code)


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_another_backend_is_refused(run_python, backend):
    result = run_python("import kzoo", check=False, KERAS_BACKEND=backend)
    assert f"ImportError: kzoo needs Keras' tensorflow backend, but KERAS_BACKEND='{backend}'" in result.stderr


def test_another_backend_in_keras_own_file_is_overruled(run_python, tmp_path):
    (tmp_path / "keras.json").write_text('{"backend": "torch"}')
    run_python("import kzoo; kzoo.LeNet5()", KERAS_HOME=str(tmp_path))


def test_keras_imported_before_with_another_backend(run_python):
    fake = (
        "import sys; from types import SimpleNamespace as N; sys.modules['keras'] = N(config=N(backend=lambda: 'jax'))"
    )
    result = run_python(f"{fake}; import kzoo", check=False)
    assert "KERAS_BACKEND='jax'; unset it" in result.stderr.splitlines()[-1]


def test_names_are_there_for_people_and_editors():
    assert {"ResNet50", "LeNet5", "build", "info", "list_models", "export", "load_source"} <= set(dir(kzoo))
    assert kzoo.applications.ResNet50 is kzoo.applications.resnet.ResNet50 is kzoo.applications.resnet50.ResNet50
    builders = importlib.import_module("kzoo.builders")
    assert builders.ResNet50 is kzoo.ResNet50
    with pytest.raises(AttributeError, match="has no attribute 'ResNet51'"):
        builders.ResNet51  # noqa: B018


def test_every_model_is_a_name_of_the_package():
    for name, builder in registry.builders().items():
        assert getattr(kzoo, name) is builder
        assert builder.variant.kind != "classifier" or getattr(kzoo.applications, name).variant is builder.variant


def test_generated_files_are_up_to_date():
    result = subprocess.run([sys.executable, ROOT / "tools/generate.py", "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_static_checkers_see_names_and_signature(tmp_path):
    script = tmp_path / "user.py"
    right = """
        import kzoo
        from kzoo import ResNet50
        from kzoo.applications.resnet50 import ResNet50 as LikeKeras
        from kzoo.applications.nasnet import NASNET_A, Genotype
        ResNet50(classes=10, pooling="avg", weights=None, input_shape=(None, None, 3))
        kzoo.MobileNet(alpha=0.5, include_top=False)
        kzoo.applications.MobileNet((32, 32, 3), 0.5, weights=None)
        kzoo.applications.ConvNeXtTiny(True, False, "imagenet")
        kzoo.NASNetCIFAR(genotype=Genotype(NASNET_A.normal, NASNET_A.reduction))
        kzoo.TransformerBase(hidden_dim=64)
        kzoo.build("ResNet50", clases=10)
    """
    wrong = """
        kzoo.ResNet50(clases=10)
        kzoo.applications.ResNet50(clases=10)
        LikeKeras(clases=10)
        kzoo.applications.resnet.ResNet50(clases=10)
        ResNet50(classes="ten")
        ResNet50(pooling="mean")
        kzoo.ResNet51()
        kzoo.MobileNet(0.5)
        kzoo.NASNetCIFAR(genotype="junk")
        kzoo.TransformerBase(hiden_dim=64)
        kzoo.export(ResNet50(), "x", precision="float17")
    """
    right, wrong = (textwrap.dedent(each).strip().splitlines() for each in (right, wrong))
    script.write_text("\n".join([*right, *wrong]))
    command = [sys.executable, "-m", "mypy", "--ignore-missing-imports", "--follow-imports=silent", str(script)]
    environment = {**os.environ, "MYPYPATH": str(ROOT)}  # an editable install is not on its path
    output = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment).stdout
    lines = [int(line) for line in re.findall(r"^user\.py:(\d+): error", output, re.MULTILINE)]
    assert lines == list(range(len(right) + 1, len(right) + len(wrong) + 1)), output
    assert output.count('Unexpected keyword argument "clases" for "ResNet50"') == 4


def test_a_wrong_name_suggests_the_nearest():
    with pytest.raises(AttributeError, match="kzoo has no 'Resnet50'; the nearest are ResNet50"):
        kzoo.Resnet50  # noqa: B018
    with pytest.raises(ValueError) as error:
        kzoo.build("resnet5")
    assert one_line(error).startswith("there is no model 'resnet5'; the nearest are ResNet50")
    with pytest.raises(ValueError, match=r"kzoo\.list_models"):
        kzoo.info("")


def test_list_models():
    assert kzoo.list_models("LENET*") == ["LeNet5", "LeNet5Original"]
    assert kzoo.list_models("LENET5") == ["LeNet5", "LeNet5Original"] and "SEResNet18" in kzoo.list_models("resnet")
    assert "ResNet50" in kzoo.list_models("resnet*", weights="imagenet")
    assert "ResNet50" in kzoo.list_models(weights=True) and "LeNet5" not in kzoo.list_models(weights=True)
    assert "LeNet5" in kzoo.list_models(weights=False)
    assert kzoo.list_models("nothing*") == []


def test_natural_order():
    names = ["ResNet101", "ResNet50", "LeNet5"]
    assert sorted(names, key=catalog._natural) == ["LeNet5", "ResNet50", "ResNet101"]


def test_info_prints_what_one_wants_to_know():
    text = str(kzoo.info("ResNet50"))
    for part in ("He et al.", "2015", "25,636,712", "3,857,973,248", "224x224x3", "caffe", "74.9", "MIT"):
        assert part in text
    assert "none published" in str(kzoo.info("LeNet5"))


def test_a_name_is_taken_once():
    with pytest.raises(ValueError, match="'LeNet5' is registered already"):
        registry.register(kzoo.info("LeNet5"))


def tiny(width: int = 2, depth: int = 1, name: str = "tiny"):
    """Build a few dense layers.

    Args:
        width: of each.
    """
    layers = [keras.layers.Dense(width) for _ in range(depth)]
    return keras.Sequential([keras.Input((3,)), *layers], name=name)


def test_networks_that_are_no_classifiers(monkeypatch):
    monkeypatch.setattr(catalog, "_builders", dict(registry.builders()))
    facts = {"paper": "On Nothing (Nobody)", "reference": "arXiv:0000.00000", "year": 2027, "parameters": 28}
    build = registry.register(
        registry.Network("Deep", "generative", make=tiny, config={"depth": 2, "width": 4}, **facts)
    )
    model = build(width=3)
    assert model.count_params() == 24 and model.name == "deep" and model.record.variant is build.variant
    assert build(name="mine").name == "mine" and kzoo.build("Deep").count_params() == 4 * 3 + 4 + 4 * 4 + 4
    assert str(inspect.signature(build)) == "(width: int = 4, depth: int = 2, name: str = 'deep') -> 'keras.Model'"
    assert "arXiv:0000.00000" in build.__doc__ and "\n    Args:\n        width: of each." in build.__doc__
    assert "Nobody" in str(kzoo.info("Deep"))
    assert "Deep" in kzoo.list_models(kind="generative") and "Deep" not in kzoo.list_models(kind="classifier")
    for wrong, message in (
        (lambda: build(size=3), "Deep has no argument 'size'; accepted are width, depth, name"),
        (lambda: kzoo.list_models(kind="pictures"), "kind='pictures' is unknown; accepted are classifier, generative"),
        (lambda: registry.classifier("Deep"), "Deep is a generative network"),
        (lambda: kzoo.preprocessor("Deep"), "Deep is a generative network"),
    ):
        with pytest.raises((TypeError, ValueError)) as error:
            wrong()
        assert one_line(error).startswith(message)


def test_builders_document_themselves():
    ours, theirs = (list(inspect.signature(f).parameters) for f in (kzoo.ResNet50, keras.applications.ResNet50))
    assert ours == [*theirs]
    assert "arXiv:1512.03385" in kzoo.ResNet50.__doc__ and "input_shape" in kzoo.ResNet50.__doc__
    for builder in (kzoo.ResNet50, kzoo.applications.ResNet50, kzoo.TransformerBase):
        assert pickle.loads(pickle.dumps(builder)) is builder
    assert kzoo.ResNet50.__name__ == "ResNet50"
    text = pydoc.render_doc(kzoo.MobileNet, renderer=pydoc.plaintext)
    assert "function MobileNet" in text and "alpha: float = 1.0" in text and "arXiv:1704.04861" in text
    assert "alpha: width multiplier of each layer's number of filters; a number from 0.03125 to 1000." in text


def test_the_case_of_a_name_does_not_matter():
    assert kzoo.info("resnet50") is kzoo.info("RESNET50") is kzoo.info("ResNet50")
    assert kzoo.build("lenet5").record.variant.name == "LeNet5"


def test_build_is_the_builder():
    assert kzoo.build("LeNet5", classes=3, name="mine").name == "mine"


def options_of(builder):
    """Return the annotations of the arguments that not all builders have, and that have a range."""
    variant = builder.variant
    if variant.kind == "classifier":
        return {name: registry.annotation_of(variant, name) for name in variant.options}
    parameters = inspect.signature(variant.make).parameters.values()
    return {each.name: each.annotation for each in parameters if each.name != "name"}


def small(**arguments):
    return lambda: kzoo.LeNet5(**arguments)


def own(**row):
    return lambda: kzoo.preprocessor("ResNet50", preprocessing=registry.Preprocessing("mine", **row))


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: kzoo.ResNet50(weights="imagenet", classifier_activation="relu"),
            "classifier_activation='relu' contradicts weights='imagenet'; accepted are 'softmax' and None",
        ),
        (
            lambda: kzoo.ResNet50(input_shape=(16, 64, 3)),
            "input_shape=(16, 64, 3) does not work for ResNet50; accepted: None, or (height, width, channels) such as "
            "(224, 224, 3), the first two at least 32 or None",
        ),
        (
            small(input_shape=(32, 32)),
            "input_shape=(32, 32) does not work for LeNet5; accepted: None, or (height, width, channels) such as",
        ),
        (small(pooling="mean"), "pooling='mean' does not work for LeNet5; accepted: 'avg', 'max' or None"),
        (small(input_shape=32), "input_shape=32 does not work for LeNet5; accepted: None, or (height, width, chan"),
        (small(input_shape=(32.0, 32.0, 3.0)), "input_shape=(32.0, 32.0, 3.0) does not work for LeNet5; accepted: "),
        (small(input_shape=(32, 32, True)), "input_shape=(32, 32, True) does not work for LeNet5; accepted: None, or"),
        (small(classes=True), "classes=True does not work for LeNet5; accepted: a whole number from 1"),
        (small(include_top=1), "include_top=1 does not work for LeNet5; accepted: True or False"),
        (small(name=3), "name=3 does not work for LeNet5; accepted: a string or None"),
        (small(classifier_activation="sotfmax"), "classifier_activation='sotfmax' is unknown; accepted are 'softmax'"),
        (lambda: kzoo.preprocessor(None), "model=None is none; accepted is a model that kzoo built, or the name of"),
        (
            lambda: kzoo.preprocessor("ResNet50", (10, 10)),
            "input_shape=(10, 10) does not work; accepted: None, or (height, width, channels)",
        ),
        (lambda: kzoo.preprocessor("ResNet50", (0, 10, 3)), "input_shape=(0, 10, 3) does not work"),
        (
            lambda: kzoo.preprocessor("ResNet50", preprocessing="tf"),
            "preprocessing='tf' does not work; accepted: None, ",
        ),
        (lambda: kzoo.preprocessor("ResNet50", preprocessing={}), "preprocessing={} does not work; accepted: None, or"),
        (own(crop=2.0), "crop=2.0 does not work; accepted: a number above 0 to 1"),
        (own(std=(0.0,)), "std=(0.0,) does not work; accepted: a tuple of a number above 0"),
        (own(mean=()), "mean=() does not work"),
        (own(pad=-1), "pad=-1 does not work; accepted: a whole number from 0"),
        (own(pad=112), "pad=112 on every side leaves nothing of 224x224 pixels"),
        (lambda: kzoo.preprocessor(kzoo.GANDiscriminator()), "does not say how images are prepared for it"),
        (lambda: kzoo.info(3), "name=3 is no name of a model; kzoo.list_models() names all"),
        (lambda: kzoo.list_models(None), "pattern=None is no pattern; accepted are such as"),
        (lambda: kzoo.list_models(3), "pattern=3 is no pattern; accepted are such as"),
        (lambda: kzoo.list_models(weights=[]), "weights=[] is no tag; accepted are such as 'imagenet', True, False or"),
        (
            lambda: kzoo.list_models(kind=[]),
            "kind=[] is unknown; accepted are classifier, generative, language, sequence, or",
        ),
        (lambda: kzoo.NASNetCIFAR(genotype="junk"), "genotype='junk' does not work for NASNetCIFAR; accepted: a Geno"),
        (lambda: kzoo.FractalNet20(dropout=(0, 0, 0, 0, 1)), "dropout=(0, 0, 0, 0, 1) does not work for FractalNet20;"),
        (lambda: kzoo.MobileNet(alpha=0.03), "alpha=0.03 does not work for MobileNet; accepted: a number from 0.03125"),
        (lambda: kzoo.MobileNet(alpha=1e30), "alpha=1e+30 does not work for MobileNet; accepted: a number from 0.0312"),
        (lambda: kzoo.MobileNetV2(alpha=10**30), "does not work for MobileNetV2; accepted: a number above 0 to 1000"),
        (
            lambda: kzoo.CycleGANGenerator(kernel_size=4),
            "kernel_size=4 does not work for CycleGANGenerator; accepted: a whole",
        ),
        (lambda: kzoo.LeNet5Original(classes=11), "classes=11 does not work for LeNet5Original; accepted: a whole num"),
        (small(classes=0), "classes=0 does not work for LeNet5; accepted: a whole number from 1"),
        (small(classes=2.5), "classes=2.5 does not work for LeNet5; accepted: a whole number from 1"),
        (small(input_tensor=np.zeros((1, 32, 32, 1))), "input_tensor is a ndarray; accepted is a Keras tensor"),
        (
            lambda: kzoo.LeNet5(input_tensor=keras.Input((32, 32, 1), dtype="int32")),
            "input_tensor is of int32; accepted for LeNet5 are floats",
        ),
        (
            lambda: kzoo.LeNet5(input_tensor=keras.Input((16, 32, 1))),
            "input_tensor.shape[1:]=(16, 32, 1) does not work for LeNet5; accepted: (height, width, channels) such as",
        ),
        (
            small(weights="imagenet"),
            "weights='imagenet' is unknown for LeNet5; accepted: None, or the path of a .weights.h5 or .h5 file",
        ),
        (
            lambda: kzoo.ResNet50(weights="imagnet"),
            "weights='imagnet' is unknown for ResNet50; accepted: None, 'imagenet', or the path of",
        ),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert message in one_line(error)


@pytest.mark.parametrize("given", [b"x", True, False, 3, ["imagenet"], {}, np.zeros(3)], ids=repr)
def test_weights_of_another_type(given):
    with pytest.raises(ValueError) as error:
        kzoo.LeNet5(weights=given)
    assert re.match(r"weights=.* does not work for LeNet5; accepted: None, the tag of published w", one_line(error))


def values_to_refuse(annotation):
    """Return values that an option does not accept, by what its annotation says in words."""
    words = describe(annotation)
    values = [math.nan, math.inf, -math.inf, "x", *([] if "None" in words else [None]), -1, b"x", {}]
    if words.startswith(("a number", "a whole number")):
        assert re.search(r" (from|above) ", words), words
        return [
            *values,
            True,
            [],
            (1,),
            *([1.5] if "whole" in words else []),
            *([0] if "whole number from 1" in words else []),
        ]
    if words.startswith(("a tuple", "(height")):
        return [*values, True, 3, *((each, each, each) for each in values)]
    return [*values, 1, []]


@pytest.mark.parametrize("name", [name for name, builder in registry.builders().items() if options_of(builder)])
def test_options_have_a_range_which_is_checked_before_anything_is_built(name, monkeypatch):
    builder = registry.builders()[name]
    for option, annotation in options_of(builder).items():
        assert describe(annotation) and (builder.variant.kind != "classifier" or documentation(annotation)), option
        for value in values_to_refuse(annotation):
            with pytest.raises(ValueError) as error:
                builder(**{option: value})
            message = f"{option}={value!r} does not work for {name}; accepted: {describe(annotation)}"
            assert one_line(error) == message


def test_an_option_without_an_annotation_is_a_mistake():
    row = replace(kzoo.info("LeNet5"), options=("depth",), config={"depth": 3})
    with pytest.raises(TypeError, match="the option 'depth' of LeNet5 has no annotation"):
        registry.make_builder(row)


def test_numbers_of_numpy_and_paths_are_accepted(tmp_path):
    model = kzoo.LeNet5(classes=np.int64(7), input_shape=(np.int32(40), 40, 1), include_top=np.bool_(True))
    assert model.output_shape == (None, 7) and model.input_shape == (None, 40, 40, 1)
    model.save_weights(tmp_path / "lenet.weights.h5")
    kzoo.LeNet5(classes=7, input_shape=[40, 40, 1], weights=tmp_path / "lenet.weights.h5")
    assert kzoo.MobileNetV2(alpha=np.float32(0.5), include_top=False, input_shape=(32, 32, 3)).count_params()
    assert kzoo.LeNet5(classes=None).output_shape == (None, 10)
    kzoo.EfficientNetB0(input_tensor=keras.Input((32, 32, 3), dtype="uint8"), include_top=False)  # takes raw pixels


def test_contradicting_input_tensor_and_shape():
    with pytest.raises(ValueError, match=r"input_shape=\(40, 40, 1\) contradicts input_tensor, whose shape is"):
        kzoo.LeNet5(input_tensor=keras.Input((32, 32, 1)), input_shape=(40, 40, 1))


def test_unknown_argument():
    with pytest.raises(TypeError) as error:
        kzoo.build("LeNet5", clases=3)
    assert "LeNet5 has no argument 'clases'; accepted are include_top, weights," in one_line(error)
    with pytest.raises(TypeError) as error:
        kzoo.LeNet5(*range(9))
    assert one_line(error).startswith("LeNet5: too many positional arguments; accepted are include_top, weights,")


def test_missing_weight_file():
    with pytest.raises(FileNotFoundError) as error:
        kzoo.LeNet5(weights="nowhere/lenet.weights.h5")
    assert "weights='nowhere/lenet.weights.h5' does not exist; accepted for LeNet5: None" in one_line(error)


def test_weight_file_of_an_unknown_kind(tmp_path):
    path = tmp_path / "weights.ckpt"
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"is not a kind of file kzoo reads for LeNet5; accepted: .weights.h5 or .h5"):
        kzoo.LeNet5(weights=path)


@pytest.mark.parametrize("name", ["folder.weights.h5", "pipe.h5"])
def test_weights_that_are_no_file(tmp_path, name):
    path = tmp_path / name
    os.mkfifo(path) if name == "pipe.h5" else path.mkdir()
    with pytest.raises(ValueError) as error:
        kzoo.LeNet5(weights=path)
    assert f"weights='{path}' is not a kind of file kzoo reads for LeNet5" in one_line(error)


@pytest.mark.parametrize("kind", ["complex64", "S8", "bool"])
def test_weights_of_other_types_than_numbers(tmp_path, kind):
    path = tmp_path / "typed.weights.h5"
    kzoo.LeNet5().save_weights(path)
    with h5py.File(path, "a") as file:
        name = "layers/conv2d/vars/0"
        values = file[name][()].astype(kind)
        del file[name]
        file[name] = values
    with pytest.raises(ValueError) as error:
        kzoo.LeNet5(weights=path)
    assert f"weights='{path}' does not fit LeNet5: tensor 'conv2d/vars/0' is of type" in one_line(error)


def test_weights_where_groups_are_expected(tmp_path):
    path = tmp_path / "flat.h5"
    with h5py.File(path, "w") as file:
        file["model_weights"] = np.zeros(3)
    with pytest.raises(ValueError) as error:
        kzoo.LeNet5(weights=path)
    assert f"weights='{path}' does not fit LeNet5: the file holds 0 tensors" in one_line(error)


def test_weights_of_more_classes_than_fit_in_memory(tmp_path):
    path = tmp_path / "large.weights.h5"
    kzoo.LeNet5().save_weights(path)
    with h5py.File(path, "a") as file:
        for name, shape in (("layers/dense/vars/0", (84, 2**40)), ("layers/dense/vars/1", (2**40,))):
            del file[name]
            file.create_dataset(name, shape, chunks=(*shape[:-1], 64))  # takes no room
    with pytest.raises(ValueError) as error:
        kzoo.LeNet5(weights=path)
    assert f"weights='{path}' does not fit LeNet5:" in one_line(error)


@pytest.mark.parametrize("name", ["other.weights.h5", "other.h5"])
def test_weight_file_of_another_network(tmp_path, name):
    path = tmp_path / name
    other = kzoo.LeNet5Original()
    other.save_weights(path) if name.endswith(".weights.h5") else other.save(path)
    with pytest.raises(ValueError) as error:
        kzoo.LeNet5(weights=path)
    assert f"weights='{path}' does not fit LeNet5: the file holds 13 tensors, the network has 10" in one_line(error)


@pytest.mark.parametrize("damage", ["groups", "links"])
def test_weight_files_whose_inside_is_damaged(damage, tmp_path):
    path = tmp_path / "inside.weights.h5"
    kzoo.LeNet5().save_weights(path)
    if damage == "groups":
        content = bytearray(path.read_bytes())
        for i in [match.start() for match in re.finditer(b"TREE", content)][1:]:
            content[i : i + 4] = b"LEAF"
        path.write_bytes(content)
    else:
        with h5py.File(path, "a") as file:
            file["loop"] = h5py.SoftLink("/loop")
    with pytest.raises(ValueError) as error:
        kzoo.LeNet5(weights=path)
    assert f"weights='{path}' does not fit LeNet5:" in one_line(error)


def test_damaged_weight_file(tmp_path):
    path = tmp_path / "broken.weights.h5"
    kzoo.LeNet5().save_weights(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ValueError) as error:
        kzoo.LeNet5(weights=path)
    assert f"weights='{path}' does not fit LeNet5:" in one_line(error)


def test_weights_of_the_hub_are_for_networks_that_read_them():
    on_hub = {}
    for name in kzoo.list_models(weights=True, kind="classifier"):
        variant = kzoo.info(name)
        for row in variant.weights:
            if row.url.startswith(registry.HUB):
                assert variant.torch_names and row.licence and 50 < row.top1 < row.top5 < 100
                assert re.fullmatch(r"hf-hub:timm/\w+\.(tv|gluon|ra2|tf)?_?in1k", row.url), row.url
                on_hub[row.url] = name
        tags = [(row.tag, row.made_with) for row in variant.weights]
        assert len(set(tags)) == len(tags)
    assert len(on_hub) == 27  # a network each


@pytest.mark.network
def test_published_weights_are_fetched_and_right():
    model = kzoo.ResNet50(weights="imagenet")
    reference = keras.applications.ResNet50(weights="imagenet")
    images = np.random.default_rng(0).normal(0, 50, (2, 224, 224, 3)).astype("float32")
    np.testing.assert_allclose(model(images), reference(images), atol=1e-5)


def test_models_under_names_of_their_own_meet_in_one_graph(tmp_path):
    inputs = keras.Input((32, 32, 3))
    left, right = (
        kzoo.MobileNet(name=name, input_tensor=inputs, include_top=False, pooling="avg") for name in ("left", "right")
    )
    both = keras.Model(inputs, [left.output, right.output])
    both.save(tmp_path / "both.keras")
    images = np.ones((1, 32, 32, 3))
    for ours, theirs in zip(both(images), keras.models.load_model(tmp_path / "both.keras")(images), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    apart = [kzoo.MobileNet(name=name) for name in ("a", "b")]
    keras.Model([each.input for each in apart], [each.output for each in apart])


def test_models_under_default_names_meet_on_one_input():
    inputs = keras.Input((32, 32, 3))
    first = kzoo.MobileNet(input_tensor=inputs, include_top=False, pooling="avg")
    second = kzoo.MobileNetV2(input_tensor=inputs, include_top=False, pooling="avg")
    assert first.layers[1].name == "conv1" and second.layers[-1].name == "mobilenetv2_avg_pool"
    keras.Model(inputs, [first.output, second.output])
    kzoo.LeNet5(input_tensor=keras.layers.UpSampling2D(2)(first.get_layer("conv_pw_1").output), include_top=False)


def test_weights_load_whatever_the_name(tmp_path):
    model = kzoo.LeNet5()
    model.save_weights(tmp_path / "plain.weights.h5")
    named = kzoo.LeNet5(name="mine", weights=tmp_path / "plain.weights.h5")
    named.save_weights(tmp_path / "named.weights.h5")
    again = kzoo.LeNet5(weights=tmp_path / "named.weights.h5")
    images = np.ones((1, 32, 32, 1))
    np.testing.assert_array_equal(model(images), named(images))
    np.testing.assert_array_equal(model(images), again(images))
