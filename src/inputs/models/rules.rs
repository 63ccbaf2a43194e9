//! Rules that take a raw model name apart, in a fixed order. After each step the remaining form is looked up, the most
//! specific first, so a dated snapshot with a price of its own is found before its date is cut off.

/// Suffixes after `:` or `@` that select a variant and not another model. Sizes (`:120b`) and Bedrock's `:0` stay.
const VARIANTS: &[&str] = &[
    "free", "batch", "thinking", "extended", "online", "nitro", "floor", "exacto", "beta", "default",
    "latest", "low", "high", "medium", "fast", "flex", "priority",
];

/// Region and cloud prefixes, ended by `.` or `/`.
const REGIONS: &[&str] =
    &["us-gov", "us", "eu", "apac", "global", "jp", "au", "ca", "sa", "in", "uk", "regional"];

/// Vendor prefixes of cloud ids, ended by `.`.
const VENDORS: &[&str] = &[
    "anthropic",
    "openai",
    "meta",
    "qwen",
    "zai",
    "moonshotai",
    "moonshot",
    "deepseek",
    "mistral",
    "cohere",
    "google",
    "nvidia",
    "minimax",
    "amazon",
];

/// Tails that say how a model is served, not which one it is.
const TAILS: &[&str] = &[
    "-latest",
    "-preview",
    "-maas",
    "-tee",
    "-fp8",
    "-fp4",
    "-nvfp4",
    "-bf16",
    "-int4",
    "-awq",
    "-gguf",
    "-hf",
    "-instruct",
    "-it",
    "-chat",
    "-turbo-original",
];

/// What is left of a name after a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What the rule does.
    pub rule: &'static str,
    /// The name after it.
    pub text: String,
}

/// The forms of a name, from the raw one to the shortest; rules that change nothing are left out.
pub fn forms(raw: &str) -> Vec<Form> {
    let mut forms = Forms(Vec::with_capacity(8));
    let name = raw.trim().to_ascii_lowercase();
    forms.push("as logged, in lower case", &name);
    // A team's own fine-tuned model has a price of its own, and never that of the model it was made from.
    if let Some(base) = name.strip_prefix("ft:") {
        let base = base.split(':').next().unwrap_or(base);
        forms.push("without the owner of a fine-tuned model", &format!("ft:{base}"));
        return forms.0;
    }
    let name = name.trim_start_matches('~');
    forms.push("without the mark of a moving alias", name);
    let name = without_variant(name);
    forms.push("without its variant", name);
    let name = without_cloud(name);
    forms.push("without cloud, region and vendor", name);
    let name = name.rsplit('/').next().unwrap_or(name);
    forms.push("its last part", name);
    let name = without_cloud(name);
    forms.push("without cloud, region and vendor", name);
    let name = dashed(without_version(name));
    forms.push("with dashes, without a cloud's version", &name);
    let name = claude_order(&name);
    forms.push("in the order of words that Claude models have", &name);
    // Tails and dates follow each other in either order: gpt-5-chat-latest, gemini-2-5-pro-preview-03-25.
    let mut rest = name;
    loop {
        let without_tail = without_tail(&rest);
        let shorter = without_date(&without_tail);
        if shorter == rest {
            return forms.0;
        }
        forms.push("without how it is served", &without_tail);
        forms.push("without its date", &shorter);
        rest = shorter;
    }
}

/// The last form of a name: what is left when every rule has been applied.
pub fn canonical(raw: &str) -> String {
    forms(raw).pop().map_or_else(String::new, |form| form.text)
}

/// Words for how long a model may think, as they end the names of benchmark tables.
const EFFORTS: &[&str] = &["none", "minimal", "low", "medium", "high", "xhigh", "max", "auto"];
/// Words before or instead of them.
const THINKING: &[&str] =
    &["no-thinking", "non-thinking", "thinking", "non-reasoning", "reasoning", "nothink", "think"];

