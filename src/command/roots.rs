//! The pairs of `--root` held against the manifest: one that moves nothing is probably mistyped.

use std::path::Path;

use super::output::Output;
use crate::lang::message;
use crate::manifest::{Action, ManifestError, ManifestReader};
use crate::send::Reading;

/// Says which of `roots` no row to send lies under.
///
/// # Errors
/// The manifest cannot be read.
pub(super) fn remark_idle(
    manifest: &Path,
    roots: &[(String, String)],
    output: &mut Output,
) -> Result<(), ManifestError> {
    let mut idle: Vec<_> = roots.iter().collect();
    if idle.is_empty() {
        return Ok(());
    }
    let mut reader = ManifestReader::open(manifest)?;
    while let Some(row) = reader.next_row()? {
        if row.action == Action::Send {
            idle.retain(|(old, new)| Reading::moved(row.path, old, new).is_none());
        }
        if idle.is_empty() {
            return Ok(());
        }
    }
    for (old, new) in idle {
        output.note(message!("run-idle-root", old = old, new = new));
    }
    Ok(())
}
