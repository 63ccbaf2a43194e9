//! One download over HTTP, within its limits.

use std::io::Read;
use std::time::Duration;

use chrono::{DateTime, Utc};
use flate2::read::MultiGzDecoder;
use reqwest::blocking::Response;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER,
};
use reqwest::redirect::{Attempt, Policy as Redirects};
use reqwest::{StatusCode, Url};

use super::{Cached, Policy, Surroundings, Why};

/// What a server sent.
pub enum Fetched {
    /// The known sheet is current.
    Unchanged,
    /// A sheet.
    Body {
        /// Its bytes, decompressed.
        body: Vec<u8>,
        /// What the server calls this version.
        etag: Option<String>,
        /// When the server says that it changed.
        last_modified: Option<String>,
    },
}

/// A failed attempt, and how long the server asked to be left alone.
type Failed = (Why, Option<Duration>);

/// A client for one address.
pub struct Client {
    url: Url,
    policy: Policy,
    client: reqwest::blocking::Client,
}

impl Client {
    /// A client for an address.
    ///
    /// # Errors
    /// When it is no address of the web, or holds a password.
    pub fn new(url: &str, policy: &Policy) -> Result<Self, Why> {
        let wrong = |why: String| Why::Address(without_secrets(url), why);
        let parsed = Url::parse(url).map_err(|error| wrong(error.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(wrong("it begins neither with https:// nor with http://".to_owned()));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(wrong("it holds a user name or a password".to_owned()));
        }
        let most = policy.redirects;
        let client = reqwest::blocking::Client::builder()
            .user_agent(concat!("switchpoint/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(policy.connect)
            // For each wait for the server, and not for all of them together.
            .timeout(policy.stall)
            .redirect(Redirects::custom(move |attempt| follow(attempt, most)))
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Self { url: parsed, policy: *policy, client })
    }

    /// Asks once.
    pub fn get(&self, known: Option<&Cached>, around: &Surroundings<'_>) -> Result<Fetched, Failed> {
        let begun = (around.clock)();
        let mut request = self
            .client
            .get(self.url.clone())
            .header(ACCEPT, "application/json, text/plain;q=0.9, */*;q=0.1")
            .header(ACCEPT_ENCODING, "gzip");
        if let Some(etag) = known.and_then(|cached| cached.etag.as_ref()) {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(day) = known.and_then(|cached| cached.last_modified.as_ref()) {
            request = request.header(IF_MODIFIED_SINCE, day);
        }
        let response = request.send().map_err(|error| (self.why(&error), None))?;
        match response.status() {
            StatusCode::NOT_MODIFIED => Ok(Fetched::Unchanged),
            status if status.is_success() => {
                self.body(response, begun, around.clock).map_err(|why| (why, None))
            }
            status => {
                let wait = text(&response, &RETRY_AFTER).and_then(|text| retry_after(&text, around.now));
                Err((Why::Status { status: status.as_u16(), tries: 1 }, wait))
            }
        }
    }

    fn body(
        &self,
        response: Response,
        begun: Duration,
        clock: &dyn Fn() -> Duration,
    ) -> Result<Fetched, Why> {
        if let Some(kind) = text(&response, &CONTENT_TYPE).filter(|kind| is_no_data(kind)) {
            return Err(Why::WrongType(format!("`{kind}`")));
        }
        let most = self.policy.most_bytes;
        let stated = text(&response, &CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        if stated.is_some_and(|length| length > most) {
            return Err(Why::TooLarge(most));
        }
        let (etag, last_modified) = (text(&response, &ETAG), text(&response, &LAST_MODIFIED));
        let coding = text(&response, &CONTENT_ENCODING).unwrap_or_default().to_ascii_lowercase();
        let wire = Timed { inner: response, clock, until: begun + self.policy.deadline };
        let body = match coding.as_str() {
            "" | "identity" => self.read(wire)?,
            "gzip" | "x-gzip" => self.read(MultiGzDecoder::new(wire))?,
            other => return Err(Why::WrongType(format!("a body in the unknown coding `{other}`"))),
        };
        Ok(Fetched::Body { body, etag, last_modified })
    }

    /// Reads no more than the limit, so that nobody's answer fills the memory.
    fn read(&self, from: impl Read) -> Result<Vec<u8>, Why> {
        let most = self.policy.most_bytes;
        let mut body = Vec::new();
        let read = from.take(most + 1).read_to_end(&mut body);
        read.map_err(|error| {
            if error.kind() == std::io::ErrorKind::TimedOut || is_timeout(&error) {
                Why::Slow(self.too_slow())
            } else {
                Why::Broken(error.to_string())
            }
        })?;
        if body.len() as u64 > most { Err(Why::TooLarge(most)) } else { Ok(body) }
    }

    fn too_slow(&self) -> String {
        format!(
            "the server was too slow: nothing for {} s, or more than {} s in all",
            self.policy.stall.as_secs_f64(),
            self.policy.deadline.as_secs_f64()
        )
    }

    fn why(&self, error: &reqwest::Error) -> Why {
        let host = self.url.host_str().unwrap_or_default().to_owned();
        if error.is_redirect() {
            let reason = std::error::Error::source(error)
                .map_or_else(|| "in a circle".to_owned(), ToString::to_string);
            return Why::Redirected(reason);
        }
        if error.is_timeout() {
            return Why::Slow(self.too_slow());
        }
        Why::Unreachable(host, innermost(error))
    }
}

/// Whether a redirect is followed: not too often, to the web only, and never from a safe address to an open one.
fn follow(attempt: Attempt<'_>, most: usize) -> reqwest::redirect::Action {
    let safe = attempt.previous().iter().any(|url| url.scheme() == "https");
    let scheme = attempt.url().scheme();
    if attempt.previous().len() > most {
        attempt.error(format!("more than {most} times"))
    } else if !matches!(scheme, "http" | "https") || (safe && scheme == "http") {
        let to = scheme.to_owned();
        attempt.error(format!("to an address that begins with {to}://"))
    } else {
        attempt.follow()
    }
}

/// A reader that gives up when its time is over.
struct Timed<'c, R> {
    inner: R,
    clock: &'c dyn Fn() -> Duration,
    until: Duration,
}

impl<R: Read> Read for Timed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if (self.clock)() > self.until {
            return Err(std::io::Error::from(std::io::ErrorKind::TimedOut));
        }
        self.inner.read(buffer)
    }
}

fn text(response: &Response, header: &HeaderName) -> Option<String> {
    Some(response.headers().get(header)?.to_str().ok()?.trim().to_owned())
}

/// Pages for people and pictures are no sheets; a portal of a network answers with the former.
fn is_no_data(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    ["text/html", "application/xhtml", "image/", "video/", "audio/", "font/"]
        .iter()
        .any(|no| kind.starts_with(no))
}

/// The wait that a server asks for, in seconds or as a date.
fn retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(text).ok()?;
    (until.with_timezone(&Utc) - now).to_std().ok()
}

fn is_timeout(error: &std::io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    inner.is_some_and(reqwest::Error::is_timeout)
}

/// The reason at the bottom of an error, which the layers above only wrap.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(below) = deepest.source() {
        deepest = below;
    }
    deepest.to_string()
}

/// An address for a message: what may be a password stays out of it.
fn without_secrets(url: &str) -> String {
    match (url.find("://"), url.find('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_ask_for_seconds_or_for_a_date() {
        let now = DateTime::parse_from_rfc3339("2026-11-21T10:00:00Z").expect("a moment").to_utc();
        assert_eq!(retry_after("7", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sat, 21 Nov 2026 10:00:30 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after("Sat, 21 Nov 2026 09:00:00 GMT", now), None);
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn addresses_that_are_not_of_the_web_or_hold_passwords_are_refused() {
        let refused = |url: &str| Client::new(url, &Policy::default()).err().map(|why| why.to_string());
        assert!(refused("file:///etc/passwd").is_some_and(|why| why.contains("neither with https")));
        let secret = refused("https://me:secret@host.example/x").expect("refused");
        assert!(!secret.contains("secret") && secret.contains("password"), "{secret}");
        assert!(refused("nonsense").is_some());
    }
}
