//! `prices sync`: the current sheets of sources.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use chrono::{DateTime, SecondsFormat, Utc};

use crate::cli::arguments::SyncArguments;
use crate::cli::exit::{Exit, UsageError};
use crate::cli::synced;
use crate::cli::terminal::Printed;
use crate::inputs::prices::sources::{SOURCES, SheetSource, source_named};
use crate::inputs::prices::sync::{Cache, Cached, Outcome, Policy, Surroundings, sync as download};
use crate::outputs::formats::Format;
use crate::outputs::pages::prices::{self as pages, Download, DownloadedSheet};

/// `prices sync`.
pub fn sync(arguments: &SyncArguments) -> Result<Printed> {
    let cache = synced::cache()
        .ok_or_else(|| anyhow!("the system names no folder for caches; name one in SWITCHPOINT_CACHE"))?;
    let sources: Vec<(&'static dyn SheetSource, String)> =
        arguments.sources.iter().map(|id| address(id, arguments)).collect::<Result<_, _>>()?;
    if arguments.url.is_some() && sources.len() != 1 {
        return Err(UsageError("--url is the address of one source: name one".to_owned()).into());
    }
    let now = Utc::now();
    let mut downloads = Vec::new();
    if sources.is_empty() {
        for id in cache.ids() {
            downloads.push(known(&cache, &id, now));
        }
    }
    for (source, url) in sources {
        downloads.push(one(source, &url, arguments, &cache, now));
    }
    let exit =
        if downloads.iter().any(|download| download.problem.is_some()) { Exit::Failed } else { Exit::Fine };
    let format = arguments.page.format.unwrap_or(Format::Text);
    Ok(Printed { exit, ..Printed::fine(pages::sync(&downloads), format) })
}

fn address(id: &str, arguments: &SyncArguments) -> Result<(&'static dyn SheetSource, String), UsageError> {
    let published = || {
        let ids = SOURCES.iter().filter(|source| source.url().is_some()).map(|source| source.id());
        ids.collect::<Vec<_>>().join(", ")
    };
    let source = source_named(id)
        .ok_or_else(|| UsageError(format!("`{id}` is no source; sources are {}", published())))?;
    let url = arguments.url.as_deref().or_else(|| source.url());
    let url =
        url.ok_or_else(|| UsageError(format!("`{id}` is published nowhere; name an address with --url")))?;
    Ok((source, url.to_owned()))
}

/// What is cached of a source.
fn known(cache: &Cache, id: &str, now: DateTime<Utc>) -> Download {
    let (sheet, problem) = match cache.get(id) {
        Ok(cached) => (cached.map(|cached| about(&cached, cache, now)), None),
        Err(error) => (None, Some(error.to_string())),
    };
    Download { source: id.to_owned(), status: "cached", problem, sheet }
}

fn one(
    source: &'static dyn SheetSource,
    url: &str,
    arguments: &SyncArguments,
    cache: &Cache,
    now: DateTime<Utc>,
) -> Download {
    let policy = Policy {
        deadline: Duration::from_secs(arguments.timeout),
        attempts: arguments.attempts.max(1),
        stall: Policy::default().stall.min(Duration::from_secs(arguments.timeout)),
        ..Policy::default()
    };
    let accept = |body: &[u8]| {
        let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8".to_owned())?;
        let found = source.read(text).map_err(|error| error.to_string())?;
        if found.offers.is_empty() { Err("it holds no offer".to_owned()) } else { Ok(()) }
    };
    let begun = Instant::now();
    let around =
        Surroundings { now, clock: &|| begun.elapsed(), sleep: &std::thread::sleep, accept: &accept };
    match download(source.id(), url, &policy, cache, &around) {
        Ok(synced) => Download {
            source: source.id().to_owned(),
            status: match synced.outcome {
                Outcome::New => "downloaded",
                Outcome::Updated => "updated",
                Outcome::Unchanged => "current",
            },
            problem: None,
            sheet: Some(about(&synced.cached, cache, now)),
        },
        Err(failed) => {
            let kept = failed.kept.as_deref().map(|cached| about(cached, cache, now));
            let used = match &kept {
                Some(sheet) => format!("the sheet of {} stays in use", sheet.fetched_at),
                None => "the shipped sheets stay in use".to_owned(),
            };
            Download {
                source: source.id().to_owned(),
                status: "failed",
                problem: Some(format!("{failed}; {used}")),
                sheet: kept,
            }
        }
    }
}

fn about(cached: &Cached, cache: &Cache, now: DateTime<Utc>) -> DownloadedSheet {
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let layer = synced::layer(cache, cached).ok().flatten();
    let offers = layer.and_then(|layer| layer.source.read(&layer.text).ok()).map(|found| found.offers.len());
    DownloadedSheet {
        url: cached.url.clone(),
        fetched_at: time(cached.fetched_at),
        checked_at: time(cached.checked_at),
        age_days: (now - cached.checked_at).num_days().max(0),
        bytes: cached.bytes,
        sha256: cached.sha256.clone(),
        offers,
    }
}
