//! Laws that hold whatever is put in.

use proptest::prelude::*;

use super::draws::{Draws, seeded};
use super::inputs::{Input, Uncertain};
use super::run::{self, Asked, run};
use super::tests::{busy, set};
use crate::engine::resample::quantile;

proptest! {
    #[test]
    fn bands_are_those_of_sorted_values(mut values in prop::collection::vec(-1e6_f64..1e6, 1..60)) {
        let band = run::Band::of(&mut values);
        values.sort_by(f64::total_cmp);
        for (found, share) in [(band.p10, 0.1), (band.p50, 0.5), (band.p90, 0.9)] {
            prop_assert!((found - quantile(&values, share)).abs() < 1e-9);
        }
    }

    #[test]
    fn more_paths_of_the_same_seed_begin_with_the_same(first in 0_usize..40) {
        let of = busy();
        let base = seeded(7);
        let whole = Draws::random(&of, &base, first);
        let shifted = Draws::random(&of, &base, first + 1);
        prop_assert_eq!(whole.inputs[0][1].to_bits(), shifted.inputs[0][0].to_bits());
        prop_assert_eq!(whole.rent[20][3].to_bits(), shifted.rent[20][2].to_bits());
    }

    #[test]
    fn everything_is_finite_and_bands_are_ordered(
        fall in 1.0_f64..50.0, growth in -0.2_f64..0.5, elasticity in -2.0_f64..0.0, spent in 1e-6_f64..1e6,
    ) {
        let mut of = busy();
        for lane in &mut of.lanes {
            lane.spent = spent;
            for moved in &mut lane.moves {
                moved.from_closed *= spent / 1_000.0;
                moved.from_open *= spent / 1_000.0;
            }
        }
        set(&mut of, Input::OpenFall, Uncertain::log_normal(fall, (fall / 3.0, fall * 3.0)));
        set(&mut of, Input::Growth, Uncertain::normal(growth, (growth - 0.05, growth + 0.05), (-0.5, 1.0)));
        set(&mut of, Input::Elasticity, Uncertain::normal(elasticity, (elasticity - 0.3, elasticity), (-3.0, 0.0)));
        let found = run(&of, &Asked { paths: 40, seed: 2, budget: Some(spent) });
        for plan in &found.plans {
            for band in plan.bills.iter().chain([&plan.saving]) {
                prop_assert!(band.p10.is_finite() && band.p90.is_finite());
                prop_assert!(band.p10 <= band.p50 && band.p50 <= band.p90);
            }
            prop_assert!((0.0..=1.0).contains(&plan.saves) && (0.0..=1.0).contains(&plan.pays_back));
            prop_assert!(plan.regret >= -1e-9 && plan.regret.is_finite());
        }
    }
}
