"""Load an exported classifier with TensorFlow alone, and evaluate it on a test set of raw images.

    python recipes/try_saved_model.py saved_models/lenet5/1 --data kzoo/data/digits.npz

It needs neither kzoo nor Keras: copy it to wherever the SavedModel goes.
"""

import argparse
import os
import sys

import numpy as np

sys.modules.update(keras=None, kzoo=None)  # TensorFlow imports Keras if it can; here importing either fails
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no start-up messages


def main(path, data):
    """Print accuracy and a few predictions of the SavedModel at `path` on x_test, y_test of the npz file `data`."""
    import tensorflow as tf

    with np.load(data) as arrays:
        images, labels = arrays["x_test"], arrays["y_test"]
    if images.ndim == 3:
        images = images[..., None]
    classifier = tf.saved_model.load(path).signatures["serving_default"]
    result = classifier(images=tf.constant(images, tf.float32))
    correct = result["class_id"].numpy() == labels

    print(f"SavedModel      {path}")
    print("loaded with     TensorFlow alone; importing kzoo or Keras would fail in this process")
    print(f"test accuracy   {correct.mean():.2%} ({correct.sum()} of {len(correct)})")
    print("image  label  predicted  probability")
    for i in [*range(5), *np.flatnonzero(~correct)[:3]]:
        predicted, probability = result["label"][i].numpy().decode(), result["probabilities"][i].numpy().max()
        print(f"{i:5}  {labels[i]:5}  {predicted:>9}  {probability:11.4f}{'' if correct[i] else '  (wrong)'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", help="folder of the SavedModel")
    parser.add_argument("--data", required=True, help="npz file with x_test (raw images) and y_test")
    main(**vars(parser.parse_args()))
