"""The recipe kzoo/recipes/nasnet_a_cifar10.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("nasnet_a_cifar10")