/// How a name in a benchmark table may be meant: the canonical form of all of it, then with remarks and words for the effort
/// taken off its end, one after the other, and that effort. Such tables measure one model at several efforts. The first form
/// that names a model is meant: `qwen3-max` is a model, `gpt-5-high` is none.
pub fn benchmark_forms(raw: &str) -> Vec<(String, Option<String>)> {
    let mut forms = vec![(canonical(raw), None)];
    let end = ["(", ",", " diff", " whole", " with "].iter().filter_map(|mark| raw.find(mark)).min();
    let name = raw[..end.unwrap_or(raw.len())].trim();
    let mut name = canonical(if name.is_empty() { raw } else { name });
    let mut effort: Vec<String> = Vec::new();
    loop {
        let stated = (!effort.is_empty()).then(|| effort.join("-"));
        if !forms.contains(&(name.clone(), stated.clone())) {
            forms.push((name.clone(), stated));
        }
        let trimmed = name.strip_suffix("-effort").unwrap_or(&name);
        let budget = |word: &str| {
            let digits = word.strip_suffix('k').unwrap_or_default();
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        let thinking = THINKING.iter().find(|word| trimmed.ends_with(&format!("-{word}"))).copied();
        let last = trimmed.rsplit('-').next().filter(|last| budget(last) || EFFORTS.contains(last));
        match thinking.or(last).map(str::to_owned) {
            Some(word) if trimmed.len() > word.len() + 1 => {
                name = canonical(&trimmed[..trimmed.len() - word.len() - 1]);
                effort.insert(0, word);
            }
            _ => return forms,
        }
    }
}

struct Forms(Vec<Form>);

impl Forms {
    fn push(&mut self, rule: &'static str, text: &str) {
        if !text.is_empty() && !self.0.iter().any(|known| known.text == text) {
            self.0.push(Form { rule, text: text.to_owned() });
        }
    }
}

/// The variant at the end of a name: `batch` of `gpt-5.4:batch`.
pub fn variant(raw: &str) -> Option<&str> {
    let (_, suffix) = raw.trim().rsplit_once([':', '@'])?;
    VARIANTS.contains(&suffix).then_some(suffix)
}

/// The region at the front of a name: `us-gov` of `us-gov.anthropic.claude-opus-5`, `eu-west-2` of `bedrock/eu-west-2/…`.
pub fn region(raw: &str) -> Option<String> {
    let name = raw.trim().to_ascii_lowercase();
    let whole = without_clouds(&name);
    let last = name.rsplit('/').next().unwrap_or(whole);
    [whole, last].into_iter().find_map(|name| {
        let (first, _) = name.split_once(['.', '/'])?;
        (REGIONS.contains(&first) || is_cloud_region(first)).then(|| first.to_owned())
    })
}

/// Whether a word is the name of a cloud's region, as `us-east-1` and `us-gov-west-1` are.
fn is_cloud_region(word: &str) -> bool {
    let mut parts = word.split('-');
    let letters =
        |part: Option<&str>| part.is_some_and(|p| p.len() >= 2 && p.bytes().all(|b| b.is_ascii_lowercase()));
    let country = parts.next().filter(|part| part.len() == 2);
    let number =
        word.rsplit('-').next().is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    country.is_some() && number && letters(parts.next()) && word.split('-').count() <= 4
}

fn without_clouds(name: &str) -> &str {
    let mut name = name;
    for cloud in ["bedrock_converse/", "bedrock_mantle/", "bedrock/", "azure_ai/", "azure/", "vertex_ai/"] {
        name = name.strip_prefix(cloud).unwrap_or(name);
    }
    name
}

fn without_variant(name: &str) -> &str {
    match name.rsplit_once([':', '@']) {
        Some((base, suffix)) if VARIANTS.contains(&suffix) => base,
        _ => name,
    }
}

/// Cuts `bedrock/`, a region, a vendor and a cloud's own marks off the front.
fn without_cloud(name: &str) -> &str {
    let mut name = without_clouds(name);
    for region in REGIONS {
        if let Some(rest) = name.strip_prefix(region).and_then(|rest| rest.strip_prefix(['.', '/'])) {
            name = rest;
            break;
        }
    }
    for vendor in VENDORS {
        if let Some(rest) = name.strip_prefix(vendor).and_then(|rest| rest.strip_prefix('.')) {
            name = rest;
            break;
        }
    }
    for mark in ["databricks-", "azure-", "vertex-", "c4ai-"] {
        name = name.strip_prefix(mark).unwrap_or(name);
    }
    name
}

/// Cuts Bedrock's versions: `-v1:0`, `-1:0`, `:0`; and a bare `-v2` of Claude.
fn without_version(name: &str) -> &str {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some((base, _)) = name.rsplit_once(':').filter(|(_, minor)| digits(minor)) else {
        let bare = name.rsplit_once("-v").filter(|(base, major)| digits(major) && base.starts_with("claude"));
        return bare.map_or(name, |(base, _)| base);
    };
    match base.rsplit_once('-') {
        Some((model, major)) if digits(major.trim_start_matches('v')) && major.len() <= 2 => model,
        _ => base,
    }
}

/// One kind of separator, and Fireworks' `5p2` for `5.2`.
fn dashed(name: &str) -> String {
    let bytes = name.as_bytes();
    let digit = |index: Option<usize>| index.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    name.char_indices()
        .map(|(at, letter)| match letter {
            '@' | '_' | ' ' | '.' | ':' => '-',
            'p' if digit(at.checked_sub(1)) && digit(Some(at + 1)) => '-',
            other => other,
        })
        .collect::<String>()
        .replace("meta-llama-", "llama-")
        .replace("chatgpt-4o", "gpt-4o")
}

/// `claude-sonnet-3-5` and `claude-3-5-sonnet` are one model; so are `claude-4-5-sonnet` and `claude-sonnet-4-5`.
fn claude_order(name: &str) -> String {
    let Some(rest) = name.strip_prefix("claude-") else { return name.to_owned() };
    let parts: Vec<&str> = rest.split('-').collect();
    let is_number = |part: &&str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = parts.iter().take_while(|part| is_number(part)).count();
    match (numbers, parts.get(numbers)) {
        (1 | 2, Some(line @ (&"opus" | &"sonnet" | &"haiku"))) if parts[0] != "3" => {
            let mut ordered = vec!["claude", line];
            ordered.extend(&parts[..numbers]);
            ordered.extend(&parts[numbers + 1..]);
            ordered.join("-")
        }
        (0, Some(line @ (&"opus" | &"sonnet" | &"haiku"))) if parts.get(1) == Some(&"3") => {
            let version = parts[1..].iter().take_while(|part| is_number(part)).count();
            let mut ordered = vec!["claude"];
            ordered.extend(&parts[1..=version]);
            ordered.push(line);
            ordered.extend(&parts[1 + version..]);
            ordered.join("-")
        }
        (0, Some(_)) if name.ends_with("-4-0") => name.trim_end_matches("-0").to_owned(),
        _ => name.to_owned(),
    }
}

fn without_tail(name: &str) -> String {
    TAILS.iter().find_map(|tail| name.strip_suffix(tail)).unwrap_or(name).to_owned()
}

/// Cuts `-20251101`, `-2025-11-01`, and `-1106` where it is a date and not other weights.
fn without_date(name: &str) -> String {
    let parts: Vec<&str> = name.split('-').collect();
    let digits =
        |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let year = |part: &str| digits(part, 4) && part.starts_with("20");
    let kept = match parts.as_slice() {
        [kept @ .., day] if digits(day, 8) && day.starts_with("20") => kept,
        [kept @ .., y, m, d] if year(y) && digits(m, 2) && digits(d, 2) => kept,
        [kept @ .., m, d, y] if year(y) && digits(m, 2) && digits(d, 2) => kept,
        [kept @ .., snapshot]
            if digits(snapshot, 3) && snapshot.starts_with("00") && kept.first() == Some(&"gemini") =>
        {
            kept
        }
        [kept @ .., m, y] if year(y) && digits(m, 2) => kept,
        [kept @ .., m, d] if digits(m, 2) && digits(d, 2) && m.starts_with(['0', '1']) && kept.len() > 2 => {
            kept
        }
        [kept @ .., day] if digits(day, 4) && dated_line(kept) => kept,
        all => all,
    };
    kept.join("-")
}

/// Lines of models whose four trailing digits are a date; elsewhere (`r1-0528`, `v3-0324`) they are other weights, and
/// the old `gpt-4-0613` and its like have prices of their own.
fn dated_line(kept: &[&str]) -> bool {
    match kept {
        ["grok", ..] | ["claude", ..] => true,
        ["deepseek", "chat", ..] => true,
        ["gpt", line, ..] => *line != "4" && line.starts_with(['3', '4']),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::forms;

    fn has(raw: &str, form: &str) -> bool {
        forms(raw).iter().any(|known| known.text == form)
    }

    #[test]
    fn the_raw_name_comes_first() {
        assert_eq!(forms("GPT-4o-2024-05-13")[0].text, "gpt-4o-2024-05-13");
    }

    #[test]
    fn variants_regions_vendors_versions_and_dates_come_off() {
        assert!(has("openrouter/deepseek/deepseek-v3.2:free", "deepseek-v3-2"));
        assert!(has("eu.anthropic.claude-opus-4-1-20250805-v1:0", "claude-opus-4-1"));
        assert!(has("bedrock/us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0", "claude-3-5-sonnet"));
        assert!(has("gemini-2.5-pro-preview-03-25", "gemini-2-5-pro"));
        assert!(has("grok-4-0709", "grok-4"));
        assert!(has("claude-4-5-sonnet", "claude-sonnet-4-5"));
        assert!(has("claude-sonnet-3.5", "claude-3-5-sonnet"));
        assert!(has("claude-opus-4-0", "claude-opus-4"));
        assert!(has("openai.gpt-oss-120b-1:0", "gpt-oss-120b"));
    }

    #[test]
    fn a_fine_tuned_model_is_never_the_model_it_was_made_from() {
        let names: Vec<String> =
            forms("ft:gpt-4o-2024-08-06:acme::a1B2").into_iter().map(|form| form.text).collect();
        assert_eq!(names, ["ft:gpt-4o-2024-08-06:acme::a1b2", "ft:gpt-4o-2024-08-06"]);
    }

    #[test]
    fn benchmark_tables_add_the_effort_and_remarks() {
        let cases = [
            ("gpt-5_high", "gpt-5", Some("high")),
            ("claude-opus-4-7-thinking-xhigh", "claude-opus-4-7", Some("thinking-xhigh")),
            ("claude-3-7-sonnet-20250219_32K", "claude-3-7-sonnet", Some("32k")),
            ("claude-3-7-sonnet-20250219-thinking-16k", "claude-3-7-sonnet", Some("thinking-16k")),
            ("o3 (high) + gpt-4.1", "o3", None),
            ("qwen3-max-2025-09-23", "qwen3-max", None),
            ("Qwen3 32B diff on OpenRouter, all providers", "qwen3-32b", None),
            ("mistral-medium", "mistral-medium", None),
            ("GPT-4o (11-20)", "gpt-4o", None),
        ];
        for (raw, name, effort) in cases {
            let forms = super::benchmark_forms(raw);
            let is_it = |form: &(String, Option<String>)| form.0 == name && form.1.as_deref() == effort;
            assert!(forms.iter().any(is_it), "{raw}: {forms:?}");
        }
    }

    #[test]
    fn regions_stand_in_front() {
        let cases = [
            ("us.anthropic.claude-opus-5", Some("us")),
            ("bedrock/us-gov.anthropic.claude-opus-5", Some("us-gov")),
            ("bedrock/us-gov-west-1/anthropic.claude-opus-5", Some("us-gov-west-1")),
            ("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-opus-5", Some("eu")),
            ("azure/eu/gpt-4o", Some("eu")),
            ("anthropic.claude-opus-5", None),
            ("openai/gpt-5.4", None),
            ("gpt-4o-mini/x", None),
        ];
        for (raw, region) in cases {
            assert_eq!(super::region(raw).as_deref(), region, "{raw}");
        }
    }

    #[test]
    fn sizes_and_weights_that_look_like_dates_stay() {
        assert!(!has("deepseek-r1-0528", "deepseek-r1"));
        assert!(!has("gpt-oss:120b", "gpt-oss"));
        assert!(!has("gpt-4-0613", "gpt-4"));
    }
}
