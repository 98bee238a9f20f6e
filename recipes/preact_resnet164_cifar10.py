"""The recipe kzoo/recipes/preact_resnet164_cifar10.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("preact_resnet164_cifar10")
