//! Workloads for calls whose log names none: by what the log says of their purpose, else by what they look like.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::call::Call;
use super::strings::{Strings, Sym};

/// From so much input on a prompt is long: beyond what a dialogue of a few pages is.
const LONG_PROMPT: i64 = 32_768;
/// Up to so much output an answer is a label or a number.
const SHORT_ANSWER: i64 = 32;
/// From so much output on, if it is as long as its prompt, an answer is a text of its own.
const LONG_ANSWER: i64 = 256;

/// Names workloads; a name that many calls have is made once.
#[derive(Default)]
pub struct Workloads {
    of_subagents: HashMap<Sym, Sym, FixedState>,
}

impl Workloads {
    /// Names the workload of a call: as logged; else its tag, public model name or application; else its operation and shape.
    /// Sub-agents are apart from the agents that start them, because they are given easier work.
    pub fn assign(&mut self, call: &mut Call, strings: &mut Strings) {
        if call.workload.is_some() {
            return;
        }
        let base = call.tag.or(call.model_alias).or(call.app).or_else(|| shaped(call, strings));
        let mut of_subagent = |base: Sym| {
            let name = |strings: &Strings| format!("{} (sub-agent)", strings.text(base));
            *self.of_subagents.entry(base).or_insert_with(|| strings.intern(&name(strings)))
        };
        call.workload = Some(match (base, call.is_subagent) {
            (Some(base), Some(true)) => of_subagent(base),
            (Some(base), _) => base,
            (None, Some(true)) => strings.intern("sub-agent"),
            (None, _) => strings.intern("all calls"),
        });
    }
}

/// The operation of a call with the shape of its prompt and answer.
fn shaped(call: &Call, strings: &mut Strings) -> Option<Sym> {
    let operation = call.operation?;
    let (Some(input), Some(output)) = (call.in_total(), call.out_total) else { return Some(operation) };
    let name = strings.text(operation);
    let shape = match (name, input, output) {
        ("chat" | "completion", LONG_PROMPT.., _) => "long prompts",
        ("chat" | "completion", _, 0..=SHORT_ANSWER) => "short answers",
        ("chat" | "completion", _, LONG_ANSWER..) if output >= input => "long answers",
        _ => return Some(operation),
    };
    let name = format!("{name}: {shape}");
    Some(strings.intern(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_purpose_the_shape_of_a_call_is_its_workload() {
        let mut strings = Strings::default();
        let chat = strings.intern("chat");
        let mut name = |input, output| {
            let mut call = Call {
                operation: Some(chat),
                in_uncached: Some(input),
                out_total: Some(output),
                ..Call::at(1)
            };
            Workloads::default().assign(&mut call, &mut strings);
            strings.text(call.workload.expect("a workload")).to_owned()
        };
        assert_eq!(name(50_000, 5), "chat: long prompts");
        assert_eq!(name(900, 5), "chat: short answers");
        assert_eq!(name(200, 800), "chat: long answers");
        assert_eq!(name(900, 300), "chat");
    }
}
