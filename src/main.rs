//! The command `malote`: hands its arguments to the library and exits with the status it returns.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Documents are made in one thread and dropped in another, at which the system's own allocators, that of Windows above
/// all, are slow, and give back to the system what is asked for again at once.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    malote::run(std::env::args_os())
}
