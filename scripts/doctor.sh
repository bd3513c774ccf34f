#!/bin/sh
# Says whether this machine can run the book, and how to mend what cannot: sh scripts/doctor.sh [--json] [--root FOLDER]
#
# It needs a shell and what every Unix has, no Rust and no network. It changes nothing, and removes what it writes. It
# ends with 0 where every chapter can run, 1 where one cannot, 2 where it was called wrongly. What it holds a machine
# against, and its words, stand in doctor.txt; doctor.ps1 is the same for Windows. `cargo workbook doctor` runs it, too.
#
# It is plain POSIX, for dash, busybox and macOS' old bash: no arrays, no `local`, no `[[`.
set -u
LC_ALL=C
RUSTUP_AUTO_INSTALL=0 # A toolchain that is missing is told, and not fetched.
CARGO_TERM_COLOR=never
export LC_ALL RUSTUP_AUTO_INSTALL CARGO_TERM_COLOR
unset CDPATH

usage() {
    echo "usage: sh scripts/doctor.sh [--json] [--root FOLDER]" >&2
    exit 2
}

# -- what is said

# The text that doctor.txt has for a key, if any: sets text.
find_words() {
    text=
    case $all_words in
    *"$newline$1 = "*)
        text=${all_words#*"$newline$1 = "}
        text=${text%%"$newline"*}
        ;;
    esac
}
words() {
    find_words "$1"
    printf '%s' "$text"
}

# Sets filled to TEXT with every {NAME} replaced: fill TEXT [NAME VALUE]...
fill() {
    filled=$1
    shift
    while [ $# -gt 1 ]; do
        rest=$filled filled='' name="{$1}"
        while :; do
            case $rest in
            *"$name"*) filled=$filled${rest%%"$name"*}$2 rest=${rest#*"$name"} ;;
            *) break ;;
            esac
        done
        filled=$filled$rest
        shift 2
    done
}

# Any text as a string of JSON, also one with quotes, backslashes and newlines.
quoted() {
    case $1 in
    *[\"\\]* | *[[:cntrl:]]*) ;;
    *)
        printf '"%s"' "$1"
        return
        ;;
    esac
    TEXT=$1 awk 'BEGIN {
        for (i = 1; i < 32; i++) code[sprintf("%c", i)] = sprintf("\\u%04x", i)
        code["\""] = "\\\""
        code["\\"] = "\\\\"
        text = ENVIRON["TEXT"]
        for (i = 1; i <= length(text); i++) {
            c = substr(text, i, 1)
            out = out (c in code ? code[c] : c)
        }
        printf "\"%s\"", out
    }'
}

# The other way: sets unquoted to the text of a string of JSON.
unquote() {
    unquoted=$(TEXT=$1 awk 'BEGIN {
        said["n"] = "\n"; said["t"] = "\t"; said["r"] = "\r"
        text = ENVIRON["TEXT"]
        for (i = 2; i < length(text); i++) {
            c = substr(text, i, 1)
            if (c == "\\") {
                c = substr(text, ++i, 1)
                if (c in said) c = said[c]
            }
            out = out c
        }
        printf "%sx", out
    }')
    unquoted=${unquoted%x}
}

# On a line of its own whatever is in it.
on_a_line() {
    case $1 in
    *[[:cntrl:]]*) printf '%s' "$1" | tr '\001-\037\177' '?' ;;
    *) printf '%s' "$1" ;;
    esac
}

