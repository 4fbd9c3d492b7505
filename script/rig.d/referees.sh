# shellcheck shell=bash
# Other people's clients: what they say of our images counts more than what we say.

PLAIN_REGISTRIES=(mirror registry registry-old registry-olareg)

crane_state() { say_program crane; }
crane_up() { bring_up_program crane; }

oras_state() { say_program oras; }
oras_up() { bring_up_program oras; }

# regctl has no word for "loopback is plain HTTP": it gets a settings file that says so.
regctl_state() {
  local name
  for name in "${PLAIN_REGISTRIES[@]}"; do
    grep -qF "\"$(address_of "$name")\"" "$REGCTL_SETTINGS" || return 1
  done
  say_program regctl
}

regctl_up() {
  local name
  bring_up_program regctl
  for name in "${PLAIN_REGISTRIES[@]}"; do
    regctl registry set --skip-check --tls disabled "$(address_of "$name")"
  done
}

actionlint_state() { say_program actionlint; }
actionlint_up() { bring_up_program actionlint; }

# Runs workflows on this machine itself, with an artifact service of its own.
act_state() { say_program act; }
act_up() { bring_up_program act; }

# Tests start registries of their own with it, such as one that wants tokens.
distribution_state() {
  program_linked registry "$BIN/registry" || return 1
  echo "${GO_VERSION[registry]} assembled $BIN/registry"
}

distribution_up() {
  go_program registry distribution
  link_program registry "$BIN/registry"
}

olareg_state() { say_program olareg; }
olareg_up() { bring_up_program olareg; }

skopeo_state() {
  local version
  version=$(skopeo --version) || return 1
  echo "${version##* } there $(type -P skopeo)"
}

skopeo_up() {
  progress skopeo 'installing'
  system_install skopeo
}

# The rig's own, always: a referee has to be of the version the tests know.
say_program() {
  program_linked "$1" "$BIN/$1" || return 1
  echo "${GO_VERSION[$1]} assembled $BIN/$1"
}

bring_up_program() {
  go_program "$1"
  link_program "$1" "$BIN/$1"
}
