# shellcheck shell=bash
# Five registries on loopback: the reference (distribution 3), the same behind a login, the old
# one that is still everywhere (2.8), a strict one that has the referrers API (olareg), and a
# read-only mirror that has the base images and answers for Docker Hub.

MIRROR_PORT=7500
REGISTRY_PORT=7510
OLD_REGISTRY_PORT=7520
MIRROR_WRITER_PORT=7530
LOGIN_REGISTRY_PORT=7540
OLAREG_PORT=7550
MIRROR_DATA=$CACHE/mirror
OLD_REGISTRY=$CACHE/registry-old-$OLD_REGISTRY_RECIPE

mirror_state() { say_registry mirror "${GO_VERSION[registry]}"; }
registry_state() { say_registry registry "${GO_VERSION[registry]}"; }
registry_login_state() { say_registry registry-login "${GO_VERSION[registry]}"; }
registry_olareg_state() { say_registry registry-olareg "${GO_VERSION[olareg]}"; }
registry_old_state() { say_registry registry-old 2.8; }

mirror_up() { bring_up_new_registry mirror "$MIRROR_PORT" "$MIRROR_DATA" true; }
registry_up() { bring_up_new_registry registry "$REGISTRY_PORT" "$RUN/registry" false; }

# Basic authentication for one user, see LOGIN in settings.sh.
registry_login_up() {
  export REGISTRY_AUTH=htpasswd REGISTRY_AUTH_HTPASSWD_REALM=rig
  export REGISTRY_AUTH_HTPASSWD_PATH=$RUN/registry-login.htpasswd
  echo "$LOGIN_HTPASSWD" >"$REGISTRY_AUTH_HTPASSWD_PATH"
  bring_up_new_registry registry-login "$LOGIN_REGISTRY_PORT" "$RUN/registry-login" false
}

# 2.8 is no Go module that builds: it comes as an image or as Debian's package.
registry_old_up() {
  local port
  port=$(port_of registry-old "$OLD_REGISTRY_PORT")
  if [[ ! -d $OLD_REGISTRY ]] && images_in_reach; then
    start_container_registry registry-old "$port" registry:2
    return
  fi
  [[ -d $OLD_REGISTRY ]] || unpack_packages "$OLD_REGISTRY" docker-registry
  start_registry registry-old "$port" "$RUN/registry-old" false "$OLD_REGISTRY/usr/bin/docker-registry"
}

# It sweeps up what no tag leads to, unless told not to; an image waits for its tag here.
registry_olareg_up() {
  local data=$RUN/registry-olareg.data
  port_of registry-olareg "$OLAREG_PORT" >/dev/null
  go_program olareg registry-olareg
  mkdir -p "$data"
  start_process registry-olareg "$(program_folder olareg)/olareg" serve --addr 127.0.0.1 \
    --port "$(cat "$RUN/registry-olareg.port")" --dir "$data" --gc-frequency -1s \
    --api-delete --api-blob-delete
  wait_until_ready registry-olareg 20 registry_answers registry-olareg
}

bring_up_new_registry() {
  local name=$1 port
  port=$(port_of "$name" "$2")
  if ! type -P go && images_in_reach; then
    start_container_registry "$name" "$port" registry:3
    return
  fi
  go_program registry "$name"
  start_registry "$name" "$port" "$3" "$4" "$(program_folder registry)/registry"
}

say_registry() {
  local origin=assembled
  registry_answers "$1" || return 1
  process_alive "$1" || origin=container
  echo "$2 $origin $(address_of "$1")"
}

# A shell of its own: writing to a connection that was closed at once ends the one that wrote.
registry_answers() (
  answer=''
  port=$(cat "$RUN/$1.port") && exec {wire}<>"/dev/tcp/127.0.0.1/$port" || exit 1
  printf 'GET /v2/ HTTP/1.0\r\n\r\n' >&"$wire"
  read -r -t 5 answer <&"$wire"
  [[ $answer == *' 200 '* || $answer == *' 401 '* ]]
)

# distribution 3 sends traces to a port of this machine unless told not to.
start_registry() {
  local name=$1 port=$2 data=$3 readonly=$4 program=$5
  mkdir -p "$data"
  registry_settings "$port" "$data" "$readonly" >"$RUN/$name.yml"
  start_process "$name" env OTEL_TRACES_EXPORTER=none "$program" serve "$RUN/$name.yml"
  wait_until_ready "$name" 20 registry_answers "$name"
}

registry_settings() {
  cat <<YAML
version: 0.1
log: { level: info }
storage:
  filesystem: { rootdirectory: '$2' }
  delete: { enabled: true }
  maintenance: { readonly: { enabled: $3 } }
http: { addr: '127.0.0.1:$1', secret: rig }
YAML
}

start_container_registry() {
  local name=$1 port=$2 image=$3
  docker rm --force "multiarch-rig-$name" >/dev/null 2>&1 || true
  docker run --detach --name "multiarch-rig-$name" --publish "127.0.0.1:$port:5000" \
    --env REGISTRY_STORAGE_DELETE_ENABLED=true --env OTEL_TRACES_EXPORTER=none \
    ${REGISTRY_AUTH:+--env REGISTRY_AUTH --env REGISTRY_AUTH_HTPASSWD_REALM --env REGISTRY_AUTH_HTPASSWD_PATH \
      --volume "$REGISTRY_AUTH_HTPASSWD_PATH:$REGISTRY_AUTH_HTPASSWD_PATH:ro"} "$image"
  wait_for_answer "$name" 20
}

wait_for_answer() {
  local deadline=$((SECONDS + $2))
  until registry_answers "$1" 2>/dev/null; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

stop_container_registries() {
  local containers
  containers=$(docker ps --all --quiet --filter name=^multiarch-rig- 2>/dev/null) || return 0
  # shellcheck disable=SC2086
  [[ -z $containers ]] || docker rm --force --volumes $containers >/dev/null
}

# Runs a command while the mirror's storage can also be written, through a second process;
# what clients of the mirror see stays read-only.
with_mirror_writer() {
  port_of mirror-writer "$MIRROR_WRITER_PORT" >/dev/null
  trap 'stop_process mirror-writer' EXIT
  start_registry mirror-writer "$(cat "$RUN/mirror-writer.port")" "$MIRROR_DATA" false \
    "$(program_folder registry)/registry"
  "$@"
  stop_process mirror-writer
}
