"""The command `voting`, also as `python -m voting`."""

import sys


def main() -> int:
    """Run it; a verifier need not wait for all that a server needs."""
    if sys.argv[1:2] == ["verify"]:
        from voting import verifying

        return verifying.main(sys.argv[1:])
    from voting import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
