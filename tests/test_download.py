"""Published weights, fetched from a server on this machine: whole or not there, and a plain word where it fails."""

import hashlib
import os
import pty
import signal
import subprocess
import sys
import termios
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from helpers import ROOT, one_line

import kzoo
from kzoo.registry import Weights, make_builder

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CONTENT = np.random.default_rng(0).bytes(300_000)


class Server(ThreadingHTTPServer):
    """Serves `files`, as a web server does and as the Hugging Face hub does; may stop in the middle of one."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.etags, self.asked = {}, {}, []
        self.stall_after = None  # bytes, after which nothing more comes until `go` is set
        self.cut_after = None  # bytes, after which the connection is closed
        self.go = threading.Event()
        self.address = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_HEAD(self):
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return None
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{self.server.etags.get(self.path, hashlib.sha256(content).hexdigest())}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        return content

    def do_GET(self):
        self.server.asked.append(self.path)
        content = self.do_HEAD()
        if content is None:
            return
        stop = self.server.stall_after or self.server.cut_after or len(content)
        self.wfile.write(content[:stop])
        self.wfile.flush()
        if self.server.stall_after:
            self.server.go.wait(60)
        if not self.server.cut_after:
            self.wfile.write(content[stop:])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.go.set()
        server.shutdown()


@pytest.fixture
def models(tmp_path, monkeypatch):
    """Return the folder that files are kept in, of a home of this test alone."""
    monkeypatch.setenv("KZOO_HOME", str(tmp_path))
    return tmp_path / "models"


def kept(folder):
    """Return what is in a folder, except the locks."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def lenet(url, digest=None, **row):
    """Return the builder of LeNet5, as if its weights were published there."""
    published = Weights(tag="imagenet", url=url, hash=digest, licence="none", **row)
    return make_builder(replace(kzoo.info("LeNet5"), weights=(published,)))


@pytest.fixture
def published(server, tmp_path):
    """Publish a LeNet5 and its features; return the model that is in the file."""
    model = kzoo.LeNet5()
    for name, each in (("lenet.weights.h5", model), ("notop.weights.h5", kzoo.LeNet5(include_top=False))):
        each.save_weights(tmp_path / name)
        server.files[f"/{name}"] = (tmp_path / name).read_bytes()
        (tmp_path / name).unlink()
    return model


