# shellcheck shell=bash
# A real cluster of one node, for the driver kubernetes. etcd, containerd and the plugins of the network are Debian's;
# API server, controllers, scheduler and kubelet are built from Kubernetes' own module (kubernetes.go). It takes minutes
# to build and serves one file of tests, so a machine where it cannot be had goes without, and they are skipped by name.

KUBERNETES_RECIPE=$DEBIAN_SUITE-1
KUBERNETES_PACKAGES=$CACHE/kubernetes-$KUBERNETES_RECIPE
KUBERNETES=$RUN/kubernetes.data
KUBERNETES_CONFIG=$KUBERNETES/admin.json

# Pods have a bridge to this machine, and nothing to the world. What listens on its address is in reach of them.
PODS_BRIDGE=rig-pods
PODS_SUBNET=10.217.0.0/24
# shellcheck disable=SC2034
PODS_GATEWAY=10.217.0.1
PAUSE_REPOSITORY=rig/pause

# Fixed in the code of what runs there; in the cluster's own mounts each is a folder of the rig's.
NODE_FOLDERS=(/var/lib/kubelet /var/lib/cni /run/containerd)

kubernetes_state() {
  process_alive kubernetes || return 1
  node_is_ready || return 1
  echo "${GO_VERSION[kubernetes]} assembled $KUBERNETES_CONFIG"
}

kubernetes_up() {
  local tool
  ((EUID == 0)) || { echo 'only root can start a kubelet' && return 1; }
  ! another_kubelet || { echo "another kubelet has pods on this machine, and would take ours for its own" && return 1; }
  if [[ ! -d $KUBERNETES_PACKAGES ]]; then
    progress kubernetes 'fetching containerd, etcd and kubectl'
    unpack_packages "$KUBERNETES_PACKAGES" containerd etcd-server containernetworking-plugins kubectl
  fi
  for tool in runc:runc ip:iproute2 openssl:openssl; do
    PATH=$PATH:/usr/sbin:/sbin type -P "${tool%:*}" || system_install "${tool#*:}"
  done
  ln -sfn "$KUBERNETES_PACKAGES/usr/bin/kubectl" "$BIN/kubectl"
  go_program registry kubernetes
  go_program crane kubernetes
  in_mirror "$PAUSE_REPOSITORY" "$KUBERNETES_RECIPE" || with_mirror_writer assemble_pause
  go_program kubernetes
  stop_kubernetes
  start_kubernetes
}

# The data of a cluster that has ended is worth nothing: each begins empty.
start_kubernetes() {
  local folder
  kubernetes_settings
  for folder in "${NODE_FOLDERS[@]}"; do
    [[ -d $folder ]] || { mkdir "$folder" && echo "$folder" >>"$KUBERNETES/made"; }
  done
  # The kernel forgets its emulators once nobody has their table mounted, and a test wants to see it: none is held here.
  start_process kubernetes unshare --mount sh -c 'umount --lazy /proc/sys/fs/binfmt_misc; exec "$@"' sh \
    unshare --mount --pid --fork --kill-child --mount-proc \
    env PATH="$KUBERNETES_PACKAGES/usr/bin:$PATH:/usr/sbin:/sbin" \
    bash "$PARTS_FOLDER/kubernetes-node.sh" "$(program_folder kubernetes)/kubernetes" "$KUBERNETES" \
    "$(cat "$RUN/kubernetes.port")" "$(cat "$RUN/kubernetes-etcd.port")" "$(cat "$RUN/kubernetes-peer.port")" \
    "${NODE_FOLDERS[@]}"
  wait_until_ready kubernetes 60 node_is_ready
  # The first pod shows that the node runs one, and makes the bridge.
  rig_kubectl run first --image="$PAUSE_REPOSITORY" --restart=Never
  wait_until_ready kubernetes 60 rig_kubectl wait --for=condition=Ready pod/first --timeout=20s
  rig_kubectl delete pod first --now
}

# All of it, pods too, lives in a process namespace and dies with the first process of that: no goodbyes are needed.
stop_kubernetes() {
  local folder
  if process_alive kubernetes; then
    kill -KILL "$(cat "$RUN/kubernetes.pid")"
    wait_for_end kubernetes 20
  fi
  rm -f "$RUN/kubernetes.pid"
  [[ -d $KUBERNETES ]] || return 0
  ip link delete "$PODS_BRIDGE" 2>/dev/null || true
  find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} +
  if [[ -f $KUBERNETES/made ]]; then
    while read -r folder; do
      rmdir --ignore-fail-on-non-empty "$folder"
    done <"$KUBERNETES/made"
  fi
  rm -rf "$KUBERNETES"
}