# Keeps what was found until the end: found ok|note|FAULT KEY [NAME VALUE]...
found() {
    mark=$1 key=$2
    shift 2
    find_words "${key%%.*}"
    fill "$text" "$@"
    about=$filled
    find_words "$key"
    fill "$text" "$@"
    what=$filled
    find_words "$key.help.$system"
    [ -n "$text" ] || find_words "$key.help"
    fill "$text" "$@"
    help=$filled
    if [ -n "$json" ]; then
        said="{\"mark\":\"$mark\",\"key\":\"$key\",\"about\":$(quoted "$about"),\"what\":$(quoted "$what")"
        [ -z "$help" ] || said="$said,\"help\":$(quoted "$help")"
        findings="${findings:+$findings,}$said}"
    else
        said=$(printf '%-6s%-14s%s' "$mark" "$about" "$(on_a_line "$what")")
        [ -z "$help" ] || said=$said$newline$(printf '%20shelp: %s' '' "$(on_a_line "$help")")
    fi
    case $mark in
    ok) well=$well$said$newline ;;
    note) noted=$noted$said$newline notes=$((notes + 1)) ;;
    FAULT) faulty=$faulty$said$newline faults=$((faults + 1)) ;;
    esac
}

# -- what helps to look

is_there() { command -v "$1" >/dev/null 2>&1; }

# The line of a file that says most: the first error, or else the first line with something on it.
error_in() {
    line=$(sed -n '/^error/{p;q;}' "$1")
    [ -n "$line" ] || line=$(sed -n '/./{p;q;}' "$1")
    printf '%s' "${line:-it does not say why}"
}

# Whether version $1 is $2 or later; a nightly counts as the version that it becomes.
is_enough() {
    first=$(printf '%s\n%s\n' "$2" "${1%%-*}" | sort -t . -k 1,1n -k 2,2n -k 3,3n | head -n 1)
    [ "$first" = "$2" ]
}

# A number of MB as one says it.
size() {
    if [ "$1" -lt 1000 ]; then
        printf '%s MB' "$1"
    else
        printf '%s.%s GB' "$((($1 + 50) / 1000))" "$((($1 + 50) % 1000 / 100))"
    fi
}

# The folder that is there already, of a path that may not be.
there() {
    folder=$1
    until [ -d "$folder" ]; do
        case $folder in
        /*/*) folder=${folder%/*} ;;
        *) folder=/ ;;
        esac
    done
    printf '%s' "$folder"
}

# Whether a file can be made in this folder, or the folder itself where it is not there yet.
is_writable() {
    folder=$1
    until [ -e "$folder/." ]; do
        # Something else is in its place.
        [ ! -e "$folder" ] || return 1
        folder=${folder%/*}
    done
    trial=$folder/.doctor-$$
    (: >"$trial") 2>/dev/null && rm -f "$trial"
}

# One of the numbers that df has for a folder: the $2nd of its last line before the percentage, counted from there.
# Names of file systems and folders may have spaces in them, so the columns cannot be counted.
df_says() {
    number=$(df "$1" "$3" 2>/dev/null | tail -n 1 |
        sed -n 's/.*[^0-9-]\([0-9][0-9]*\)  *\([0-9][0-9]*\)  *\(-\{0,1\}[0-9][0-9]*\)  *[0-9][0-9]*%.*/\'"$2/p")
    printf '%s' "$number"
}

