"""From rows of text to checked, cleaned, protected tables: every function here is Table → Table."""
