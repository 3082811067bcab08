"""Raw text: lines, then the layout of the file, then blocks, then items."""