cargo_config_files() {
    folder=$root
    while [ "$folder" != / ] && [ -n "$folder" ]; do
        folder=${folder%/*}
        ls "$folder/.cargo/config.toml" "$folder/.cargo/config" 2>/dev/null
    done
    ls "$cargo_home/config.toml" "$cargo_home/config" 2>/dev/null
}

# What somebody has set for cargo, by environment or file: sets settings.
read_settings() {
    settings=
    [ "$cargo_home" = "${HOME-}/.cargo" ] || settings="CARGO_HOME=$cargo_home"
    for name in CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR CARGO_BUILD_BUILD_DIR CARGO_BUILD_TARGET RUSTC RUSTC_WRAPPER \
        RUSTC_WORKSPACE_WRAPPER CARGO_BUILD_RUSTC_WRAPPER RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS \
        CARGO_NET_OFFLINE; do
        eval "value=\${$name-}"
        [ -z "$value" ] || settings="${settings:+$settings, }$name=$value"
    done
    files=$(cargo_config_files | sort -u)
    old=$IFS IFS=$newline
    for file in $files; do
        settings="${settings:+$settings, }$file"
    done
    IFS=$old
}

# -- what is looked at

look_at_temp() {
    for folder in "${TMPDIR:-/tmp}" "$root/target" "$root"; do
        temp=$(mktemp -d "$folder/doctor.XXXXXX" 2>/dev/null) && break
        temp=
    done
    if [ -n "$temp" ]; then
        # A disk that is full takes a folder, and nothing in it.
        printf '%65536s' ' ' 2>/dev/null >"$temp/trial" || { rm -rf "$temp"; temp=; }
    fi
    case $temp in
    "${TMPDIR:-/tmp}"/*) ;;
    *)
        said=$( (: >"${TMPDIR:-/tmp}/doctor-$$") 2>&1) || true
        found FAULT temp.closed folder "${TMPDIR:-/tmp}" why "${said##*: }"
        ;;
    esac
}

# Sets host where there is a compiler, and cargo to something where that starts.
look_at_toolchain() {
    rustc=${RUSTC:-rustc}
    wanted=$(sed -n 's/^rust-version = "\([0-9.]*\)".*/\1/p' "$root/Cargo.toml" 2>/dev/null | head -n 1)
    if ! is_there cargo || ! is_there "$rustc"; then
        if [ -x "$cargo_home/bin/cargo" ]; then
            found FAULT toolchain.path folder "$cargo_home/bin" env "$cargo_home/env"
        else
            found FAULT toolchain.none wanted "$wanted"
        fi
        return
    fi
    if ! (cd "$root" && "$rustc" -vV && cargo --version) >"$temp/version" 2>"$temp/said" </dev/null; then
        found FAULT toolchain.broken why "$(error_in "$temp/said")"
        return
    fi
    version=$(sed -n 's/^release: //p' "$temp/version")
    host=$(sed -n 's/^host: //p' "$temp/version")
    compiler_date=$(sed -n 's/^commit-date: \([0-9-]*\)$/\1/p' "$temp/version")
    if is_enough "$version" "$wanted"; then
        cargo=yes
        found ok toolchain.ok version "$version" wanted "$wanted"
        return
    fi
    by=$(cd "$root" && rustup show active-toolchain 2>/dev/null | sed -n '1s/.*(\(.*\)).*/\1/p')
    if ! is_there rustup; then
        found FAULT toolchain.packaged version "$version" wanted "$wanted"
    elif [ -z "$by" ] || [ "$by" = default ]; then
        found FAULT toolchain.old version "$version" wanted "$wanted"
    else
        found FAULT toolchain.held version "$version" wanted "$wanted" by "$by"
    fi
}

# Where cargo builds: sets target.
find_target() {
    target=
    if [ -n "$cargo" ]; then
        target=$(cd "$root" && cargo metadata --no-deps --offline --format-version=1 2>/dev/null </dev/null |
            sed -n 's/.*"target_directory":\("\([^"\\]*\(\\.\)*\)*"\).*/\1/p')
        unquote "$target"
        target=$unquoted
    fi
    [ -n "$target" ] || target=${CARGO_TARGET_DIR:-${CARGO_BUILD_TARGET_DIR:-$root/target}}
    case $target in
    /*) ;;
    *) target=$root/$target ;;
    esac
}

# Compiles a small program as cargo would compile the book's, and starts it where cargo would: sets probed to the file
# with what it prints.
look_at_linker() {
    probed=
    if [ -z "$host" ]; then
        if [ "$system" = macos ]; then
            xcode-select -p >/dev/null 2>&1 || { found FAULT linker.none linker cc; return; }
        elif ! is_there cc; then
            found FAULT linker.none linker cc
            return
        fi
        found note linker.untried
        return
    fi
    mkdir "$temp/probe" "$temp/probe/src" && cp "$here/doctor.rs" "$temp/probe/src/main.rs"
    printf '[package]\nname = "probe"\nedition = "2021"\n[workspace]\n' >"$temp/probe/Cargo.toml"
    if ! (cd "$root" && cargo build --offline --manifest-path "$temp/probe/Cargo.toml" \
        --target-dir "$temp/probe/target") >"$temp/said" 2>&1 </dev/null; then
        not_built
        return
    fi
    for program in "$temp"/probe/target/debug/probe "$temp"/probe/target/*/debug/probe; do
        [ ! -f "$program" ] || break
    done
    triple=${program#"$temp/probe/target/"} triple=${triple%/probe} triple=${triple%debug} triple=${triple%/}
    if [ -n "$triple" ] && [ "$triple" != "$host" ]; then
        found note settings.target triple "$triple" host "$host" settings "${settings:-.cargo/config.toml}"
        return
    fi
    beside=$(there "$target")/.doctor-$$
    if cp "$program" "$beside" 2>/dev/null; then
        "$beside" "$port" "$threads" >"$temp/probed" 2>"$temp/said" </dev/null
        ended=$?
        rm -f "$beside"
        if [ "$ended" = 126 ]; then
            found FAULT linker.noexec folder "$(there "$target")"
            return
        fi
        "$program" "$port" 1 >/dev/null 2>&1 </dev/null
        [ $? != 126 ] || found note temp.noexec folder "${temp%/*}"
    else
        # The folder is not to be written to, which is said of it elsewhere.
        "$program" "$port" "$threads" >"$temp/probed" 2>"$temp/said" </dev/null
        ended=$?
    fi
    # With a word of the port it was well so far: what ended it was the threads.
    if [ "$ended" != 0 ] && ! grep -q '^port ' "$temp/probed"; then
        found FAULT linker.fails why "$(error_in "$temp/said")"
        return
    fi
    probed=$temp/probed
    found ok linker.ok
}

# Says why the small program is not built.
not_built() {
    missing=$(sed -n 's/^error: linker `\(.*\)` not found.*/\1/p' "$temp/said" | head -n 1)
    if [ -n "$missing" ]; then
        found FAULT linker.none linker "$missing"
    elif grep -q 'No space left on device' "$temp/said"; then
        found FAULT temp.closed folder "${temp%/*}" why 'No space left on device'
    elif grep -q 'linking with' "$temp/said"; then
        why=$(grep -E 'ld: |cannot find|xcrun: |license|collect2' "$temp/said" |
            sed -n '1{s/^[ =]*note: *//;s/^ *//;p;}')
        found FAULT linker.fails why "${why:-$(error_in "$temp/said")}"
    elif [ -n "$cargo" ]; then
        found FAULT linker.flags why "$(error_in "$temp/said")" settings "${settings:-nothing that we know of}"
    fi
}

look_at_settings() { [ -z "$settings" ] || found ok settings.ok settings "$settings"; }

look_at_crates() {
    [ -n "$cargo" ] || return 0
    if (cd "$root" && cargo metadata --offline --locked --format-version=1 --filter-platform "$host") \
        >/dev/null 2>"$temp/said" </dev/null; then
        found ok crates.ok
        return
    fi
    why=$(error_in "$temp/said")
    if grep -q 'lock file' "$temp/said"; then
        found FAULT crates.lock why "$why"
        return
    fi
    # Those in Cargo.lock that come from a registry, each by the name of its file.
    sed -n -e 's/^name = "\(.*\)"$/\1/p' -e 's/^version = "\(.*\)"$/\1/p' -e 's/^source = "registry.*/registry/p' \
        "$root/Cargo.lock" 2>/dev/null |
        awk '$0 == "registry" { print name "-" version ".crate"; next } { name = version; version = $0 }' |
        sort -u >"$temp/all"
    ls "$cargo_home"/registry/cache/* 2>/dev/null | sort -u >"$temp/here"
    comm -23 "$temp/all" "$temp/here" >"$temp/missing"
    all=$(($(wc -l <"$temp/all"))) missing=$(($(wc -l <"$temp/missing")))
    if [ "$all" = 0 ]; then
        found FAULT crates.broken why "$why"
        return
    fi
    size=$(($(words limit.crates) * missing / all + 1))
    # Cargo asks for one that is missing, by way of the registry, the proxy and the certificates that are set for it.
    # What comes is a list of its versions, and nothing of the crate.
    one=$(cat "$temp/missing" "$temp/all" | head -n 1)
    one=${one%.crate}
    name=$(printf '%s' "$one" | sed 's/-[0-9][0-9]*\.[0-9].*//')
    mkdir "$temp/asks" "$temp/asks/src" && : >"$temp/asks/src/lib.rs"
    printf '[package]\nname = "asks"\nedition = "2021"\n[workspace]\n[dependencies]\n%s = "=%s"\n' \
        "$name" "${one#"$name-"}" >"$temp/asks/Cargo.toml"
    if (cd "$root" && CARGO_NET_RETRY=0 CARGO_HTTP_TIMEOUT=10 \
        cargo generate-lockfile --manifest-path "$temp/asks/Cargo.toml") >"$temp/said" 2>&1 </dev/null; then
        found note crates.fetched missing "$missing" all "$all" size "$size"
        return
    fi
    # The last cause that cargo gives is the one that says most.
    cause=$(sed -n 's/^  \([^ ].*\)/\1/p' "$temp/said" | tail -n 1)
    found FAULT crates.missing missing "$missing" all "$all" size "$size" why "${cause:-$why}" \
        registry "$cargo_home/registry"
}

look_at_folders() {
    if is_writable "$root/target/workbook"; then
        found ok folder.ok folder "$root/target"
    elif [ -n "${CARGO_TARGET_DIR:-${CARGO_BUILD_TARGET_DIR:-}}" ] && is_writable "$target"; then
        found note folder.elsewhere folder "$target"
    else
        found FAULT folder.closed folder "$root/target/workbook"
    fi
    if [ "$target" != "$root/target" ]; then
        if is_writable "$target"; then
            found ok target.ok folder "$target"
        else
            found FAULT target.closed folder "$target"
        fi
    fi
    case $target in
    *:*) found FAULT folder.colon folder "$target" ;;
    esac
    kind=
    [ "$system" != linux ] || kind=$(stat -f -c %T "$root" 2>/dev/null)
    case $kind in
    nfs* | smb* | cifs | v9fs | 9p* | afs | ceph | fuse*) ;;
    *)
        # HOST:/FOLDER and //HOST/FOLDER, or C:\ under WSL.
        kind=$(df -P "$root" 2>/dev/null | sed -n '$s|^\([^ ]*:[/\\][^ ]*\) .*|\1|p;$s|^\(//[^ ]*\) .*|\1|p')
        ;;
    esac
    [ -z "$kind" ] || found note folder.network kind "$kind"
}

