"""The recipe kzoo/recipes/ddpm_cifar10.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("ddpm_cifar10")
