//! Downloads of price sheets: from good, slow, broken, refusing and hostile servers.

pub mod server;

use std::cell::RefCell;
use std::io::Write as _;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use switchpoint::inputs::prices::sync::{
    Cache, Cached, Outcome, Policy, Surroundings, SyncError, Synced, Why, sync,
};
use tempfile::TempDir;

use self::server::{Server, head, send};

const JSON: &str = "Content-Type: application/json";
const SHEET: &[u8] = b"{\"sheet\": 1}";

/// A client with a cache of its own, short limits, and a memory of how long it was told to wait.
struct Client {
    folder: TempDir,
    policy: Policy,
    waits: RefCell<Vec<Duration>>,
}

impl Client {
    fn new() -> Self {
        let policy = Policy {
            connect: Duration::from_secs(2),
            stall: Duration::from_millis(300),
            deadline: Duration::from_millis(900),
            attempts: 3,
            back_off: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
            most_bytes: 1_000_000,
            redirects: 3,
        };
        Self { folder: tempfile::tempdir().expect("a folder"), policy, waits: RefCell::default() }
    }

    fn cache(&self) -> Cache {
        Cache::at(self.folder.path())
    }

    fn sync_at(&self, url: &str, now: &str) -> Result<Synced, SyncError> {
        let begun = Instant::now();
        let accept =
            |body: &[u8]| if body.starts_with(b"{") { Ok(()) } else { Err("it is no object".to_owned()) };
        let around = Surroundings {
            now: time(now),
            clock: &|| begun.elapsed(),
            sleep: &|wait| self.waits.borrow_mut().push(wait),
            accept: &accept,
        };
        sync("litellm", url, &self.policy, &self.cache(), &around)
    }

    fn sync(&self, url: &str) -> Result<Synced, SyncError> {
        self.sync_at(url, "2026-11-20T10:00:00Z")
    }

    fn body(&self) -> Vec<u8> {
        let cached = self.cache().get("litellm").expect("a note").expect("a sheet");
        self.cache().body(&cached).expect("a body")
    }

    /// A client that has a sheet already.
    fn with_sheet() -> Self {
        let client = Self::new();
        let server = Server::new(|_, _, stream| send(stream, "200 OK", &[JSON], SHEET));
        client.sync(&server.url("/")).expect("a sheet");
        client
    }

    /// That a sync failed, and that the sheet from before is there unchanged.
    fn keeps(&self, result: Result<Synced, SyncError>) -> Why {
        let failed = result.expect_err("a failure");
        assert_eq!(failed.kept.map(|kept| kept.bytes), Some(SHEET.len() as u64));
        assert_eq!(self.body(), SHEET);
        failed.why
    }
}

fn time(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("a time").to_utc()
}

