# shellcheck shell=bash
# The images a build needs: BuildKit, the emulators' installer, a base for many platforms.
# Assembling one means: fill a folder, make it an image in the mirror. No engine and no
# emulator is needed for that; the engine then pulls from the mirror as it would from the Hub.

RECIPE_LABEL=multiarch.rig.recipe

# Decided once and kept until `down`: on a closed machine each wrong hope costs seconds.
images_in_reach() {
  if [[ ! -f $RUN/reach ]]; then
    if timeout 4 bash -c ': <>/dev/tcp/registry-1.docker.io/443' 2>/dev/null; then
      echo open >"$RUN/reach"
    else
      echo closed >"$RUN/reach"
    fi
  fi
  [[ $(cat "$RUN/reach") == open ]]
}

buildkit_state() { say_image "$BUILDKIT_IMAGE" "$BUILDKIT_RECIPE"; }
buildkit_up() { bring_up_image "$BUILDKIT_IMAGE" "$BUILDKIT_RECIPE" assemble_buildkit; }

binfmt_state() {
  [[ -n $(mounted_binfmt_misc) || $(engine_origin) != assembled ]] || return 1
  say_image "$BINFMT_IMAGE" "$BINFMT_RECIPE"
}

binfmt_up() {
  mount_binfmt_misc
  bring_up_image "$BINFMT_IMAGE" "$BINFMT_RECIPE" assemble_binfmt
}

# An image of ours made by an older recipe is as good as none; one without our label is real.
say_image() {
  local recipe
  recipe=$(docker image inspect --format "{{index .Config.Labels \"$RECIPE_LABEL\"}}" "$1") || return 1
  case $recipe in
    "$2") echo "$2 assembled $1" ;;
    '') echo "- there $1" ;;
    *) return 1 ;;
  esac
}

bring_up_image() {
  local image=$1 recipe=$2 assemble=$3 copy
  if images_in_reach; then
    if timeout 300 docker pull "$image"; then return; fi
    echo closed >"$RUN/reach"
  fi
  go_program crane "${assemble#assemble_}"
  copy=$(address_of mirror)/$image
  in_mirror "$image" "$recipe" || with_mirror_writer "$assemble"
  docker pull "$copy"
  docker tag "$copy" "$image"
  docker rmi "$copy"
}

crane() { "$(program_folder crane)/crane" "$@"; }

in_mirror() {
  crane config --platform "linux/$(host_architecture)" "$(address_of mirror)/$1" 2>/dev/null |
    grep -qF "\"$RECIPE_LABEL\":\"$2\""
}

host_architecture() { dpkg --print-architecture; }

# Makes a folder an image of one platform in the mirror; more words go to `crane mutate`.
publish_folder() {
  local folder=$1 image=$2 platform=$3 recipe=$4 reference
  shift 4
  reference=$(address_of mirror-writer)/$image
  tar --directory "$folder" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --create . |
    gzip -n -1 >"$folder.tar.gz"
  crane append --oci-empty-base --new_layer "$folder.tar.gz" --new_tag "$reference"
  crane mutate --set-platform "$platform" --label "$RECIPE_LABEL=$recipe" --tag "$reference" \
    "$@" "$reference"
  rm -rf "$folder" "$folder.tar.gz"
}

# As the official one but without git, ssh and embedded emulators: a build here takes its
# context from the client and its emulators from the kernel.
assemble_buildkit() {
  local root=$CACHE/buildkit.root name
  for name in buildkitd buildctl; do
    go_program "$name" buildkit
  done
  unpack_with_dependencies "$root" runc busybox-static xz-utils
  ln -sf busybox "$root/usr/bin/sh"
  for name in buildkitd buildctl; do
    install -D "$(program_folder "$name")/$name" "$root/usr/bin/$name"
  done
  finish_root "$root"
  publish_folder "$root" "$BUILDKIT_IMAGE" "linux/$(host_architecture)" "$BUILDKIT_RECIPE" \
    --entrypoint buildkitd
}

# Debian's packages count on /lib and the like being links into /usr. The certificates are the
# machine's own: also those of a proxy it may be behind.
finish_root() {
  local folder
  for folder in bin sbin lib lib64; do
    [[ -e $1/$folder ]] || ln -s "usr/$folder" "$1/$folder"
  done
  rm -rf "$1"/usr/share/{doc,man,locale,lintian,bash-completion,bug}
  mkdir -p "$1/tmp" && chmod 1777 "$1/tmp"
  install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt" || true
}

# The original is a Go program that no package registry has; binfmt.ash speaks as it does.
assemble_binfmt() {
  local packages=$CACHE/qemu.root root=$CACHE/binfmt.root emulator
  unpack_packages "$packages" qemu-user busybox-static
  rm -rf "$root"
  install -D "$packages/usr/bin/busybox" "$root/bin/busybox"
  ln -s busybox "$root/bin/sh"
  install -D "$PARTS_FOLDER/binfmt.ash" "$root/usr/bin/binfmt"
  mkdir -m 1777 "$root/tmp"
  while read -r emulator; do
    cp --dereference "$packages/usr/bin/$emulator" "$root/usr/bin/"
  done < <(sed -n 's/^[0-9a-z]* \(qemu-[^ ]*\) .*/\1/p' "$PARTS_FOLDER/binfmt.ash")
  publish_folder "$root" "$BINFMT_IMAGE" "linux/$(host_architecture)" "$BINFMT_RECIPE" \
    --entrypoint /usr/bin/binfmt --env QEMU_PRESERVE_ARGV0=1
  rm -rf "$packages"
}

base_image() {
  if [[ $(cat "$RUN/reach" 2>/dev/null) == open ]]; then
    echo busybox
  elif [[ -f $RUN/mirror.port ]]; then
    echo "$(address_of mirror)/$BASE_REPOSITORY"
  fi
}

base_state() {
  if [[ $(base_image) == busybox ]]; then
    echo 'latest there busybox'
  else
    in_mirror "$BASE_REPOSITORY" "$BASE_RECIPE" || return 1
    echo "$BASE_RECIPE assembled $(base_image)"
  fi
}

base_up() {
  if images_in_reach; then return; fi
  progress base "assembling $BASE_REPOSITORY for ${BASE_PLATFORMS[*]}"
  go_program crane base
  with_mirror_writer assemble_base
}

# Which applets there are is asked of the machine's own busybox: nothing foreign runs here.
assemble_base() {
  local architecture applets images=()
  unpack_packages "$CACHE/busybox" busybox-static
  applets=$("$CACHE/busybox/usr/bin/busybox" --list)
  for architecture in "${!BASE_PLATFORMS[@]}"; do
    assemble_busybox "$architecture" "$applets"
    images+=(--manifest "$(address_of mirror-writer)/$BASE_REPOSITORY:$architecture")
  done
  crane index append "${images[@]}" --tag "$(address_of mirror-writer)/$BASE_REPOSITORY:latest"
  rm -rf "$CACHE/busybox"
}

assemble_busybox() {
  local packages=$CACHE/busybox-$1.packages root=$CACHE/busybox-$1.root applet
  unpack_packages "$packages" "busybox-static:$1"
  rm -rf "$root"
  mkdir -p "$root"/{root,etc}
  mkdir -m 1777 "$root/tmp"
  echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
  install -D "$packages/usr/bin/busybox" "$root/bin/busybox"
  for applet in $2; do
    [[ $applet == busybox ]] || ln -s busybox "$root/bin/$applet"
  done
  publish_folder "$root" "$BASE_REPOSITORY:$1" "${BASE_PLATFORMS[$1]}" "$BASE_RECIPE" --cmd sh
  rm -rf "$packages"
}
