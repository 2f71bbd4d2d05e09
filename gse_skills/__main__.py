"""`python -m gse_skills` is `gse-skills`."""

import gc


def main() -> None:
    """Run the command line on the arguments of the process."""
    # What the modules leave behind stays for as long as the process: a collector that walks it again and again, as it
    # is loaded, while the command runs and once more at the end, takes a quarter of a command's time.
    gc.disable()
    from gse_skills.cli import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
