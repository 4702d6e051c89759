"""What differs between systems, POSIX and Windows: each answer beside the other."""
