"""What is to be foretold: each a function from past and future to one label per customer."""
