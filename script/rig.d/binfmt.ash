#!/bin/sh
# What the image tonistiigi/binfmt does, for a machine that cannot have it: same options, same
# words on stderr, same JSON on stdout, and an exit code of 0 even where an emulator failed.
# Unlike the original it believes the kernel's table instead of trying each emulator.

mount=/proc/sys/fs/binfmt_misc

# architecture, emulator, magic and mask of its ELF files (QEMU's scripts/qemu-binfmt-conf.sh)
table() {
  cat <<'TABLE'
amd64 qemu-x86_64 \x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00 \xff\xff\xff\xff\xff\xfe\xfe\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff
arm64 qemu-aarch64 \x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00 \xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff
riscv64 qemu-riscv64 \x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xf3\x00 \xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff
ppc64le qemu-ppc64le \x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x15\x00 \xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\x00
s390x qemu-s390x \x7fELF\x02\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x16 \xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff
386 qemu-i386 \x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x03\x00 \xff\xff\xff\xff\xff\xfe\xfe\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff
mips64le qemu-mips64el \x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x08\x00 \xff\xff\xff\xff\xff\xff\xff\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff
mips64 qemu-mips64 \x7fELF\x02\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x08 \xff\xff\xff\xff\xff\xff\xff\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff
loong64 qemu-loongarch64 \x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x02\x01 \xff\xff\xff\xff\xff\xff\xff\xfc\x00\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff
arm qemu-arm \x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x28\x00 \xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff
TABLE
}

native() {
  case $(uname -m) in
    x86_64) echo 'amd64 386' ;;
    aarch64) echo 'arm64 arm' ;;
    *) uname -m ;;
  esac
}

# linux/arm/v7, aarch64 and arm64 are words for an architecture; other words stay as they are.
architecture_of() {
  word=${1#linux/}
  case ${word%%/*} in
    aarch64) echo arm64 ;;
    x86_64) echo amd64 ;;
    i386) echo 386 ;;
    armhf | armel) echo arm ;;
    *) echo "${word%%/*}" ;;
  esac
}

install_emulator() {
  set -- "$1" "$(table | grep "^$1 ")"
  [ -n "$2" ] || { echo "unsupported architecture: $1" && return; }
  read -r _ emulator magic mask <<LINE
$2
LINE
  if [ -e "$mount/$emulator" ]; then
    echo "$emulator already registered"
  elif register ":$emulator:M:0:$magic:$mask:/usr/bin/$emulator:CF${QEMU_PRESERVE_ARGV0:+P}"; then
    echo OK
  else
    echo "cannot register /usr/bin/$emulator"
  fi
}

# The kernel wants the line in one write.
register() { printf %s "$1" >"$mount/register"; }

# A name is an architecture, an entry, the end of an entry's name, or a pattern of entries.
uninstall_emulator() {
  emulator=$(table | sed -n "s/^$(architecture_of "$1") qemu-\([^ ]*\) .*/\1/p")
  found=
  for entry in "$mount"/$1 "$mount"/*-"${emulator:-$1}"; do
    [ -f "$entry" ] || continue
    found=yes
    echo -1 >"$entry" && echo "uninstalling: ${entry##*/} OK" >&2
  done
  [ -n "$found" ] || echo "uninstalling: $1 not found" >&2
}

all_missing() {
  table | while read -r architecture emulator _; do
    case " $(native) " in *" $architecture "*) continue ;; esac
    [ -e "$mount/$emulator" ] || echo "$architecture"
  done
}

supported() {
  table | while read -r architecture emulator _; do
    case " $(native) " in
      *" $architecture "*) ;;
      *) grep -qs '^enabled' "$mount/$emulator" || continue ;;
    esac
    case $architecture in
      arm) printf '%s\n' linux/arm/v7 linux/arm/v6 ;;
      amd64)
        echo linux/amd64
        grep -q ' sse4_2 ' /proc/cpuinfo && echo linux/amd64/v2
        grep -q ' avx2 ' /proc/cpuinfo && echo linux/amd64/v3
        ;;
      *) echo "linux/$architecture" ;;
    esac
  done
}

enabled() {
  for entry in "$mount"/*; do
    case ${entry##*/} in register | status) continue ;; esac
    if grep -qs '^enabled' "$entry"; then echo "${entry##*/}"; fi
  done
}

# Lines to a JSON list; the original says null for none, and so must this.
json_list() {
  sed -e 's/.*/    "&"/' -e '$!s/$/,/' |
    awk '{ line[NR] = $0 } END { if (!NR) printf "null"; else { print "["; for (i = 1; i <= NR; i++) print line[i]; printf "  ]" } }'
}

to_install=''
to_uninstall=''
while [ $# -gt 0 ]; do
  option=${1#-}
  option=${option#-}
  case $option in
    install=*) to_install=${option#*=} ;;
    uninstall=*) to_uninstall=${option#*=} ;;
    install) to_install=${2-} && shift ;;
    uninstall) to_uninstall=${2-} && shift ;;
    version) echo 'binfmt/stand-in' >&2 && exit 0 ;;
    *) echo "flag provided but not defined: -$option" >&2 && exit 2 ;;
  esac
  shift
done

if [ ! -e "$mount/status" ]; then
  mount -t binfmt_misc binfmt_misc "$mount" || exit 0
  trap 'umount "$mount"' EXIT
fi

# Without -f a pattern of entries would meet the files of this folder.
set -f
for name in $(echo "$to_uninstall" | tr , ' '); do
  set +f
  uninstall_emulator "$name"
done
set +f

[ "$to_install" != all ] || to_install=$(all_missing)
for name in $(echo "$to_install" | tr , ' '); do
  architecture=$(architecture_of "$name")
  echo "installing: $architecture $(install_emulator "$architecture")" >&2
done

printf '{\n  "supported": %s,\n  "emulators": %s\n}\n' "$(supported | json_list)" "$(enabled | json_list)"
