//! Partials of all parts and rounds as one.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use walkdir::WalkDir;

use super::file::read;
use super::rows::hash_of;
use super::{Head, Part, Partial, PartialError, Rows, Under};
use crate::inputs::logs::report::LoadReport;

/// What partials are whose first round is not among them.
const FOLLOWS: &str = "all of these partials follow others: name those of the first round, too";

/// Parts that are named in a message.
const NAMED: usize = 8;

/// What partials come to together.
#[derive(Debug, Clone)]
pub struct Whole {
    partial: Partial,
    /// Files that it was read from.
    pub files: usize,
}

/// The partials of files and folders together; rounds may lie in folders of their own.
///
/// # Errors
/// When a file is no partial, and when they do not belong together.
pub fn of_paths(paths: &[PathBuf]) -> Result<Whole, PartialError> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(files_of(path)?);
    }
    if files.is_empty() {
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        return Err(PartialError(format!("there is no partial in {}", names.join(", "))));
    }
    // As many at once as there are cores: what is merged is let go.
    let mut rounds = Rounds::default();
    for some in files.chunks(rayon::current_num_threads().max(1)) {
        for partial in some.par_iter().map(|file| read(file)).collect::<Vec<_>>() {
            rounds.add(partial?)?;
        }
    }
    rounds.together(files.len())
}