look_at_disk() {
    place=$(there "$target")
    have=0
    [ ! -d "$target" ] || have=$(du -sk "$target" 2>/dev/null | sed -n '$s/^\([0-9]*\).*/\1/p')
    have=$((${have:-0} * 1024 / 1000000))
    # With room for what changes from machine to machine, and for what an author builds again.
    serve=$(($(words limit.disk_serve) * 5 / 4 - have)) all=$(($(words limit.disk_all) * 5 / 4 - have))
    [ "$serve" -gt 0 ] || serve=0
    [ "$all" -gt 0 ] || all=0
    free=$(df_says -Pk 3 "$place")
    if [ -z "$free" ]; then
        found note disk.unknown need "$(size "$all")"
        return
    fi
    [ "$free" -ge 0 ] || free=0
    free=$((free / 1000 * 1024 / 1000))
    if [ "$free" -lt "$serve" ]; then
        found FAULT disk.little free "$(size "$free")" need "$(size "$serve")"
    elif [ "$free" -lt "$all" ]; then
        found note disk.tight free "$(size "$free")" need "$(size "$all")"
    else
        found ok disk.ok free "$(size "$free")" need "$(size "$all")"
    fi
    # Only of some file systems the number of files is fixed; the others say 0 or nothing.
    [ "$system" = linux ] || return 0
    files=$(df_says -Pi 3 "$place") all_files=$(df_says -Pi 1 "$place") need=$(words limit.files)
    if [ "${all_files:-0}" -gt 0 ] && [ "$have" -lt "$(words limit.disk_serve)" ] && [ "$files" -lt "$need" ]; then
        found FAULT disk.files free "$files" need "$need"
    fi
}

