#!/usr/bin/env bash
# The processes of the rig's cluster, in mount and process namespaces of their own. One ends, all end.
set -euo pipefail
program=$1 data=$2 port=$3 etcd_port=$4 peer_port=$5 folders=("${@:6}")
logs=${data%/run/*}/logs

main() {
  forget_the_engine
  private_folders
  private_settings
  run containerd containerd --config "$data/containerd.toml"
  run etcd etcd --data-dir "$data/etcd" --unsafe-no-fsync \
    --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
    --listen-peer-urls "http://127.0.0.1:$peer_port"
  # Pods are given no account: what the cluster runs has nothing to ask of it.
  run apiserver "$program" apiserver --etcd-servers "http://127.0.0.1:$etcd_port" \
    --bind-address 127.0.0.1 --secure-port "$port" --cert-dir "$data/certificates" \
    --authorization-mode RBAC --token-auth-file "$data/tokens.csv" --allow-privileged \
    --service-account-issuer https://rig.invalid --service-account-key-file "$data/accounts.key" \
    --service-account-signing-key-file "$data/accounts.key" --service-cluster-ip-range 10.218.0.0/24 \
    --disable-admission-plugins ServiceAccount --kubelet-preferred-address-types Hostname
  until kubectl --kubeconfig "$data/admin.json" get --raw /readyz >/dev/null 2>&1; do sleep 0.05; done
  run controllers "$program" controllers --kubeconfig "$data/admin.json" --leader-elect=false --secure-port 0 \
    --controllers deployment-controller,replicaset-controller,garbage-collector-controller \
    --controllers namespace-controller,node-lifecycle-controller,serviceaccount-controller
  run scheduler "$program" scheduler --kubeconfig "$data/admin.json" --leader-elect=false --secure-port 0
  # By the name of localhost the API server finds it on loopback.
  run kubelet "$program" kubelet --config "$data/kubelet.json" --kubeconfig "$data/admin.json" \
    --hostname-override localhost --root-dir "$data/kubelet"
  wait -n
}

run() { "${@:2}" >>"$logs/kubernetes-$1.log" 2>&1 & }

# Mounts of the engine's containers were copied with the namespace; held here, they would outlive their containers.
forget_the_engine() {
  local place
  while read -r place; do
    umount --lazy "$place"
  done < <(awk -v under="${data%/*}/engine/" 'index($2, under) == 1 { print $2 }' /proc/self/mounts | sort -r)
}

private_folders() {
  local folder
  for folder in "${folders[@]}"; do
    mkdir -p "$data$folder"
    mount --bind "$data$folder" "$folder"
  done
}

# A kubelet insists on what the kernel does in a panic, for the whole machine. Ours is shown files that agree with it.
private_settings() {
  local name value
  mkdir "$data/kernel"
  while read -r name value; do
    echo "$value" >"$data/kernel/${name##*/}"
    mount --bind "$data/kernel/${name##*/}" "/proc/sys/$name"
  done <<'END'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
END
}

main
