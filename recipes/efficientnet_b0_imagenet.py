"""The recipe kzoo/recipes/efficientnet_b0_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("efficientnet_b0_imagenet")
