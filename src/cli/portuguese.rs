//! The help in Portuguese. In English it is what stands beside each command and option; clap's own words are English
//! in any case, so here the command line gets texts of the catalogue, and what clap would write beside them.

use std::fmt::Write as _;

use clap::builder::PossibleValue;
use clap::{Arg, Command};

use crate::lang::help;

/// What a value is called, in both languages; the others are called the same.
const VALUE_NAMES: [(&str, &str); 24] = [
    ("DECLARATION", "DECLARAÇÃO"),
    ("EVENTS", "EVENTOS"),
    ("FILE", "ARQUIVO"),
    ("FORMAT", "FORMATO"),
    ("FROM-TO", "DE-ATÉ"),
    ("HOURS", "HORAS"),
    ("LEVEL", "NÍVEL"),
    ("MANIFEST", "RELAÇÃO"),
    ("NAME", "NOME"),
    ("OLD=NEW", "ANTIGA=NOVA"),
    ("ORDER", "ORDEM"),
    ("PATH", "CAMINHO"),
    ("PORT", "PORTA"),
    ("PROGRESS", "ANDAMENTO"),
    ("RATE", "RITMO"),
    ("ROUTES", "ROTAS"),
    ("SECONDS", "SEGUNDOS"),
    ("SHARE", "FRAÇÃO"),
    ("SIDE", "LADO"),
    ("STATE", "SITUAÇÃO"),
    ("TEXT", "TEXTO"),
    ("TIME", "TEMPO"),
    ("ZONE", "FUSO"),
    ("YYYY-MM-DD", "AAAA-MM-DD"),
];

/// `command` with its help in Portuguese.
pub(super) fn translated(mut command: Command) -> Command {
    // What clap adds by itself is there only then.
    command.build();
    let command = one(command, "malote");
    command.mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        one(command, &name)
    })
}

fn one(command: Command, name: &str) -> Command {
    let mut command = command.mut_args(|option| argument(option, name));
    if let Some(about) = help(&format!("command-{name}"), &[]) {
        command = command.about(about);
    }
    let usage = command.render_usage().to_string();
    let template = template(&command);
    command
        .override_usage(usage_in_portuguese(&usage))
        .help_template(template)
}

/// A usage of clap's without its heading.
pub(super) fn usage_in_portuguese(usage: &str) -> String {
    let any = |id| help(id, &[]).unwrap_or_default();
    let usage = usage.trim_start_matches("Usage:").trim();
    usage
        .replace("[OPTIONS]", &format!("[{}]", any("help-any-options")))
        .replace("[COMMAND]", &format!("[{}]", any("help-any-command")))
}

/// The parts of the help in clap's order, under headings in Portuguese.
fn template(command: &Command) -> String {
    let styles = command.get_styles();
    let heading = |id| help(id, &[]).unwrap_or_default();
    let (usage, header) = (styles.get_usage(), styles.get_header());
    let mut template = format!(
        "{{about-with-newline}}\n{usage}{}{usage:#} {{usage}}",
        heading("help-usage")
    );
    let parts = [
        (command.has_subcommands(), "help-commands", "{subcommands}"),
        (
            command.get_positionals().next().is_some(),
            "help-arguments",
            "{positionals}",
        ),
        (true, "help-options", "{options}"),
    ];
    for (_, id, part) in parts.iter().filter(|(there, ..)| *there) {
        let title = heading(id);
        let _ = write!(template, "\n\n{header}{title}{header:#}\n{part}");
    }
    template
}

