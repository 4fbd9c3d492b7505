# shellcheck shell=bash
# The kernel's table of emulators. The rig mounts it and leaves it empty: installing emulators
# is the work of the action, and tests want to see it done.

BINFMT_MISC=/proc/sys/fs/binfmt_misc

mounted_binfmt_misc() {
  [[ ! -e $BINFMT_MISC/status ]] || echo "$BINFMT_MISC"
}

# Only for an engine of our own: elsewhere, and in a virtual machine, it is the engine's affair.
mount_binfmt_misc() {
  [[ -z $(mounted_binfmt_misc) && $(engine_origin) == assembled ]] || return 0
  touch "$RUN/binfmt_misc.mounted"
  mount -t binfmt_misc binfmt_misc "$BINFMT_MISC"
}

unmount_binfmt_misc() {
  [[ -f $RUN/binfmt_misc.mounted ]] || return 0
  [[ -z $(mounted_binfmt_misc) ]] || umount "$BINFMT_MISC"
  rm "$RUN/binfmt_misc.mounted"
}

emulators_off() {
  local entry
  enter_rig
  if [[ ! -w $BINFMT_MISC/register ]]; then
    docker run --rm --privileged "$BINFMT_IMAGE" --uninstall 'qemu-*'
    return
  fi
  for entry in "$BINFMT_MISC"/qemu-*; do
    [[ ! -e $entry ]] || echo -1 >"$entry"
  done
}
