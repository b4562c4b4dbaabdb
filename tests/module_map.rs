//! The table on the first page of the documentation is what the sources keep to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// What each module may import, by the table; `None`: anything.
fn map(page: &str) -> BTreeMap<String, Option<BTreeSet<String>>> {
    let row = Regex::new(r"(?m)^//! \| `(\w+)` \|[^|\n]*\|([^|\n]*)\|$").unwrap();
    row.captures_iter(page)
        .map(|row| {
            let names = row[2].split(',').map(|name| name.trim().trim_matches('`'));
            let names: BTreeSet<String> = names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect();
            let all = names.contains("all");
            (row[1].to_owned(), (!all).then_some(names))
        })
        .collect()
}

/// Which module each package belongs to, by the sentence below the table.
fn owners(page: &str) -> BTreeMap<String, String> {
    let sentence = page
        .split("//! Packages with a module to themselves:")
        .nth(1)
        .unwrap();
    let sentence = sentence.split("\n\n").next().unwrap().replace("\n//!", "");
    let group = Regex::new(r"((?:`\w+`(?: and )?)+) in `(\w+)`").unwrap();
    let mut owners = BTreeMap::new();
    for group in group.captures_iter(&sentence) {
        for package in group[1].split(" and ") {
            owners.insert(package.trim_matches('`').to_owned(), group[2].to_owned());
        }
    }
    owners
}

/// Every source file without comments and tests, with the module that it is in.
fn files(folder: &Path, module: Option<&str>, take: &mut dyn FnMut(&str, &Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let module = module.unwrap_or(&name);
        if path.is_dir() {
            if name != "tests" {
                files(&path, Some(module), take);
            }
        } else if path.extension().is_some_and(|end| end == "rs") && name != "tests" {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code: Vec<&str> = text
                .lines()
                .map(|line| line.split("//").next().unwrap())
                .collect();
            take(module, &path, &code.join("\n"));
        }
    }
}

#[test]
fn modules_import_what_the_first_page_says_and_nothing_else() {
    let page = fs::read_to_string(sources().join("lib.rs")).unwrap();
    let (map, owners) = (map(&page), owners(&page));
    assert!(map.len() > 20 && owners.len() > 8, "{map:?} {owners:?}");
    let own = Regex::new(r"\bcrate::(\w+)").unwrap();
    let foreign = Regex::new(r"\b(\w+)::").unwrap();
    let mut wrong = BTreeSet::new();
    let mut modules = BTreeSet::new();
    files(&sources(), None, &mut |module, path, code| {
        if ["lib", "main", "build"].contains(&module) {
            return;
        }
        modules.insert(module.to_owned());
        let Some(row) = map.get(module) else {
            wrong.insert(format!("{module} is not in the table"));
            return;
        };
        for name in own.captures_iter(code).map(|found| found[1].to_owned()) {
            let allowed = row.as_ref().is_none_or(|names| names.contains(&name));
            if name != module && !allowed {
                wrong.insert(format!("{}: {name}", path.display()));
            }
        }
        for name in foreign.captures_iter(code).map(|found| found[1].to_owned()) {
            if owners.get(&name).is_some_and(|owner| owner != module) {
                wrong.insert(format!("{}: the package {name}", path.display()));
            }
        }
    });
    assert_eq!(wrong, BTreeSet::new());
    let listed: BTreeSet<String> = map.into_keys().collect();
    assert_eq!(listed, modules, "the table and the folders");
}
