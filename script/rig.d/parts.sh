# shellcheck shell=bash
# A part is two functions: NAME_state says "VERSION ORIGIN WHERE" if the part is up and touches
# nothing; NAME_up makes it so. Bringing one up is: look, act, look again.

# Prints the part's line, or fails after a line that says it is not up.
report() {
  local line
  if line=$(part_line "$1"); then
    echo "$line"
  else
    printf '%-15s %s\n' "$1" 'not up'
    return 1
  fi
}

part_line() {
  local state version origin where
  state=$("${1//-/_}_state" 2>/dev/null) || return 1
  read -r version origin where <<<"$state"
  printf '%-15s %-10s %-10s %s' "$1" "$version" "$origin" "$where"
}

bring_up() {
  local part=$1 log=$LOGS/$1.up.log line
  enter_rig
  if line=$(part_line "$part") || { make_apart "$part" "$log" && line=$(part_line "$part"); }; then
    echo "$line"
    return
  fi
  printf '%-15s FAILED, see %s:\n' "$part" "$log" >&2
  tail -n 15 "$log" | sed 's/^/    /' >&2
  return 1
}

# In a process of its own, where `set -e` means what it says: bash forgets it in everything that
# is called from an `if`. And in a process group of its own, so that it ends with all its children.
make_apart() {
  set -m
  "$PARTS_FOLDER/../rig" make "$1" >"$2" 2>&1 </dev/null &
  set +m
  wait $! && enter_rig
}

make_part() {
  enter_rig
  "${1//-/_}_up"
}

# Says what takes long.
progress() { printf '%-15s %s…\n' "$1" "$2" >&3; }

fail() {
  echo "rig: $*" >&2
  exit 1
}

# Two ups at once would build everything twice and fight over ports.
one_at_a_time() {
  mkdir -p "$LOCKS"
  exec 9>"$LOCKS/rig"
  flock -n 9 || {
    echo 'rig: another one is at work here, waiting for it' >&2
    flock -w 1800 9 || fail 'the other one did not end within 30 minutes'
  }
  trap end_jobs EXIT
  trap 'exit 130' INT TERM
}

end_jobs() {
  local group
  for group in $(jobs -p); do
    kill -- "-$group" 2>/dev/null || true
  done
}

# Only one at a time makes NAME; who waited finds it made.
with_lock() {
  local name=$1
  shift
  (
    flock 8
    "$@"
  ) 8>"$LOCKS/$name"
}

# Makes this process see what a user of `rig env` sees; harmless in a shell that did the eval.
enter_rig() {
  PATH=:$PATH:
  PATH=${PATH//:$BIN:/:}
  PATH=${PATH#:}
  export PATH=$BIN:${PATH%:} REGCTL_CONFIG=$REGCTL_SETTINGS
  [[ ${DOCKER_HOST-} != "$ENGINE_HOST" ]] || unset DOCKER_HOST
  [[ ${DOCKER_CONFIG-} != "$OWN_CONFIG" ]] || unset DOCKER_CONFIG
  if process_alive engine; then export DOCKER_HOST=$ENGINE_HOST; fi
  if [[ -L $OWN_BUILDX ]]; then export DOCKER_CONFIG=$OWN_CONFIG; fi
}
