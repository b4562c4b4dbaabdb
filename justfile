# What there is to do here; `just` lists it.
_default:
    @just --list

# The whole job against a simulated Zen, on made-up documents
demo:
    cargo run --release -- rehearse fixtures/archive

# All tests
test:
    cargo test --locked

# Formatting and lints
lint:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings

# What has to hold before a commit
ci: lint test
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

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
