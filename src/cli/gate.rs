//! `gate`: a log against its budget and its baseline, for a build to act on.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::arguments::{CallArguments, FormatChoice, GateArguments};
use super::audit::provenance;
use super::baseline::{made, read};
use super::exit::{Exit, UsageError};
use super::manners::completed;
use super::prepared::Prepared;
use super::terminal::{Printed, piped};
use crate::inputs::budget::{self, Budget};
use crate::inputs::files::write_atomically;
use crate::inputs::spelling;
use crate::outputs::findings::{self, codes};
use crate::outputs::formats::{self, FORMATS, Format};
use crate::outputs::gate::{
    self as told, Levels, Outcome, Report, annotations, code_quality, comment, junit, sarif,
};
use crate::outputs::page::{Page, Section};
use crate::outputs::pages::audit::Detail;
use crate::outputs::pages::{compare, gate as page};
use crate::simulation::World;
use crate::simulation::gate::{Given, Measured, judge, others, unknown_names};
use crate::tables::Scope;

/// Judges a log.
///
/// # Errors
/// What is wrong with the arguments, the budget or the inputs.
pub fn run(arguments: &GateArguments) -> Result<Printed> {
    if arguments.rules {
        let (format, _) = FormatChoice::told_apart(&arguments.calls.format).map_err(UsageError)?;
        return Ok(Printed::fine(page::rules_page(), format.unwrap_or(Format::Text)));
    }
    let writes = arguments.write.iter().map(|text| Write::of(text)).collect::<Result<Vec<_>>>()?;
    let levels = Levels {
        deny: arguments.deny_findings.clone(),
        warn: arguments.warn_findings.clone(),
        allow: arguments.allow_findings.clone(),
    };
    let meant = |code: &str| spelling::meant(code, codes::CODES.iter().map(|(code, _)| *code));
    let levels = levels.checked(meant).map_err(UsageError)?;
    if arguments.check {
        return check(arguments);
    }
    a_log(&arguments.calls)?;
    let (budget, text) = budget_of(&arguments.budget)?;
    let baseline = arguments.baseline.as_deref().map(read).transpose()?;
    let mut prepared = Prepared::repeatable(&arguments.calls, arguments.today)?;
    known_names(&budget, &prepared.world)?;
    let all = Measured::of(&prepared.calls, &prepared.world, Scope::All).context("adding up the calls")?;
    let others = others(&prepared.calls, &prepared.world, &budget).context("adding up calls of a rule")?;
    let now = made(&all.audit, &prepared)?;
    prepared.ask(&format!(
        "{text} {:?} {levels:?} {}",
        arguments.tag,
        baseline.as_ref().map_or("", |of| &of.digest)
    ));
    let world = &prepared.world;
    let given =
        Given { world, all: &all, others: &others, baseline: baseline.as_ref().map(|of| &of.baseline) };
    let judged = judge(&budget, &given);
    let audited = findings::of(&all.audit, &prepared.report(), &prepared.facts.layers, world);
    let differ = baseline.as_ref().map_or_else(Vec::new, |of| compare::differences(&of.baseline.made, &now));
    let (found, allowed) = told::findings(&judged, &differ, &audited, &levels);
    let baseline_name = arguments.baseline.as_deref().map(relative);
    let report = Report {
        judged: &judged,
        budget: &budget.file,
        baseline: baseline_name.as_deref(),
        findings: found,
        allowed,
        dry_run: arguments.dry_run,
        tag: &arguments.tag,
    };
    let provenance = provenance(&all.audit, &prepared)?.section();
    let page = |detail: Detail| page::page(&report, world, detail, provenance.clone());
    let after = write(&writes, &report, &page, &provenance)?;
    let page = page(prepared.resolved.detail);
    let denied = report.outcome() == Outcome::Denied && !arguments.dry_run;
    let exit = if denied { Exit::Denied } else { Exit::Fine };
    Ok(Printed { page: Some(page), format: prepared.resolved.format, exit, after })
}

