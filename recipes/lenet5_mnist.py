"""The recipe kzoo/recipes/lenet5_mnist.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("lenet5_mnist")
