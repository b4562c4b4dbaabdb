//! Where documents go, once it is up.

use std::fs::File;
use std::io;
use std::path::Path;

use secrecy::SecretString;

use super::survey::{Refused, wrong_manifest};
use super::words::{InWords, of_file};
use crate::config::{Destination, RunConfig};
use crate::diff::journal_of;
use crate::exit::ExitStatus;
use crate::lang::Message;
use crate::sandbox::{Sandbox, Settings, accepted_ids};
use crate::zen::{HttpTransport, TransportOptions};

/// The host that the journal names for the simulated Zen inside the process.
const SANDBOX_HOST: &str = "sandbox";

/// Where documents go, once it is up.
pub(super) struct Wire {
    pub transport: HttpTransport,
    pub host: String,
    /// Serves as long as it is kept.
    sandbox: Option<Sandbox>,
}

impl Wire {
    /// The simulated Zen has just been born, and the journal goes back to before: what the journal calls accepted is
    /// there already, or no event of such a document would ever be taken. So is what the journal of the run that left
    /// this manifest over has, if `diff` wrote it.
    pub fn recall(&self, manifest: &Path, journal: &Path) -> Result<(), Refused> {
        let Some(sandbox) = &self.sandbox else {
            return Ok(());
        };
        let named = journal_of(manifest).map_err(|error| wrong_manifest(manifest, &error))?;
        let named = named.filter(|named| named != journal);
        for path in std::iter::once(journal.to_path_buf()).chain(named) {
            match File::open(&path) {
                Ok(file) => accepted_ids(file, |id| sandbox.hold(id)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    let reason = of_file(&path, Message::plain(error));
                    return Err((reason, ExitStatus::Failed));
                }
            }
        }
        Ok(())
    }
}

/// Sets up what `config` says, and takes the key out of it.
pub(super) async fn wire(config: &mut RunConfig) -> Result<Wire, Refused> {
    let destination = std::mem::replace(&mut config.destination, Destination::Nowhere);
    if let Destination::Server { base_url, token } = destination {
        let transport = transport(config, base_url, token)?;
        let host = transport.host().to_owned();
        return Ok(Wire {
            transport,
            host,
            sandbox: None,
        });
    }
    let sandbox = Sandbox::start(Settings::default(), 0, Sandbox::made_up_token())
        .await
        .map_err(|error| (Message::plain(error), ExitStatus::Usage))?;
    Ok(Wire {
        transport: transport(config, sandbox.base_url(), sandbox.token().clone())?,
        host: SANDBOX_HOST.to_owned(),
        sandbox: Some(sandbox),
    })
}

/// The host that a dry run was told of, checked as if documents went there.
pub(super) fn host_in_name(config: &RunConfig) -> Result<Option<String>, Refused> {
    match &config.destination {
        Destination::Sandbox => Ok(Some(SANDBOX_HOST.to_owned())),
        Destination::Named { base_url } | Destination::Server { base_url, .. } => {
            let no_key = SecretString::from("none");
            let transport = transport(config, base_url.clone(), no_key)?;
            Ok(Some(transport.host().to_owned()))
        }
        Destination::Nowhere => Ok(None),
    }
}

fn transport(
    config: &RunConfig,
    base_url: String,
    token: SecretString,
) -> Result<HttpTransport, Refused> {
    HttpTransport::new(&TransportOptions {
        base_url,
        token,
        timeout: config.timeout,
        user_agent: config.user_agent.clone(),
        connections: config.limits.concurrency,
    })
    .map_err(|error| (error.in_words(), ExitStatus::Usage))
}
