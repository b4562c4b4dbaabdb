//! Keeps the computer from falling asleep while documents are being sent.

use super::output::Output;
#[cfg(all(feature = "keep-awake", any(windows, target_os = "macos")))]
use crate::lang::message;

/// As long as it lives the computer does not fall asleep by itself; closing the lid is stronger.
#[cfg(all(feature = "keep-awake", any(windows, target_os = "macos")))]
pub(super) struct Awake {
    _kept: Option<keepawake::KeepAwake>,
}

/// A server does not fall asleep, and this build knows no way to keep another computer from it.
#[cfg(not(all(feature = "keep-awake", any(windows, target_os = "macos"))))]
pub(super) struct Awake;

#[cfg(all(feature = "keep-awake", any(windows, target_os = "macos")))]
impl Awake {
    /// Begins; that it cannot is only remarked.
    pub(super) fn begin(output: &mut Output) -> Self {
        let kept = keepawake::Builder::default()
            .idle(true)
            .reason("documents are being sent")
            .app_name("malote")
            .create();
        if let Err(error) = &kept {
            output.note(message!("run-may-sleep", error = error.to_string()));
        }
        Self { _kept: kept.ok() }
    }
}

#[cfg(not(all(feature = "keep-awake", any(windows, target_os = "macos"))))]
impl Awake {
    /// Nothing to do.
    pub(super) const fn begin(_output: &mut Output) -> Self {
        Self
    }
}
