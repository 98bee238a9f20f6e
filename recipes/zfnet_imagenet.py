"""The recipe kzoo/recipes/zfnet_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("zfnet_imagenet")
