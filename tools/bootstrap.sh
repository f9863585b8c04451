# shellcheck shell=sh
# Sourced by ./run and ./check from the top of the tree: brings the system libraries and the Python environment.
# Quick and without network when there is nothing to do; mends an environment that was left half made. Ends the script that
# sources it, saying what to do, when something is missing that it may not bring.
#
#   prepare run      what serving needs
#   prepare check    that, the test packages and a browser: sets CHROMIUM, or NO_BROWSER_BECAUSE where none can be had

TOP="$(pwd -P)"
VENV="$TOP/.venv"
SYSROOT="$TOP/.sysroot"

say() {
    printf '==> %s\n' "$*" >&2
}

stop() {
    printf '\n' >&2
    printf '!!  %s\n' "$@" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

one_line() {
    tr '\n' ' ' | sed 's/ *$//'
}

# ---- what is there --------------------------------------------------------------------------------------------------

# Sets python to an interpreter of 3.11 or later that can make virtual environments; fails where there is none.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            python="$candidate"
            return 0
        fi
    done
    python=
    return 1
}

# Whether the shared library $1 can be loaded: asked of Python, which is what will load it.
can_load() {
    [ -n "$python" ] && "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" >/dev/null 2>&1
}

can_show_chinese() {
    [ -n "$(fc-list :lang=zh-cn file 2>/dev/null | head -n 1)" ]
}

