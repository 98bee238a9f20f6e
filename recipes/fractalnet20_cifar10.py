"""The recipe kzoo/recipes/fractalnet20_cifar10.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("fractalnet20_cifar10")
