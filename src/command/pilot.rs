//! Before a pilot: which notes the archive's events belong to, and which of these Zen has already.

use std::collections::HashMap;
use std::path::Path;

use crate::manifest::{Action, ManifestError, ManifestReader};
use crate::send::{Document, Pilot, Preparation, Reading, Standing};

/// Events of each route that are looked at: their notes may not be in the archive, so one is not enough.
const EVENTS_OF_A_ROUTE: usize = 256;

/// Reads `manifest` for a pilot.
///
/// # Errors
/// The manifest cannot be read.
pub(super) fn scout(
    manifest: &Path,
    standing: &Standing,
    reading: &Reading,
) -> Result<Pilot, ManifestError> {
    let mut pilot = Pilot::default();
    let mut looked_at: HashMap<_, usize> = HashMap::new();
    let mut buffer = Vec::new();
    let mut reader = ManifestReader::open(manifest)?;
    while let Some(row) = reader.next_row()? {
        let (true, Some(route)) = (row.kind.follows_its_note(), row.route) else {
            continue;
        };
        let looked_at = looked_at.entry(route).or_default();
        if row.action == Action::Send
            && *looked_at < EVENTS_OF_A_ROUTE
            && let Some(document) = standing.wants(&row.to_row())
        {
            *looked_at += 1;
            for key in keys(&document, reading, &mut buffer) {
                pilot.await_note(&key, route);
            }
        }
    }
    let mut reader = ManifestReader::open(manifest)?;
    while let Some(row) = reader.next_row()? {
        let row = row.to_row();
        if !row.kind.follows_its_note()
            && row.sha256.is_some_and(|hash| standing.has(&hash))
            && let Some(key) = Document::access_key_in(&row.id)
            && pilot.awaits(key)
        {
            pilot.on_arrival(key);
        }
    }
    Ok(pilot)
}

/// The access keys that an event names: in its `Id`, or, for a CFeCanc, in its text.
fn keys(event: &Document, reading: &Reading, buffer: &mut Vec<u8>) -> Vec<String> {
    let mut keys: Vec<_> = event.access_key().map(str::to_owned).into_iter().collect();
    if let Preparation::Ready(prepared) = reading.prepare(event, buffer) {
        keys.extend(prepared.second_key);
    }
    keys
}
