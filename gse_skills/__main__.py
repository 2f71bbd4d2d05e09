"""`python -m gse_skills` is `gse-skills`."""

from gse_skills.cli import main

if __name__ == "__main__":
    main()
