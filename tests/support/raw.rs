//! A server that does with each connection what a test says, down to the byte; with TLS or without.

use std::io::{BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::fake::{self, Answer, Request};

/// The server.
pub struct Raw {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
}

impl Raw {
    pub fn start(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let ended = Arc::new(AtomicBool::new(false));
        let (mine, serve) = (Arc::clone(&ended), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if mine.load(Ordering::Relaxed) {
                    return;
                }
                let serve = Arc::clone(&serve);
                if let Ok(stream) = stream {
                    let _ = stream.set_nodelay(true);
                    // Nobody is waited for longer than a test lasts.
                    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
                    let _ = stream.set_write_timeout(Some(Duration::from_secs(20)));
                    thread::spawn(move || serve(stream));
                }
            }
        });
        Self { address, ended }
    }

    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

/// Reads a request to its end.
pub fn request(stream: &mut impl Read) -> Option<Request> {
    fake::read(&mut BufReader::new(stream))
}

/// The bytes of the answer that everything of `request` is taken.
pub fn accepted(request: &Request) -> Vec<u8> {
    let Answer::Reply { body, .. } = Answer::accepted(request) else {
        return Vec::new();
    };
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
    format!("{head}{length}\r\n\r\n{body}").into_bytes()
}

/// Writes `bytes` again and again until nobody takes them.
pub fn pour(stream: &mut impl Write, bytes: &[u8], times: usize) {
    for _ in 0..times {
        if stream.write_all(bytes).is_err() {
            return;
        }
    }
}

/// A certificate of this machine's that nobody vouches for, as PEM, and what a server needs to show it.
pub fn certificate(name: &str) -> (String, Arc<ServerConfig>) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let chain: Vec<CertificateDer<'static>> = vec![made.cert.der().clone()];
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (made.cert.pem(), Arc::new(config))
}

/// The server's end of TLS over `stream`.
pub fn tls(
    stream: TcpStream,
    config: &Arc<ServerConfig>,
) -> StreamOwned<ServerConnection, TcpStream> {
    let connection = ServerConnection::new(Arc::clone(config)).unwrap();
    StreamOwned::new(connection, stream)
}
