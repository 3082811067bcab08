"""Keys: stated, inferred with evidence, or reviewed; never invented."""
