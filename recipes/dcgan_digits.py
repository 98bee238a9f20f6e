"""The recipe kzoo/recipes/dcgan_digits.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("dcgan_digits")
