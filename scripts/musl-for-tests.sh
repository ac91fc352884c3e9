#!/bin/sh
# Fetches what the musl file needs to run on a machine with glibc, for tests: musl 1.2.5 from Debian's next release (that of Debian 12,
# 1.2.3, is too old for Bun), and libstdc++ with libgcc_s for musl from a Python package that carries them. Nothing is installed.
set -eu
cd "$(dirname "$0")/.."

target=.cache/musl
[ ! -e "$target/lib/libstdc++.so.6" ] || exit 0
for tool in apt-get dpkg-deb python3; do
  command -v "$tool" >/dev/null 2>&1 || { echo "$tool was not found: the musl file cannot be tried here." >&2; exit 1; }
done

mkdir -p .cache
work=$(mktemp -d "$PWD/.cache/musl-XXXXXX")
trap 'rm -rf "$work"' EXIT

# Where this machine itself gets Debian's packages from.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Component: main' 2>/dev/null | grep -v security | head -n 1)
[ -n "$mirror" ] || { echo "This machine gets no packages from Debian: the musl file cannot be tried here." >&2; exit 1; }

mkdir -p "$work/lists/partial"
cat >"$work/next.sources" <<EOF
Types: deb
URIs: $mirror
Suites: trixie
Components: main
Architectures: amd64
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
EOF
apt() {
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::SourceList="$work/next.sources" \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= "$@")
}
apt update
apt download musl
dpkg-deb -x "$work"/musl_*.deb "$work/musl"

python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --dest "$work" \
  --platform musllinux_1_2_x86_64 --python-version 312 --implementation cp greenlet==3.5.6
python3 -m zipfile -e "$work"/greenlet-*.whl "$work/wheel"

mkdir -p "$work/made/lib" "$work/made/loader"
cp "$work/musl/usr/lib/x86_64-linux-musl/libc.so" "$work/made/loader/ld-musl-x86_64.so.1"
cp "$work"/wheel/greenlet.libs/libgcc_s-*.so.1 "$work/made/lib/"
cp "$work"/wheel/greenlet.libs/libstdc++-*.so.6.* "$work/made/lib/libstdc++.so.6"
rm -rf "$target"
mv "$work/made" "$target"
echo "musl for tests is in $target."
