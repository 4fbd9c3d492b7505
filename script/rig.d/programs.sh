# shellcheck shell=bash
# Programs built from Go modules, each in a folder named by its version, with a link in bin/.

# Builds run ahead in the background, one after the other, while parts come up in the foreground
# and wait only for the program they need. A build already uses every core.
build_programs_ahead() {
  type -P go >/dev/null || return 0
  set -m
  (
    set +m
    for name in "${GO_PROGRAMS[@]}"; do
      if wanted_ahead "$name"; then build_quietly "$name" || true; fi
    done
  ) >/dev/null 2>&1 </dev/null &
  set +m
}

# A machine that has buildx, or gets BuildKit by a pull, should not build them.
wanted_ahead() {
  case $1 in
    buildx) ! docker buildx version ;;
    kubernetes) ((EUID == 0)) ;;
    buildkitd | buildctl) ! images_in_reach && ! docker image inspect "$BUILDKIT_IMAGE" ;;
  esac
}

# Makes sure the program is there; says so if that takes a while.
go_program() {
  local name=$1 part=${2:-$1}
  program_built "$name" && return
  type -P go >/dev/null || { echo "$name needs Go to be built" && return 1; }
  progress "$part" "building $name ${GO_VERSION[$name]}"
  build_quietly "$name" || { cat "$LOGS/go-$name.log" && return 1; }
}

program_folder() { echo "$CACHE/go/$1-${GO_VERSION[$1]}"; }
program_built() { [[ -x $(program_folder "$1")/$1 ]]; }

build_quietly() {
  with_lock go build_program "$1" >>"$LOGS/go-$1.log" 2>&1
}

build_program() {
  local name=$1 package=${GO_PACKAGE[$1]} folder flags='-s -w' variable
  program_built "$name" && return
  folder=$(program_folder "$name")
  variable=${GO_VERSION_VARIABLE[$name]-}
  [[ -z $variable ]] || flags+=" -X $variable=${GO_VERSION[$name]}"
  rm -rf "$folder" "$folder.part"
  mkdir -p "$folder.part"
  (
    cd "$folder.part" && stand_in_module "${package%/cmd/*}" "${GO_VERSION[$name]}" || exit 1
    if [[ -f $PARTS_FOLDER/$name.go ]]; then
      cp "$PARTS_FOLDER/$name.go" . && package=.
    fi
    CGO_ENABLED=0 go build -mod=mod -trimpath -ldflags "$flags" -o "$name" "$package"
  ) || return 1
  mv "$folder.part" "$folder"
}

# `go install PACKAGE@VERSION` refuses a module whose go.mod excludes or replaces something, as
# BuildKit's does. A module with the same go.mod, and the program as a requirement, builds it
# out of the very versions its authors tested. Kubernetes' go.mod points at folders beside it, which its module leaves out:
# they are modules too, v0.34.4 for its v1.34.4.
stand_in_module() {
  local module=$1 version=$2 answer source
  answer=$(cd / && go mod download -json "$module@$version") || true
  source=$(sed -n 's/^.*"Dir": "\(.*\)".*$/\1/p' <<<"$answer")
  [[ $source ]] || { echo "$answer" && return 1; }
  install -m 644 "$source/go.mod" "$source/go.sum" .
  sed -i "s#=> \./staging/src/\(.*\)#=> \1 v0.${version#v*.}#" go.mod
  go mod edit -module rig.invalid/program -require "$module@$version"
}

# The link is what makes a program the rig's: pointing at another version means not up.
link_program() { ln -sfn "$(program_folder "$1")/$1" "$2"; }
program_linked() { [[ $(readlink "$2") == "$(program_folder "$1")/$1" && -x $2 ]]; }
