"""Packs the vendored npm packages again; writes their files if LICENSES.md has these hashes.

It needs npm on the PATH: `python server/static/graphiql/refresh.py [--accept]`. With `--accept` it
writes the hashes it finds into LICENSES.md instead, for a deliberate change of version.
"""

import argparse
import base64
import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
LICENSES = HERE / "LICENSES.md"


class Vendored(NamedTuple):
    """One row of the table in LICENSES.md."""

    file: str
    package: str
    version: str
    path: str
    licence: str
    sha384: str


def vendored() -> list[Vendored]:
    """The table in LICENSES.md, without its two heading lines."""
    rows = [line for line in LICENSES.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [Vendored(*(cell.strip() for cell in row.strip("|").split("|"))) for row in rows[1:]]


def sha384(content: bytes) -> str:
    """The hash as browsers write it in `integrity`, without its prefix."""
    return base64.b64encode(hashlib.sha384(content).digest()).decode()


def packed(package: str, version: str, folder: Path) -> Path:
    """The tarball npm makes of exactly this version."""
    done = subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / done.stdout.split()[-1]


def refresh(accept: bool) -> None:
    """Replaces every vendored file, or none when one hash is not the expected one."""
    found: dict[str, bytes] = {}
    licenses = LICENSES.read_text("utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        for row in vendored():
            with tarfile.open(packed(row.package, row.version, Path(scratch))) as tarball:
                member = tarball.extractfile(f"package/{row.path}")
                if member is None:
                    raise SystemExit(f"{row.package}@{row.version} has no file {row.path}")
                content = member.read()
            if sha384(content) != row.sha384:
                if not accept:
                    raise SystemExit(f"{row.file}: sha384 is {sha384(content)}, not {row.sha384}")
                licenses = licenses.replace(row.sha384, sha384(content))
            found[row.file] = content
    vendor = HERE / "vendor"
    vendor.mkdir(exist_ok=True)
    for old in vendor.iterdir():
        if old.name not in found:
            old.unlink()
    for name, content in found.items():
        (vendor / name).write_bytes(content)
    LICENSES.write_text(licenses, "utf-8")
    print(f"{len(found)} files in {vendor} are as LICENSES.md says")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--accept", action="store_true", help="write new hashes instead of refusing"
    )
    refresh(parser.parse_args().accept)
