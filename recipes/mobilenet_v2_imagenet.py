"""The recipe kzoo/recipes/mobilenet_v2_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("mobilenet_v2_imagenet")
