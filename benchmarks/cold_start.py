"""Benchmark the cold start, from process start to first prediction: kzoo's exports against a `.keras` file.

    python benchmarks/cold_start.py

Each start is its own process, interleaved, after a warm-up round that fills the disk cache. Its time ends at its first
line of output, the prediction. A figure is the median of `rounds`. Nothing else should run on the machine.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import tyro
from report import environment, write

STARTS = {
    "keras .keras file": """
import keras, numpy as np
model = keras.models.load_model({path!r})
print(model.predict(np.zeros((1, 224, 224, 3), "float32"), verbose=0).max(), flush=True)
""",
    "keras export": """
import numpy as np, tensorflow as tf
loaded = tf.saved_model.load({path!r})
print(loaded.serve(tf.constant(np.zeros((1, 224, 224, 3), "float32"))).numpy().max(), flush=True)
""",
    "kzoo SavedModel": """
import sys, numpy as np
sys.modules["keras"] = None  # TensorFlow imports Keras if it can, which a SavedModel does not need
import tensorflow as tf
loaded = tf.saved_model.load({path!r})
answer = loaded.signatures["serving_default"](images=tf.constant(np.zeros((1, 224, 224, 3), "float32")))
print(answer["probabilities"].numpy().max(), flush=True)
""",
    "kzoo OpenVINO": """
import numpy as np, openvino as ov
compiled = ov.Core().compile_model({path!r} + "/model.xml", "CPU")
print(compiled(np.zeros((1, 224, 224, 3), "float32"))["probabilities"].max(), flush=True)
""",
}
MAKE = """
import keras, kzoo, sys, tensorflow as tf
model, folder, formats = sys.argv[1], sys.argv[2], sys.argv[3:]
theirs = getattr(keras.applications, model)(weights=None, input_shape=(224, 224, 3))
theirs.save(folder + "/model.keras")
theirs.export(folder + "/export", verbose=False)
ours = kzoo.build(model, input_shape=(224, 224, 3))
for format in formats:
    kzoo.export(ours, folder + "/" + format + "/1", format=format, tolerance=float("inf"))
tf.io.write_file(folder + "/image.jpg", tf.io.encode_jpeg(tf.zeros((224, 224, 3), tf.uint8)))
"""
CPP = Path(__file__).parents[1] / "docs" / "predict.cc"


@dataclass(frozen=True)
class Config:
    """Options of the benchmark."""

    models: tuple[str, ...] = ("ResNet50",)
    rounds: int = 7
    name: str = "cold_start"
    """of the CSV file in benchmarks/results"""


def main(config: Config) -> list[dict]:
    """Run all starts, interleaved, print a table and write the results as CSV."""
    print(environment())
    print(f"medians of {config.rounds} starts\n")
    print(f"{'model':16}{'what':24}{'seconds':>9}{'ratio':>7}")
    rows = []
    for model in config.models:
        with tempfile.TemporaryDirectory() as folder:
            seconds = measure(config, make(model, Path(folder)))
        for what, value in seconds.items():
            ratio = round(value / seconds["keras .keras file"], 2)
            rows.append({"model": model, "what": what, "rounds": config.rounds, "seconds": round(value, 2)})
            rows[-1]["ratio_to_keras_file"] = ratio
            print(f"{model:16}{what:24}{value:9.2f}{ratio:7.2f}", flush=True)
    write(config.name, rows)
    return rows


def make(model, folder) -> dict[str, list[str]]:
    """Write the files in a process of their own, and return the command of each start."""
    formats = ["savedmodel", *(["openvino"] if find_spec("openvino") else [])]
    subprocess.run([sys.executable, "-c", MAKE, model, str(folder), *formats], check=True, capture_output=True)
    paths = {
        "keras .keras file": "model.keras",
        "keras export": "export",
        "kzoo SavedModel": "savedmodel/1",
        "kzoo OpenVINO": "openvino/1",
    }
    commands = {
        what: [sys.executable, "-c", STARTS[what].format(path=str(folder / path))]
        for what, path in paths.items()
        if (folder / path).exists()
    }
    if which("g++"):
        program = build(CPP, folder / "predict")
        commands["kzoo SavedModel, C++"] = [program, str(folder / "savedmodel/1"), str(folder / "image.jpg")]
    return commands


def build(source, program) -> str:
    """Compile a program that uses TensorFlow's libraries, and return its path."""
    libraries = find_spec("tensorflow").submodule_search_locations[0]
    flags = f"-w -O2 -std=c++17 -I{libraries}/include -L{libraries} -Wl,-rpath,{libraries} -Wl,--no-as-needed"
    names = ["-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"]
    subprocess.run(["g++", str(source), "-o", str(program), *flags.split(), *names], check=True)
    return str(program)


def measure(config, commands) -> dict[str, float]:
    """Return the median time of each command, in seconds."""
    seconds = {what: [] for what in commands}
    for number in range(1 + config.rounds):
        for what, command in commands.items():
            taken = until_first_line(command)
            if number:
                seconds[what].append(taken)
    return {what: statistics.median(values) for what, values in seconds.items()}


def until_first_line(command) -> float:
    """Return the time from the start of a process to its first line of output, in seconds."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        line = process.stdout.readline()
        taken = time.perf_counter() - start
    if process.returncode or not line:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return taken


if __name__ == "__main__":
    main(tyro.cli(Config, description=__doc__))