# Debian's start script looks for the program under /usr/lib, so an unpacked one is taken from its own folder.
find_chromium() {
    for candidate in "${CHROMIUM:-}" "$SYSROOT"/tree/usr/lib/chromium/chromium-headless-shell "$SYSROOT"/tree/usr/lib/chromium/chromium \
        chromium-headless-shell chromium chromium-browser google-chrome; do
        if [ -n "$candidate" ] && has "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# Prints, one a line, the Debian packages without which the application cannot work.
missing_essentials() {
    [ -n "$python" ] || printf '%s\n' python3 python3-venv
    can_load libpango-1.0.so.0 || echo libpango-1.0-0
    can_load libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
    can_load libharfbuzz-subset.so.0 || echo libharfbuzz-subset0
}

# Prints those that it can do without: the slips' fonts come with the project, these serve rare characters.
missing_comforts() {
    has fc-list || echo fontconfig
    can_show_chinese || echo fonts-wqy-microhei
}

missing_for_browser() {
    find_chromium >/dev/null || echo chromium-headless-shell
    can_load libatomic.so.1 || echo libatomic1
}

# ---- system packages, as root ---------------------------------------------------------------------------------------

apt() {
    LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# Another program may be reading the lists just now, which apt does not wait for; a slow network may drop.
apt_lists() {
    for attempt in 1 2 3 4 5; do
        apt "$@" update >&2 && return 0
        say "the package lists could not be read (try $attempt of 5)"
        sleep $((attempt * 2))
    done
    return 1
}

# Prints the packages $2... as this release offers them ($1: options for apt): the headless Chromium is not in every one.
as_offered() {
    options="$1"
    shift
    for package in "$@"; do
        if [ "$package" = chromium-headless-shell ] && ! apt_cache_knows "$options" "$package"; then
            package=chromium
        fi
        echo "$package"
    done
}

apt_cache_knows() {
    # shellcheck disable=SC2086
    LC_ALL=C apt-cache $1 policy "$2" 2>/dev/null | grep -q 'Candidate: [0-9]'
}

apt_bring() {
    say "installing system packages: $*"
    apt_cache_knows '' "$1" || apt_lists || return 1
    # shellcheck disable=SC2046
    apt install -y --no-install-recommends $(as_offered '' "$@") >&2 && return 0
    say "once more, with fresh package lists"
    # shellcheck disable=SC2046
    apt_lists && apt install -y --no-install-recommends $(as_offered '' "$@") >&2
}

# ---- system packages, without root: unpacked under .sysroot -----------------------------------------------------------

# apt takes options split at blanks, so a tree with a blank in its path is served through a link without one.
unpack() {
    say "not root: unpacking under .sysroot: $*"
    link="$(mktemp -d)" && ln -s "$SYSROOT" "$link/s" && mkdir -p "$SYSROOT/lists/partial" "$SYSROOT/debs" "$SYSROOT/tree" || return 1
    mine="-o Dir::State::lists=$link/s/lists -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1"
    # shellcheck disable=SC2086,SC2046
    (
        cd "$SYSROOT/debs" || exit 1
        apt_lists $mine || exit 1
        apt $mine install --simulate --no-install-recommends $(as_offered "$mine" "$@") >../plan || exit 1
        apt $mine download $(sed -n 's/^Inst \([^ ]*\) .*/\1/p' ../plan) >&2 || exit 1
        for deb in ./*.deb; do dpkg -x "$deb" ../tree || exit 1; done
    )
    unpacked=$?
    rm -rf "$link" "$SYSROOT/debs" "$SYSROOT/lists"
    return "$unpacked"
}

# Lets programs find what lies under .sysroot. Nothing happens where there is none.
use_sysroot() {
    [ -d "$SYSROOT/tree/usr" ] || return 0
    for folder in "$SYSROOT"/tree/usr/lib/*-linux-gnu "$SYSROOT"/tree/lib/*-linux-gnu "$SYSROOT"/tree/usr/lib/*-linux-gnu/pulseaudio; do
        [ ! -d "$folder" ] || LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder"
    done
    PATH="$PATH:$SYSROOT/tree/usr/bin"
    cat >"$SYSROOT/fonts.conf" <<XML
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>$SYSROOT/tree/usr/share/fonts</dir><cachedir>$SYSROOT/fontcache</cachedir></fontconfig>
XML
    FONTCONFIG_FILE="$SYSROOT/fonts.conf"
    export LD_LIBRARY_PATH PATH FONTCONFIG_FILE
}

# ---- both -------------------------------------------------------------------------------------------------------------

bring() {
    if [ "$(id -u)" = 0 ] && has apt-get; then
        apt_bring "$@"
    elif [ "$purpose" = check ] && has apt-get && has dpkg; then
        unpack "$@" && use_sysroot
    else
        return 1
    fi
}

refuse() {
    if has apt-get; then
        stop "System packages are missing that only root can install. Type this, then start again:" \
            "    sudo apt-get install --no-install-recommends $*"
    fi
    stop "Needed: Python 3.11 or later with venv, Pango 1.44 or later and HarfBuzz with its subset library." \
        "On Debian and Ubuntu these are the packages: $*"
}

prepare_system() {
    use_sysroot
    find_python || true
    wanted="$(missing_essentials; missing_comforts)"
    [ "$purpose" = run ] || wanted="$wanted $(missing_for_browser)"
    wanted="$(printf '%s' "$wanted" | one_line)"
    # shellcheck disable=SC2086
    [ -z "$wanted" ] || bring $wanted || say "not installed: $wanted"
    find_python || true
    # Once root is asked for something, the comforts come along in the same line to type.
    # shellcheck disable=SC2046
    [ -z "$(missing_essentials)" ] || refuse $(missing_essentials; missing_comforts)
    can_show_chinese || say "no Chinese system font: rare characters may be missing (package fonts-wqy-microhei)"
}

prepare_browser() {
    lacking="$(missing_for_browser | one_line)"
    if [ -n "$lacking" ]; then
        NO_BROWSER_BECAUSE="missing here: $lacking"
    elif ! "$(find_chromium)" --version >/dev/null 2>&1; then
        NO_BROWSER_BECAUSE="$(find_chromium) does not start"
    else
        CHROMIUM="$(find_chromium)"
        export CHROMIUM
        return 0
    fi
    export NO_BROWSER_BECAUSE
    say "the browser tests will be skipped: $NO_BROWSER_BECAUSE"
}

# ---- the Python environment -------------------------------------------------------------------------------------------

# What an environment was made from: a change in any of these means that it is to be brought up to date.
fingerprint() {
    { echo "$TOP"; "$python" -V; cat "$@" pyproject.toml; } | sha256sum | cut -d ' ' -f 1
}

is_made_from() {
    [ -f "$VENV/made-from-$1" ] && [ "$(cat "$VENV/made-from-$1")" = "$2" ]
}

# An environment whose making was broken off, whose Python is gone, or that was moved cannot be trusted or mended: away with it.
discard_broken_venv() {
    [ -d "$VENV" ] || return 0
    if [ ! -e "$VENV/unfinished" ] && "$VENV/bin/python" -m pip --version >/dev/null 2>&1 &&
        head -n 3 "$VENV/bin/pip" | grep -qF "$VENV/bin/python"; then
        return 0
    fi
    say "the Python environment in .venv was left half made: making it anew"
    rm -rf "$VENV"
}

make_venv() {
    discard_broken_venv
    mkdir -p "$VENV"
    : >"$VENV/unfinished"
    rm -f "$VENV"/made-from-*
    [ -x "$VENV/bin/pip" ] || { say "making .venv with $("$python" -V)" && "$python" -m venv "$VENV"; }
    say "installing $1 (about 70 MB on the first run)"
    "$VENV/bin/python" -m pip install --disable-pip-version-check --retries 5 --timeout "${PIP_DEFAULT_TIMEOUT:-60}" \
        --require-hashes -r "$1" >&2
    "$VENV/bin/python" -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e . >&2
}

# The test packages contain those that serving needs, so an environment made for checking serves as well.
prepare_venv() {
    for_run="$(fingerprint requirements.lock)"
    for_check="$(fingerprint requirements.lock requirements-test.lock)"
    is_made_from check "$for_check" && "$VENV/bin/python" -c '' && return 0
    if [ "$purpose" = run ]; then
        is_made_from run "$for_run" && "$VENV/bin/python" -c '' && return 0
        make_venv requirements.lock
        echo "$for_run" >"$VENV/made-from-run"
    else
        make_venv requirements-test.lock
        echo "$for_check" >"$VENV/made-from-check"
    fi
    rm -f "$VENV/unfinished"
}

prepare() {
    purpose="$1"
    # Caches and a browser's profile need a place to write to; a service account often has no home.
    if [ ! -w "${HOME:-/nonexistent}" ]; then
        HOME="$SYSROOT/home"
        mkdir -p "$HOME"
        export HOME
    fi
    # Two at once would spoil one another's environment.
    if has flock; then
        exec 9>"$TOP/.venv.lock"
        flock -n 9 || { say "waiting for another ./run or ./check that is setting up" && flock 9; }
    fi
    prepare_system
    [ "$purpose" = run ] || prepare_browser
    prepare_venv
    exec 9>&-
}
