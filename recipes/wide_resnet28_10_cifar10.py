"""The recipe kzoo/recipes/wide_resnet28_10_cifar10.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("wide_resnet28_10_cifar10")
