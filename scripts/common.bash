# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts beside it: where things are, how they are built, how they run without a display.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
temporary=() # folders that go at the end
trap 'rm -rf "${temporary[@]}"' EXIT

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
        temporary+=("$XDG_RUNTIME_DIR")
    fi
}

# with_virtual_display COMMAND...: runs it on a display of its own, drawn in software.
with_virtual_display() {
    ensure_runtime_dir
    LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb \
        xvfb-run -a -e /dev/stderr -s "-screen 0 1920x1200x24 -nolisten tcp" "$@"
}

# The demo store: `in_store VERB...` is defined by the script that uses these.

# The study of the demonstration reading (resources/demo) where the store has it, else the first one; nothing in an empty store.
first_study() {
    local wanted
    wanted=$(grep -o -m 1 '"study_uid":"[0-9.]*"' "$root/resources/demo/contours.json" | cut -d '"' -f 4)
    if [ "$(in_store studies --count --where "study_uid = '$wanted'")" = 1 ]; then
        echo "$wanted"
    else
        in_store studies --limit 1 --csv | sed -n '2s/,.*//p'
    fi
}

# Confirms the levels and imports the contours of the demonstration reading, once.
add_demo_reading() {
    local wanted
    wanted=$(grep -o -m 1 '"study_uid":"[0-9.]*"' "$root/resources/demo/contours.json" | cut -d '"' -f 4)
    [ "$study" = "$wanted" ] || return 0
    reader=demo
    if ! in_store --json levels show --study "$study" | grep -q '"confirmed": *true'; then
        in_store raters add demo >/dev/null 2>&1 || true # it may be there already
        in_store --as demo levels confirm --study "$study" "$root/resources/demo/levels.json" >/dev/null
        in_store contours import "$root/resources/demo/contours.json" >/dev/null
    fi
}

# make_simulated FOLDER: three simulated studies and two who read them, once.
make_simulated() {
    [ -e "$1/manifest.json" ] && return 0
    echo "Making three simulated studies"
    rm -rf "$1"
    "$cli" phantom -o "$1" --studies 3 --seed 2026 --raters 2 --quiet >/dev/null </dev/null || fail "The simulated studies could not be made."
}

# add_simulated_reading FOLDER: confirms their levels and imports what their readers drew.
add_simulated_reading() {
    local uid rater
    cut -d , -f 1 "$1/clinical.csv" | tail -n +2 | while read -r uid; do
        in_store --json levels show --study "$uid" | grep -q '"confirmed": *true' ||
            in_store --as rater-1 levels confirm --study "$uid" "$1/truth-all.json" >/dev/null
    done
    for rater in "$1"/rater-*.json; do
        in_store contours import "$rater" >/dev/null
    done
}
