"""Pages. A view parses, calls one service or selector, and answers."""
