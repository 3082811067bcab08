"""Is a file right? Used on our own output and, by `qticonv check`, on anybody's."""