/// A file, or the files of a folder in the order of their names; hidden ones are unfinished.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, PartialError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with(['.', '_']);
    let mut files = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| PartialError(format!("partials cannot be read: {error}")))?;
        if entry.file_type().is_file() && !hidden(entry.file_name()) {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// Parts of a round by what tells them apart, with the file that each is in.
type Known = BTreeMap<String, (String, Part)>;

/// Partials by what they follow, those of a round already as one.
#[derive(Default)]
struct Rounds(BTreeMap<Option<String>, (Partial, Known)>);

impl Rounds {
    fn add(&mut self, partial: Partial) -> Result<(), PartialError> {
        match self.0.entry(partial.head.after.clone()) {
            Entry::Vacant(entry) => {
                let mut known = Known::new();
                note(&mut known, &partial)?;
                entry.insert((partial, known));
            }
            Entry::Occupied(mut entry) => {
                let (all, known) = entry.get_mut();
                note(known, &partial)?;
                all.merge(partial)?;
            }
        }
        Ok(())
    }

    /// Rounds in their order, each of them of all parts.
    fn together(mut self, files: usize) -> Result<Whole, PartialError> {
        let mut next = |after: &Option<String>| {
            self.0.remove(after).map(|(mut partial, _)| {
                partial.head.sort();
                partial
            })
        };
        let Some(mut whole) = next(&None) else {
            // Those of a later round may be made one, too.
            let mut rounds = self.0.into_values();
            return match (rounds.next(), rounds.next()) {
                (Some((mut partial, _)), None) => {
                    partial.head.sort();
                    Ok(Whole { partial, files })
                }
                _ => Err(PartialError(FOLLOWS.to_owned())),
            };
        };
        while let Some(round) = next(&Some(whole.digest())) {
            whole = whole.followed_by(round)?;
        }
        if let Some((stray, _)) = self.0.into_values().next() {
            return Err(PartialError(format!(
                "`{}` follows other partials than these\n\nhint: it is of another run, or of a round before parts were made anew",
                stray.file
            )));
        }
        Ok(Whole { partial: whole, files })
    }
}

/// Parts are told apart by their number where they have one, else by the digest of what was read.
fn note(known: &mut Known, partial: &Partial) -> Result<(), PartialError> {
    for part in &partial.head.parts {
        let key = match part.of {
            Some((number, _)) => format!("{number}"),
            // A part without calls is like any other one; what is in an object store has no digest.
            None if part.calls == 0 => continue,
            None if part.digest.is_empty() => format!("named {}", part.name),
            None => part.digest.clone(),
        };
        if let Some((file, before)) = known.insert(key, (partial.file.clone(), part.clone())) {
            let what = match part.of {
                Some(_) => part.label(),
                None => format!("the same calls ({} and {})", before.label(), part.label()),
            };
            return Err(PartialError(format!(
                "`{file}` and `{}` are both of {what}\n\nhint: remove one, or they count twice",
                partial.file
            )));
        }
    }
    Ok(())
}

impl Head {
    fn sort(&mut self) {
        self.parts.sort();
        self.logs.sort();
        self.logs.dedup();
        self.rules.sort();
        self.rules.dedup();
        self.read.sort();
        // One part keeps the digest of its log, several have that of theirs in the order of their files, as a log of several files has.
        if let [_, _, ..] = self.parts.as_slice() {
            let mut digests: Vec<(&str, &str)> =
                self.parts.iter().map(|part| (part.name.as_str(), part.digest.as_str())).collect();
            digests.sort_unstable();
            // A log without a digest leaves the whole without one.
            let bytes: Option<Vec<[u8; 32]>> = digests
                .iter()
                .map(|(_, digest)| blake3::Hash::from_hex(digest).ok().map(|hash| *hash.as_bytes()))
                .collect();
            let whole = bytes.map(|bytes| blake3::hash(bytes.as_flattened()).to_hex().to_string());
            self.read.of_several(whole.unwrap_or_default());
        }
    }
}

impl Partial {
    /// Adds those of other parts of the same round.
    fn merge(&mut self, other: Self) -> Result<(), PartialError> {
        if let Some(what) = self.head.under.differs(&other.head.under) {
            return Err(PartialError(format!(
                "`{}` and `{}` do not add up: they were made under {what}",
                self.file, other.file
            )));
        }
        if self.head.questions != other.head.questions {
            return Err(PartialError(format!(
                "`{}` and `{}` answer other questions\n\nhint: every part of a round needs the same --for and the same flags",
                self.file, other.file
            )));
        }
        for (question, rows) in other.answers {
            self.answers.entry(question).or_default().merge(rows);
        }
        self.head.parts.extend(other.head.parts);
        self.head.logs.extend(other.head.logs);
        self.head.rules.extend(other.head.rules);
        self.head.read.merge(&other.head.read);
        Ok(())
    }

    /// With the answers of the round after it, which must be of the same calls.
    fn followed_by(mut self, next: Self) -> Result<Self, PartialError> {
        if let Some(what) = self.head.under.differs(&next.head.under) {
            return Err(PartialError(format!("`{}` was made under {what}", next.file)));
        }
        let read = |of: &Self| (of.head.read.calls, of.head.read.tokens);
        if read(&self) != read(&next) {
            return Err(PartialError(format!(
                "a round is of {} calls, the next one of {} or of other tokens: they are not of the same log",
                self.head.read.calls, next.head.read.calls
            )));
        }
        self.head.questions.extend(next.head.questions);
        self.head.questions.sort();
        self.answers.extend(next.answers);
        Ok(self)
    }

    /// Digest of the answers and of what they are of.
    fn digest(&self) -> String {
        let mut hash = blake3::Hasher::new();
        for part in &self.head.parts {
            hash.update(format!("{part:?}\n").as_bytes());
        }
        hash_of(&self.answers, &mut hash);
        hash.finalize().to_hex().to_string()
    }
}

impl Whole {
    /// What the sums were made under.
    pub const fn under(&self) -> &Under {
        &self.partial.head.under
    }

    /// What was read.
    pub fn report(&self) -> LoadReport {
        self.partial.head.read.report()
    }

    /// The logs as named; none: the sample.
    pub fn logs(&self) -> &[String] {
        &self.partial.head.logs
    }

    /// Rules of the scenario that named a call.
    pub fn rules(&self) -> &[String] {
        &self.partial.head.rules
    }

    /// Digest of everything that is answered: what a next round follows.
    pub fn digest(&self) -> String {
        self.partial.digest()
    }

    /// Parts of the log.
    pub fn parts(&self) -> usize {
        self.partial.head.parts.len()
    }

    /// The answers.
    pub const fn answers(&self) -> &BTreeMap<String, Rows> {
        &self.partial.answers
    }

    /// All of it as one partial.
    pub const fn partial(&self) -> &Partial {
        &self.partial
    }

    /// Whether sums under some conditions are of these.
    ///
    /// # Errors
    /// What differs.
    pub fn must_be_under(&self, own: &Under) -> Result<(), PartialError> {
        self.under().differs(own).map_or(Ok(()), |what| {
            Err(PartialError(format!(
                "the partials and this command are under {what}\n\nhint: repeat the flags that the partials were made with"
            )))
        })
    }

    /// Whether the first round is there, and every part that any part says there is.
    ///
    /// # Errors
    /// When something is missing.
    pub fn complete(&self) -> Result<(), PartialError> {
        if self.partial.head.after.is_some() {
            return Err(PartialError(FOLLOWS.to_owned()));
        }
        let numbered: Vec<(u32, u32)> = self.partial.head.parts.iter().filter_map(|part| part.of).collect();
        let Some((_, all)) = numbered.first().copied() else { return Ok(()) };
        if numbered.len() < self.parts() || numbered.iter().any(|(_, of)| *of != all) {
            return Err(PartialError(
                "some parts say how many there are, others do not or say another number\n\nhint: --part K/N belongs to all or to none"
                    .to_owned(),
            ));
        }
        let missing: Vec<u32> =
            (1..=all).filter(|part| !numbered.iter().any(|(number, _)| number == part)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut names: Vec<String> = missing.iter().take(NAMED).map(u32::to_string).collect();
        if missing.len() > NAMED {
            names.push(format!("{} more", missing.len() - NAMED));
        }
        Err(PartialError(format!(
            "of {all} parts these are missing: {}\n\nhint: make them with --part K/{all}, and name every folder that partials are in",
            names.join(", ")
        )))
    }
}
