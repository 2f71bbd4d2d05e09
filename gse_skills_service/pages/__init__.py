"""The pages: typed views in, HTML out. See docs/pages.md."""
