#!/usr/bin/env bash
# Builds malote.exe on Debian or Ubuntu, whose packages have what a toolchain by rustup lacks: the standard library's
# sources beside the compiler. Prints the program's path.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=x86_64-pc-windows-gnu
packages=()
[ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ] || packages+=(rustc-web cargo-web)
[ -e /usr/lib/rustlib/src/rust/library/Cargo.toml ] || packages+=(rust-web-src)
command -v x86_64-w64-mingw32-gcc >/dev/null || packages+=(gcc-mingw-w64-x86-64)
if [ ${#packages[@]} -gt 0 ]; then
    apt-get update >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}" >&2
fi

. .ci/plain-paths
remapped=$(plain_paths /usr/bin/rustc)

# Debian's own cargo and rustc, which agree with these sources; another PATH would bring rustup's.
RUSTC_BOOTSTRAP=1 CARGO_ENCODED_RUSTFLAGS=$remapped \
    CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc PATH=/usr/bin:/bin \
    /usr/bin/cargo build --locked --release -Zbuild-std=std,panic_abort,panic_unwind --target "$target" >&2
check_plain_paths /usr/bin/rustc "target/$target/release/malote.exe"
echo "$PWD/target/$target/release/malote.exe"
