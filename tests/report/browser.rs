//! The page in a real browser, where there is one: it loads without a message on the console and without a request.
//! Where no Chromium is installed, these tests pass without having looked.

use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;

use super::{CLIENT, books, report};

/// The browser asks its maker for updates and the time, whatever page it shows.
const OWN_HOSTS: &str =
    r"^https?://([a-z0-9-]+\.)*(google\.com|googleapis\.com|gvt1\.com|gstatic\.com)/";

/// The addresses in a log of the network that are not the browser's own.
fn asked_for(log: &str) -> Vec<String> {
    let own = Regex::new(OWN_HOSTS).unwrap();
    let asked = Regex::new(r#""url":"(https?://[^"]*)""#).unwrap();
    let asked = asked.captures_iter(log).map(|one| one[1].to_owned());
    asked.filter(|url| !own.is_match(url)).collect()
}

/// Shows the page and says what it wrote to the console and asked the network for.
fn shown(folder: &Path, page: &str, width: u32) -> Option<Vec<String>> {
    let log = folder.join("net.json");
    let address = format!("file://{}", folder.join(page).display());
    let done = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--enable-logging=stderr",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
        ])
        .arg("--host-resolver-rules=MAP * ~NOTFOUND")
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!(
            "--screenshot={}",
            folder.join("shot.png").display()
        ))
        .arg(format!("--window-size={width},1200"))
        .arg(address)
        .output()
        .ok()?;
    assert!(folder.join("shot.png").exists(), "{done:?}");
    let mut noticed = asked_for(&fs::read_to_string(log).unwrap());
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    noticed.extend(
        said.lines()
            .filter(|line| line.contains("CONSOLE"))
            .map(str::to_owned),
    );
    Some(noticed)
}

#[test]
fn a_browser_has_nothing_to_say_about_the_page() {
    let bench = books(5_000);
    report(&bench, &[]);
    report(&bench, &["--client", CLIENT, "-o", "client.html"]);
    for (page, width) in [
        ("report.html", 1280),
        ("report.html", 500),
        ("client.html", 1280),
    ] {
        let Some(noticed) = shown(&bench.path("."), page, width) else {
            return;
        };
        assert!(noticed.is_empty(), "{page}: {noticed:?}");
    }
}

#[test]
fn a_browser_would_have_noticed() {
    let bench = books(100);
    let page = "<img src=\"http://127.0.0.1:9/a.png\"><script>console.error('said')</script>";
    fs::write(bench.path("bad.html"), page).unwrap();
    if let Some(noticed) = shown(&bench.path("."), "bad.html", 500) {
        assert!(
            noticed.iter().any(|one| one.contains("a.png")),
            "{noticed:?}"
        );
        assert!(
            noticed.iter().any(|one| one.contains("said")),
            "{noticed:?}"
        );
    }
}
