"""Training steps of torchvision's networks in their own process: torch and TensorFlow in one may crash.

`training_step.py` starts it with the arguments of `make_step` as JSON; each line of its input runs a step.
"""

import json
import subprocess
import sys
from contextlib import contextmanager

import numpy as np


@contextmanager
def torch_step(**description):
    """Yield a function that runs a training step in another process, and waits for it.

    Args:
        **description: arguments of `make_step`.

    Raises:
        RuntimeError: the other process ended; it has printed its error.
    """
    command = [sys.executable, __file__, json.dumps(description)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:

        def step():
            try:
                process.stdin.write("step\n")
                loss = process.stdout.readline()
            except BrokenPipeError:
                loss = ""
            if not loss:
                raise RuntimeError(f"the process of torch ended with {process.wait()}: {' '.join(command)}")
            return float(loss)

        try:
            yield step
        finally:
            process.kill()


def batch(size: int, batch: int) -> tuple[np.ndarray, np.ndarray]:
    """Return images of noise, (batch, size, size, 3), and labels."""
    rng = np.random.default_rng(0)
    images = rng.normal(size=(batch, size, size, 3)).astype("float32")
    return images, rng.integers(0, 1000, batch)


def make_step(name: str, bfloat16: bool, compiled: bool, size: int, batch_size: int, rate: float, momentum: float):
    """Return a function that trains a network of torchvision for one step, always on the same batch."""
    import torch
    import torchvision

    network = getattr(torchvision.models, name)(weights=None).to(memory_format=torch.channels_last).train()
    called = torch.compile(network) if compiled else network
    sgd = torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum)
    images, labels = map(torch.from_numpy, batch(size, batch_size))
    images = images.permute(0, 3, 1, 2)  # which is channels_last, without a copy

    def step():
        sgd.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            outputs = called(images)
        loss = torch.nn.functional.cross_entropy(outputs.float(), labels)
        loss.backward()
        sgd.step()
        return loss.item()

    return step


if __name__ == "__main__":
    losses, sys.stdout = sys.stdout, sys.stderr  # output of torch is not read as a loss
    run = make_step(**json.loads(sys.argv[1]))
    for _ in sys.stdin:
        print(run(), file=losses, flush=True)
