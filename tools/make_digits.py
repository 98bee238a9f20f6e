"""Write kzoo/data/digits.npz from scikit-learn's copy of the UCI digits (needs scikit-learn, which kzoo does not)."""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

SEED = 19980701  # the set is dated July 1998
TEST_IMAGES = 360
OUT = Path(__file__).parents[1] / "kzoo" / "data" / "digits.npz"


def test_counts(class_counts: np.ndarray, total: int) -> np.ndarray:
    """Divide `total` over the classes in proportion to their sizes; the largest remainders are rounded up."""
    shares = total * class_counts / class_counts.sum()
    counts = shares.astype(int)
    counts[np.argsort(counts - shares, kind="stable")[: total - counts.sum()]] += 1
    return counts


def main() -> None:
    """Rescale, split and save."""
    digits = load_digits()
    images = np.round(digits.images * 255 / 16).astype(np.uint8)
    labels = digits.target.astype(np.uint8)
    rng = np.random.default_rng(SEED)
    order = rng.permutation(len(labels))
    wanted = test_counts(np.bincount(labels), TEST_IMAGES)
    test = np.concatenate([order[labels[order] == digit][:count] for digit, count in enumerate(wanted)])
    # Both halves keep the order of the original file, so that neither is sorted by class.
    is_test = np.isin(np.arange(len(labels)), test)
    np.savez_compressed(
        OUT,
        x_train=images[~is_test],
        y_train=labels[~is_test],
        x_test=images[is_test],
        y_test=labels[is_test],
    )


if __name__ == "__main__":
    main()
