"""What tables look like before anything is learnt of them: trends, forecasts, and the facts of an exploration."""
