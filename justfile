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
