"""The recipe kzoo/recipes/resnet20_cifar10.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("resnet20_cifar10")
