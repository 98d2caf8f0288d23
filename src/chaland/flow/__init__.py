"""The joiner: the only place where stages meet each other and the world."""
