//! Downloads of price sheets into a cache: politely, within limits, and never in place of a good sheet unless a better one
//! is there whole.

mod cache;
mod fetch;

use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

pub use self::cache::{Cache, CacheError, Cached};

use self::fetch::Fetched;

/// Limits of a download.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Longest time until a connection stands.
    pub connect: Duration,
    /// Longest time without a byte.
    pub stall: Duration,
    /// Longest time for one attempt in all.
    pub deadline: Duration,
    /// Attempts in all.
    pub attempts: u32,
    /// Wait before the second attempt; it doubles with each further one.
    pub back_off: Duration,
    /// Longest wait, whatever the server asks for.
    pub longest_wait: Duration,
    /// Largest body, decompressed.
    pub most_bytes: u64,
    /// Most redirects that are followed.
    pub redirects: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            stall: Duration::from_secs(20),
            deadline: Duration::from_secs(120),
            attempts: 4,
            back_off: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
            most_bytes: 64 * 1024 * 1024,
            redirects: 5,
        }
    }
}

/// What a sync did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There was no sheet before.
    New,
    /// The sheet was replaced.
    Updated,
    /// The sheet was current.
    Unchanged,
}

/// A sheet after a sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// What was done.
    pub outcome: Outcome,
    /// The sheet.
    pub cached: Cached,
}

/// Why a download failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Why {
    /// The address cannot be used.
    #[error("`{0}` is no address of a sheet: {1}")]
    Address(String, String),
    /// Nobody answered.
    #[error("no answer from {0}: {1}")]
    Unreachable(String, String),
    /// It took too long.
    #[error("{0}")]
    Slow(String),
    /// The answer broke off, or could not be decoded.
    #[error("the answer broke off: {0}")]
    Broken(String),
    /// The server refused.
    #[error("the server answered {status}{}", if *.tries > 1 { format!(" ({tries} times)") } else { String::new() })]
    Status {
        /// HTTP status.
        status: u16,
        /// Attempts.
        tries: u32,
    },
    /// More redirects than are followed, or to a place that is not followed.
    #[error("redirected {0}")]
    Redirected(String),
    /// The body is larger than the limit.
    #[error("the sheet is larger than {0} bytes")]
    TooLarge(u64),
    /// The body is something else.
    #[error("the server sent {0}, which is no price sheet")]
    WrongType(String),
    /// The body is no sheet of that source.
    #[error("what the server sent is no sheet of that source: {0}")]
    Refused(String),
    /// The cache cannot be written.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

impl Why {
    /// Whether another attempt may help.
    const fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(..) | Self::Slow(_) | Self::Broken(_) => true,
            Self::Status { status, .. } => matches!(*status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }
}

/// A failed sync, and what the cache still has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct SyncError {
    /// The reason.
    pub why: Why,
    /// The sheet that stays in use.
    pub kept: Option<Box<Cached>>,
}

/// What a sync needs from outside: the clock, a way to wait, and a judge of bodies.
pub struct Surroundings<'s> {
    /// The time.
    pub now: DateTime<Utc>,
    /// Time since some fixed moment, for deadlines.
    pub clock: &'s dyn Fn() -> Duration,
    /// Waits between attempts.
    pub sleep: &'s dyn Fn(Duration),
    /// Whether a body is a sheet of the source.
    ///
    /// # Errors
    /// Why it is not.
    pub accept: &'s dyn Fn(&[u8]) -> Result<(), String>,
}

/// Downloads the sheet of a source, unless the cached one is current, and puts it into the cache.
///
/// # Errors
/// Why there is no newer sheet; the cached one is untouched.
pub fn sync(
    id: &str,
    url: &str,
    policy: &Policy,
    cache: &Cache,
    around: &Surroundings<'_>,
) -> Result<Synced, SyncError> {
    let before = cache.get(id).ok().flatten();
    let failed = |why: Why| SyncError { why, kept: before.clone().map(Box::new) };
    // What another address said of its sheet means nothing here.
    let known = before.as_ref().filter(|cached| cached.url == url);
    let fetched = attempts(url, policy, known, around).map_err(failed)?;
    let (body, etag, last_modified) = match fetched {
        Fetched::Unchanged => {
            let Some(known) = known else {
                return Err(failed(Why::Refused(
                    "it says that nothing changed, but nothing is cached".to_owned(),
                )));
            };
            let cached = Cached { checked_at: around.now, ..known.clone() };
            cache.note(&cached).map_err(|error| failed(error.into()))?;
            return Ok(Synced { outcome: Outcome::Unchanged, cached });
        }
        Fetched::Body { body, etag, last_modified } => (body, etag, last_modified),
    };
    (around.accept)(&body).map_err(|reason| failed(Why::Refused(reason)))?;
    let sha256: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    let same = before.as_ref().filter(|cached| cached.sha256 == sha256);
    let cached = Cached {
        id: id.to_owned(),
        url: url.to_owned(),
        // The same bytes again are the sheet of the day on which they first came.
        fetched_at: same.map_or(around.now, |cached| cached.fetched_at),
        checked_at: around.now,
        bytes: body.len() as u64,
        sha256,
        etag,
        last_modified,
    };
    cache.put(&cached, &body).map_err(|error| failed(error.into()))?;
    let outcome = match (&before, same) {
        (None, _) => Outcome::New,
        (_, Some(_)) => Outcome::Unchanged,
        _ => Outcome::Updated,
    };
    Ok(Synced { outcome, cached })
}

/// Tries until it works, until trying again cannot help, or until the attempts are used up.
fn attempts(
    url: &str,
    policy: &Policy,
    known: Option<&Cached>,
    around: &Surroundings<'_>,
) -> Result<Fetched, Why> {
    let client = fetch::Client::new(url, policy)?;
    let mut attempt = 1;
    loop {
        let (why, asked) = match client.get(known, around) {
            Ok(fetched) => return Ok(fetched),
            Err(failed) => failed,
        };
        if attempt >= policy.attempts || !why.is_passing() {
            return Err(match why {
                Why::Status { status, .. } => Why::Status { status, tries: attempt },
                other => other,
            });
        }
        let wait = asked.unwrap_or_else(|| back_off(policy, attempt));
        (around.sleep)(wait.min(policy.longest_wait));
        attempt += 1;
    }
}

/// Doubles with each attempt; a random half of it, so that many clients do not come back together.
fn back_off(policy: &Policy, attempt: u32) -> Duration {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    let whole = policy.back_off.saturating_mul(1 << (attempt - 1).min(16));
    let random = RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64;
    whole.mul_f64(0.5 + random / 2.0)
}
