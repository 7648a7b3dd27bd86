"""Read what tegrastats prints, from TX1 to Thor."""
