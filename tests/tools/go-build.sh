# shellcheck shell=bash
# Sourced by the scripts that build tools from Go modules: a cache outside target/, keyed by what
# decides the build. The caller stands in the folder of the go.mod.

# Sets $dir, the folder of the binaries, and holds its lock: two runs at once build once.
open_cache() { # NAME VERSION OTHER_FILE...
  command -v go >/dev/null || { echo "no go on PATH" >&2; exit 3; }
  local key
  key=$(sha256sum go.mod go.sum "${@:3}" | cut -d' ' -f1 | sha256sum | cut -c1-16)
  dir=${XDG_CACHE_HOME:-$HOME/.cache}/podaudit/$1/$2-$key
  mkdir -p "$dir"
  exec 9>"$dir/.lock"
  flock 9
}

build() { # NAME PACKAGE [LDFLAGS]
  [ -x "$dir/$1" ] && return
  echo "building $1 (once; minutes when nothing is cached)" >&2
  # Not tied to the repository: the same sources are the same binary in every commit.
  go build -trimpath -buildvcs=false -ldflags "-s -w ${3:-}" -o "$dir/$1.part" "$2"
  mv "$dir/$1.part" "$dir/$1"
}
