# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts beside it: where things are, how they are built, how they run without a display.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
    echo "$*" >&2
    exit 1
}

# Public test images lie beside the checkout where somebody has put them there; FORAMETER_TEST_DATA names another place.
find_test_data() {
    local folder=${FORAMETER_TEST_DATA:-$root/../shared/data}
    if [ -d "$folder" ]; then
        FORAMETER_TEST_DATA=$(cd "$folder" && pwd)
        export FORAMETER_TEST_DATA
    else
        unset FORAMETER_TEST_DATA
    fi
}

# build PRESET: configures and builds; quiet unless it fails or a person watches.
build() {
    local preset=$1 log=$root/build/$1.log
    mkdir -p "$root/build"
    echo "Building Forameter ($preset); the first time takes some minutes. Log: $log"
    if ! (cd "$root" && cmake --preset "$preset") </dev/null >"$log" 2>&1; then
        tail -n 25 "$log" >&2
        fail "The build could not be configured; the last lines of $log are above."
    fi
    local built=0
    if [ -t 1 ]; then
        (cd "$root" && cmake --build --preset "$preset") </dev/null 2>&1 | tee -a "$log" || built=$?
    else
        (cd "$root" && cmake --build --preset "$preset") </dev/null >>"$log" 2>&1 || built=$?
    fi
    if [ "$built" -ne 0 ]; then
        grep -E -A 5 'error:|FAILED|undefined reference' "$log" | head -n 40 >&2 || true
        fail "The build failed; the errors are above, everything is in $log."
    fi
}

# Qt and Mesa complain when there is no private run-time folder, as there is none for root in a container.
ensure_runtime_dir() {
    if [ ! -d "${XDG_RUNTIME_DIR:-}" ]; then
        XDG_RUNTIME_DIR=$(mktemp -d)
        export XDG_RUNTIME_DIR
        trap 'rm -rf "$XDG_RUNTIME_DIR"' EXIT
    fi
}

# with_virtual_display COMMAND...: runs it on a display of its own, drawn in software.
with_virtual_display() {
    ensure_runtime_dir
    LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb \
        xvfb-run -a -e /dev/stderr -s "-screen 0 1920x1200x24 -nolisten tcp" "$@"
}
