# Sourced by scripts that do several things one after the other: a header line and the duration of each.

step() {
    local title="$1" start="$SECONDS"
    shift
    printf '\n== %s\n' "$title"
    "$@"
    printf -- '-- %s: %d s\n' "$title" "$((SECONDS - start))"
}
