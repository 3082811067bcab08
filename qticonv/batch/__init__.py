"""Many files through any executor: planned, converted, recorded, and resumed where they were interrupted."""
