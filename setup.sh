# Sourced by demo.sh and test.sh: brings what is missing, once, and leaves the rest alone.
# Usage: . ./setup.sh run|test

blankett_setup() {
  local wanted="python3-venv tesseract-ocr tesseract-ocr-swe fonts-dejavu-core fonts-liberation fonts-freefont-ttf libgl1 libglib2.0-0 libxcb1"
  [ "$1" = test ] && wanted="$wanted tmux chromium"
  [ "$1" = test ] && ! _has initdb && wanted="$wanted postgresql"
  _system_packages $wanted || return 3
  _python_packages "$1"
}

# Tells whether a program can be found, also where Debian hides PostgreSQL's.
_has() { command -v "$1" >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/"$1" >/dev/null 2>&1; }

_system_packages() {
  local missing="" package
  if ! command -v dpkg-query >/dev/null 2>&1; then
    command -v tesseract >/dev/null 2>&1 || { echo "blankett: this is not Debian: install Tesseract with Swedish, Python's venv and OpenCV's libraries by hand (docs/operations.md#system)" >&2; return 3; }
    return 0
  fi
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  local become=""
  if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then become="sudo"; else
      echo "blankett: missing system packages; have someone run: apt-get install$missing" >&2; return 3
    fi
  fi
  echo "Installing$missing …"
  { $become apt-get update -qq && DEBIAN_FRONTEND=noninteractive $become apt-get install -y -qq --no-install-recommends $missing; } >.setup.log 2>&1 \
    || { tail -5 .setup.log >&2; echo "blankett: apt-get could not install:$missing (the whole story is in .setup.log)" >&2; return 3; }
}

_python_packages() {
  local stamp; stamp="$1 $(cat pyproject.toml constraints.txt | sha256sum | cut -c1-32)"
  [ "$1" = run ] && [ -x .venv/bin/blankett ] && grep -q "${stamp#* }" .venv/stamp 2>/dev/null && return 0
  [ "$(cat .venv/stamp 2>/dev/null)" = "$stamp" ] && return 0
  echo "Installing Python packages …"
  [ -x .venv/bin/python ] || python3 -m venv .venv
  .venv/bin/python -m pip install -q --upgrade -c constraints.txt pip >>.setup.log 2>&1 || { tail -3 .setup.log >&2; return 3; }
  local group=""; [ "$1" = test ] && group="--group dev"
  .venv/bin/python -m pip install -q -c constraints.txt -e . $group >>.setup.log 2>&1 || { tail -5 .setup.log >&2; echo "blankett: pip could not install (the whole story is in .setup.log)" >&2; return 3; }
  echo "$stamp" > .venv/stamp
}

blankett_setup "$1"
