//! Makes up the books of a long upload: a manifest of so many rows, and the journal of several nights with quiet
//! hours, outages and rejections.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use malote::digest::ContentHash;

/// The client that every test asks for, and every eighth document is of.
pub const CLIENT: &str = "11.222.333/0001-81";

/// What to make.
pub struct Books {
    /// Rows to send.
    pub rows: u64,
    /// Documents a second while they leave.
    pub rate: f64,
    /// How many of the last rows are still pending.
    pub pending: u64,
}

/// Friday, 20 November 2026, 18:00 in Brasília.
const START: f64 = 1_795_208_400.0;

const HOUR: f64 = 3600.0;

const QUIET: &str = "quiet-hours";

impl Books {
    /// Writes `malote.csv` and `malote.journal.csv` into `folder`.
    pub fn write(&self, folder: &Path) {
        let mut manifest = BufWriter::new(File::create(folder.join("malote.csv")).unwrap());
        let header =
            "action,notes,kind,event,route,id,issuer,recipient,issued,status,bytes,sha256,path";
        writeln!(manifest, "{header}").unwrap();
        for row in 0..self.rows {
            let line = row_of(row);
            writeln!(manifest, "{line}").unwrap();
        }
        manifest.flush().unwrap();
        let sha256 = ContentHash::of(&std::fs::read(folder.join("malote.csv")).unwrap());
        let file = File::create(folder.join("malote.journal.csv")).unwrap();
        let mut journal = Journal {
            file: BufWriter::new(file),
            now: START,
        };
        journal.raw("time,event,sha256,id,route,http,attempt,millis,client,message,crc");
        journal.begin(&sha256);
        for row in 0..self.rows - self.pending {
            journal.pass_time(1.0 / self.rate, &sha256);
            journal.settle(row);
        }
        journal.note(
            "end",
            &format!(
                "{}; planned {}",
                if self.pending > 0 {
                    "interrupted"
                } else {
                    "finished"
                },
                self.rows
            ),
        );
        journal.file.flush().unwrap();
    }
}

fn row_of(row: u64) -> String {
    if row % 29 == 28 {
        let path = format!("/acervo/copias/{row}.xml");
        return format!(
            "skip,duplicate-of:/acervo/{row}.xml,nfe,,importarxmlnfearray,{},{},,{},authorised,7000,{},{path}",
            id(row - 1),
            issuer(row - 1),
            issued(row - 1),
            hash(row - 1)
        );
    }
    let (kind, route) = kind(row);
    let recipient = if row % 8 == 3 { CLIENT } else { "" };
    format!(
        "send,,{kind},,{route},{},{},{recipient},{},authorised,7000,{},/acervo/{}/{row}.xml",
        id(row),
        issuer(row),
        issued(row),
        hash(row),
        year(row)
    )
}

fn hash(row: u64) -> ContentHash {
    ContentHash::of(&row.to_le_bytes())
}

fn id(row: u64) -> String {
    let prefix = if kind(row).0 == "cte" { "CTe" } else { "NFe" };
    format!(
        "{prefix}35{:02}0511222333000181550010{row:018}",
        year(row) % 100
    )
}

fn kind(row: u64) -> (&'static str, &'static str) {
    match row % 10 {
        0..7 => ("nfe", "importarxmlnfearray"),
        7 => ("cte", "importarxmlctearray"),
        8 => ("nfce", "importarxmlnfearray"),
        _ => ("nfe-event", "importarxmlnfeeventarray"),
    }
}

fn year(row: u64) -> u64 {
    2012 + row * 31 % 97 % 14
}

fn issued(row: u64) -> String {
    format!("{}-{:02}-{:02}", year(row), row % 12 + 1, row % 28 + 1)
}

fn issuer(row: u64) -> String {
    match row % 8 {
        0 => CLIENT.to_owned(),
        1..4 => format!("44.555.{:03}/0001-81", row % 7 + 100),
        _ => format!("77.{:03}.{:03}/0001-09", row % 89 + 100, row % 31 + 100),
    }
}

struct Journal {
    file: BufWriter<File>,
    now: f64,
}

impl Journal {
    fn raw(&mut self, line: &str) {
        writeln!(self.file, "{line}").unwrap();
    }

    fn record(&mut self, rest: &str) {
        let line = format!("{},{rest}", time(self.now));
        let sum = crc32fast::hash(line.as_bytes());
        self.raw(&format!("{line},{sum:08x}"));
    }

    fn note(&mut self, event: &str, message: &str) {
        let message = message.replace('"', "\"\"");
        self.record(&format!("{event},,,,,,,,\"{message}\""));
    }

