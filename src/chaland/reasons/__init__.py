"""Why a row got its score: exact Shapley values of the served trees, and the sentences told of them."""
