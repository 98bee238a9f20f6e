"""Suppress the start-up log messages of TensorFlow."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile

# Log lines that are suppressed: INFO and WARNING, CUDA plugins that are registered twice, and a missing CUDA driver
NOISE = re.compile(
    rb"[IW]\d{4} |WARNING: All log messages before absl|To enable the following instructions"
    rb"|E\d{4} .*(Unable to register cu|failed call to cuInit.*\(303\))"
)


def import_tensorflow():
    """Import TensorFlow and list its devices, and pass only errors of its log on to standard error.

    TensorFlow obeys TF_CPP_MIN_LOG_LEVEL only afterwards. Where the user has set that to 0 or 1, nothing is suppressed.
    """
    if os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2") in ("0", "1"):
        return
    with _filtered_stderr():
        import tensorflow as tf

        tf.config.list_physical_devices()


@contextlib.contextmanager
def _filtered_stderr():
    """Capture what this process, C++ included, writes to standard error, and pass on the lines that are not NOISE."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as captured:
        original = os.dup(2)
        os.dup2(captured.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(original, 2)
            os.close(original)
            captured.seek(0)
            for line in captured:
                if not NOISE.match(line):
                    os.write(2, line)
