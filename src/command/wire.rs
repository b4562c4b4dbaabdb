//! Where documents go, once it is up.

use secrecy::SecretString;

use super::survey::Refused;
use crate::config::{Destination, RunConfig};
use crate::exit::ExitStatus;
use crate::sandbox::{Sandbox, Settings};
use crate::zen::{HttpTransport, TransportOptions};

/// The host that the journal names for the simulated Zen inside the process.
const SANDBOX_HOST: &str = "sandbox";

/// Where documents go, once it is up.
pub(super) struct Wire {
    pub transport: HttpTransport,
    pub host: String,
    /// Serves as long as it is kept.
    _sandbox: Option<Sandbox>,
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
            _sandbox: None,
        });
    }
    let sandbox = Sandbox::start(Settings::default(), 0, Sandbox::made_up_token())
        .await
        .map_err(|error| (error.to_string(), ExitStatus::Usage))?;
    Ok(Wire {
        transport: transport(config, sandbox.base_url(), sandbox.token().clone())?,
        host: SANDBOX_HOST.to_owned(),
        _sandbox: Some(sandbox),
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
    .map_err(|error| (error.to_string(), ExitStatus::Usage))
}
