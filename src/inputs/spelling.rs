//! Which of the known words an unknown one was meant to be.

/// How alike two words must be (Jaro–Winkler, 0 to 1) for one to be taken for the other. Below it lie `vllm` and `llama-3-8b`.
const ALIKE: f64 = 0.75;

/// So many words can be said instead of the one that was meant.
const FEW: usize = 12;

/// The candidate most like `word`; `None`: nothing is like it.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .map(|candidate| (alike(&word, candidate), candidate))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The end of a sentence that says a word is unknown: what it was meant to be, or all there are where they are few.
pub fn meant<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    let candidates: Vec<&str> = candidates.collect();
    match nearest(word, candidates.iter().copied()) {
        Some(nearest) => asked(nearest),
        None if candidates.len() <= FEW => format!("; there are {}", candidates.join(", ")),
        None => String::new(),
    }
}

/// The end of a sentence about an unknown word that asks whether another was meant.
pub fn asked(meant: &str) -> String {
    format!("; did you mean `{meant}`?")
}

/// How alike two words are. Of a key in a section its own name counts twice what the whole counts, or all keys of a section were alike.
fn alike(word: &str, candidate: &str) -> f64 {
    let whole = strsim::jaro_winkler(word, candidate);
    match (word.rsplit_once('.'), candidate.rsplit_once('.')) {
        (Some((_, own)), Some((_, other))) => (whole + 2.0 * strsim::jaro_winkler(own, other)) / 3.0,
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_is_answered_with_what_was_meant() {
        let keys = ["policy.lab_countries", "quality.tolerance", "self_hosting.staff_fte"];
        for (word, expected) in [
            ("policy.tolerance_points", "quality.tolerance"),
            ("policy.lab_country", "policy.lab_countries"),
            ("self_hosting.staf_fte", "self_hosting.staff_fte"),
        ] {
            assert_eq!(nearest(word, keys.into_iter()), Some(expected), "{word}");
        }
        assert_eq!(meant("Opnai", ["openai", "deepinfra"].into_iter()), "; did you mean `openai`?");
    }

    #[test]
    fn what_is_like_nothing_is_not_taken_for_something() {
        for (word, other) in [
            ("vllm", "llama-3-8b"),
            ("h100-sxm", "o1"),
            ("gpt-4o", "net-new-volume"),
            ("csv", "prices-halve"),
        ] {
            assert_eq!(nearest(word, [other].into_iter()), None, "{word} {other}");
        }
        assert_eq!(meant("fail", ["deny", "warn"].into_iter()), "; there are deny, warn");
        assert_eq!(meant("fail", ["deny"; 13].into_iter()), "");
    }
}
