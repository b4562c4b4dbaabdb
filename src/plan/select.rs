//! Which files of an archive are looked at. Pure.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::container::INSIDE;

/// What is done with a file, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// It is read as a document.
    Read,
    /// It is read only if it begins as XML does.
    Sniff,
    /// It is a zip, which is looked into.
    Zip,
    /// It is a single file in a `.gz`, which is looked into.
    Gzip,
    /// It is an archive file of another sort.
    Archive,
    /// It is passed over.
    Pass,
}

/// The globs of `--include` and `--exclude`.
#[derive(Debug, Clone)]
pub struct Selection {
    include: Option<Globs>,
    exclude: Globs,
}

/// The globs of an option, and which of them have matched something; clones share that.
#[derive(Debug, Clone)]
struct Globs {
    option: &'static str,
    set: GlobSet,
    patterns: Arc<[(String, AtomicBool)]>,
    /// How many have matched nothing yet: only then it matters which one matches.
    idle: Arc<AtomicUsize>,
}

/// A glob that is none.
#[derive(Debug, thiserror::Error)]
#[error("--{option}: {pattern:?} is no pattern: {reason}")]
pub struct SelectionError {
    /// The option.
    pub option: &'static str,
    /// What was given.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Extensions of archive files that are not looked into.
const ARCHIVES: [&str; 9] = ["rar", "7z", "tgz", "tar", "bz2", "xz", "zst", "cab", "arj"];

impl Selection {
    /// Compiles globs. A glob without `/` is matched against names, any other against the path below its root.
    ///
    /// # Errors
    /// [`SelectionError`] naming the option and what is wrong.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, SelectionError> {
        let include = (!include.is_empty())
            .then(|| globs("include", include))
            .transpose()?;
        Ok(Self {
            include,
            exclude: globs("exclude", exclude)?,
        })
    }

    /// The option and the pattern of each glob that has matched nothing so far.
    #[must_use]
    pub fn idle(&self) -> Vec<(&'static str, String)> {
        let both = self.include.iter().chain([&self.exclude]);
        let idle = both.flat_map(|globs| {
            let idle = globs.patterns.iter();
            let idle = idle.filter(|(_, met)| !met.load(Ordering::Relaxed));
            idle.map(|(pattern, _)| (globs.option, pattern.clone()))
        });
        idle.collect()
    }

    /// Whether the file or folder at `relative` (with `/`) stays out; an excluded folder is not entered.
    #[must_use]
    pub fn excludes(&self, relative: &str) -> bool {
        self.exclude.match_any(relative)
    }

    /// What is done with the file at `relative`.
    pub(super) fn choose(&self, relative: &str) -> Choice {
        let included = self.include.as_ref().map(|globs| globs.match_any(relative));
        if included == Some(false) {
            return Choice::Pass;
        }
        match by_extension(relative) {
            Choice::Pass if included.is_some() => Choice::Sniff,
            choice => choice,
        }
    }

    /// What is done with the member `name` of the archive at `archive`: globs chose the archive, and leave out what is
    /// in it as they would in a folder.
    pub(super) fn choose_member(&self, archive: &str, name: &str) -> Option<Choice> {
        let excluded = !self.exclude.set.is_empty() && self.excludes_member(archive, name);
        (!excluded).then(|| by_extension(name))
    }

    fn excludes_member(&self, archive: &str, name: &str) -> bool {
        let whole = format!("{archive}{INSIDE}{name}");
        let inner = archive.len() + INSIDE.len();
        let ends = whole[inner..].match_indices('/').map(|(at, _)| inner + at);
        ends.chain([whole.len()])
            .any(|end| self.excludes(&whole[..end]))
    }
}

fn by_extension(relative: &str) -> Choice {
    let Some(extension) = written_extension(relative) else {
        return Choice::Sniff;
    };
    // As nearly all are.
    if extension.eq_ignore_ascii_case("xml") {
        return Choice::Read;
    }
    match extension.to_lowercase().as_str() {
        "zip" => Choice::Zip,
        "gz" if relative.to_lowercase().ends_with(".tar.gz") => Choice::Archive,
        "gz" => Choice::Gzip,
        other if ARCHIVES.contains(&other) => Choice::Archive,
        _ => Choice::Pass,
    }
}

/// The extension of a name in small letters; a name that begins with its only dot has none.
pub(super) fn extension(relative: &str) -> Option<String> {
    written_extension(relative).map(str::to_lowercase)
}

/// The extension as it is written.
fn written_extension(relative: &str) -> Option<&str> {
    let name = relative.rsplit('/').next().unwrap_or(relative);
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty() && !extension.is_empty()).then_some(extension)
}

