//! A server that does as little as one can that answers as Zen does: it finds the keys in a request and says that all is
//! well. It notes when each document came.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::Ipv4Addr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// What the server remembers.
struct Memory {
    start: Instant,
    arrivals: Mutex<Vec<f64>>,
    /// Share of requests that are answered with 500.
    fail: f64,
    requests: AtomicU64,
}

/// Serves until its standard input is closed; then tells when each document came, in seconds.
pub fn serve() {
    let fail = std::env::var("BENCH_FAIL")
        .ok()
        .and_then(|share| share.parse().ok());
    let memory = Arc::new(Memory {
        start: Instant::now(),
        arrivals: Mutex::default(),
        fail: fail.unwrap_or(0.0),
        requests: AtomicU64::new(0),
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let kept = Arc::clone(&memory);
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = std::io::stdin().read_line(&mut line);
        let mut out = std::io::stdout().lock();
        for time in kept.arrivals.lock().unwrap().iter() {
            let _ = writeln!(out, "{time:.6}");
        }
        let _ = out.flush();
        std::process::exit(0);
    });
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = stream.set_nodelay(true);
            let memory = Arc::clone(&memory);
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(request, Arc::clone(&memory)));
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
}

async fn answer(
    request: Request<Incoming>,
    memory: Arc<Memory>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let body = request.into_body().collect().await?.to_bytes();
    let now = memory.start.elapsed().as_secs_f64();
    let mut entries = String::from("[");
    let marker = b"Id=\\\"NFe";
    let mut count = 0;
    for start in memchr::memmem::find_iter(&body, marker) {
        let key = &body[start + marker.len()..][..44];
        if count > 0 {
            entries.push(',');
        }
        entries.push_str("{\"Key\":\"");
        entries.push_str(std::str::from_utf8(key).unwrap_or_default());
        entries.push_str("\",\"Success\":true,\"Message\":\"Documento importado com sucesso\",\"CnpjClient\":\"11222333000181\"}");
        count += 1;
    }
    entries.push(']');
    memory
        .arrivals
        .lock()
        .unwrap()
        .extend(std::iter::repeat_n(now, count.max(1)));
    let number = memory.requests.fetch_add(1, Ordering::Relaxed);
    let spread = (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f64 / f64::from(1u32 << 24);
    let status = if spread < memory.fail && number > 0 {
        500
    } else {
        200
    };
    Ok(Response::builder()
        .status(status)
        .header("Content-Type", "application/json")
        .body(Full::new(Bytes::from(entries)))
        .unwrap_or_default())
}

/// The server as a process of its own.
pub struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    out: BufReader<std::process::ChildStdout>,
    url: String,
}

impl Process {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    pub fn start_with(variables: &[(&str, &str)]) -> Self {
        let mut command: Command = super::myself(&["serve"]);
        command
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut url = String::new();
        out.read_line(&mut url).unwrap();
        Self {
            child,
            stdin,
            out,
            url: url.trim().to_owned(),
        }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Ends the server; when each document came, in seconds, first to last.
    pub fn arrivals(mut self) -> Vec<f64> {
        drop(self.stdin.take());
        let lines = self.out.by_ref().lines();
        lines
            .map_while(Result::ok)
            .filter_map(|line| line.parse().ok())
            .collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
