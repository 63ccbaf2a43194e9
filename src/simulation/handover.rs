//! From verdicts to a router: which share of each workload's calls goes to which offer, now.

use super::assess::{Assessment, Verdict};
use super::audit::Audit;
use super::world::World;
use crate::inputs::prices::OfferId;
use crate::units::Usd;

/// The calls of a workload that one offer served, and where they are to go.
#[derive(Debug, Clone, PartialEq)]
pub struct Handover {
    /// Name of the workload.
    pub workload: Option<String>,
    /// The offer that served them.
    pub incumbent: OfferId,
    /// Calls of the log.
    pub calls: u64,
    /// What is recommended.
    pub verdict: Verdict,
    /// Offers with their shares of the calls, which add up to 1; the greatest first, the incumbent before others of its share.
    pub targets: Vec<(OfferId, f64)>,
    /// What the log would cost less if all went where the policy sends it.
    pub saved: Usd,
}

impl Handover {
    /// Whether any of its calls go elsewhere, to an offer that is known to whoever sends them there.
    pub fn moves(&self, known: impl Fn(OfferId) -> bool) -> bool {
        self.targets.iter().any(|(offer, _)| *offer != self.incumbent && known(*offer))
    }
}

/// What a router is to do: workloads to substitute now go where the policy sends them; those to pilot send the share of a canary
/// to the offer that most of them would go to; the others stay. With `full`, whatever the policy moves goes.
pub fn handovers(audit: &Audit, assessed: &[Assessment], world: &World, full: bool) -> Vec<Handover> {
    assessed.iter().map(|of| handover(audit, of, world, full)).collect()
}

fn handover(audit: &Audit, of: &Assessment, world: &World, full: bool) -> Handover {
    let incumbent = of.lane.incumbent;
    let mut targets: Vec<(OfferId, f64)> = match (of.verdict, of.candidate) {
        (verdict, _) if full || verdict == Verdict::SubstituteNow => {
            let all = audit.routed.sum_of_lane(of.lane).calls.max(1) as f64;
            let routed = audit.routed.of_lane(of.lane).filter(|(offer, _)| *offer != incumbent);
            routed.map(|(offer, line)| (offer, line.calls as f64 / all)).collect()
        }
        // A canary has one candidate: calls spread over several would say little of each.
        (Verdict::Pilot, Some(candidate)) => vec![(candidate, world.scenario.quality.evals.canary_share)],
        _ => Vec::new(),
    };
    targets.retain(|(_, share)| *share > 0.0);
    let stays = 1.0 - targets.iter().map(|(_, share)| share).sum::<f64>();
    if stays > ROUNDING {
        targets.push((incumbent, stays));
    }
    targets.sort_by(|(one, a), (other, b)| {
        b.total_cmp(a).then((*one != incumbent).cmp(&(*other != incumbent))).then(one.cmp(other))
    });
    Handover {
        workload: of.workload.clone(),
        incumbent,
        calls: of.baseline.calls,
        verdict: of.verdict,
        targets,
        saved: of.saved,
    }
}

/// A share that is left over by adding shares up.
const ROUNDING: f64 = 1e-9;