    fn begin(&mut self, manifest: &ContentHash) {
        let settings = r#"{"rate":"11/s","concurrency":16,"batch":1,"quiet_hours":"mon-fri 00:00-18:00","timezone":"America/Sao_Paulo","outage_limit":"26h"}"#;
        self.note("begin", &format!(
            r#"{{"format":1,"version":"0.1.0","host":"escritorio.app.questorpublico.com.br","manifest":"malote.csv","manifest_sha256":"{manifest}","settings":{settings}}}"#
        ));
    }

    /// The next document leaves so much later, and later still where nothing leaves.
    fn pass_time(&mut self, seconds: f64, manifest: &ContentHash) {
        let before = self.now;
        self.now += seconds;
        let hour = |time: f64| (time - START) / HOUR;
        // Every night at 21:20, and on the first Saturday from 02:10 to 05:40, Zen does not answer.
        let evening =
            (hour(self.now) - 10.0 / 3.0).rem_euclid(24.0) < hour(self.now) - hour(before);
        let long = hour(before) < 8.2 && hour(self.now) >= 8.2;
        if evening || long {
            self.outage(if long { 3.5 * HOUR } else { 700.0 });
        }
        if let Some(until) = quiet_until(self.now) {
            self.pause(QUIET, until);
            self.now = until;
            self.note("resume", QUIET);
            self.note("end", "until; planned 0");
            self.now += 2.0;
            self.begin(manifest);
        }
    }

    fn pause(&mut self, code: &str, until: f64) {
        let until = time(until);
        self.note("pause", &format!("{code} until {until}"));
    }

    fn outage(&mut self, seconds: f64) {
        let end = self.now + seconds;
        let mut wait = 30.0;
        while self.now < end {
            let until = self.now + wait;
            self.pause("outage", until);
            self.now = until;
            self.note("resume", "outage");
            self.now += 3.0;
            wait = (wait * 2.0f64).min(900.0);
        }
    }

    fn settle(&mut self, row: u64) {
        if row % 29 == 28 {
            return;
        }
        let common = format!("{},{},{}", hash(row), id(row), kind(row).1);
        if row % 50_021 != 50_020 {
            self.record(&format!("attempt,{common},,1,,,"));
        }
        let client: String = issuer(row).chars().filter(char::is_ascii_digit).collect();
        let outcome = outcome(row, &client);
        self.record(&outcome.replace("COMMON", &common));
    }
}

fn outcome(row: u64, client: &str) -> String {
    match row {
        _ if row % 211 == 7 => format!(
            "rejected,COMMON,200,1,90,{client},Cliente {client} não cadastrado no escritório"
        ),
        _ if row % 1_009 == 8 => format!(
            "rejected,COMMON,200,1,90,,\"Competência {:02}/{} encerrada; reabra o período\"",
            row % 12 + 1,
            year(row)
        ),
        _ if row % 9_973 == 9 => {
            format!("rejected,COMMON,422,1,90,{client},<script>alert({row})</script>")
        }
        _ if row % 19_937 == 10 => "rejected,COMMON,422,1,90,,=cmd|' /C calc'!A0".to_owned(),
        _ if row % 50_021 == 11 => "unknown,COMMON,,1,120000,,operation timed out".to_owned(),
        _ if row % 60_013 == 12 => "missing,COMMON,,,,,No such file or directory".to_owned(),
        _ if row % 70_001 == 13 => "changed,COMMON,,,,,the file's SHA-256 is another".to_owned(),
        _ if row % 30_011 == 14 => "failed,COMMON,500,3,410,,Erro interno do servidor".to_owned(),
        _ if row % 401 == 15 => {
            format!("accepted,COMMON,200,1,80,{client},already-there Documento já importado")
        }
        _ => format!("accepted,COMMON,200,1,80,{client},Documento importado com sucesso"),
    }
}

/// The end of the quiet hours, mon-fri 00:00-18:00, that `now` lies in.
fn quiet_until(now: f64) -> Option<f64> {
    let hours = (now - START) / HOUR + 18.0;
    let (day, hour) = ((hours / 24.0).floor(), hours.rem_euclid(24.0));
    // Day 0 is the Friday.
    let weekend = matches!((day + 4.0).rem_euclid(7.0), 5.0..7.0);
    (!weekend && hour < 18.0).then_some(START + day * 24.0 * HOUR)
}

#[expect(clippy::cast_possible_truncation, reason = "a time of this century")]
fn time(seconds: f64) -> String {
    let millis = (seconds * 1000.0) as i64;
    let zone = TimeZone::fixed(Offset::constant(-3));
    let time = Timestamp::from_millisecond(millis)
        .unwrap()
        .to_zoned_datetime(zone);
    let mut text = String::new();
    write!(text, "{}", time.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z")).unwrap();
    text
}