fn argument(option: Arg, command: &str) -> Arg {
    let id = option.get_id().as_str().to_owned();
    let Some(text) = text_of(command, &id) else {
        return option;
    };
    let facts = facts(&option);
    let values = if option.get_action().takes_values() && !option.is_hide_possible_values_set() {
        option.get_possible_values()
    } else {
        Vec::new()
    };
    let names: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
    let list = (!names.is_empty())
        .then(|| help("help-values", &[("values", &names.join(", "))]))
        .flatten();
    let described: Vec<_> = values
        .iter()
        .filter_map(|value| Some((value.get_name(), choice(&id, value.get_name())?)))
        .collect();
    let short = [Some(text.clone())].into_iter().flatten();
    let short: Vec<_> = short.chain(facts.clone()).chain(list.clone()).collect();
    let mut long = vec![text];
    let mut ending = facts;
    if described.is_empty() {
        ending.extend(list);
    } else {
        let heading = help("help-values-heading", &[]).unwrap_or_default();
        let lines = described
            .iter()
            .map(|(name, words)| format!("- {name}: {words}"));
        let lines: Vec<_> = [heading].into_iter().chain(lines).collect();
        long.push(lines.join("\n"));
    }
    long.extend((!ending.is_empty()).then(|| ending.join("\n")));
    let mut option = name_values(option)
        .hide_env(true)
        .hide_default_value(true)
        .hide_possible_values(true)
        .help(short.join(" "));
    if long.len() > 1 || option.get_long_help().is_some() {
        option = option.long_help(long.join("\n\n"));
    }
    option
}

/// What clap adds to the help of an option: its variable and its default.
fn facts(option: &Arg) -> Vec<String> {
    let env = option.get_env().filter(|_| !option.is_hide_env_set());
    let env = env.and_then(|name| help("help-env", &[("name", &name.to_string_lossy())]));
    let shows_default = option.get_action().takes_values() && !option.is_hide_default_value_set();
    let defaults = option.get_default_values().iter().filter(|_| shows_default);
    let defaults: Vec<_> = defaults.map(|value| value.to_string_lossy()).collect();
    let default = (!defaults.is_empty())
        .then(|| help("help-default", &[("value", &defaults.join(" "))]))
        .flatten();
    env.into_iter().chain(default).collect()
}

fn name_values(option: Arg) -> Arg {
    let found = match option.get_value_names() {
        Some([name]) => VALUE_NAMES
            .iter()
            .find(|(english, _)| *english == name.as_str()),
        _ => None,
    };
    match found {
        Some((_, name)) if option.get_action().takes_values() => option.value_name(*name),
        _ => option,
    }
}

/// The text of an option: of this command's, or of any that has it.
fn text_of(command: &str, id: &str) -> Option<String> {
    help(&format!("arg-{command}-{id}"), &[]).or_else(|| help(&format!("arg-{id}"), &[]))
}

fn choice(id: &str, value: &str) -> Option<String> {
    help(&format!("choice-{id}-{value}"), &[])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;
    use crate::lang::help_ids;

    /// The ids of the texts that `command` needs.
    fn wanted(command: &Command, name: &str) -> Vec<String> {
        let mut ids = vec![format!("command-{name}")];
        for option in command.get_arguments() {
            let id = option.get_id().as_str();
            let own = format!("arg-{name}-{id}");
            let is_own = help(&own, &[]).is_some();
            ids.push(if is_own { own } else { format!("arg-{id}") });
            let takes = option.get_action().takes_values();
            let shown = takes && !option.is_hide_possible_values_set();
            let values = option.get_possible_values().into_iter();
            let values = values.filter(|value| shown && value.get_help().is_some());
            ids.extend(values.map(|value| format!("choice-{id}-{}", value.get_name())));
        }
        ids
    }

    #[test]
    fn every_command_option_and_value_has_its_help_in_portuguese() {
        let mut program = Cli::command();
        program.build();
        let mut ids: BTreeSet<_> = wanted(&program, "malote").into_iter().collect();
        for command in program.get_subcommands() {
            if command.get_name() == "help" {
                ids.insert("command-help".to_owned());
            } else {
                ids.extend(wanted(command, command.get_name()));
            }
        }
        for id in &ids {
            assert!(help(id, &[]).is_some(), "{id} lacks a translation");
        }
        let sorts = ["command-", "arg-", "choice-"];
        for id in help_ids() {
            let is_of_help = sorts.iter().any(|sort| id.starts_with(sort));
            assert!(!is_of_help || ids.contains(&id), "{id} belongs to nothing");
        }
    }

    #[test]
    fn the_command_line_is_consistent_in_portuguese() {
        translated(Cli::command()).debug_assert();
    }
}