look_at_clock() {
    [ -n "$temp" ] || return 0
    : >"$temp/now"
    now=$(date +%Y-%m-%d)
    younger=$(find "$root/Cargo.toml" "$root/Cargo.lock" -newer "$temp/now" 2>/dev/null | head -n 1)
    if [ -n "$younger" ]; then
        found FAULT clock.behind now "$now" what "$younger"
    elif [ -n "$compiler_date" ] && [ "$(digits "$now")" -lt "$(digits "$compiler_date")" ]; then
        found FAULT clock.behind now "$now" what "this rustc ($compiler_date)"
    else
        found ok clock.ok now "$now"
    fi
}
digits() { printf '%s' "$1" | tr -cd '0-9'; }

# What the small program has found out of something.
probed() { sed -n "s/^$1 //p" "$probed"; }

look_at_cores() {
    if [ -n "$probed" ]; then
        cores=$(probed cores)
    else
        cores=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 1)
    fi
    if [ "$cores" = 1 ]; then
        found note cores.one
    else
        found ok cores.ok cores "$cores"
    fi
}

look_at_memory() {
    if [ -r /proc/meminfo ]; then
        bytes=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)000
    else
        bytes=$(sysctl -n hw.memsize 2>/dev/null || sysctl -n hw.physmem 2>/dev/null)
    fi
    # A container may have less.
    limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null)
    case $limit in
    '' | *[!0-9]*) ;;
    *) [ "$limit" -ge "${bytes:-$limit}" ] || bytes=$limit ;;
    esac
    [ -n "$bytes" ] || return 0
    memory=$((bytes / 1000000))
    if [ "$memory" -lt "$(words limit.memory)" ]; then
        found note memory.little memory "$(size "$memory")"
    else
        found ok memory.ok memory "$(size "$memory")"
    fi
}

