"""The recipe kzoo/recipes/dcgan_celeba.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("dcgan_celeba")
