//! What a process costs. Its times are taken by hyperfine where that is installed, else by our own clock; its memory and
//! the bytes that it writes by looking at it now and then, in Linux' `/proc`; elsewhere they are nought.

use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What a process cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Seconds.
    pub wall: f64,
    /// Seconds of CPU, of all its threads.
    pub cpu: f64,
    /// Peak of its resident memory, MB.
    pub memory: f64,
    /// Bytes that it gave to the system to write, into files and sockets.
    pub written: f64,
}

/// Runs each command in turn, `rounds` times, and gives the fastest run of each. A round before that warms up, and is
/// looked at for memory and bytes.
pub fn best<const N: usize>(rounds: usize, commands: [&dyn Fn() -> Command; N]) -> [Cost; N] {
    let looked_at = commands.map(|command| watched(command()));
    let mut found = best_of_all(rounds, commands);
    for (best, looked_at) in found.iter_mut().zip(looked_at) {
        (best.memory, best.written) = (looked_at.memory, looked_at.written);
    }
    found
}

/// The same without a round before, and without memory and bytes.
pub fn best_of_all<const N: usize>(
    rounds: usize,
    commands: [&dyn Fn() -> Command; N],
) -> [Cost; N] {
    let mut found = [None::<Cost>; N];
    let hyperfine = has_hyperfine();
    for _ in 0..rounds {
        for (best, command) in found.iter_mut().zip(commands) {
            let cost = if hyperfine {
                timed(&command())
            } else {
                watched(command())
            };
            if best.is_none_or(|best| cost.wall < best.wall) {
                *best = Some(cost);
            }
        }
    }
    found.map(Option::unwrap_or_default)
}

/// What takes the times.
pub fn clock() -> &'static str {
    if has_hyperfine() {
        "hyperfine"
    } else {
        "a clock of our own, for hyperfine is not installed"
    }
}

/// Whether hyperfine is there to take the times.
fn has_hyperfine() -> bool {
    Command::new("hyperfine").arg("--version").output().is_ok()
}

/// Wall time and CPU, of its children too, of one run of `command`, by hyperfine.
fn timed(command: &Command) -> Cost {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line: Vec<String> = words.map(quoted).collect();
    let mut hyperfine = Command::new("hyperfine");
    hyperfine
        .args(["-N", "--runs", "1", "--style", "none", "-i"])
        .args(["--export-json", "/dev/stdout", &line.join(" ")]);
    for (name, value) in command.get_envs() {
        hyperfine.env(name, value.unwrap_or_default());
    }
    if let Some(folder) = command.get_current_dir() {
        hyperfine.current_dir(folder);
    }
    let output = hyperfine.output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let why = String::from_utf8_lossy(&output.stderr);
        panic!("{hyperfine:?}: {error}: {why}")
    });
    let run = &told["results"][0];
    let code = run["exit_codes"][0].as_i64();
    assert!(
        matches!(code, Some(0 | 1 | 3)),
        "{command:?} ended with {code:?}"
    );
    let seconds = |name: &str| run[name].as_f64().unwrap();
    Cost {
        wall: seconds("mean"),
        cpu: seconds("user") + seconds("system"),
        ..Cost::default()
    }
}

/// A word of a line of the shell.
fn quoted(word: &OsStr) -> String {
    format!("'{}'", word.to_str().unwrap().replace('\'', r"'\''"))
}

fn watched(command: Command) -> Cost {
    watch(command, Duration::from_millis(10), &mut |_| ())
}

/// Runs `command`; `look` is shown what it has cost so far, every `pause`.
pub fn watch(mut command: Command, pause: Duration, look: &mut (dyn FnMut(Cost) + Send)) -> Cost {
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = command
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let pid = child.id();
    let ended = AtomicBool::new(false);
    let (output, wall, mut cost) = std::thread::scope(|scope| {
        let looks = scope.spawn(|| {
            let mut last = Cost::default();
            while !ended.load(Ordering::Relaxed) {
                if let Some(cost) = cost_of(pid) {
                    last = cost;
                    look(cost);
                }
                std::thread::sleep(pause);
            }
            last
        });
        let status = child.wait();
        let wall = start.elapsed().as_secs_f64();
        ended.store(true, Ordering::Relaxed);
        (status, wall, looks.join().unwrap())
    });
    let status = output.unwrap();
    assert!(
        matches!(status.code(), Some(0 | 1 | 3)),
        "{command:?} ended with {status}"
    );
    cost.wall = wall;
    cost
}

fn cost_of(pid: u32) -> Option<Cost> {
    let read = |name: &str| fs::read_to_string(format!("/proc/{pid}/{name}")).ok();
    let number = |text: &str, name: &str| -> Option<f64> {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    let stat = read("stat")?;
    // Behind the name in brackets, which may hold blanks: state is the first, utime the 12th, stime the 13th.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(Cost {
        wall: 0.0,
        cpu: ticks / 100.0,
        memory: number(&read("status")?, "VmHWM:")? / 1024.0,
        written: number(&read("io")?, "wchar:")?,
    })
}

/// Mean documents a second over the first `seconds`, and the most in any second, of arrivals in seconds.
pub fn pace(times: &[f64], seconds: f64) -> (f64, usize) {
    let Some(first) = times.first() else {
        return (0.0, 0);
    };
    let within = times.iter().filter(|time| **time - first < seconds).count();
    let mut from = 0;
    let mut most = 0;
    for (to, time) in times.iter().enumerate() {
        while time - times[from] >= 1.0 {
            from += 1;
        }
        most = most.max(to - from + 1);
    }
    (within as f64 / seconds, most)
}
