//! Files that are refused with a reason: they cannot be read, or have no token counts, which are never estimated from text.

use memchr::memmem;

use super::detect::HEAD_BYTES;

/// How a file begins, words that together tell it apart, and why it is no log of calls. The beginning keeps apart the file
/// itself and a conversation about such files.
const REFUSED: &[(u8, &[&str], &str)] = &[
    (
        b'{',
        &["\"requesterUsername\"", "\"responderUsername\""],
        "is a chat of Copilot in VS Code, which has no token counts: they are never estimated from text",
    ),
    (
        b'#',
        &["# HELP", "# TYPE", "vllm:"],
        "is a scrape of vLLM's metrics: sums of a server, not calls; they belong to the machines of a deployment",
    ),
    (
        b'#',
        &["# HELP", "# TYPE", "sglang:"],
        "is a scrape of SGLang's metrics: sums of a server, not calls; they belong to the machines of a deployment",
    ),
];

/// Why bytes that begin so are no log in any format.
pub fn reason(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Some("is UTF-16: store it as UTF-8");
    }
    if head.starts_with(&[0x80]) && head.get(1).is_some_and(|version| (2..=5).contains(version)) {
        return Some("is a Python pickle, which runs what it contains when it is loaded: it is never loaded");
    }
    if head.len() < HEAD_BYTES && head.iter().all(u8::is_ascii_whitespace) {
        return Some("is empty");
    }
    let holds = |word: &&str| memmem::find(head, word.as_bytes()).is_some();
    let begins = |byte: &u8| head.trim_ascii_start().first() == Some(byte);
    let found = REFUSED.iter().find(|(first, words, _)| begins(first) && words.iter().all(holds));
    found.map(|(_, _, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn what_has_no_token_counts_is_refused_by_name() {
        assert!(
            reason(b"{\"requesterUsername\":\"a\",\"responderUsername\":\"b\",\"requests\":[]}")
                .is_some_and(|text| text.contains("Copilot"))
        );
        assert!(
            reason(b"# HELP vllm:x y\n# TYPE vllm:x counter\nvllm:x 1\n")
                .is_some_and(|text| text.contains("vLLM"))
        );
        assert!(reason(&[0x80, 4, 0x95]).is_some_and(|text| text.contains("pickle")));
        assert_eq!(reason(b"{\"a\":1}"), None);
        // A session about metrics is a session.
        assert_eq!(reason(b"{\"content\":\"# HELP vllm:x y\\n# TYPE vllm:x counter\"}"), None);
    }
}
