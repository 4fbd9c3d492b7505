# shellcheck shell=bash
# Stores that BuildKit keeps caches in, other than registries: tests start them, each its own. GitHub's is act's.

AZURITE_VERSION=3.37.0
# Its packages are as they were that day: not all that came since are to be had together everywhere.
AZURITE_DAY=2026-10-01
AZURITE_FOLDER=$CACHE/azurite-$AZURITE_VERSION-$AZURITE_DAY

# Amazon's S3, as far as BuildKit uses it.
gofakes3_state() { say_program gofakes3; }
gofakes3_up() { bring_up_program gofakes3; }

# Microsoft's own emulator of Azure Blob Storage. It is large and serves one test.
azurite_state() {
  [[ -f $(azurite_program) ]] || return 1
  echo "$AZURITE_VERSION assembled $AZURITE_FOLDER"
}

azurite_up() {
  progress azurite "installing azurite $AZURITE_VERSION"
  rm -rf "$AZURITE_FOLDER.part"
  mkdir -p "$AZURITE_FOLDER.part"
  timeout 300 npm install --prefix "$AZURITE_FOLDER.part" --no-audit --no-fund --ignore-scripts --omit=dev \
    --before "$AZURITE_DAY" "azurite@$AZURITE_VERSION"
  mv "$AZURITE_FOLDER.part" "$AZURITE_FOLDER"
}

azurite_program() { echo "$AZURITE_FOLDER/node_modules/azurite/dist/src/blob/main.js"; }
