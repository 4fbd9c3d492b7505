# shellcheck shell=bash
# What shows a job summary as GitHub does: a browser, Mermaid, a reader of GitHub's Markdown and its style sheet. It is
# large and serves one test, so a machine where it cannot be had goes without, and that test is skipped by name.

# A package, and the one file of it that is needed. Mermaid is of the generation that GitHub runs.
PAGE_PACKAGES=(mermaid@11.4.1 marked@18.2.1 github-markdown-css@5.9.0)
PAGE_FILES=(dist/mermaid.min.js lib/marked.umd.js github-markdown-light.css)
PAGE_RECIPE=1
PAGE_FOLDER=$CACHE/page-$PAGE_RECIPE

page_state() {
  [[ -d $PAGE_FOLDER ]] || return 1
  local program version
  program=$(browser) || return 1
  version=$("$program" --version 2>/dev/null) || return 1
  grep -oE '[0-9]+(\.[0-9]+)+' <<<"$version" | head -n 1 | sed "s|\$| there $program|"
}

page_up() {
  if ! browser >/dev/null; then
    progress page 'installing a browser'
    system_install chromium-headless-shell
  fi
  [[ -d $PAGE_FOLDER ]] || fetch_page_files
}

browser() {
  type -P chromium-headless-shell || type -P google-chrome || type -P chromium
}

# The packages ship these files ready for a browser; nothing of them is installed or run here.
fetch_page_files() {
  local place package folder file archive
  rm -rf "$PAGE_FOLDER.part"
  mkdir -p "$PAGE_FOLDER.part"
  for place in "${!PAGE_PACKAGES[@]}"; do
    package=${PAGE_PACKAGES[place]} file=${PAGE_FILES[place]}
    folder=$PAGE_FOLDER.part/${package%@*}
    mkdir -p "$folder"
    archive=$(cd "$folder" && npm pack --silent "$package")
    tar -xzf "$folder/$archive" -C "$folder" --strip-components=1 "package/$file"
    mv "$folder/$file" "$PAGE_FOLDER.part/$(basename "$file")"
    rm -r "$folder"
  done
  mv "$PAGE_FOLDER.part" "$PAGE_FOLDER"
}
