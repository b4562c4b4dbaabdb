//! Where documents would go.

use std::time::Duration;

use secrecy::SecretString;

use crate::cli::DoctorArgs;
use crate::command::env;
use crate::command::words::InWords;
use crate::config::{self, ConfigError, Destination, user_agent};
use crate::lang::Message;
use crate::sandbox::{Sandbox, Settings};
use crate::zen::TransportOptions;

/// Longer than anybody watches a check.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Where documents would go.
pub(super) struct Target {
    /// Its address, where one was named.
    pub base_url: Option<String>,
    /// It was named by its office.
    pub is_office: bool,
    /// The key, or why there is none.
    pub token: Result<Option<SecretString>, ConfigError>,
    /// What the program calls itself.
    user_agent: String,
    /// Serves as long as it is kept.
    sandbox: Option<Sandbox>,
}

impl Target {
    /// What `args` and the variables name.
    ///
    /// # Errors
    /// An office, an address or a name of the program's that is none.
    pub async fn new(args: &DoctorArgs) -> Result<Self, Message> {
        let user_agent = user_agent(args.form.user_agent.as_deref());
        let user_agent = user_agent.map_err(|error| error.in_words())?;
        let destination = config::destination(&args.destination, true, &env);
        let base_url = match destination.map_err(|error| error.in_words())? {
            Destination::Sandbox => return Self::sandbox(user_agent).await,
            Destination::Server { base_url, .. } | Destination::Named { base_url } => {
                Some(base_url)
            }
            Destination::Nowhere => None,
        };
        let named = args.destination.base_url.is_some();
        let is_office = !named && (args.destination.office.is_some() || !is_set("MALOTE_BASE_URL"));
        let token = config::token(args.destination.token_file.as_deref(), &env);
        Ok(Self {
            base_url,
            is_office,
            token,
            user_agent,
            sandbox: None,
        })
    }

    async fn sandbox(user_agent: String) -> Result<Self, Message> {
        let token = Sandbox::made_up_token();
        let sandbox = Sandbox::start(Settings::default(), 0, token.clone()).await;
        let sandbox = sandbox.map_err(Message::plain)?;
        Ok(Self {
            base_url: Some(sandbox.base_url()),
            is_office: false,
            token: Ok(Some(token)),
            user_agent,
            sandbox: Some(sandbox),
        })
    }

    /// It is the simulated Zen inside this process.
    pub const fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    /// How it is spoken to with `token`; nothing where it was not named.
    pub fn options(&self, token: SecretString) -> Option<TransportOptions> {
        Some(TransportOptions {
            base_url: self.base_url.clone()?,
            token,
            timeout: LONGEST_WAIT,
            user_agent: self.user_agent.clone(),
            connections: 1,
        })
    }
}

fn is_set(variable: &str) -> bool {
    env(variable).is_some_and(|value| !value.is_empty())
}