#[test]
fn a_sheet_is_downloaded_with_its_digest_and_replaced_when_it_changed() {
    let client = Client::new();
    let server = Server::new(|number, _, stream| {
        let body = if number == 0 { SHEET } else { b"{\"sheet\": 2}" };
        send(stream, "200 OK", &[JSON, "ETag: \"v\""], body);
    });
    let first = client.sync(&server.url("/sheet.json")).expect("a sheet");
    assert_eq!((first.outcome, first.cached.bytes), (Outcome::New, SHEET.len() as u64));
    // printf '{"sheet": 1}' | sha256sum
    assert_eq!(first.cached.sha256, "68c8518fe164bfb86120982e5bea30181f26db85074a79946e0d936c6a4a0170");
    let second = client.sync_at(&server.url("/sheet.json"), "2026-11-21T10:00:00Z").expect("a sheet");
    assert_eq!(second.outcome, Outcome::Updated);
    assert_eq!(client.body(), b"{\"sheet\": 2}");
    assert!(server.requests()[0].contains(&format!("user-agent: switchpoint/{}", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn a_current_sheet_is_not_downloaded_again() {
    let client = Client::new();
    let server = Server::new(|_, request, stream| {
        let known = request.contains(&"if-none-match: \"v1\"".to_owned());
        let since = request.iter().any(|line| line.starts_with("if-modified-since: tue, 10 nov 2026"));
        match (known, since) {
            (true, true) => head(stream, "304 Not Modified", &[], None),
            _ => send(
                stream,
                "200 OK",
                &[JSON, "ETag: \"v1\"", "Last-Modified: Tue, 10 Nov 2026 00:00:00 GMT"],
                SHEET,
            ),
        }
    });
    client.sync(&server.url("/")).expect("a sheet");
    let again = client.sync_at(&server.url("/"), "2026-11-25T10:00:00Z").expect("a sheet");
    assert_eq!(again.outcome, Outcome::Unchanged);
    assert_eq!(again.cached.fetched_at, time("2026-11-20T10:00:00Z"));
    assert_eq!(
        client.cache().get("litellm").expect("a note").expect("a sheet").checked_at,
        time("2026-11-25T10:00:00Z")
    );
    // Another address knows nothing of that version.
    client.sync(&server.url("/other")).expect("a sheet");
    assert!(!server.requests()[2].iter().any(|line| line.starts_with("if-none-match")));
}

#[test]
fn nothing_changed_where_nothing_is_cached_is_an_error() {
    let server = Server::new(|_, _, stream| head(stream, "304 Not Modified", &[], None));
    let failed = Client::new().sync(&server.url("/")).expect_err("a failure");
    assert!(matches!(failed.why, Why::Refused(_)) && failed.kept.is_none());
}

#[test]
fn a_server_that_stops_sending_is_given_up_after_some_attempts() {
    let client = Client::with_sheet();
    let server = Server::new(|_, _, stream| {
        head(stream, "200 OK", &[JSON], Some(100));
        let _ = stream.write_all(b"{");
        thread::sleep(Duration::from_millis(700));
    });
    let why = client.keeps(client.sync(&server.url("/")));
    assert!(matches!(why, Why::Slow(_)), "{why}");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let client = Client::with_sheet();
    let server = Server::new(|_, _, _| thread::sleep(Duration::from_millis(600)));
    let why = client.keeps(client.sync(&server.url("/")));
    assert!(matches!(why, Why::Slow(_)), "{why}");
}

#[test]
fn a_slow_but_steady_server_has_until_the_deadline() {
    let drip = |pieces: usize| {
        Server::new(move |_, _, stream| {
            head(stream, "200 OK", &[JSON], Some(pieces + 1));
            for piece in 0..=pieces {
                let _ = stream.write_all(if piece == 0 { b"{" } else { b" " });
                thread::sleep(Duration::from_millis(100));
            }
        })
    };
    let mut client = Client::with_sheet();
    assert!(client.sync(&drip(4).url("/")).is_ok());
    client.policy.attempts = 1;
    client = Client { policy: client.policy, ..Client::with_sheet() };
    let why = client.keeps(client.sync(&drip(20).url("/")));
    assert!(matches!(why, Why::Slow(_)), "{why}");
}

#[test]
fn a_body_that_breaks_off_is_asked_for_again_and_never_kept() {
    let client = Client::with_sheet();
    let once = Server::new(|number, _, stream| match number {
        0 => {
            head(stream, "200 OK", &[JSON], Some(500));
            let _ = stream.write_all(b"{\"half\":");
        }
        _ => send(stream, "200 OK", &[JSON], b"{\"whole\": 1}"),
    });
    assert_eq!(client.sync(&once.url("/")).expect("a sheet").outcome, Outcome::Updated);
    let client = Client::with_sheet();
    let always = Server::new(|_, _, stream| {
        head(stream, "200 OK", &[JSON, "Transfer-Encoding: chunked"], None);
        let _ = stream.write_all(b"5\r\n{\"a\":\r\n");
    });
    let why = client.keeps(client.sync(&always.url("/")));
    assert!(matches!(why, Why::Broken(_)), "{why}");
    assert_eq!(always.requests().len(), 3);
}

#[test]
fn pages_for_people_and_other_texts_are_no_sheets_and_not_asked_for_again() {
    let client = Client::with_sheet();
    let portal = Server::new(|_, _, stream| {
        send(stream, "200 OK", &["Content-Type: text/html; charset=utf-8"], b"<html>");
    });
    let why = client.keeps(client.sync(&portal.url("/")));
    assert_eq!(why.to_string(), "the server sent `text/html; charset=utf-8`, which is no price sheet");
    let other = Server::new(|_, _, stream| send(stream, "200 OK", &["Content-Type: text/plain"], b"hello"));
    let why = client.keeps(client.sync(&other.url("/")));
    assert_eq!(why, Why::Refused("it is no object".to_owned()));
    assert_eq!((portal.requests().len(), other.requests().len()), (1, 1));
}

#[test]
fn a_server_that_asks_to_wait_is_left_alone_as_long_as_it_asks() {
    let client = Client::new();
    let server = Server::new(|number, _, stream| match number {
        0 => send(stream, "429 Too Many Requests", &["Retry-After: 7"], b""),
        1 => send(stream, "503 Service Unavailable", &["Retry-After: 86400"], b""),
        _ => send(stream, "200 OK", &[JSON], SHEET),
    });
    assert_eq!(client.sync(&server.url("/")).expect("a sheet").outcome, Outcome::New);
    assert_eq!(*client.waits.borrow(), [Duration::from_secs(7), Duration::from_secs(60)]);
}

#[test]
fn an_error_of_the_server_is_tried_again_with_growing_waits_and_then_told() {
    let client = Client::with_sheet();
    let server = Server::new(|_, _, stream| send(stream, "500 Internal Server Error", &[], b"oops"));
    let why = client.keeps(client.sync(&server.url("/")));
    assert_eq!(why.to_string(), "the server answered 500 (3 times)");
    let waits = client.waits.borrow();
    assert_eq!(waits.len(), 2);
    assert!(
        (0.5..=1.0).contains(&waits[0].as_secs_f64()) && (1.0..=2.0).contains(&waits[1].as_secs_f64()),
        "{waits:?}"
    );
}

#[test]
fn an_error_of_the_client_is_not_tried_again() {
    let client = Client::with_sheet();
    let server = Server::new(|_, _, stream| send(stream, "404 Not Found", &[], b""));
    assert_eq!(client.keeps(client.sync(&server.url("/"))).to_string(), "the server answered 404");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn redirects_are_followed_but_not_in_a_circle_and_not_anywhere() {
    let client = Client::with_sheet();
    let server = Server::new(|_, request, stream| match request[0].split(' ').nth(1) {
        Some("/moved") => send(stream, "302 Found", &["Location: /sheet"], b""),
        Some("/loop") => send(stream, "302 Found", &["Location: /loop"], b""),
        Some("/file") => send(stream, "302 Found", &["Location: ftp://127.0.0.1/x"], b""),
        _ => send(stream, "200 OK", &[JSON], b"{\"moved\": 1}"),
    });
    let why = client.keeps(client.sync(&server.url("/loop")));
    assert_eq!(why.to_string(), "redirected more than 3 times");
    let why = client.keeps(client.sync(&server.url("/file")));
    assert_eq!(why.to_string(), "redirected to an address that begins with ftp://");
    assert_eq!(client.sync(&server.url("/moved")).expect("a sheet").outcome, Outcome::Updated);
}

#[test]
fn a_body_of_two_hundred_megabytes_is_refused_before_or_while_it_comes() {
    const HUGE: usize = 200_000_000;
    let client = Client::with_sheet();
    let stated = Server::new(|_, _, stream| head(stream, "200 OK", &[JSON], Some(HUGE)));
    assert_eq!(client.keeps(client.sync(&stated.url("/"))), Why::TooLarge(1_000_000));
    let sent = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&sent);
    let streamed = Server::new(move |_, _, stream| {
        head(stream, "200 OK", &[JSON, "Transfer-Encoding: chunked"], None);
        let chunk = [b" ".repeat(65_536), b"\r\n".to_vec()].concat();
        for _ in 0..HUGE / 65_536 {
            if stream.write_all(b"10000\r\n").and_then(|()| stream.write_all(&chunk)).is_err() {
                return;
            }
            counted.fetch_add(65_536, std::sync::atomic::Ordering::SeqCst);
        }
    });
    assert_eq!(client.keeps(client.sync(&streamed.url("/"))), Why::TooLarge(1_000_000));
    // What was in flight is more than the limit, and far less than the body.
    assert!(sent.load(std::sync::atomic::Ordering::SeqCst) < HUGE / 4);
}

#[test]
fn a_small_archive_of_a_large_body_is_refused_and_a_sound_one_is_unpacked() {
    let pack = |body: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).expect("memory");
        encoder.finish().expect("memory")
    };
    let (bomb, sound) = (pack(&vec![b' '; 30_000_000]), pack(b"{\"packed\": 1}"));
    let cut = sound[..sound.len() - 6].to_vec();
    let client = Client::with_sheet();
    let gzip = [JSON, "Content-Encoding: gzip"];
    let server = Server::new(move |_, request, stream| match request[0].split(' ').nth(1) {
        Some("/bomb") => send(stream, "200 OK", &gzip, &bomb),
        Some("/cut") => send(stream, "200 OK", &gzip, &cut),
        _ => send(stream, "200 OK", &gzip, &sound),
    });
    assert_eq!(client.keeps(client.sync(&server.url("/bomb"))), Why::TooLarge(1_000_000));
    assert!(matches!(client.keeps(client.sync(&server.url("/cut"))), Why::Broken(_)));
    client.sync(&server.url("/sound")).expect("a sheet");
    assert_eq!(client.body(), b"{\"packed\": 1}");
}

#[test]
fn without_a_network_the_cached_sheet_stays_and_its_age_is_known() {
    let client = Client::with_sheet();
    // A port that was free a moment ago: nobody answers there.
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let failed =
        client.sync_at(&format!("http://127.0.0.1:{port}/"), "2026-12-20T10:00:00Z").expect_err("nobody");
    assert!(matches!(failed.why, Why::Unreachable(..)), "{}", failed.why);
    let age = time("2026-12-20T10:00:00Z") - failed.kept.expect("a sheet").checked_at;
    assert_eq!(age.num_days(), 30);
    assert!(Client::new().sync(&format!("http://127.0.0.1:{port}/")).expect_err("nobody").kept.is_none());
}

fn note(client: &Client) -> std::path::PathBuf {
    client.folder.path().join("prices/litellm.toml")
}

#[test]
fn a_damaged_cache_says_so_and_the_next_sync_mends_it() {
    let client = Client::with_sheet();
    let cached = client.cache().get("litellm").expect("a note").expect("a sheet");
    let body = client.folder.path().join(format!("prices/litellm.{}.sheet", &cached.sha256[..16]));
    std::fs::write(&body, b"{\"sheet\": 9}").expect("written");
    assert!(
        client.cache().body(&cached).expect_err("changed").to_string().contains("is not what was downloaded")
    );
    std::fs::write(note(&client), "sha256 = 5").expect("written");
    assert!(client.cache().get("litellm").expect_err("damaged").to_string().contains("is damaged"));
    let server = Server::new(|_, _, stream| send(stream, "200 OK", &[JSON], SHEET));
    client.sync(&server.url("/")).expect("a sheet");
    assert_eq!(client.body(), SHEET);
}

#[test]
fn two_syncs_at_once_leave_one_whole_sheet_and_leftovers_are_ignored() {
    let client = Client::with_sheet();
    std::fs::write(client.folder.path().join("prices/.litellm.toml.1.part"), "half").expect("written");
    let server = Server::new(|number, _, stream| {
        send(stream, "200 OK", &[JSON], format!("{{\"n\": {number}}}").as_bytes());
    });
    let (url, folder) = (server.url("/"), client.folder.path());
    let accept = |_: &[u8]| Ok(());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let around = Surroundings {
                    // Leftovers are told by their age, so the clock must be the one of the files.
                    now: Utc::now(),
                    clock: &|| Duration::ZERO,
                    sleep: &|_| {},
                    accept: &accept,
                };
                sync("litellm", &url, &Policy::default(), &Cache::at(folder), &around).expect("a sheet");
            });
        }
    });
    let cached: Cached = client.cache().get("litellm").expect("a note").expect("a sheet");
    assert!(client.cache().body(&cached).expect("whole").starts_with(b"{\"n\": "));
    assert_eq!(client.cache().ids(), ["litellm"]);
}
