"""The recipe kzoo/recipes/stochastic_depth110_cifar10.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("stochastic_depth110_cifar10")
