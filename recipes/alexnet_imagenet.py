"""The recipe kzoo/recipes/alexnet_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("alexnet_imagenet")