fn globs(option: &'static str, patterns: &[String]) -> Result<Globs, SelectionError> {
    let wrong = |pattern: &str, error: &globset::Error| SelectionError {
        option,
        pattern: pattern.to_owned(),
        reason: error.kind().to_string(),
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        // A separator at the end says that a folder is meant, which is all that the walk asks about.
        let pattern = pattern.trim_end_matches('/');
        let whole = if pattern.contains('/') {
            pattern
                .trim_start_matches("./")
                .trim_start_matches('/')
                .to_owned()
        } else {
            format!("**/{pattern}")
        };
        let glob = GlobBuilder::new(&whole)
            .case_insensitive(true)
            .literal_separator(true)
            .build()
            .map_err(|error| wrong(pattern, &error))?;
        set.add(glob);
    }
    let set = set.build();
    let unmet = |pattern: &String| (pattern.clone(), AtomicBool::new(false));
    Ok(Globs {
        option,
        set: set.map_err(|error| wrong(&patterns.join(" "), &error))?,
        patterns: patterns.iter().map(unmet).collect(),
        idle: Arc::new(AtomicUsize::new(patterns.len())),
    })
}

impl Globs {
    fn match_any(&self, relative: &str) -> bool {
        if self.idle.load(Ordering::Relaxed) == 0 {
            return !self.set.is_empty() && self.set.is_match(relative);
        }
        let matching = self.set.matches(relative);
        for index in &matching {
            let (_, met) = &self.patterns[*index];
            if !met.swap(true, Ordering::Relaxed) {
                self.idle.fetch_sub(1, Ordering::Relaxed);
            }
        }
        !matching.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(include: &[&str], exclude: &[&str]) -> Selection {
        let owned = |globs: &[&str]| {
            globs
                .iter()
                .map(|glob| (*glob).to_owned())
                .collect::<Vec<_>>()
        };
        Selection::new(&owned(include), &owned(exclude)).unwrap()
    }

    #[test]
    fn by_default_xml_and_what_has_no_extension() {
        let default = selection(&[], &[]);
        for (name, choice) in [
            ("a/b.xml", Choice::Read),
            ("a/B.XML", Choice::Read),
            ("a/b.Xml", Choice::Read),
            ("a/b", Choice::Sniff),
            ("a.d/b", Choice::Sniff),
            (".htaccess", Choice::Sniff),
            (".xml", Choice::Sniff),
            ("a/.xml", Choice::Sniff),
            ("a/b.ZIP", Choice::Zip),
            ("a/b.xml.gz", Choice::Gzip),
            ("a/b.tar.GZ", Choice::Archive),
            ("a/b.7Z", Choice::Archive),
            ("a/b.pdf", Choice::Pass),
            ("a/b.xml.bak", Choice::Pass),
        ] {
            assert_eq!(default.choose(name), choice, "{name}");
        }
    }

    #[test]
    fn globs_that_match_nothing_are_known() {
        let some = selection(&["*.txt", "x/*"], &["lixo", "*/outros"]);
        assert_eq!(some.idle().len(), 4);
        for name in ["a/b.txt", "a/lixo", "lixo", "outros"] {
            some.clone().choose(name);
            let _ = some.excludes(name);
        }
        let idle = [("include", "x/*"), ("exclude", "*/outros")];
        assert_eq!(
            some.idle(),
            idle.map(|(option, glob)| (option, glob.to_owned()))
        );
        some.choose("x/y");
        assert!(some.excludes("y/outros"));
        assert!(some.idle().is_empty() && some.excludes("LIXO") && !some.excludes("b"));
        assert!(selection(&[], &[]).idle().is_empty());
    }

    #[test]
    fn globs_choose_and_leave_out() {
        let some = selection(
            &["*.txt", "2019/**"],
            &["*-nfe.xml", "old/**", "lixo", "velho/"],
        );
        for (name, choice) in [
            ("a/b.TXT", Choice::Sniff),
            ("2019/x/y.dat", Choice::Sniff),
            ("2019/x/y.xml", Choice::Read),
            ("2019/x/y.zip", Choice::Zip),
            ("a/2019/y.dat", Choice::Pass),
            ("a/b.xml", Choice::Pass),
        ] {
            assert_eq!(some.choose(name), choice, "{name}");
        }
        for (name, out) in [
            ("a/1-nfe.xml", true),
            ("old/a/b.xml", true),
            ("a/lixo", true),
            ("a/velho", true),
            ("lixo/a.xml", false),
            ("a/old/b.xml", false),
        ] {
            assert_eq!(some.excludes(name), out, "{name}");
        }
        for (archive, name, choice) in [
            ("2019/a.zip", "x/y.xml", Some(Choice::Read)),
            ("2019/a.zip", "x/y.txt", Some(Choice::Pass)),
            ("2019/a.zip", "x/1-nfe.xml", None),
            ("2019/a.zip", "lixo/x/y.xml", None),
            ("old/a.zip", "y.xml", None),
        ] {
            assert_eq!(some.choose_member(archive, name), choice, "{name}");
        }
        assert!(Selection::new(&["[".to_owned()], &[]).is_err());
    }
}