# In a process of its own: the module alone, without the seconds that Keras takes
CHILD = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("download", {str(ROOT / "kzoo/weights/download.py")!r})
download = importlib.util.module_from_spec(spec)
spec.loader.exec_module(download)
from kzoo.registry import Weights
url, digest = sys.argv[1:]
print(download.fetch(Weights("imagenet", url, digest or None, "none"), include_top=True))
"""


def start(url, digest="", stderr=subprocess.PIPE, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, url, digest],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def finish(process):
    """Return what a process printed, and the last line of its errors."""
    output, errors = process.communicate(timeout=120)
    return output.strip(), (errors.strip().splitlines() or [""])[-1]


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_file_is_fetched_once_and_used(server, published, models):
    digest = hashlib.md5(server.files["/lenet.weights.h5"]).hexdigest()
    build = lenet(f"{server.address}/lenet.weights.h5", digest)
    for _ in range(2):
        model = build(weights="imagenet")
        for ours, theirs in zip(model.weights, published.weights, strict=True):
            np.testing.assert_array_equal(ours, theirs)
    assert server.asked == ["/lenet.weights.h5"] and kept(models) == ["lenet.weights.h5"]


def test_without_the_classifier_its_own_file_is_fetched(server, published, models):
    build = lenet(f"{server.address}/lenet.weights.h5", notop_url=f"{server.address}/notop.weights.h5")
    build(weights="imagenet", include_top=False)
    assert kept(models) == ["notop.weights.h5"]


def test_the_default_is_the_cache_of_keras(server, published, tmp_path, monkeypatch):
    monkeypatch.delenv("KZOO_HOME", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    lenet(f"{server.address}/lenet.weights.h5")(weights="imagenet")
    assert kept(tmp_path / "models") == ["lenet.weights.h5"]


@pytest.mark.parametrize("algorithm, digest", [("MD5", "0" * 32), ("SHA-256", "0" * 64)])
def test_a_file_with_another_hash_is_not_kept(server, published, models, algorithm, digest):
    with pytest.raises(OSError) as error:
        lenet(f"{server.address}/lenet.weights.h5", digest)(weights="imagenet")
    assert f"(what came has the {algorithm} " in one_line(error) and f"published is {digest})" in str(error.value)
    assert kept(models) == []


def test_half_a_file_is_not_kept(server, models):
    server.files["/half.h5"], server.cut_after = CONTENT, 100_000
    with pytest.raises(OSError) as error:
        lenet(f"{server.address}/half.h5")(weights="imagenet")  # no hash is published that would tell
    assert "only 100000 of 300000 bytes came" in one_line(error) and kept(models) == []


def test_a_damaged_file_is_fetched_anew(server, published, models):
    digest = hashlib.sha256(server.files["/lenet.weights.h5"]).hexdigest()
    models.mkdir()
    (models / "lenet.weights.h5").write_bytes(b"half a file, as a killed process leaves it")
    lenet(f"{server.address}/lenet.weights.h5", digest)(weights="imagenet")
    assert (models / "lenet.weights.h5").read_bytes() == server.files["/lenet.weights.h5"]


def test_two_processes_at_once_fetch_one_file(server, models):
    server.files["/at_once.h5"], server.stall_after = CONTENT, 100_000
    processes = [start(f"{server.address}/at_once.h5") for _ in range(2)]
    wait_until(lambda: server.asked)
    time.sleep(2)  # the other one has started by now, and waits
    server.go.set()
    for process in processes:
        assert finish(process)[0] == str(models / "at_once.h5")
    assert server.asked == ["/at_once.h5"]
    assert (models / "at_once.h5").read_bytes() == CONTENT and kept(models) == ["at_once.h5"]


def test_a_killed_process_leaves_nothing_under_the_name(server, models):
    server.files["/killed.h5"], server.stall_after = CONTENT, 100_000
    process = start(f"{server.address}/killed.h5")
    wait_until(lambda: [part for part in models.glob(".kzoo-*/new/killed.h5") if part.stat().st_size])
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (models / "killed.h5").exists() and len(kept(models)) == 1  # what it had, under another name

    server.stall_after = None
    assert finish(start(f"{server.address}/killed.h5"))[0] == str(models / "killed.h5")
    assert (models / "killed.h5").read_bytes() == CONTENT and kept(models) == ["killed.h5"]


def test_without_a_network_the_message_says_where_to_put_the_file_and_there_it_is_found(published, server, models):
    digest = hashlib.md5(server.files["/lenet.weights.h5"]).hexdigest()
    url = "http://127.0.0.1:1/lenet.weights.h5"
    with pytest.raises(OSError) as error:
        lenet(url, digest)(weights="imagenet")
    path = models / "lenet.weights.h5"
    assert one_line(error).startswith(f"weights='imagenet': {url} could not be fetched (")
    assert str(error.value).endswith(f"; download it elsewhere and put it at {path}, or pass its path as weights")

    path.write_bytes(b"another file")
    with pytest.raises(OSError, match=f"and {path} is not the published file: its MD5 is another"):
        lenet(url, digest)(weights="imagenet")

    path.write_bytes(server.files["/lenet.weights.h5"])
    model = lenet(url, digest)(weights="imagenet")
    np.testing.assert_array_equal(model.weights[0], published.weights[0])


# The Hugging Face hub


@pytest.fixture
def hub(server, tmp_path):
    """Publish a ResNet18 on the hub; return the name of its repository, its tensors and the path on the server."""
    path = "/timm/resnet18.tv_in1k/resolve/main/model.safetensors"
    server.files[path] = CONTENT
    return "hf-hub:timm/resnet18.tv_in1k", path


def on_hub(server, **environment):
    return {"HF_ENDPOINT": server.address, "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_OFFLINE": "0", **environment}


def test_a_file_of_the_hub_is_fetched_once(server, hub, models):
    repository, path = hub
    for _ in range(2):
        output, error = finish(start(repository, **on_hub(server)))
        assert output, error
        with open(output, "rb") as file:
            assert file.read() == CONTENT
    assert server.asked == [path]
    assert output.startswith(str(models.parent / "hub" / "models--timm--resnet18.tv_in1k"))


def test_the_default_is_the_cache_of_huggingface_hub(server, hub, tmp_path, monkeypatch):
    monkeypatch.delenv("KZOO_HOME", raising=False)
    homes = {"HF_HUB_CACHE": str(tmp_path / "hf"), "KERAS_HOME": str(tmp_path)}
    output, error = finish(start(hub[0], **on_hub(server, **homes)))
    assert output.startswith(str(tmp_path / "hf" / "models--timm--resnet18.tv_in1k")), error


def test_a_file_unlike_the_sha256_that_the_hub_states_is_not_kept(server, hub, models):
    repository, path = hub
    server.etags[path] = "0" * 64
    output, error = finish(start(repository, **on_hub(server)))
    assert not output and f"the hub states {'0' * 64}" in error
    files = [each for each in (models.parent / "hub").rglob("*") if each.is_file() or each.is_symlink()]
    assert not [each for each in files if each.name == "model.safetensors" or each.stat().st_size == len(CONTENT)]


def test_a_process_killed_on_the_hub(server, hub, models):
    repository, _ = hub
    server.stall_after = 100_000
    process = start(repository, **on_hub(server))
    wait_until(lambda: list((models.parent / "hub").rglob("*.incomplete")))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    server.stall_after = None
    output, error = finish(start(repository, **on_hub(server)))
    assert output, error
    with open(output, "rb") as file:
        assert file.read() == CONTENT


def test_without_the_hub(server, hub, models):
    repository, path = hub
    started = time.monotonic()
    unreachable = on_hub(server, HF_ENDPOINT="http://127.0.0.1:1")
    output, error = finish(start(repository, **unreachable))
    by_hand = models / "resnet18.tv_in1k.safetensors"
    assert not output and f"OSError: weights='imagenet': http://127.0.0.1:1{path} could not be fetched (" in error
    assert error.endswith(f"; download it elsewhere and put it at {by_hand}, or pass its path as weights")
    assert time.monotonic() - started < 20  # and not after huggingface_hub's five trials

    models.mkdir()
    by_hand.write_bytes(CONTENT)
    assert finish(start(repository, **unreachable))[0] == str(by_hand)


@pytest.mark.parametrize("source", ["web", "hub"])
def test_a_terminal_shows_a_progress_bar(server, hub, models, source):
    server.files["/bar.h5"] = CONTENT
    url, name = (f"{server.address}/bar.h5", "bar.h5") if source == "web" else (hub[0], "model.safetensors")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = start(url, stderr=theirs, **on_hub(server))
    os.close(theirs)
    assert process.communicate(timeout=120)[0]
    assert f"{name}: 100%" in os.read(ours, 100_000).decode()
    os.close(ours)


def test_what_the_hub_sent_once_is_used_without_it(server, hub, models):
    repository, _ = hub
    first = finish(start(repository, **on_hub(server)))[0]
    assert first and finish(start(repository, **on_hub(server, HF_ENDPOINT="http://127.0.0.1:1")))[0] == first
