"""System libraries, fonts and the tests' browser: looked for, installed, or named."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

from portfolio.running.supervising import Failed, Supervisor, say

_PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0.0.dylib")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_MAC_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_BREW_LIBRARIES = ("/opt/homebrew/lib", "/usr/local/lib")

# Per package manager: how to install, what certificates need, what tests need.
_APT = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-noto-core",
    "fonts-noto-cjk",
)
_BREW = ("pango", "font-noto-sans", "font-noto-sans-cjk")
_BY_HAND = {
    "dnf": (
        "sudo dnf install -y",
        "pango harfbuzz google-noto-sans-fonts google-noto-sans-cjk-fonts",
        "chromium nodejs-npm qpdf",
    ),
    "pacman": (
        "sudo pacman -S --needed",
        "pango harfbuzz noto-fonts noto-fonts-cjk",
        "chromium npm qpdf",
    ),
    "zypper": (
        "sudo zypper install",
        "pango harfbuzz google-noto-sans-fonts noto-sans-cjk-fonts",
        "chromium npm qpdf",
    ),
    "apk": (
        "sudo apk add",
        "pango harfbuzz font-noto font-noto-cjk",
        "chromium npm qpdf",
    ),
}


def install(supervisor: Supervisor, *, for_tests: bool) -> None:
    """Install missing system packages by apt or brew, or say how to.

    Raises Failed with the exact command when Pango (or, for the tests, a browser)
    is missing and cannot be installed from here; Stopped when asked to end.
    """
    command: list[str] | None
    if shutil.which("apt-get") and shutil.which("dpkg-query"):
        command = _apt_command(_missing_by_apt(for_tests=for_tests))
        _try_apt(supervisor, command)
    elif brew := shutil.which("brew"):
        command = _brew_command(brew, for_tests=for_tests)
        if command:
            say("Installing system packages by brew …")
            supervisor.run(command)
    else:
        command = None
    if not _enough(for_tests=for_tests):
        raise Failed(_advice(command, for_tests=for_tests))


def browser() -> str | None:
    """The Chromium (or Chrome) that the browser tests drive, or None."""
    found = (shutil.which(name) for name in _BROWSERS)
    there = (name for name in _MAC_BROWSERS if Path(name).exists())
    return next((path for path in (*found, *there) if path), None)


def library_environment() -> dict[str, str]:
    """What a program needs in its environment to find brew's Pango."""
    if sys.platform != "darwin":
        return {}
    folders = [folder for folder in _BREW_LIBRARIES if Path(folder).is_dir()]
    given = os.environ.get("DYLD_FALLBACK_LIBRARY_PATH", "")
    return {"DYLD_FALLBACK_LIBRARY_PATH": ":".join(filter(None, [given, *folders]))}


def _missing_by_apt(*, for_tests: bool) -> list[str]:
    wanted = list(_APT)
    if for_tests and browser() is None:
        wanted.append("chromium")
    if for_tests and shutil.which("npm") is None:
        wanted += ["nodejs", "npm"]
    if for_tests and shutil.which("qpdf") is None:
        wanted.append("qpdf")
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\\n", *wanted],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    there = {
        line.split()[1] for line in answer.splitlines() if line.startswith("installed ")
    }
    return [name for name in wanted if name not in there]


def _apt_command(missing: list[str]) -> list[str] | None:
    if not missing:
        return None
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    return install if os.geteuid() == 0 else ["sudo", *install]


def _try_apt(supervisor: Supervisor, command: list[str] | None) -> None:
    if command is None:
        return
    prefix: list[str] = []
    if command[0] == "sudo":
        # Without a password only: a question in the middle would wait for ever.
        prefix, command = ["sudo", "-n"], command[1:]
        if not shutil.which("sudo") or _quietly(supervisor, ["sudo", "-n", "true"]):
            return
    say("Installing system packages by apt …")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    patience = ["-q", "-o", "DPkg::Lock::Timeout=120"]
    apt = [*prefix, command[0], *patience, *command[1:]]
    if supervisor.run(apt, env=environment):
        update = [*prefix, "apt-get", *patience, "update"]
        supervisor.run(update, env=environment)
        supervisor.run(apt, env=environment)


def _brew_command(brew: str, *, for_tests: bool) -> list[str] | None:
    wanted = [*_BREW, *(["chromium"] if for_tests and browser() is None else [])]
    if for_tests and shutil.which("qpdf") is None:
        wanted.append("qpdf")
    answer = subprocess.run(
        [brew, "list", "-1"], capture_output=True, text=True, check=False
    ).stdout.split()
    missing = [name for name in wanted if name not in answer]
    return [brew, "install", *missing] if missing else None


def _quietly(supervisor: Supervisor, command: list[str]) -> int:
    return supervisor.run(command, log=Path(os.devnull))


def _enough(*, for_tests: bool) -> bool:
    return _has_pango() and (not for_tests or browser() is not None)


def _has_pango() -> bool:
    folders = ("", *(f"{folder}/" for folder in _BREW_LIBRARIES))
    for name in (f"{folder}{name}" for folder in folders for name in _PANGO):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def _advice(command: list[str] | None, *, for_tests: bool) -> str:
    begin = "Certificates need Pango and Noto fonts"
    if for_tests:
        begin += ", and the browser tests need Chromium"
    if command is not None:
        return f"{begin}. Install them with:\n    {' '.join(command)}"
    for manager, (install_words, runtime, tests) in _BY_HAND.items():
        if shutil.which(manager):
            names = f"{runtime} {tests}" if for_tests else runtime
            return f"{begin}. Install them with:\n    {install_words} {names}"
    return f"{begin}. Install them with your system's package manager."
