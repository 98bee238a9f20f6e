"""The recipe kzoo/recipes/googlenet_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("googlenet_imagenet")
