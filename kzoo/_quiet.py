"""Keep what TensorFlow says of itself off the screen."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile

# Of nobody's concern: news and warnings, CUDA's plugins that are registered twice, and a machine without its driver
NOISE = re.compile(
    rb"[IW]\d{4} |WARNING: All log messages before absl|To enable the following instructions"
    rb"|E\d{4} .*(Unable to register cu|failed call to cuInit.*\(303\))"
)


def import_tensorflow():
    """Import TensorFlow and look for devices, and pass on only the errors of what it says there.

    It obeys TF_CPP_MIN_LOG_LEVEL only afterwards. Where the user has asked for more by that, nothing is kept back.
    """
    if os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2") in ("0", "1"):
        return
    with _without_noise():
        import tensorflow as tf

        tf.config.list_physical_devices()


@contextlib.contextmanager
def _without_noise():
    """Hold back what this process, C++ included, writes to standard error meanwhile, and pass on what is no noise."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as said:
        real = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(real, 2)
            os.close(real)
            said.seek(0)
            for line in said:
                if not NOISE.match(line):
                    os.write(2, line)
