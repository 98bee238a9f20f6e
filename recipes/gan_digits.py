"""The recipe kzoo/recipes/gan_digits.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("gan_digits")
