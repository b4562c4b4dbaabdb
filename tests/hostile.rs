//! Documents, names and answers that mean harm: they are planned, sent or passed over, and harm neither the program, nor
//! whoever opens its files in a spreadsheet, nor the terminal.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::fake::{Answer, Fake};
use crate::support::{Bench, TOKEN, records};

/// Memory that two large documents at once may take, in kB: each is there as bytes and as text, and its longest piece
/// once more.
const MOST_KB: u64 = 400_000;

fn key(folder: &Path) -> String {
    let mut names = fs::read_dir(folder).unwrap();
    let name = names.next().unwrap().unwrap().file_name();
    name.to_string_lossy()[..44].to_owned()
}

/// Documents that mean harm, by their names.
fn documents(key: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut laughs = String::from("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a0 \"ha\">");
    for level in 1..30 {
        let before = format!("&a{};", level - 1).repeat(10);
        write!(laughs, "<!ENTITY a{level} \"{before}\">").unwrap();
    }
    write!(
        laughs,
        "]><NFe><infNFe Id=\"NFe{key}\">&a29;</infNFe></NFe>"
    )
    .unwrap();
    let outside = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\
         <NFe><infNFe Id=\"NFe{key}\">&x;</infNFe></NFe>"
    );
    let deep = [
        &b"<NFe>"[..],
        &b"<a>".repeat(100_000),
        &b"</a>".repeat(100_000),
        b"</NFe>",
    ]
    .concat();
    let unclosed = b"<a>".repeat(100_000);
    let attribute = format!(
        "<NFe><infNFe Id=\"{}\" versao=\"4.00\"/></NFe>",
        "A".repeat(30_000_000)
    );
    let huge = format!(
        "<NFe><infNFe Id=\"{}\" versao=\"4.00\"/></NFe>",
        "A".repeat(100_000_000)
    );
    let text = format!(
        "<NFe><infNFe Id=\"NFe{key}\">{}</infNFe></NFe>",
        "&amp;".repeat(6_000_000)
    );
    let mut names = String::from("<NFe");
    for number in 0..200_000 {
        write!(names, " a{number}=\"\"").unwrap();
    }
    names.push_str("/>");
    let spaces = format!(
        "<NFe xmlns:a=\"b\">{}</NFe>",
        "<a:b xmlns:a=\"c\"/>".repeat(100_000)
    );
    let latin = [
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><NFe><infNFe Id=\"NFe\xff\xfe\xe9\"/></NFe>"
            .as_slice(),
    ]
    .concat();
    let formula =
        b"<NFe><infNFe Id=\"=cmd|' /C calc'!A0\"><emit><CNPJ>@SUM(A1)</CNPJ></emit></infNFe></NFe>"
            .to_vec();
    let controls =
        format!("<NFe><infNFe Id=\"\u{1b}[31m\u{9b}m&#27;&#x9b;\n\r\t\u{202e}{key}\"/></NFe>");
    vec![
        ("laughs.xml", laughs.into_bytes()),
        ("huge.xml", huge.into_bytes()),
        ("outside.xml", outside.into_bytes()),
        ("deep.xml", deep),
        ("unclosed.xml", unclosed),
        ("attribute.xml", attribute.into_bytes()),
        ("entities.xml", text.into_bytes()),
        ("names.xml", names.into_bytes()),
        ("namespaces.xml", spaces.into_bytes()),
        ("latin.xml", latin),
        ("=cmd|' !A0.xml", formula),
        ("controls.xml", controls.into_bytes()),
        ("utf16.xml", b"\xff\xfe<\0N\0F\0\x00\xd8".to_vec()),
        ("nulls.xml", vec![0; 100_000]),
        ("empty.xml", Vec::new()),
        (
            "comment.xml",
            [&b"<!--"[..], &b"-".repeat(1_000_000)].concat(),
        ),
        ("cdata.xml", b"<NFe><![CDATA[]]]]><![CDATA[>".repeat(10_000)),
    ]
}

/// No cell begins as a formula does, and no sign is one that a terminal obeys.
fn assert_harmless(text: &str) {
    let formula = ['=', '+', '-', '@', '\t', '\r'];
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(formula), "{cell:.100}");
            assert!(!cell.chars().any(char::is_control), "{cell:.100?}");
        }
    }
}

