//! The command `malote`: hands its arguments to the library and exits with the status it returns.

use std::process::ExitCode;

fn main() -> ExitCode {
    malote::run(std::env::args_os())
}
