# What there is to do here; `just` lists it.
_default:
    @just --list

# The whole job against a simulated Zen, on made-up documents
demo:
    cargo run --release -- rehearse fixtures/archive

# All tests
test:
    cargo test --locked

# What the feature `signatures` adds
test-signatures:
    cargo clippy --locked --all-targets --features signatures -- -D warnings
    cargo test --locked --features signatures signature

# Formatting and lints
lint:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings

# What has to hold before a commit
ci: lint test test-signatures
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

# Bytes that nobody has thought of, for so many seconds each target; needs cargo-fuzz. What is found goes to tests/fuzz/corpus
fuzz seconds="30":
    #!/usr/bin/env bash
    set -euo pipefail
    # Sanitizers are for nightly; this lets the present compiler have them.
    export RUSTC_BOOTSTRAP=1
    # A thread that is just ending still has its own variables, which would pass for a leak (-detect_leaks).
    for target in document manifest journal answer; do
        mkdir -p "target/fuzz-corpus/$target"
        cargo fuzz run --fuzz-dir tests/fuzz --target-dir target/fuzz "$target" \
            "target/fuzz-corpus/$target" "tests/fuzz/corpus/$target" -- -max_total_time={{seconds}} \
            -max_len=65536 -detect_leaks=0
    done

# The figures of speed and memory, as one table; `just bench plan`, `run`, `resume` or `memory` for a part
bench *parts:
    cargo bench --locked --bench figures -- {{parts}}

# Whether the ceiling holds, from the server's side; takes six minutes
bench-pace:
    cargo bench --locked --bench figures -- pace

# Builds malote.exe (Debian, Ubuntu) and runs it under Wine
windows:
    tests/windows/check.sh "$(tests/windows/build.sh)"

# The release archive of this machine's program, or of one that is built: `just dist x86_64-pc-windows-gnu`
dist target="":
    .ci/dist {{target}}
