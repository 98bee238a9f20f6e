"""The recipe kzoo/recipes/cyclegan_digits.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("cyclegan_digits")
