"""The recipe kzoo/recipes/rnn_digits.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("rnn_digits")
