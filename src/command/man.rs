//! What shells and `man` are told of the command line.

use std::io;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::output::Output;
use crate::cli::Cli;
use crate::exit::ExitStatus;
use crate::lang::Message;

pub(super) fn completions(shell: Shell, output: &mut Output) -> ExitStatus {
    // Into memory first: what writes it takes a closed stream for a defect.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "malote", &mut script);
    print(&script, output)
}

pub(super) fn man(output: &mut Output) -> ExitStatus {
    match page() {
        Ok(page) => print(&page, output),
        Err(error) => {
            output.fail(Message::plain(error));
            ExitStatus::Failed
        }
    }
}

/// A reader that has seen enough, as a pager, is no failure.
fn print(text: &[u8], output: &mut Output) -> ExitStatus {
    use io::Write;
    let out = output.out();
    let _ = out.write_all(text).and_then(|()| out.flush());
    ExitStatus::Success
}

/// One page for the program, each of its commands a section.
fn page() -> io::Result<Vec<u8>> {
    let program = Cli::command().version(env!("CARGO_PKG_VERSION"));
    let commands: Vec<_> = program.get_subcommands().cloned().collect();
    let mut page = Vec::new();
    let man = Man::new(program);
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    for command in commands {
        section(command, &mut page)?;
    }
    Ok(page)
}

fn section(command: Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = format!("malote {}", command.get_name());
    let man = Man::new(command.bin_name(&name));
    let mut text = Vec::new();
    man.render_description_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_options_section(&mut text)?;
    // On a page of its own each of these is a section; here the command is.
    let text = String::from_utf8_lossy(&text).replace(".SH ", ".SS ");
    let heading = name.to_uppercase();
    page.extend_from_slice(format!(".SH \"{heading}\"\n{text}").as_bytes());
    Ok(())
}