look_at_open_files() {
    # A program may raise its own limit as far as the hard one, and those that need many do.
    limit=$(ulimit -H -n 2>/dev/null) wanted=$(words limit.open_files) few=$(words limit.open_files_few)
    case $limit in
    '' | *[!0-9]*) limit=$wanted ;;
    esac
    # macOS reports no hard limit, and has one for each process.
    most=$([ "$system" != macos ] || sysctl -n kern.maxfilesperproc 2>/dev/null)
    [ "${most:-$limit}" -ge "$limit" ] || limit=$most
    if [ "$limit" -ge "$wanted" ]; then
        found ok open_files.ok limit "$wanted"
    elif [ "$limit" -ge "$few" ]; then
        found note open_files.few limit "$limit" wanted "$wanted"
    else
        found FAULT open_files.none limit "$limit" wanted "$wanted"
    fi
}

look_at_threads() {
    [ -n "$probed" ] || return 0
    why=$(probed threads | tail -n 1)
    many=${why%% *} why=${why#* }
    if [ "$why" = ok ]; then
        found ok threads.ok threads "$many"
    else
        found FAULT threads.few threads "$many" why "$why" wanted "$threads"
    fi
}

look_at_loopback() {
    [ -n "$probed" ] || return 0
    why=$(probed loopback)
    name=$(probed localhost)
    if [ "$why" != ok ]; then
        found FAULT loopback.broken why "$why"
    elif [ "$name" != ok ]; then
        found note loopback.name why "$name"
    else
        found ok loopback.ok
    fi
}

look_at_port() {
    [ -n "$probed" ] || return 0
    if [ "$(probed port)" = ok ]; then
        found ok port.ok port "$port"
        return
    fi
    # Whose it is, where the system tells: other users' programs it does not.
    by=$(lsof -nP -iTCP:"$port" -sTCP:LISTEN -Fpc 2>/dev/null |
        sed -n 's/^p/process /p;s/^c/ /p' | head -n 2 | tr -d '\n')
    [ -n "$by" ] || by=$(ss -ltnp "sport = :$port" 2>/dev/null |
        sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/process \2 \1/p' | head -n 1)
    found note port.taken port "$port" by "${by:+ by $by}"
}

look_at_proxy() {
    for name in http_proxy HTTP_PROXY all_proxy ALL_PROXY; do
        eval "value=\${$name-}"
        [ -n "$value" ] || continue
        case ,${no_proxy-},${NO_PROXY-}, in
        *127.0.0.1* | *'*'* | *127.0.0.0/8*) ;;
        *) found note proxy.all variable "$name" ;;
        esac
        return
    done
}

