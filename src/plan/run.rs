//! The whole of `plan`: gather, select by period, settle copies, write in order, sum up.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::thread;

use jiff::civil::Date;

use super::choose::{choose_clients, choose_period, choose_unknown, mark_incomplete};
use super::clients::Clients;
use super::codes;
use super::fact::{Fact, Flags, days};
use super::inspect::Making;
use super::output::{Output, OutputError, folder_of, replaced};
use super::pipeline::{Facts, Gathered, gather};
use super::select::Selection;
use super::settle::{Settled, settle};
use super::spill::Spill;
use super::summary::Summary;
use super::tally::Tally;
use crate::known::KnownKeys;
use crate::manifest::{Action, Cells, Layout};
use crate::zen::Routes;

/// The order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Roots as given, names sorted.
    #[default]
    Path,
    /// Newest issue date first; what has none comes last.
    Newest,
}

/// What `plan` is asked to do.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub struct PlanOptions {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// The manifest.
    pub output: PathBuf,
    /// An existing manifest is replaced.
    pub force: bool,
    /// Which files are looked at.
    pub selection: Selection,
    /// The first day of issue that is sent.
    pub from: Option<Date>,
    /// The last day of issue that is sent.
    pub to: Option<Date>,
    /// The order of rows.
    pub order: Order,
    /// Every event that has a route is sent.
    pub all_events: bool,
    /// Only documents in which one of them takes part are sent.
    pub clients: Option<Clients>,
    /// What Zen has already.
    pub known: Option<KnownKeys>,
    /// Which table of routes applies.
    pub routes: Routes,
    /// Signatures are verified.
    pub verify_signatures: bool,
    /// For a Brazilian Excel.
    pub excel: bool,
    /// Threads that inspect; `None`: by the number of cores.
    pub workers: Option<usize>,
}

impl PlanOptions {
    fn spilled(&self, source: io::Error) -> PlanError {
        PlanError::Spill {
            path: self.output.clone(),
            source,
        }
    }
}

/// Why there is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// There is one already.
    #[error("{} is there already; --force replaces it, -o writes another", .0.display())]
    Exists(PathBuf),
    /// It would have to take the place of a folder.
    #[error("--output: {} is a folder: name a file in it", .0.display())]
    Folder(PathBuf),
    /// The temporary file of the texts cannot be used.
    #[error("a temporary file beside {} cannot be used: {source}", path.display())]
    Spill {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Looks through the archive and writes the manifest. `seen` is told now and then how many things were met.
///
/// # Errors
/// [`PlanError`]; then there is no manifest, or the one that was there before.
pub fn plan(options: &PlanOptions, seen: &dyn Fn(u64)) -> Result<Summary, PlanError> {
    if options.output.is_dir() {
        return Err(PlanError::Folder(options.output.clone()));
    }
    if !options.force
        && let Some(existing) = replaced(&options.output, options.excel).next()
    {
        return Err(PlanError::Exists(existing));
    }
    let layout = Layout {
        excel: options.excel,
        signature: options.verify_signatures,
        envelope: options.routes == Routes::Legacy,
        clients: options.clients.is_some(),
    };
    let making = Making {
        routes: options.routes,
        layout,
        clients: options.clients.as_ref(),
        all_events: options.all_events,
    };
    let mut gathered = gather(
        options.paths.clone(),
        &options.selection,
        making,
        options.workers.unwrap_or_else(workers),
        folder_of(&options.output),
        seen,
    )
    .map_err(|source| options.spilled(source))?;
    let settled = choose(&mut gathered.facts, options);
    write(options, gathered, &settled, layout)
}

/// Settles which copies are sent, and which rows the options leave out.
fn choose(facts: &mut Facts, options: &PlanOptions) -> Settled {
    let settled = settle(facts);
    let before = |date| options.from.is_some_and(|from| date < days(from));
    let after = |date| options.to.is_some_and(|to| date > days(to));
    let is_outside = |date| before(date) || after(date);
    if options.from.is_some() || options.to.is_some() {
        choose_period(facts, is_outside);
    }
    if options.clients.is_some() {
        choose_clients(facts);
    }
    mark_incomplete(facts, options.clients.is_some(), is_outside);
    if let Some(known) = &options.known {
        choose_unknown(facts, known);
    }
    settled
}

/// Writes the manifest, and sums up.
fn write(
    options: &PlanOptions,
    gathered: Gathered,
    settled: &Settled,
    layout: Layout,
) -> Result<Summary, PlanError> {
    let Gathered {
        facts,
        spill,
        passed,
        clients,
    } = gathered;
    let mut writer = Writer {
        options,
        facts: &facts,
        settled,
        clients: &clients,
        spill,
        tally: Tally::new(passed, options.clients.as_ref(), layout),
        output: Output::new(&options.output, layout),
    };
    for index in order(&facts, options.order) {
        writer.write(index)?;
    }
    let mut summary = writer.tally.finish();
    summary.manifests = writer.output.finish()?;
    Ok(summary)
}

/// More threads than cores: a cold disk, and a share still more, answer many that ask at once in the time of one.
fn workers() -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    (cores * 2).clamp(8, 16)
}

