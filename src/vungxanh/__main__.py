"""`python -m vungxanh` is the same as the command `vungxanh`."""

from vungxanh.cli.main import main

if __name__ == "__main__":
    main()
