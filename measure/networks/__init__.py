"""The reference networks, built from code, and models of one's own."""
