//! Blocks of prompts, where a log has their hashes: traces as Mooncake, Qwen-Bailian and vLLM publish them. The hashes say which
//! prompts begin alike, and nothing of what they say.

use std::io::{BufRead as _, BufReader};
use std::path::Path;

use serde::Deserialize;

/// The prompts of a log as blocks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prefixes {
    /// Blocks of each prompt, in the order of time.
    pub prompts: Vec<Vec<u64>>,
    /// Tokens of a block.
    pub block_tokens: f64,
}

#[derive(Deserialize)]
struct Row {
    timestamp: f64,
    input_length: f64,
    hash_ids: Vec<u64>,
}

/// The blocks of files of JSON lines; `None`: they have none. Other lines are left to the reader of calls, which says what it makes of
/// them.
pub fn of_files<'a>(paths: impl Iterator<Item = &'a Path>) -> Option<Prefixes> {
    let mut rows: Vec<Row> = Vec::new();
    for path in paths {
        let Ok(file) = std::fs::File::open(path) else { continue };
        let mut lines = BufReader::new(file).lines().map_while(Result::ok).peekable();
        // One look at the first line spares reading large logs of another kind.
        if lines.peek().is_none_or(|line| !line.contains("hash_ids")) {
            continue;
        }
        rows.extend(lines.filter_map(|line| serde_json::from_str::<Row>(&line).ok()));
    }
    rows.retain(|row| !row.hash_ids.is_empty() && row.timestamp.is_finite() && row.input_length > 0.0);
    rows.sort_by(|a, b| a.timestamp.total_cmp(&b.timestamp));
    let (tokens, blocks) = rows.iter().fold((0.0, 0.0), |(tokens, blocks), row| {
        (tokens + row.input_length, blocks + row.hash_ids.len() as f64)
    });
    // The last block of a prompt is not full: half a block of each is missing on average.
    let block_tokens = tokens / (blocks - 0.5 * rows.len() as f64).max(1.0);
    let prompts: Vec<Vec<u64>> = rows.into_iter().map(|row| row.hash_ids).collect();
    (!prompts.is_empty()).then_some(Prefixes { prompts, block_tokens })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_in_the_order_of_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("trace.jsonl");
        let text = "{\"timestamp\":5,\"input_length\":1000,\"output_length\":1,\"hash_ids\":[1,3]}\n{\"timestamp\":2,\"input_length\":600,\"output_length\":1,\"hash_ids\":[1,2]}\nno json\n";
        std::fs::write(&path, text).expect("written");
        let found = of_files(std::iter::once(path.as_path())).expect("blocks");
        assert_eq!(found.prompts, [[1, 2], [1, 3]]);
        assert!((found.block_tokens - 1_600.0 / 3.0).abs() < 1e-9);
        std::fs::write(&path, "{\"model\":\"x\"}\n").expect("written");
        assert_eq!(of_files(std::iter::once(path.as_path())), None);
    }
}
