//! A document within an XML: as it stands there, or packed.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::bufread::GzDecoder;

use super::Fault;
use super::inflate::read_bounded;
use crate::dfe::Part;

/// Base64 with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of `part` in `out`, of which nothing is cleared; how many there are.
///
/// # Errors
/// [`Fault::Broken`] where it is not base64 of a gzip, [`Fault::TooLarge`].
pub fn unpack(part: &Part<'_>, out: &mut Vec<u8>) -> Result<usize, Fault> {
    if part.packed {
        return unpack_text(part.text.as_bytes(), out);
    }
    let bytes = part.text.as_bytes();
    out.resize(out.len().max(bytes.len()), 0);
    out[..bytes.len()].copy_from_slice(bytes);
    Ok(bytes.len())
}

/// The bytes that `text` is the base64 of a gzip of, in `out`, of which nothing is cleared; how many there are.
///
/// # Errors
/// [`Fault::Broken`] where it is none, [`Fault::TooLarge`].
pub(super) fn unpack_text(text: &[u8], out: &mut Vec<u8>) -> Result<usize, Fault> {
    let mut text = text.to_vec();
    text.retain(|byte| !byte.is_ascii_whitespace());
    let packed = BASE64.decode(text).map_err(|_| Fault::Broken)?;
    read_bounded(GzDecoder::new(packed.as_slice()), out)
}
