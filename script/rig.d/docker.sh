# shellcheck shell=bash
# The docker CLI, the engine and buildx.

ENGINE=$CACHE/engine-$ENGINE_RECIPE
OWN_BUILDX=$OWN_CONFIG/cli-plugins/docker-buildx

cli_state() {
  local path version
  path=$(type -P docker) && version=$(docker --version) || return 1
  [[ $version =~ ([0-9][0-9.]+) ]] || return 1
  echo "${BASH_REMATCH[1]} $(origin_of "$path") $path"
}

cli_up() {
  local folder=$CACHE/cli-$ENGINE_RECIPE
  progress cli 'fetching docker-cli'
  [[ -d $folder ]] || unpack_packages "$folder" docker-cli
  ln -sfn "$folder/usr/bin/docker" "$BIN/docker"
}

origin_of() {
  if [[ $1 == "$BIN"/* ]]; then echo assembled; else echo there; fi
}

engine_state() {
  local version
  version=$(timeout 10 docker version --format '{{.Server.Version}}') || return 1
  echo "${version%%+*} $(engine_origin) ${DOCKER_HOST-}"
}

# Says how the engine came, or nothing if there is none.
engine_origin() {
  if process_alive engine; then
    echo assembled
  elif timeout 10 docker version >/dev/null 2>&1; then
    echo there
  fi
}

engine_up() {
  local tool
  ((EUID == 0)) || { echo 'no engine is running here, and only root can start one' && return 1; }
  [[ -d $ENGINE ]] || {
    progress engine 'fetching docker.io and containerd'
    unpack_packages "$ENGINE" docker.io containerd tini-static
  }
  for tool in runc iptables; do
    type -P "$tool" || PATH=$PATH:/usr/sbin type -P "$tool" || system_install "$tool"
  done
  start_engine
}

# The program for a test that needs an engine of its own, or nothing.
dockerd_program() {
  if [[ -x $ENGINE/usr/sbin/dockerd ]]; then
    echo "$ENGINE/usr/sbin/dockerd"
  else
    PATH=$PATH:/usr/sbin type -P dockerd || true
  fi
}

start_engine() {
  mkdir -p "$RUN/engine"
  forget_dead_containerd
  rm -f "$RUN/engine.dockerd.pid" "$RUN/engine.sock"
  engine_settings >"$RUN/engine.json"
  start_process engine \
    env PATH="$ENGINE/usr/sbin:$ENGINE/usr/bin:$PATH:/usr/sbin:/sbin" \
    dockerd --config-file "$RUN/engine.json"
  wait_until_ready engine 60 docker --host "$ENGINE_HOST" version
}

# An own settings file, also so that one in /etc/docker has no say.
engine_settings() {
  cat <<JSON
{
  "hosts": ["$ENGINE_HOST"],
  "data-root": "$RUN/engine/data",
  "exec-root": "$RUN/engine/exec",
  "pidfile": "$RUN/engine.dockerd.pid",
  "registry-mirrors": ["http://127.0.0.1:$(port_of mirror "$MIRROR_PORT")"]
}
JSON
}

# After a reboot the number in this file may be anybody's, and dockerd would believe it.
forget_dead_containerd() {
  own_containerd_alive || rm -f "$RUN/engine/exec/containerd/containerd.pid"
}

own_containerd_alive() {
  local pid
  pid=$(cat "$RUN/engine/exec/containerd/containerd.pid" 2>/dev/null) || return 1
  grep -qaF -- "$RUN/engine/exec/" "/proc/$pid/cmdline" 2>/dev/null
}

# A dead dockerd leaves containers behind that only a dockerd can end and clean up after.
stop_engine() {
  local containers
  if ! process_alive engine && containers_left_behind; then start_engine; fi
  process_alive engine || return 0
  containers=$(docker --host "$ENGINE_HOST" ps --all --quiet)
  # shellcheck disable=SC2086
  [[ -z $containers ]] || docker --host "$ENGINE_HOST" rm --force --volumes $containers >/dev/null
  stop_process engine
  unmount_under "$RUN/engine"
}

# dockerd leaves some mounts; with them the rig's folder could not be deleted.
unmount_under() {
  local mountpoint
  while read -r mountpoint; do
    umount "$mountpoint"
  done < <(awk -v under="$1/" 'index($2, under) == 1 { print $2 }' /proc/self/mounts | sort -r)
}

# Each container's shim names our containerd's socket on its command line.
containers_left_behind() {
  grep -qaF -- "$RUN/engine/exec/" /proc/[0-9]*/cmdline 2>/dev/null
}

buildx_state() {
  local version origin=there
  if [[ -L $OWN_BUILDX ]]; then
    program_linked buildx "$OWN_BUILDX" || return 1
    origin=assembled
  fi
  read -r _ version _ <<<"$(docker buildx version)"
  [[ $version ]] || return 1
  echo "$version $origin ${DOCKER_CONFIG-}"
}

buildx_up() {
  go_program buildx
  mkdir -p "${OWN_BUILDX%/*}"
  link_program buildx "$OWN_BUILDX"
}
