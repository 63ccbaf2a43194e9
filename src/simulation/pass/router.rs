//! The plainest work of a pass: every call to the cheapest of the offers of its class, summed by class, offer and day.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Ledger, Work};
use crate::engine::route::kernel::{self, Choices, NOBODY};
use crate::engine::route::{Candidate, prune};
use crate::simulation::bridge::{Calendar, Class, Names, Part};

/// What may serve the calls of a class.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The offers, in the order in which ties are settled; an incumbent comes first.
    pub candidates: Vec<Candidate>,
    /// Serves the calls that no candidate takes.
    pub fallback: Option<Candidate>,
}

impl Plan {
    /// A plan without the offers that can never win.
    pub fn of(incumbent: Option<Candidate>, mut offers: Vec<Candidate>) -> Self {
        prune::in_order(&mut offers);
        let all: Vec<Candidate> = incumbent.into_iter().chain(offers).collect();
        Self { candidates: prune::survivors(&all), fallback: None }
    }

    /// Sends the calls of a part; what no candidate takes is at the place after the last of them.
    pub(in crate::simulation) fn route(&self, part: &Part<'_>, choices: &mut Choices) {
        kernel::route(&part.columns(), &self.candidates, choices);
        let Some(fallback) = &self.fallback else { return };
        for call in 0..part.len() {
            if choices.place[call] == NOBODY {
                choices.cost[call] = fallback.tariff.cost(&part.buckets(call));
            }
        }
    }

    /// The offer at a place; `None`: nobody takes these calls.
    pub(in crate::simulation) fn offer(&self, place: usize) -> Option<u16> {
        self.candidates.get(place).or(self.fallback.as_ref()).map(|candidate| candidate.offer)
    }
}

/// Makes the plan of a class; it is asked once for each.
pub trait Planner: Send + Sync + 'static {
    /// The offers that may serve the calls of a class.
    fn plan(&self, class: &Class, names: &Names) -> Plan;
    /// Columns of text that make no difference to a plan, and so need not be read.
    fn ignores(&self) -> &[&str] {
        &[]
    }
    /// Moments as far as they matter.
    fn calendar(&self) -> &Calendar;
}

/// Routes by the plans of a planner.
pub struct Router<P> {
    planner: P,
    plans: RwLock<HashMap<Class, Arc<Plan>>>,
}

impl<P: Planner> Router<P> {
    /// A router that asks the planner.
    pub fn new(planner: P) -> Self {
        Self { planner, plans: RwLock::default() }
    }

    fn plan(&self, class: &Class, names: &Names) -> Arc<Plan> {
        if let Some(known) = self.plans.read().unwrap_or_else(PoisonError::into_inner).get(class) {
            return Arc::clone(known);
        }
        let plan = Arc::new(self.planner.plan(class, names));
        let mut plans = self.plans.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(plans.entry(*class).or_insert(plan))
    }
}

impl<P: Planner> Work for Router<P> {
    type Sum = Ledger<Class>;

    fn calendar(&self) -> &Calendar {
        self.planner.calendar()
    }

    fn ignores(&self) -> &[&str] {
        self.planner.ignores()
    }

    fn take(&self, part: &Part<'_>, names: &Names, choices: &mut Choices, sum: &mut Self::Sum) {
        let plan = self.plan(&part.class, names);
        plan.route(part, choices);
        sum.add(part.class, part.slots, &plan, choices, None);
    }

    fn merge(&self, sum: &mut Self::Sum, other: Self::Sum) {
        sum.merge(other);
    }
}