fn index_of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The rows' order.
fn order(facts: &Facts, order: Order) -> Vec<u32> {
    let mut indexes: Vec<u32> = (0..index_of(facts.len())).collect();
    if order == Order::Newest {
        indexes.sort_unstable_by_key(|index| (std::cmp::Reverse(facts.get(*index).issued), *index));
    }
    indexes
}

struct Writer<'a> {
    options: &'a PlanOptions,
    facts: &'a Facts,
    settled: &'a Settled,
    clients: &'a [Rc<str>],
    spill: Spill,
    tally: Tally<'a>,
    output: Output,
}

impl Writer<'_> {
    fn write(&mut self, index: u32) -> Result<(), PlanError> {
        let spilled = |source| self.options.spilled(source);
        let fact = *self.facts.get(index);
        let instead = self.settled.instead_of(index);
        let instead = if instead == index {
            None
        } else {
            let offset = self.facts.get(instead).offset;
            let texts = self.spill.read(offset).map_err(spilled)?;
            Some(texts.path.to_owned())
        };
        let texts = self.spill.read(fact.offset).map_err(spilled)?;
        let notes = notes(&fact, texts.notes, instead.as_deref());
        self.tally.count(&fact, &texts, &notes);
        let action = if fact.is_sent() {
            Action::Send
        } else {
            Action::Skip
        };
        let clients = self.clients.get(fact.clients as usize);
        let cells = Cells {
            notes: &notes,
            known: texts.known,
            clients: clients.map_or("", |text| text),
            path: texts.path,
        };
        Ok(self.output.write(action, &cells)?)
    }
}

/// The column `notes`: why the row is skipped first, then everything else.
fn notes(fact: &Fact, own: &str, instead: Option<&str>) -> String {
    let copy = instead.map(|path| {
        let code = if fact.flags.has(Flags::DUPLICATE) {
            "duplicate-of"
        } else {
            "superseded-by"
        };
        // A blank would end the code.
        format!("{code}:{}", path.replace(' ', "%20"))
    });
    let flags = [
        (Flags::STATUS_CONFLICT, "status-conflict"),
        (Flags::NUMBER_REUSED, "number-reused"),
        (Flags::CANCELLED_BY_EVENT, "cancelled-by-event"),
        (Flags::CANCELLED_WITHOUT_ROUTE, "cancelled-without-route"),
    ];
    let flags = flags
        .iter()
        .filter(|(flag, _)| fact.flags.has(*flag))
        .map(|(_, code)| *code);
    let all = copy
        .as_deref()
        .into_iter()
        .chain(codes::code(fact.skip))
        .chain(flags)
        .chain([own].into_iter().filter(|own| !own.is_empty()));
    let mut notes = String::new();
    for note in all {
        if !notes.is_empty() {
            notes.push(' ');
        }
        notes.push_str(note);
    }
    notes
}
