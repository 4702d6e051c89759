"""The help of commands: `-h` is short, `--help` is whole."""
