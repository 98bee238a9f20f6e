"""The recipe kzoo/recipes/nin_cifar10.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("nin_cifar10")