another_kubelet() {
  [[ ! -d $KUBERNETES ]] && [[ -n $(find /sys/fs/cgroup -maxdepth 2 -name 'kubepods*' -print -quit) ]]
}

rig_kubectl() { kubectl --kubeconfig "$KUBERNETES_CONFIG" "$@"; }

node_is_ready() {
  [[ $(rig_kubectl get node localhost --request-timeout 5s \
    --output 'jsonpath={.status.conditions[?(@.type=="Ready")].status} {.spec.taints}') == 'True ' ]]
}

# All that the process has to do that holds a pod's namespaces is to be there.
assemble_pause() {
  crane mutate --platform "linux/$(host_architecture)" --entrypoint /bin/sleep,infinity \
    --label "$RECIPE_LABEL=$KUBERNETES_RECIPE" \
    --tag "$(address_of mirror-writer)/$PAUSE_REPOSITORY:latest" "$(base_image)"
}

kubernetes_settings() {
  mkdir -p "$KUBERNETES"/{network,pull/_default}
  port_of kubernetes 7560 >/dev/null
  port_of kubernetes-kubelet 7570 >/dev/null
  port_of kubernetes-etcd 7580 >/dev/null
  port_of kubernetes-peer 7590 >/dev/null
  containerd_settings >"$KUBERNETES/containerd.toml"
  network_settings >"$KUBERNETES/network/rig.conflist"
  kubelet_settings >"$KUBERNETES/kubelet.json"
  admin_settings >"$KUBERNETES_CONFIG"
  # It listens on loopback only, so this is no secret.
  echo 'admin,admin,admin,system:masters' >"$KUBERNETES/tokens.csv"
  # The mirror answers for every registry; what it has not comes from there.
  echo "[host.\"http://$(address_of mirror)\"]" >"$KUBERNETES/pull/_default/hosts.toml"
  openssl genrsa -out "$KUBERNETES/accounts.key" 2048
}

containerd_settings() {
  cat <<TOML
version = 3
root = "$KUBERNETES/containerd"
state = "$KUBERNETES/containerd.state"
[grpc]
  address = "$KUBERNETES/containerd.sock"
[plugins."io.containerd.cri.v1.images"]
  pinned_images = { sandbox = "$(address_of mirror)/$PAUSE_REPOSITORY:latest" }
  registry = { config_path = "$KUBERNETES/pull" }
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true # for want of CAP_SYS_RESOURCE on small machines
  netns_mounts_under_state_dir = true
  disable_apparmor = true
  enable_cdi = false
  cni = { bin_dirs = ["$KUBERNETES_PACKAGES/usr/lib/cni"], conf_dir = "$KUBERNETES/network" }
TOML
}

network_settings() {
  cat <<JSON
{
  "cniVersion": "1.0.0",
  "name": "rig",
  "plugins": [{
    "type": "bridge", "bridge": "$PODS_BRIDGE", "isGateway": true,
    "ipam": { "type": "host-local", "dataDir": "$KUBERNETES/addresses", "ranges": [[{ "subnet": "$PODS_SUBNET" }]] }
  }]
}
JSON
}

# It stays away from the machine's firewall, and evicts nobody because a disk is nearly full.
kubelet_settings() {
  cat <<JSON
{
  "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
  "address": "127.0.0.1", "port": $(cat "$RUN/kubernetes-kubelet.port"), "healthzPort": 0,
  "authentication": { "anonymous": { "enabled": true }, "webhook": { "enabled": false } },
  "authorization": { "mode": "AlwaysAllow" },
  "containerRuntimeEndpoint": "unix://$KUBERNETES/containerd.sock", "podLogsDir": "$KUBERNETES/logs",
  "cgroupDriver": "cgroupfs", "failCgroupV1": false, "failSwapOn": false, "enforceNodeAllocatable": ["none"],
  "makeIPTablesUtilChains": false, "oomScoreAdj": 0, "resolvConf": "",
  "evictionHard": { "memory.available": "1Mi" }, "imageGCHighThresholdPercent": 100,
  "localStorageCapacityIsolation": false
}
JSON
}

admin_settings() {
  cat <<JSON
{
  "apiVersion": "v1", "kind": "Config", "current-context": "rig",
  "contexts": [{ "name": "rig", "context": { "cluster": "rig", "user": "admin" } }],
  "clusters": [{ "name": "rig", "cluster": {
    "server": "https://$(address_of kubernetes)", "certificate-authority": "$KUBERNETES/certificates/apiserver.crt"
  } }],
  "users": [{ "name": "admin", "user": { "token": "admin" } }]
}
JSON
}
