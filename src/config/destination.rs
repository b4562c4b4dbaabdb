//! Where documents go, and the key that opens it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use secrecy::SecretString;
use secrecy::zeroize::{Zeroize, Zeroizing};

use super::error::{ConfigError, KeyFile, WrongValue};
use super::{Environment, variable};
use crate::cli::DestinationArgs;
use crate::zen::Url;

/// Where documents go.
#[derive(Debug)]
pub enum Destination {
    /// A server.
    Server {
        /// Its address.
        base_url: String,
        /// The key of the account.
        token: SecretString,
    },
    /// The simulated Zen inside this process.
    Sandbox,
    /// A server that a dry run was told of: nothing goes there, so no token is needed.
    Named {
        /// Its address.
        base_url: String,
    },
    /// Nowhere: a dry run that was told of no server.
    Nowhere,
}

/// Where documents go. Where nothing is sent (`dry_run`) no token is asked for.
///
/// # Errors
/// [`ConfigError`] for the first thing that is wrong.
pub fn destination(
    args: &DestinationArgs,
    dry_run: bool,
    env: Environment,
) -> Result<Destination, ConfigError> {
    if args.sandbox {
        return Ok(Destination::Sandbox);
    }
    let Some(base_url) = address(args, env)? else {
        return if dry_run {
            Ok(Destination::Nowhere)
        } else {
            Err(ConfigError::NoDestination)
        };
    };
    if dry_run {
        return Ok(Destination::Named { base_url });
    }
    let token = token(args.token_file.as_deref(), env)?.ok_or(ConfigError::NoToken)?;
    Ok(Destination::Server { base_url, token })
}

/// The server's address, from the options or else from the variables.
fn address(args: &DestinationArgs, env: Environment) -> Result<Option<String>, ConfigError> {
    let named = args.office.is_some() || args.base_url.is_some();
    let from_variable = |name| {
        let value = (!named).then(|| variable(name, env)).flatten()?;
        Some(value.to_string_lossy().into_owned())
    };
    let base_url = args
        .base_url
        .clone()
        .or_else(|| from_variable("MALOTE_BASE_URL"));
    if let Some(url) = base_url {
        check_address(&url).map_err(|reason| ConfigError::of("base-url", reason))?;
        return Ok(Some(url));
    }
    let office = args
        .office
        .clone()
        .or_else(|| from_variable("MALOTE_OFFICE"));
    office.map(|office| office_url(&office)).transpose()
}

/// Whoever copies an address from an example may have put the key into it: so nothing behind the host is repeated.
fn check_address(text: &str) -> Result<(), WrongValue> {
    if text.to_ascii_lowercase().contains("/api/v1") || looks_like_a_key(text) {
        return Err(WrongValue::MoreThanAnAddress);
    }
    let url = Url::parse(text).map_err(|error| WrongValue::NotAUrl {
        start: start_of(text),
        reason: error.to_string(),
    })?;
    let is_web = matches!(url.scheme(), "http" | "https");
    match url.host_str().filter(|host| !host.is_empty() && is_web) {
        Some(_) => Ok(()),
        None => Err(WrongValue::NoHost {
            start: start_of(text),
        }),
    }
}

/// Scheme and host of an address, in quotes.
fn start_of(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next()?;
    let start = format!("{scheme}://{host}");
    Some(format!("{start:?}"))
}

/// Whether `text` holds what Zen shows as a key: 32 hexadecimal digits.
fn looks_like_a_key(text: &str) -> bool {
    let words = text.split(|letter: char| !letter.is_ascii_hexdigit());
    words.into_iter().any(|word| word.len() >= 32)
}

/// The address of an office; its name is one label of a host name.
fn office_url(office: &str) -> Result<String, ConfigError> {
    let label = office
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let plain = !office.is_empty() && office.len() <= 63 && label && !office.starts_with('-');
    if plain && !looks_like_a_key(office) {
        return Ok(format!("https://{office}.app.questorpublico.com.br"));
    }
    let shown = (!looks_like_a_key(office)).then(|| format!("{office:?}"));
    Err(ConfigError::of("office", WrongValue::Office(shown)))
}

/// The token from the file or from the variable, if there is one.
///
/// # Errors
/// Where the file cannot be read, or what it holds is no token.
pub fn token(file: Option<&Path>, env: Environment) -> Result<Option<SecretString>, ConfigError> {
    let text = match file {
        Some(path) => read_text(path).map_err(|source| match source.kind() {
            io::ErrorKind::InvalidData => ConfigError::NotAToken(file.map(file_of_key)),
            _ => ConfigError::TokenFile {
                file: file_of_key(path),
                source,
            },
        })?,
        None => match variable("MALOTE_TOKEN", env) {
            Some(value) => Zeroizing::new(value.into_string().map_err(|value| {
                value.into_encoded_bytes().zeroize();
                ConfigError::NotAToken(None)
            })?),
            None => return Ok(None),
        },
    };
    let word = text.trim_start_matches('\u{feff}').trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if word.is_empty() || !word.bytes().all(plain) {
        return Err(ConfigError::NotAToken(file.map(file_of_key)));
    }
    Ok(Some(SecretString::from(word)))
}

/// A file of the key that is longer is none.
const LONGEST_BYTES: usize = 64 * 1024;

/// The text of a file, also of one that Windows has written as UTF-16, as `>` of its PowerShell does. All that it was read
/// through is overwritten.
fn read_text(path: &Path) -> io::Result<Zeroizing<String>> {
    // There is room for all of it from the start: what grows leaves copies behind.
    let most = LONGEST_BYTES + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(most));
    File::open(path)?
        .take(most as u64)
        .read_to_end(&mut bytes)?;
    if bytes.len() == most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let utf16 = [&b"\xff\xfe"[..], b"\xfe\xff"]
        .iter()
        .any(|mark| bytes.starts_with(mark));
    if utf16 {
        let (text, _, _) = encoding_rs::UTF_8.decode(&bytes);
        return Ok(Zeroizing::new(text.into_owned()));
    }
    let text = String::from_utf8(std::mem::take(&mut *bytes));
    text.map(Zeroizing::new).map_err(|error| {
        error.into_bytes().zeroize();
        io::ErrorKind::InvalidData.into()
    })
}

/// The key's file may be read or changed by others on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenToOthers {
    /// The file.
    pub file: KeyFile,
    /// Its permissions.
    pub mode: u32,
}

/// Whether others may read the key's file at `path`, too; the system knows that on Unix only.
#[must_use]
pub fn open_to_others(path: &Path) -> Option<OpenToOthers> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
        (mode & 0o077 != 0).then(|| OpenToOthers {
            file: file_of_key(path),
            mode,
        })
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// The key itself is easily put where the name of its file belongs.
fn file_of_key(path: &Path) -> KeyFile {
    let hidden = looks_like_a_key(&path.to_string_lossy());
    KeyFile((!hidden).then(|| path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_key_that_powershell_has_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.txt");
        let none = |_: &str| None;
        let text = "\u{feff}0123abcd\r\n";
        let little: Vec<_> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<_> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, is_read) in [
            (text.as_bytes(), true),
            (&little, true),
            (&big, true),
            (&little[2..], false),
            (b"\xff0123abcd", false),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let found = token(Some(&path), &none);
            assert_eq!(found.is_ok(), is_read, "{bytes:?}");
            if let Ok(Some(found)) = found {
                assert_eq!(found.expose_secret(), "0123abcd");
            }
        }
    }
}
