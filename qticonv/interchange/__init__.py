"""Bank, answers and layout files: JSON and YAML in and out."""
