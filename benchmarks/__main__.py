"""`make bench`: all measurements, or some of them.

python -m benchmarks --people 2500 10000 100000 --department 10000
python -m benchmarks --people --department 0 --search esco-v1.1.1/
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import alliance, department, development, hidden, opportunities, pages, search


def main() -> None:
    """Measure, and print each figure as it is known."""
    parser = argparse.ArgumentParser(description="Measurements against the promises of the design.")
    parser.add_argument("--people", type=int, nargs="*", default=[2_500, 10_000, 100_000])
    parser.add_argument("--department", type=int, default=10_000, help="people of the real-input department; 0 skips")
    parser.add_argument("--search", type=Path, metavar="ESCO", help="an ESCO download, to measure search on its labels")
    parser.add_argument("--skills", type=int, default=1_500, help="how many skills search is asked for")
    parser.add_argument("--half", choices=search.HALVES, default="test", help="which half of the skills they are of")
    parser.add_argument(
        "--development", type=Path, metavar="DATA", help="a data folder, for gaps and pathways of people"
    )
    parser.add_argument("--hidden", type=int, help="people who are hidden from whoever asks; does the time tell?")
    parser.add_argument("--opportunities", type=int, help="open opportunities; how fast those are found that fit")
    parser.add_argument("--pages", type=int, metavar="PEOPLE", help="server time and transfer of every page")
    chosen = parser.parse_args()
    for people in chosen.people:
        print(f"\n== invented alliance of {people:,} people", flush=True)
        alliance.run(people, lambda line: print(f"  {line}", flush=True))
    if chosen.department:
        print(f"\n== department of {chosen.department:,} people at real role levels", flush=True)
        department.run(chosen.department, lambda line: print(f"  {line}", flush=True))
    if chosen.search:
        print(f"\n== search: alternative labels of ESCO held out, {chosen.half} half", flush=True)
        search.run(chosen.search, chosen.skills, chosen.half, lambda line: print(f"  {line}", flush=True))
    if chosen.development:
        print("\n== gaps and pathways", flush=True)
        development.run(chosen.development, lambda line: print(f"  {line}", flush=True))
    if chosen.hidden:
        print("\n== hidden people and the time of an answer", flush=True)
        hidden.run(chosen.hidden, lambda line: print(f"  {line}", flush=True))
    if chosen.opportunities:
        print(f"\n== {chosen.opportunities:,} open opportunities", flush=True)
        opportunities.run(chosen.opportunities, lambda line: print(f"  {line}", flush=True))
    if chosen.pages:
        print(f"\n== every page, over {chosen.pages:,} people", flush=True)
        pages.run(chosen.pages, lambda line: print(f"  {line}", flush=True))


if __name__ == "__main__":
    main()
