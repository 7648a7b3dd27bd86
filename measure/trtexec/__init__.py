"""NVIDIA's trtexec: which options a version takes, and what it prints and writes."""
