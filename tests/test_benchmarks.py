"""What the benchmarks compute of what they measure, and the chart."""

import csv
import sys
from functools import partial

import numpy as np
import pytest
from helpers import ROOT

import kzoo
from kzoo.exporting.benchmark import perturb_biases
from kzoo.exporting.benchmark_timing import time_interleaved

sys.path.insert(0, str(ROOT / "benchmarks"))
import chart
import inference
import torch_step


def test_rows_of_inference():
    waits = {"keras export": 4.0, "kzoo SavedModel, bfloat16": 1.0, "limit: OpenVINO of keras export, bfloat16": 0.5}
    monotonic = {name: [] for name in waits}
    rows = inference.measure(inference.Config(rounds=3), "Net", {n: monotonic[n].append for n in waits}, 2)
    assert [len(calls) for calls in monotonic.values()] == [5, 5, 5]  # two more to warm up
    assert monotonic["keras export"][0].shape == (2, 224, 224, 3)
    assert {row["what"] for row in rows} == set(waits) and rows[0]["ratio_to_keras_export"] == 1
    assert rows[0]["ratio_to_limit"] == "" and rows[2]["ratio_to_limit"] == 1
    assert inference.limit("kzoo OpenVINO, bfloat16", waits) == 0.5
    assert inference.limit("kzoo OpenVINO, float32", waits) is None


def test_each_has_its_turn_in_an_order_that_changes():
    calls = []
    times = time_interleaved({name: partial(calls.append, name) for name in "ab"}, rounds=9, warmup_rounds=1)
    turns = {tuple(calls[i : i + 2]) for i in range(0, 20, 2)}
    assert turns == {("a", "b"), ("b", "a")} and len(calls) == 20 and list(times) == ["a", "b"]


def test_a_process_of_torch_that_ends_is_said():
    """As it does for a network that torchvision has not, and where torch is not installed."""
    options = {"bfloat16": False, "compiled": False, "size": 8, "batch_size": 1, "rate": 0.1, "momentum": 0.9}
    with torch_step.torch_step(name="no such network", **options) as step, pytest.raises(RuntimeError) as error:
        step()
    assert "the process of torch ended with 1" in str(error.value)


def test_no_bias_or_statistic_is_left_at_zero():
    network = perturb_biases(kzoo.build("ResNet20CIFAR"))
    vectors = [np.asarray(each) for each in network.variables if len(each.shape) == 1]
    assert len(vectors) > 50 and all(np.all(each > 0) for each in vectors)


def test_models_are_there():
    assert set(inference.TORCH) <= set(kzoo.list_models())


def test_the_chart_shows_what_the_files_say(tmp_path):
    def write(name, rows):
        with (tmp_path / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)

    config = chart.Config(results=tmp_path, out=tmp_path / "chart.svg")
    with pytest.raises(FileNotFoundError, match="run the benchmarks"):
        chart.main(config)
    row = {"model": "ResNet50", "xla": "off", "precision": "mixed_bfloat16", "ratio": 1.5}
    write("training_step.csv", [row, {**row, "xla": "on", "ratio": 9}])
    row = {"model": "VGG16", "what": "kzoo SavedModel, float32", "batch": 16, "ratio_to_keras_export": 1.25}
    write("inference.csv", [row, {**row, "batch": 1, "ratio_to_keras_export": 9}, {**row, "what": "keras predict"}])
    assert chart.training(tmp_path)[1] == {"ResNet50": {"bfloat16": 1.5}}
    title, bars = chart.inference(tmp_path)
    assert bars == {"VGG16": {"float32": 1.25}} and "batch 16" in title
    first = chart.main(config).read_bytes()
    assert b"<svg" in first and chart.main(config).read_bytes() == first  # the same figures, the same file
