//! What can be wrong with the command line and the environment.

/// What is wrong with the command line or the environment.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The value of an option means nothing.
    #[error("--{option}: {reason}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// No destination.
    #[error("say where to send: --office NAME, --base-url URL, or --sandbox to try")]
    NoDestination,
    /// No token.
    #[error(
        "no key: put the key of the Zen account (Minha Conta > Chave Acesso) into the variable MALOTE_TOKEN or into \
         a file named by --token-file"
    )]
    NoToken,
    /// The token file cannot be read.
    #[error("the key's file {file} cannot be read: {source}")]
    TokenFile {
        /// The file, in words that hold no key.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// The token is none. What it is is not said.
    #[error(
        "the key must be one word of letters, digits, - and _ (32 of 0-9 and a-f, as Zen shows it)"
    )]
    NotAToken,
}

/// An option's value that another part of the program has refused.
pub(super) fn wrong(option: &'static str, error: &dyn std::fmt::Display) -> ConfigError {
    let reason = error.to_string();
    ConfigError::Option { option, reason }
}
