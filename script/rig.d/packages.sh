# shellcheck shell=bash
# Debian's packages, unpacked into the rig without the system's package database or apt settings.

APT=$CACHE/apt

# Unpacks packages into a folder, alone; a name may carry an architecture, as in busybox-static:s390x.
unpack_packages() {
  local folder=$1
  shift
  with_lock apt refresh_packages
  fill_folder "$folder" download_packages "$@"
}

# The same with everything the packages depend on: the root of an image.
unpack_with_dependencies() {
  local folder=$1
  shift
  with_lock apt refresh_packages
  fill_folder "$folder" download_with_dependencies "$@"
}

# Half a folder must not look like a whole one: it gets its name when it is full.
fill_folder() {
  local folder=$1 deb
  shift
  rm -rf "$folder" "$folder.part"
  mkdir -p "$folder.part/debs/partial" "$folder.part/root"
  (cd "$folder.part/debs" && "$@")
  for deb in "$folder.part"/debs/*.deb; do
    dpkg-deb -x "$deb" "$folder.part/root"
  done
  mv "$folder.part/root" "$folder"
  rm -rf "$folder.part"
}

download_packages() { own_apt download "$@"; }

download_with_dependencies() {
  own_apt -o "Dir::Cache::Archives=$PWD" install --download-only --yes "$@"
}

# apt-get with sources, lists and package state of the rig's own. Keys, proxies and
# credentials stay the system's.
own_apt() {
  local options=() architecture
  for architecture in "${!BASE_PLATFORMS[@]}"; do
    options+=(-o "APT::Architectures::=$architecture")
  done
  apt-get -q "${options[@]}" \
    -o "Dir::Etc::SourceList=$APT/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
    -o "Dir::State=$APT/state" -o "Dir::State::status=$APT/state/status" \
    -o "Dir::Cache=$APT/cache" -o APT::Sandbox::User=root \
    -o APT::Install-Recommends=false -o Acquire::Languages=none "$@"
}

# Testing moves: a list of yesterday names packages that are gone today.
refresh_packages() {
  if [[ -n $(find "$APT/fresh" -mmin -60 2>/dev/null) ]]; then return; fi
  mkdir -p "$APT/state/lists/partial" "$APT/cache/archives/partial"
  : >"$APT/state/status"
  debian_source >"$APT/sources.list"
  own_apt update
  touch "$APT/fresh"
}

# The machine knows where it gets Debian from; no host's name is ours to write down.
debian_source() {
  local uri key
  uri=$(debian_uri)
  [[ $uri ]] || { as_root apt-get -q update >&2 && uri=$(debian_uri); }
  [[ $uri ]] || { echo 'no source of Debian packages on this machine' >&2 && return 1; }
  key=/usr/share/keyrings/debian-archive-keyring.gpg
  [[ -f $key ]] || { echo "no $key: install debian-archive-keyring" >&2 && return 1; }
  echo "deb [targets=Packages signed-by=$key] $uri $DEBIAN_SUITE main"
}

# The first source of main that is not the one for security fixes: that one has no testing.
debian_uri() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $2 == "main" && $3 !~ /-/ { print $4; exit }'
}

# Ordinary tools come from the system's own suite, into the system.
system_install() {
  export DEBIAN_FRONTEND=noninteractive
  with_lock system-apt try_system_install "$@"
}

try_system_install() {
  local install=(as_root apt-get -q install --yes --no-install-recommends)
  "${install[@]}" "$@" || { as_root apt-get -q update && "${install[@]}" "$@"; }
}
