//! The volume at which machines of one's own undercut paying by the call.
//!
//! A fleet of `k` replicas costs `F + k·R` a month (staff and replicas) and serves up to `k·C` calls; the alternative costs
//! `c` a call. Replicas come whole, so the fleet wins from `V = (F + k·R)/c` for the smallest `k` with `V ≤ k·C`, that is
//! `k·(C·c − R) ≥ F`: never, at any size, when a full replica costs more than the calls that it serves (`C·c ≤ R`). Every
//! larger volume pays too, because calls beyond `k·C` can stay at the alternative.

use crate::units::UsdEstimate;

/// What a fleet costs and serves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FleetCost {
    /// Dollars a month that do not grow with the fleet.
    pub fixed_month: UsdEstimate,
    /// Dollars a month for one replica.
    pub replica_month: UsdEstimate,
    /// Calls a month that one replica serves.
    pub calls_per_replica: f64,
}

/// Why switching never pays.
#[derive(Debug, Clone, PartialEq)]
pub enum Because {
    /// A replica that is as full as planned costs more per call than the alternative.
    DearerWhenFull {
        /// Dollars per call of a full replica, staff left out.
        own: UsdEstimate,
        /// Dollars per call of the alternative.
        alternative: UsdEstimate,
    },
    /// No call of the log may be served by the deployment.
    NothingEligible,
    /// There is no alternative to compare with.
    NoAlternative,
}

/// Whether and where switching pays.
#[derive(Debug, Clone, PartialEq)]
pub enum BreakEven {
    /// From a volume on.
    At(Volume),
    /// At the present volume.
    Already(Volume),
    /// At no volume.
    Never {
        /// The reason.
        because: Because,
    },
}

/// A break-even volume.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Volume {
    /// Calls a month.
    pub calls_per_month: f64,
    /// Replicas that serve them.
    pub replicas: f64,
}

impl BreakEven {
    /// The break-even of a fleet against an alternative at `per_call` dollars; `own_volume` is the present volume in
    /// calls a month, where it is known.
    pub fn of(fleet: &FleetCost, per_call: UsdEstimate, own_volume: Option<f64>) -> Self {
        let full_replica_saves = fleet.calls_per_replica * per_call.0 - fleet.replica_month.0;
        // Written so that a number that is none ends here too, and so does a saving that is only rounding.
        let pays = full_replica_saves > NEGLIGIBLE * fleet.replica_month.0 && full_replica_saves.is_finite();
        if !pays {
            let own = UsdEstimate(fleet.replica_month.0 / fleet.calls_per_replica);
            return Self::Never { because: Because::DearerWhenFull { own, alternative: per_call } };
        }
        let replicas = (fleet.fixed_month.0 / full_replica_saves).ceil().max(1.0);
        let calls_per_month = (fleet.fixed_month.0 + replicas * fleet.replica_month.0) / per_call.0;
        let volume = Volume { calls_per_month, replicas };
        if own_volume.is_some_and(|own| own >= calls_per_month) {
            Self::Already(volume)
        } else {
            Self::At(volume)
        }
    }
}

/// Share of its rent below which what a full replica saves is rounding.
const NEGLIGIBLE: f64 = 1e-9;

#[cfg(test)]
mod tests {
    use super::*;

    fn fleet(fixed: f64, replica: f64, calls: f64) -> FleetCost {
        FleetCost {
            fixed_month: UsdEstimate(fixed),
            replica_month: UsdEstimate(replica),
            calls_per_replica: calls,
        }
    }

    fn volume(answer: &BreakEven) -> Volume {
        match answer {
            BreakEven::At(volume) | BreakEven::Already(volume) => *volume,
            BreakEven::Never { because } => panic!("never, because {because:?}"),
        }
    }

    #[test]
    fn one_replica_breaks_even_where_its_rent_equals_the_calls_it_replaces() {
        // 2,000 dollars a month against 0.01 dollars a call: 200,000 calls, of a million that fit.
        let answer = BreakEven::of(&fleet(0.0, 2_000.0, 1e6), UsdEstimate(0.01), Some(50_000.0));
        assert!(matches!(answer, BreakEven::At(_)));
        assert!((volume(&answer).calls_per_month - 200_000.0).abs() < 1e-6);
    }

    #[test]
    fn staff_that_one_replica_cannot_earn_needs_more_replicas() {
        // A full replica saves 10,000 − 2,000 = 8,000; 20,000 of staff need three: (20,000 + 6,000)/0.01 calls.
        let answer = BreakEven::of(&fleet(20_000.0, 2_000.0, 1e6), UsdEstimate(0.01), None);
        let at = volume(&answer);
        assert!((at.replicas - 3.0).abs() < 1e-9 && (at.calls_per_month - 2_600_000.0).abs() < 1e-3);
    }

    #[test]
    fn a_log_above_the_volume_has_already_broken_even() {
        let answer = BreakEven::of(&fleet(0.0, 2_000.0, 1e6), UsdEstimate(0.01), Some(200_000.0));
        assert!(matches!(answer, BreakEven::Already(_)));
    }

    #[test]
    fn a_full_replica_that_costs_more_than_its_calls_never_breaks_even() {
        for per_call in [0.002, 0.001, 0.0, f64::NAN] {
            let answer = BreakEven::of(&fleet(0.0, 2_000.0, 1e6), UsdEstimate(per_call), None);
            assert!(
                matches!(answer, BreakEven::Never { because: Because::DearerWhenFull { .. } }),
                "{per_call}"
            );
        }
    }

    #[test]
    fn every_larger_volume_pays_too_with_the_overflow_at_the_alternative() {
        let (fixed, replica, capacity, per_call) = (500.0, 2_000.0, 1e6, 0.0026);
        let at = volume(&BreakEven::of(&fleet(fixed, replica, capacity), UsdEstimate(per_call), None));
        for step in 0..2_000 {
            let calls = at.calls_per_month + f64::from(step) * 10_007.0;
            let overflow = (calls - at.replicas * capacity).max(0.0);
            assert!(
                fixed + at.replicas * replica + overflow * per_call <= calls * per_call + 1e-6,
                "{calls}"
            );
        }
    }

    #[test]
    fn a_full_replica_is_compared_with_the_alternative_call_by_call() {
        // 2,000 dollars for a million calls are 0.002 a call. A machine for nothing saves nothing where calls are free.
        for (replica, per_call, dollars) in [(2_000.0, 0.001, 0.002), (0.0, 0.0, 0.0)] {
            let answer = BreakEven::of(&fleet(500.0, replica, 1e6), UsdEstimate(per_call), None);
            let BreakEven::Never { because: Because::DearerWhenFull { own, alternative } } = answer else {
                panic!("{answer:?}")
            };
            assert!((own.0 - dollars).abs() < 1e-12 && (alternative.0 - per_call).abs() < 1e-12);
        }
    }

    #[test]
    fn a_saving_that_is_only_rounding_is_never() {
        let answer = BreakEven::of(&fleet(10_000.0, 2_000.0, 1e6), UsdEstimate(0.002 * (1.0 + 1e-12)), None);
        assert!(matches!(answer, BreakEven::Never { .. }));
    }
}
