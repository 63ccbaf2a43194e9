//! Workloads for calls whose log names none.

use super::call::Call;
use super::strings::Strings;

/// The workload of a call: as logged; else its tag, public model name or application; else its operation. Sub-agents
/// are apart from the agents that start them, because they are given easier work.
pub fn assign(call: &mut Call, strings: &mut Strings) {
    if call.workload.is_some() {
        return;
    }
    let base = call.tag.or(call.model_alias).or(call.app).or(call.operation);
    call.workload = match (base, call.is_subagent) {
        (Some(base), Some(true)) => {
            let name = format!("{} (sub-agent)", strings.text(base));
            Some(strings.intern(&name))
        }
        (Some(base), _) => Some(base),
        (None, Some(true)) => Some(strings.intern("sub-agent")),
        (None, _) => Some(strings.intern("all calls")),
    };
}
