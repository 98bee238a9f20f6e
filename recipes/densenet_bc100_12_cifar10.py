"""The recipe kzoo/recipes/densenet_bc100_12_cifar10.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("densenet_bc100_12_cifar10")
