//! `explain`, `route` and `frontier`: where calls go, one by one, and what quality costs.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::arguments::{ExplainArguments, FrontierArguments, RouteArguments};
use super::exit::UsageError;
use super::prepared::Prepared;
use super::terminal::Printed;
use crate::inputs::files::write_atomically_with;
use crate::outputs::pages::{explain as explanation, frontier as corners, routes as written};
use crate::outputs::tables::{TableFormat, TableWriter};
use crate::simulation::routes::Routes;
use crate::simulation::{explain, frontier};

/// Explains one call.
///
/// # Errors
/// What is wrong with the arguments or the inputs; no call has the id.
pub fn explain(arguments: &ExplainArguments) -> Result<Printed> {
    let prepared = Prepared::of(&arguments.calls)?;
    let (world, name) = (&prepared.world, &arguments.call);
    let found = explain::named(&prepared.calls, name).context("finding the call")?;
    if found.places.len() > 1 {
        return Err(UsageError(format!(
            "{} calls have the id `{name}`\n\nhint: name one by where it stands: {}",
            found.places.len(),
            found.places.iter().take(10).map(String::as_str).collect::<Vec<_>>().join(", ")
        ))
        .into());
    }
    if found.places.is_empty() {
        return Err(UsageError(format!(
            "no call has the id `{name}`\n\nhint: `switchpoint logs convert LOG --out calls.csv` lists ids in the column call_id; \
             every call can be named FILE:LINE"
        ))
        .into());
    }
    let call = explain::explain(&found.rows, world).context("explaining the call")?;
    let page = explanation::page(name, &call, world, prepared.resolved.detail);
    Ok(Printed::fine(page, prepared.resolved.format))
}

/// Writes where each call goes.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn route(arguments: &RouteArguments) -> Result<Printed> {
    let out = &arguments.out;
    let format = table_format(out)?;
    let prepared = Prepared::of(&arguments.calls)?;
    let mut routes = Routes::of(&prepared.world);
    write_atomically_with(out, |file| {
        let mut writer = TableWriter::new(format, file);
        routes
            .each(&prepared.calls, |table| writer.write(table))
            .and_then(|()| writer.finish())
            .map_err(std::io::Error::other)
    })
    .with_context(|| format!("writing `{}`", out.display()))?;
    let page = written::page(&routes.sum, &out.display().to_string());
    Ok(Printed::fine(page, prepared.resolved.format))
}

/// What the calls cost at the cheapest for each price of quality.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn frontier(arguments: &FrontierArguments) -> Result<Printed> {
    let prepared = Prepared::of(&arguments.calls)?;
    let found = frontier::frontier(&prepared.calls, &prepared.world).context("seeking the frontier")?;
    Ok(Printed::fine(corners::page(found.as_ref(), &prepared.world), prepared.resolved.format))
}

/// The form of table that the end of a file's name means.
///
/// # Errors
/// When it means none.
pub(super) fn table_format(out: &Path) -> Result<TableFormat, UsageError> {
    let ending = out.extension().and_then(|ending| ending.to_str()).unwrap_or("");
    TableFormat::of_extension(ending).ok_or_else(|| {
        UsageError(format!("`{}` ends in neither .parquet nor .csv nor .jsonl", out.display()))
    })
}
