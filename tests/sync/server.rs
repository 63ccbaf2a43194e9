//! A small HTTP server on the loopback address that answers as a test tells it, and ends with the test.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The lines of a request's head, lower case.
pub type Head = Vec<String>;
/// Answers the n-th request, from 0, on its stream.
type Answer = dyn Fn(usize, &Head, &mut TcpStream) + Send + Sync;

/// A server.
pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Head>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// A server that answers so.
    pub fn new(answer: impl Fn(usize, &Head, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let requests: Arc<Mutex<Vec<Head>>> = Arc::default();
        let stop = Arc::new(AtomicBool::new(false));
        let (seen, stopped) = (Arc::clone(&requests), Arc::clone(&stop));
        let answer: Arc<Answer> = Arc::new(answer);
        let count = Arc::new(AtomicUsize::new(0));
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (seen, answer, count) = (Arc::clone(&seen), Arc::clone(&answer), Arc::clone(&count));
                thread::spawn(move || serve(stream, &seen, &*answer, &count));
            }
        });
        Self { address, requests, stop, thread: Some(thread) }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The heads of all requests so far.
    pub fn requests(&self) -> Vec<Head> {
        self.requests.lock().expect("not poisoned").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // The listener waits for somebody; this is who.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut stream: TcpStream, seen: &Mutex<Vec<Head>>, answer: &Answer, count: &AtomicUsize) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
    let mut head = Head::new();
    while let Some(Ok(line)) = lines.next() {
        if line.is_empty() {
            break;
        }
        head.push(line.to_ascii_lowercase());
    }
    if head.is_empty() {
        return;
    }
    let number = count.fetch_add(1, Ordering::SeqCst);
    seen.lock().expect("not poisoned").push(head.clone());
    answer(number, &head, &mut stream);
}

/// Sends a whole answer; a client that went away is its own affair.
pub fn send(stream: &mut TcpStream, status: &str, headers: &[&str], body: &[u8]) {
    head(stream, status, headers, Some(body.len()));
    let _ = stream.write_all(body);
}

/// Sends the head of an answer.
pub fn head(stream: &mut TcpStream, status: &str, headers: &[&str], length: Option<usize>) {
    let mut text = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    if let Some(length) = length {
        text.push_str(&format!("Content-Length: {length}\r\n"));
    }
    text.push_str("\r\n");
    let _ = stream.write_all(text.as_bytes());
}
