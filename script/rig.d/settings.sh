# shellcheck shell=bash disable=SC2034
# Where the rig keeps its things, and the version of each thing it builds.

PARTS_FOLDER=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RIG=${MULTIARCH_RIG:-${XDG_CACHE_HOME:-$HOME/.cache}/multiarch-rig}
BIN=$RIG/bin      # links to the programs, first in PATH
CACHE=$RIG/cache  # what was built or fetched, keyed by version; safe to keep, safe to delete
RUN=$RIG/run      # pids, ports, sockets, data of what runs
LOGS=$RIG/logs
LOCKS=$RIG/run/locks

ENGINE_HOST=unix://$RUN/engine.sock
OWN_CONFIG=$RUN/docker-config
REGCTL_SETTINGS=$RUN/regctl.json

BUILDKIT_IMAGE=moby/buildkit:buildx-stable-1
BINFMT_IMAGE=tonistiigi/binfmt:latest
BASE_REPOSITORY=library/busybox

# Who may use the registry behind a login. It listens on loopback only, so this is no secret.
LOGIN=bench:bench-password
# shellcheck disable=SC2016
LOGIN_HTPASSWD='bench:$2b$05$abcdefghijklmnopqrstuuDKzXRD8qi8Sr03feYCc9b0NVT9eaf.6'

# Debian testing, by name: Debian 12's own engine is too old to run a privileged container
# where the capability bounding set is a small one. Its packages come as new as they are on
# the day; raise the recipe to fetch them anew, or when a way of assembling changes.
DEBIAN_SUITE=forky
ENGINE_RECIPE=$DEBIAN_SUITE-1
OLD_REGISTRY_RECIPE=$DEBIAN_SUITE-1
BINFMT_RECIPE=$DEBIAN_SUITE-1
BASE_RECIPE=$DEBIAN_SUITE-1

# Debian's word and the image's word for every platform of the base image.
declare -A BASE_PLATFORMS=(
  [amd64]=linux/amd64
  [arm64]=linux/arm64
  [armhf]=linux/arm/v7
  [s390x]=linux/s390x
)

# In this order they are built: what others wait for first, the slow ones as early as can be.
GO_PROGRAMS=(registry crane buildx buildkitd buildctl olareg regctl oras actionlint act gofakes3 kubernetes)

# One with a file rig.d/NAME.go is that file, made of the package's module.
declare -A GO_PACKAGE=(
  [registry]=github.com/distribution/distribution/v3/cmd/registry
  [crane]=github.com/google/go-containerregistry/cmd/crane
  [buildx]=github.com/docker/buildx/cmd/buildx
  [buildkitd]=github.com/moby/buildkit/cmd/buildkitd
  [buildctl]=github.com/moby/buildkit/cmd/buildctl
  [olareg]=github.com/olareg/olareg/cmd/olareg
  [regctl]=github.com/regclient/regclient/cmd/regctl
  [oras]=oras.land/oras/cmd/oras
  [actionlint]=github.com/rhysd/actionlint/cmd/actionlint
  [act]=github.com/nektos/act
  [gofakes3]=github.com/johannesboyne/gofakes3/cmd/gofakes3
  [kubernetes]=k8s.io/kubernetes
)

declare -A GO_VERSION=(
  [registry]=v3.1.2
  [crane]=v0.22.1
  [buildx]=v0.36.1
  [buildkitd]=v0.32.2
  [buildctl]=v0.32.2
  [olareg]=v0.2.2
  [regctl]=v0.11.7
  [oras]=v1.3.1
  [actionlint]=v1.7.12
  [act]=v0.2.89
  [gofakes3]=v1.2.0
  [kubernetes]=v1.34.4
)

# Where a program reads its own version. buildx without one says 0.0.0+unknown, and its
# clients then switch features off.
declare -A GO_VERSION_VARIABLE=(
  [buildx]=github.com/docker/buildx/version.Version
  [buildkitd]=github.com/moby/buildkit/version.Version
  [buildctl]=github.com/moby/buildkit/version.Version
  [actionlint]=github.com/rhysd/actionlint.version
  [act]=main.version
  [kubernetes]=k8s.io/component-base/version.gitVersion
)

BUILDKIT_RECIPE=${GO_VERSION[buildkitd]}-2