look_at_watches() {
    [ -r /proc/sys/fs/inotify/max_user_instances ] || return 0
    instances=$(cat /proc/sys/fs/inotify/max_user_instances) watches=$(cat /proc/sys/fs/inotify/max_user_watches)
    taken=$(find /proc/[0-9]*/fd -lname 'anon_inode:inotify' 2>/dev/null | wc -l)
    need=$(words limit.watches)
    if [ "$watches" -lt "$need" ]; then
        found note watches.few what "$watches folders can be watched, and the book has $need"
    elif [ "$((taken))" -ge "$instances" ]; then
        found note watches.few what "all $instances inotify instances are taken"
    fi
}

look_at_figures() {
    case $system in
    linux) found ok figures.ok ;;
    macos) found note figures.some ;;
    *) found note figures.time ;;
    esac
}

# -- from here it goes

json='' root=''
while [ $# -gt 0 ]; do
    case $1 in
    --json) json=yes ;;
    --root)
        [ $# -gt 1 ] || usage
        root=$2
        shift
        ;;
    *) usage ;;
    esac
    shift
done

newline='
'
# A folder's name may end in a newline, which $( ) takes away: hence the x.
here=$(cd "$(dirname "$0")" && pwd -P && echo x) || exit 2
here=${here%"${newline}x"}
all_words=$newline$(cat "$here/doctor.txt") || exit 2
[ -n "$root" ] || root=$here/..
root=$(cd "$root" && pwd -P && echo x) || exit 2
root=${root%"${newline}x"}
case $(uname -s) in
Linux) system=linux ;;
Darwin) system=macos ;;
MINGW* | MSYS* | CYGWIN*)
    echo "this is the script for Linux and macOS: start scripts\\doctor.cmd instead" >&2
    exit 2
    ;;
*) system=other ;;
esac
cargo_home=${CARGO_HOME:-${HOME-}/.cargo}
port=$(words limit.port) threads=$(words limit.threads)
well='' noted='' faulty='' findings='' notes=0 faults=0 temp='' host='' cargo='' probed='' compiler_date=''
trap '[ -z "$temp" ] || rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM HUP

read_settings
look_at_temp
[ -z "$temp" ] || look_at_toolchain
find_target
[ -z "$temp" ] || look_at_linker
look_at_settings
[ -z "$temp" ] || look_at_crates
look_at_folders
look_at_disk
look_at_cores
look_at_memory
look_at_open_files
look_at_threads
look_at_loopback
look_at_port
look_at_proxy
look_at_watches
look_at_clock
look_at_figures

case $faults in
0) end=$(words end.ok) ;;
1) end=$(words end.fault) ;;
*)
    fill "$(words end.faults)" faults "$faults"
    end=$filled
    ;;
esac
if [ -n "$json" ]; then
    printf '{"system":"%s","root":%s,"target":%s,"faults":%s,"notes":%s,"findings":[%s]}\n' \
        "$system" "$(quoted "$root")" "$(quoted "$target")" "$faults" "$notes" "$findings"
else
    # What is to be mended stands last, where one looks first.
    printf '%s%s%s\n%s\n' "$well" "$noted" "$faulty" "$end"
fi
[ "$faults" = 0 ]