#[test]
fn documents_that_mean_harm_are_planned_within_bounds_and_what_is_left_is_sent() {
    let bench = Bench::new();
    bench.archive(3, 0);
    let folder = bench.path("archive/000");
    let key = key(&folder);
    let documents = documents(&key);
    for (name, bytes) in &documents {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let plan = ["plan", "archive", "--force"];
    let (done, peak) = bench.bounded(&plan).finish_measured();
    assert!([0, 1].contains(&done.status), "{done:?}");
    assert!(peak < MOST_KB, "{peak} kB");
    done.assert_no_controls();
    let manifest = bench.read("malote.csv");
    assert_harmless(&manifest);
    let rows = records(&manifest);
    for (name, bytes) in &documents {
        let row = rows
            .iter()
            .find(|row| row["path"].ends_with(&format!("/{name}")));
        let row = row.unwrap_or_else(|| panic!("{name} has no row"));
        assert_eq!(row["bytes"], bytes.len().to_string(), "{name}");
    }
    let sent = rows.iter().filter(|row| row["action"] == "send").count();
    assert_eq!(sent, 3, "nothing that means harm is sent");
    // A reviewer who turns every row into one to send gets what he asked for, and no more.
    let turned = manifest.replace("\nskip,", "\nsend,");
    let lines = turned
        .lines()
        .filter(|line| line.starts_with("action") || line.contains("importarxml"));
    let turned: Vec<_> = lines.collect();
    fs::write(bench.path("malote.csv"), turned.join("\n")).unwrap();
    let fake =
        Fake::start(|_| Answer::new(422, "application/json", "{\"Message\":\"=1+1\u{1b}[31m\"}"));
    let (done, peak) = bench
        .begin(&fake.url(), &["--attempts", "1"])
        .finish_measured();
    assert!(peak < MOST_KB, "{peak} kB: {done:?}");
    done.assert_no_controls();
    assert_harmless(&bench.read("malote.journal.csv"));
    let done = bench.malote(&["diff", "malote.csv"]);
    done.assert_no_controls();
    let done = bench.malote(&["diff", "malote.csv", "--format", "csv"]);
    assert_harmless(&done.out);
}

#[test]
fn what_a_server_says_opens_harmlessly() {
    let words = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m",
        "a\nb,c;d\"e",
        "\u{ff1d}1",
        "\u{202e}fdp.exe",
    ];
    let bench = Bench::new();
    bench.archive(10, 0);
    let fake = Fake::start(move |request| {
        let key = &request.keys()[0];
        let number = request.number % words.len();
        Answer::entries(request, |one| {
            if one == key {
                Err(words[number])
            } else {
                Ok("")
            }
        })
    });
    let done = bench.send(&fake.url(), &["--concurrency", "1"]);
    assert_eq!(done.status, 1, "{done:?}");
    done.assert_no_controls();
    assert_harmless(&bench.read("malote.journal.csv"));
    for format in ["table", "csv"] {
        let done = bench.malote(&["diff", "malote.csv", "--format", format]);
        done.assert_no_controls();
        assert!(!done.out.contains('\u{202e}'), "{done:?}");
        if format == "csv" {
            assert_harmless(&done.out);
            assert_eq!(records(&done.out).len(), 10);
        }
    }
}

#[cfg(unix)]
#[test]
fn names_that_mean_harm_are_shown_escaped_and_their_files_are_sent() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::new();
    bench.archive(8, 0);
    let folder = bench.path("archive/000");
    let entries = fs::read_dir(&folder).unwrap();
    let files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    let names: [&[u8]; 8] = [
        b"2019.zip!",
        b"=cmd|' !A0",
        b"\x1b[31m\x07",
        b"\xff\xfe\xe9",
        b"a\nb\r,;\"",
        b"100%41%0a",
        b"\xc2\x9b31m",
        b"\xe2\x80\xae..",
    ];
    for (file, name) in files.iter().zip(names) {
        let inner = folder.join(OsStr::from_bytes(name));
        fs::create_dir(&inner).unwrap();
        let name = [name, b".xml"].concat();
        fs::rename(file, inner.join(OsStr::from_bytes(&name))).unwrap();
    }
    let done = bench.plan(&bench.path("archive"));
    done.assert_no_controls();
    let manifest = bench.read("malote.csv");
    assert_harmless(&manifest);
    assert_eq!(records(&manifest).len(), 8);
    let fake = Fake::start(Answer::accepted);
    let done = bench.send(&fake.url(), &[]);
    assert_eq!((done.status, fake.count()), (0, 8), "{done:?}");
    done.assert_no_controls();
}

/// A manifest that names a file outside sends it only if it is what the manifest says by its hash.
#[test]
fn a_path_that_leaves_the_archive_leads_to_nothing_that_was_not_planned() {
    let bench = Bench::new();
    bench.archive(2, 0);
    fs::write(bench.path("secret.xml"), "<NFe>secret</NFe>").unwrap();
    let rows = records(&bench.read("malote.csv"));
    let manifest = bench.read("malote.csv");
    let inside = rows[0]["path"].clone();
    for outside in [
        "../secret.xml",
        "archive/../secret.xml",
        "/etc/passwd",
        "/proc/self/environ",
    ] {
        fs::write(bench.path("malote.csv"), manifest.replace(&inside, outside)).unwrap();
        let fake = Fake::start(Answer::accepted);
        let options = ["--journal", "j.csv", "--max-duration", "2s"];
        let done = bench.send(&fake.url(), &options);
        // A file that is not there may be taken for an archive that is not, and waited for.
        assert!([1, 3].contains(&done.status), "{outside}: {done:?}");
        for request in fake.requests() {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            assert!(
                !text.contains("secret") && !text.contains("root:"),
                "{outside}"
            );
            assert!(!text.contains(TOKEN), "{outside}");
        }
    }
}

#[cfg(unix)]
#[test]
fn names_on_the_command_line_are_shown_escaped() {
    let bench = Bench::new();
    for args in [
        &["run", "\u{1b}[31m.csv", "--sandbox"][..],
        &["diff", "\u{1b}[31m.csv"],
        &["plan", "\u{1b}[31m"],
        &["run", "a.csv", "--sandbox", "--rate", "\u{1b}[31m"],
    ] {
        bench.malote(args).assert_no_controls();
    }
}