/// Checks budgets: the files that are named, else the one of the gate.
fn check(arguments: &GateArguments) -> Result<Printed> {
    let named = arguments.calls.logs.iter().map(PathBuf::from);
    let files: Vec<PathBuf> =
        if arguments.calls.logs.is_empty() { vec![arguments.budget.clone()] } else { named.collect() };
    let (world, format, _) =
        Prepared::world_alone(&CallArguments { logs: Vec::new(), ..arguments.calls.clone() })?;
    let (mut budgets, mut wrong) = (Vec::new(), Vec::new());
    for file in &files {
        match budget_of(file).and_then(|(budget, _)| known_names(&budget, &world).map(|()| budget)) {
            Ok(budget) => budgets.push(budget),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    if wrong.is_empty() {
        Ok(Printed::fine(page::checked(&budgets), format))
    } else {
        Err(UsageError(wrong.join("\n")).into())
    }
}

/// Refuses to judge or keep the sample: a build whose list of logs is empty by mistake must not pass.
pub(super) fn a_log(calls: &CallArguments) -> Result<()> {
    if completed(calls).logs.is_empty() && calls.from_partials.is_empty() {
        return Err(UsageError(
            "no log is named\n\nhint: name files, folders, patterns in quotes, or `-`".to_owned(),
        )
        .into());
    }
    Ok(())
}

/// The rules of a file, all mistakes of it together.
pub(super) fn budget_of(path: &Path) -> Result<(Budget, String)> {
    let text = fs::read_to_string(path).map_err(|error| {
        UsageError(format!(
            "the budget `{}` cannot be read: {error}\n\nhint: --budget names it; `switchpoint gate --rules` tells what it may say",
            path.display()
        ))
    })?;
    let budget::Parsed { budget, problems } = budget::parse(&relative(path), &text);
    if !problems.is_empty() {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        return Err(UsageError(told.join("\n")).into());
    }
    Ok((budget, text))
}

/// Refuses rules about models and sellers that there are not.
pub(super) fn known_names(budget: &Budget, world: &World) -> Result<()> {
    let problems = unknown_names(budget, world);
    if problems.is_empty() {
        return Ok(());
    }
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Err(UsageError(told.join("\n")).into())
}

/// A path as the build sees it: below the folder it runs in where it is, with slashes.
pub(super) fn relative(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.as_deref().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    let text = below.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

/// A form of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Page(Format),
    Comment,
    Summary,
    Github,
    Gitlab,
    Junit,
    Sarif,
}

/// Forms beside those of a page.
const FORMS: [(&str, Form); 6] = [
    ("comment", Form::Comment),
    ("summary", Form::Summary),
    ("github", Form::Github),
    ("gitlab", Form::Gitlab),
    ("junit", Form::Junit),
    ("sarif", Form::Sarif),
];

/// Where a form goes.
struct Write {
    form: Form,
    file: String,
}

/// Bytes that the summary of a step may have.
const SUMMARY: usize = 1 << 20;

impl Write {
    fn of(text: &str) -> Result<Self> {
        let wrong = |problem: String| UsageError(format!("--write {problem}"));
        let (name, file) = text
            .split_once('=')
            .filter(|(_, file)| !file.is_empty())
            .ok_or_else(|| wrong(format!("needs FORM=FILE, not `{text}`")))?;
        let pages = FORMATS.iter().map(|(name, format)| (*name, Form::Page(*format)));
        let known: Vec<(&str, Form)> = pages.chain(FORMS).collect();
        let form =
            known.iter().find(|(known, _)| *known == name).map(|(_, form)| *form).ok_or_else(|| {
                let meant = spelling::meant(name, known.iter().map(|(name, _)| *name));
                wrong(format!("knows no form `{name}`{meant}"))
            })?;
        Ok(Self { form, file: file.to_owned() })
    }
}

/// Writes every form that is asked for; gives what goes to standard output.
fn write(
    writes: &[Write],
    report: &Report<'_>,
    page: &dyn Fn(Detail) -> Page,
    provenance: &Section,
) -> Result<String> {
    let mut after = String::new();
    for Write { form, file } in writes {
        let text = match form {
            // Whatever is printed, programs are told everything: that is what the schema says.
            Form::Page(format @ (Format::Json | Format::Csv)) => {
                formats::print(&page(Detail::Everything), *format, piped())
            }
            Form::Page(format) => formats::print(&page(Detail::Short), *format, piped()),
            Form::Comment | Form::Summary => comment::print(report, provenance),
            Form::Github => annotations::print(report),
            Form::Gitlab => code_quality::print(report),
            Form::Junit => junit::print(report),
            Form::Sarif => sarif::print(report),
        };
        if file == "-" {
            after.push_str(&text);
        } else if *form == Form::Summary {
            append(Path::new(file), &text)?;
        } else {
            write_atomically(Path::new(file), text.as_bytes())
                .with_context(|| format!("writing `{file}`"))?;
        }
    }
    Ok(after)
}

/// Appends to the summary of a step, which other tools write to as well; beyond its limit nothing of it would be shown.
fn append(path: &Path, text: &str) -> Result<()> {
    let there = fs::metadata(path).map_or(0, |file| file.len()) as usize;
    if there + text.len() > SUMMARY {
        let note = format!("note: the summary `{}` is full; nothing was added to it\n", path.display());
        let _ = std::io::stderr().lock().write_all(note.as_bytes());
        return Ok(());
    }
    let opened = fs::OpenOptions::new().append(true).create(true).open(path);
    opened
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("appending to `{}`", path.display()))
}
