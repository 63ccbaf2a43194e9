//! Files that were read, made into one log: strings in one table, repeated calls merged, workloads named.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::call::When;
use super::dedup;
use super::file::FileRead;
use super::load::{LoadOptions, LoadedLog};
use super::report::{Billed, LoadReport};
use super::rows::{FileCalls, Rows};
use super::sink::hex;
use super::strings::{Strings, Sym};
use super::workload::Workloads;
use super::{FORMATS, LogError, frame, quality};

/// Files that share a table of strings.
pub struct Group {
    /// The strings.
    pub strings: Strings,
    /// The files, in order.
    pub files: Vec<FileRead>,
}

/// The log of all files.
///
/// # Errors
/// If the calls make no table.
pub fn merge(
    groups: Vec<Group>,
    problems: Vec<String>,
    options: &LoadOptions,
) -> Result<LoadedLog, LogError> {
    let digest = digest(groups.iter().flat_map(|group| &group.files).map(|file| file.digest));
    let mut report = LoadReport { problems, digest, ..LoadReport::default() };
    let mut log = together(groups, &mut report);
    log.qualify_ids();
    let deduplicated = dedup::merge(&mut log.rows);
    report.merged += deduplicated.merged;
    report.same_id = deduplicated.same_id;
    report.calls = log.rows.iter().map(|call| call.n_calls.unsigned_abs()).sum();
    log.complete(options, &mut report);
    let calls = frame::calls(&log.rows, &report.files, log.strings)?;
    Ok(LoadedLog { calls, report })
}

/// The calls of all files, with their strings in one table.
struct Log {
    rows: Rows,
    strings: Strings,
    /// The session that each session was forked or started from.
    parents: HashMap<Sym, Sym>,
}

fn together(mut groups: Vec<Group>, report: &mut LoadReport) -> Log {
    let mut strings = Strings::default();
    let translations: Vec<Vec<Sym>> =
        groups.iter_mut().map(|group| strings.absorb(&std::mem::take(&mut group.strings))).collect();
    groups.par_iter_mut().zip(&translations).for_each(|(group, translation)| {
        for file in &mut group.files {
            file.sink.translate(translation);
        }
    });
    let mut parents = HashMap::new();
    let mut files = Vec::new();
    for FileRead { report: file, format, sink, .. } in groups.into_iter().flat_map(|group| group.files) {
        report.naive += sink.naive;
        report.merged += sink.repeats;
        parents.extend(sink.parents);
        let text = |text: Sym| strings.text(text).to_owned();
        report.bills.extend(sink.bills.iter().map(|bill| Billed {
            from: bill.from,
            until: bill.until,
            seller: bill.seller.map(text),
            item: bill.item.map(text),
            usd: bill.usd,
        }));
        let own_ids = FORMATS[format].ids_are_local();
        files.push(FileCalls { format: format as u8, own_ids, calls: sink.calls });
        report.files.push(file);
    }
    Log { rows: Rows::of(files), strings, parents }
}

impl Log {
    /// Ids that mean a call within its session get the session in front: the one at the root, because forks replay their
    /// parent's calls.
    fn qualify_ids(&mut self) {
        let parents = &self.parents;
        let root = |session: Sym| {
            let mut seen = HashSet::new();
            let mut root = session;
            while let Some(parent) = parents.get(&root).filter(|_| seen.insert(root)) {
                root = *parent;
            }
            root
        };
        let of_sessions = |file: &&mut FileCalls| FORMATS[usize::from(file.format)].ids_are_of_sessions();
        for call in self.rows.files.iter_mut().filter(of_sessions).flat_map(|file| &mut file.calls) {
            if let (Some(id), Some(session)) = (call.id, call.session_id) {
                let name = format!("{}:{}", self.strings.text(root(session)), self.strings.text(id));
                call.id = Some(self.strings.intern(&name));
            }
        }
    }

    /// Sets what the log does not say and the options or the rest of the call do, and adds up what the calls are.
    fn complete(&mut self, options: &LoadOptions, report: &mut LoadReport) {
        let (rows, strings) = (&mut self.rows, &mut self.strings);
        report.quality = vec![0; quality::BITS.len()];
        let model = options.model.as_deref().map(|name| strings.intern(name));
        let mut workloads = Workloads::default();
        for at in 0..rows.order.len() {
            let call = rows.call_mut(rows.order[at]);
            if call.model_raw.is_none() && model.is_some() {
                call.model_raw = model;
                call.quality &= !quality::MODEL_MISSING;
            }
            match (call.when, options.anchor) {
                (When::Relative(offset), Some(anchor)) => {
                    call.when = When::Anchored(anchor + offset);
                    report.anchored += call.n_calls.unsigned_abs();
                }
                (When::Relative(_), None) => report.relative += call.n_calls.unsigned_abs(),
                _ => {}
            }
            if let Some(pseudonyms) = &options.pseudonyms {
                pseudonyms.replace(call, strings);
            }
            workloads.assign(call, strings);
            report.tokens += call.buckets();
            for (count, (bit, ..)) in report.quality.iter_mut().zip(quality::BITS) {
                *count += if call.quality & bit != 0 { call.n_calls.unsigned_abs() } else { 0 };
            }
        }
    }
}

/// Of one file its digest, of several that of their digests.
fn digest(files: impl Iterator<Item = [u8; 32]>) -> String {
    let digests: Vec<[u8; 32]> = files.collect();
    match digests.as_slice() {
        [one] => hex(one),
        many => hex(blake3::hash(many.as_flattened()).as_bytes()),
    }
}
