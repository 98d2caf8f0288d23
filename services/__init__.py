"""Real servers for the tests, each fetched once into .cache/services and stopped by its pid."""
