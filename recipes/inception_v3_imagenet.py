"""The recipe kzoo/recipes/inception_v3_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("inception_v3_imagenet")
