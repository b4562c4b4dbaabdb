//! Which files of an archive are looked at. Pure.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// What is done with a file, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// It is read as a document.
    Read,
    /// It is read only if it begins as XML does.
    Sniff,
    /// It is an archive file.
    Archive,
    /// It is passed over.
    Pass,
}

/// The globs of `--include` and `--exclude`.
#[derive(Debug, Clone)]
pub struct Selection {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

/// A glob that is none.
#[derive(Debug, thiserror::Error)]
#[error("--{option}: {reason}")]
pub struct SelectionError {
    option: &'static str,
    reason: String,
}

/// Extensions of archive files.
const ARCHIVES: [&str; 9] = ["zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "zst"];

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

    /// Whether the file or folder at `relative` (with `/`) stays out; an excluded folder is not entered.
    #[must_use]
    pub fn excludes(&self, relative: &str) -> bool {
        matches(&self.exclude, relative)
    }

    /// What is done with the file at `relative`.
    pub(super) fn choose(&self, relative: &str) -> Choice {
        let included = self.include.as_ref().map(|globs| matches(globs, relative));
        if included == Some(false) {
            return Choice::Pass;
        }
        match extension(relative) {
            None => Choice::Sniff,
            Some(extension) if extension == "xml" => Choice::Read,
            Some(extension) if ARCHIVES.contains(&extension.as_str()) => Choice::Archive,
            Some(_) if included.is_some() => Choice::Sniff,
            Some(_) => Choice::Pass,
        }
    }
}

/// The extension of a name in small letters; a name that begins with its only dot has none.
pub(super) fn extension(relative: &str) -> Option<String> {
    let name = relative.rsplit('/').next().unwrap_or(relative);
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty() && !extension.is_empty()).then(|| extension.to_lowercase())
}

fn globs(option: &'static str, patterns: &[String]) -> Result<GlobSet, SelectionError> {
    let wrong = |error: globset::Error| SelectionError {
        option,
        reason: error.to_string(),
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
            .map_err(wrong)?;
        set.add(glob);
    }
    set.build().map_err(wrong)
}

fn matches(set: &GlobSet, relative: &str) -> bool {
    set.is_match(relative)
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
            ("a/b.zip", Choice::Archive),
            ("a/b.7Z", Choice::Archive),
            ("a/b.pdf", Choice::Pass),
            ("a/b.xml.bak", Choice::Pass),
        ] {
            assert_eq!(default.choose(name), choice, "{name}");
        }
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
            ("2019/x/y.zip", Choice::Archive),
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
        assert!(Selection::new(&["[".to_owned()], &[]).is_err());
    }
}
