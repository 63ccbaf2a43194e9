//! Seats, metered use and machines of one's own at once.
//!
//! Machines serve what is metered. If `m` of all that they could serve is metered, `k` of them gain `m·G(k/m)`, where `G` is what they gain of
//! everything. For a number of machines it then pays to meter those first for whom a seat is dearest beside what machines could take of their use:
//! the best set is a beginning of that order, but for one user at its end.

/// Something that is on a seat or metered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// Dollars a month on its best seat; infinite where there is none.
    pub seat: f64,
    /// Dollars a month metered.
    pub metered: f64,
    /// What machines could serve of it, in the dollars that it costs metered.
    pub servable: f64,
}

/// The best of all.
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    /// By unit, whether it is metered.
    pub metered: Vec<bool>,
    /// Machines.
    pub machines: u32,
    /// What machines gain a month before what they cost.
    pub gain: f64,
    /// Dollars a month of everything.
    pub total: f64,
}

/// The cheapest of seats, metered use and machines; `gain` says what a number of machines (perhaps a broken one) gains a month of everything
/// that they could serve, `cost` what machines cost a month, both for numbers up to `most`. Of what costs the same that with the fewest
/// machines and then the most seats.
pub fn joint(units: &[Unit], most: u32, gain: impl Fn(f64) -> f64, cost: impl Fn(u32) -> f64) -> Joint {
    let all: f64 = units.iter().map(|unit| unit.servable).sum();
    let mut order: Vec<usize> = (0..units.len()).collect();
    // What metering costs beyond a seat, for what machines could take of it: the least first; those without a seat before all.
    let dearer = |unit: &Unit| {
        let more = unit.metered - unit.seat;
        if unit.servable > 0.0 { more / unit.servable } else { more.signum() * f64::INFINITY }
    };
    order.sort_by(|a, b| dearer(&units[*a]).total_cmp(&dearer(&units[*b])).then(a.cmp(b)));
    // Nobody is metered at first; those without a seat must be.
    let forced = order.iter().take_while(|at| units[**at].seat.is_infinite()).count();
    let mut best: Option<(f64, usize, u32, f64)> = None;
    for machines in 0..=most {
        let fixed = cost(machines);
        let mut bill: f64 = units.iter().filter(|unit| unit.seat.is_finite()).map(|unit| unit.seat).sum();
        let mut share = 0.0;
        for count in 0..=units.len() {
            if let Some(at) = count.checked_sub(1) {
                let unit = &units[order[at]];
                bill += unit.metered - if unit.seat.is_finite() { unit.seat } else { 0.0 };
                share += if all > 0.0 { unit.servable / all } else { 0.0 };
            }
            if count < forced {
                continue;
            }
            let gained =
                if machines > 0 && share > 0.0 { share * gain(f64::from(machines) / share) } else { 0.0 };
            let total = bill + fixed - gained;
            if best.is_none_or(|(least, ..)| total < least) {
                best = Some((total, count, machines, gained));
            }
        }
    }
    let (total, count, machines, gain) = best.unwrap_or((0.0, 0, 0, 0.0));
    let mut metered = vec![false; units.len()];
    order.iter().take(count).for_each(|at| metered[*at] = true);
    Joint { metered, machines, gain, total }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gain(machines: f64) -> f64 {
        // Three machines could serve everything that is worth anything.
        100.0 * machines.min(1.0)
            + 60.0 * (machines - 1.0).clamp(0.0, 1.0)
            + 20.0 * (machines - 2.0).clamp(0.0, 1.0)
    }

    fn naive(units: &[Unit], most: u32, cost: f64) -> f64 {
        let all: f64 = units.iter().map(|unit| unit.servable).sum();
        let mut least = f64::INFINITY;
        for set in 0..1_u32 << units.len() {
            let metered = |at: usize| set & (1 << at) != 0;
            let bill: f64 = units
                .iter()
                .enumerate()
                .map(|(at, unit)| if metered(at) { unit.metered } else { unit.seat })
                .sum();
            let share: f64 = units
                .iter()
                .enumerate()
                .filter(|(at, _)| metered(*at))
                .map(|(_, unit)| unit.servable)
                .sum::<f64>()
                / all;
            for machines in 0..=most {
                let gained =
                    if machines > 0 && share > 0.0 { share * gain(f64::from(machines) / share) } else { 0.0 };
                least = least.min(bill + cost * f64::from(machines) - gained);
            }
        }
        least
    }

    #[test]
    fn without_machines_each_takes_the_cheaper() {
        let unit = |seat, metered| Unit { seat, metered, servable: metered };
        let units = [unit(20.0, 5.0), unit(20.0, 90.0), unit(f64::INFINITY, 7.0)];
        let found = joint(&units, 0, gain, |_| 0.0);
        assert_eq!(found.metered, [true, false, true]);
        assert!((found.total - 32.0).abs() < 1e-12);
    }

    #[test]
    fn machines_draw_users_from_their_seats() {
        let units = [Unit { seat: 60.0, metered: 70.0, servable: 70.0 }; 2];
        // On seats 120; metered 140, of which one machine for 30 takes 100.
        let found = joint(&units, 3, gain, |machines| 30.0 * f64::from(machines));
        assert_eq!((found.machines, found.metered.as_slice()), (2, &[true, true][..]));
        assert!((found.total - (140.0 - 160.0 + 60.0)).abs() < 1e-12);
    }

    #[test]
    fn who_has_no_seat_is_metered_and_nobody_else() {
        let units = [
            Unit { seat: 20.0, metered: 90.0, servable: 90.0 },
            Unit { seat: f64::INFINITY, metered: 7.0, servable: 7.0 },
        ];
        let found = joint(&units, 0, gain, |_| 0.0);
        assert_eq!(found.metered, [false, true]);
        assert!((found.total - 27.0).abs() < 1e-12);
        // Not even one to whom it is all the same, and whom no machine could serve.
        let units = [Unit { seat: 5.0, metered: 5.0, servable: 0.0 }, units[1]];
        let found = joint(&units, 0, gain, |_| 0.0);
        assert_eq!(found.metered, [false, true]);
        assert!((found.total - 12.0).abs() < 1e-12);
    }

    #[test]
    fn what_no_machine_could_serve_is_metered_only_where_that_is_cheaper() {
        let served = Unit { seat: 60.0, metered: 70.0, servable: 70.0 };
        let dear = Unit { seat: 5.0, metered: 20.0, servable: 0.0 };
        let cheap = Unit { seat: 20.0, metered: 5.0, servable: 0.0 };
        // Two machines that gain 160 for 60, as if the others were not there.
        let found = joint(&[dear, served, cheap, served], 3, gain, |machines| 30.0 * f64::from(machines));
        assert_eq!((found.machines, found.metered.as_slice()), (2, &[false, true, true, true][..]));
        assert!((found.total - (5.0 + 70.0 + 5.0 + 70.0 - 160.0 + 60.0)).abs() < 1e-12);
        // Nor does a machine change what is cheaper on its own.
        let unserved = Unit { seat: 10.0, metered: 90.0, servable: 90.0 };
        let found = joint(&[cheap, unserved], 0, gain, |_| 0.0);
        assert_eq!(found.metered, [true, false]);
        assert!((found.total - 15.0).abs() < 1e-12);
        // Where nothing can be served nothing is gained.
        let found = joint(&[cheap, dear], 2, gain, |_| 0.0);
        assert_eq!((found.machines, found.metered.as_slice()), (0, &[true, false][..]));
        assert!((found.total - 10.0).abs() < 1e-12);
    }

    #[test]
    fn those_are_metered_whose_seat_is_dearest_beside_what_machines_take() {
        // A machine for a dollar gains 30 of everything and thus 3 of what the first uses, who pays one dollar more: 109 for 110 on seats.
        // With the second it is 122, and 124 with the second alone.
        let gain = |most: f64| move |machines: f64| most * machines.min(1.0);
        let units = [
            Unit { seat: 10.0, metered: 11.0, servable: 10.0 },
            Unit { seat: 100.0, metered: 140.0, servable: 90.0 },
        ];
        let found = joint(&units, 1, gain(30.0), f64::from);
        assert_eq!((found.machines, found.metered.as_slice()), (1, &[true, false][..]));
        assert!((found.gain - 3.0).abs() < 1e-12 && (found.total - 109.0).abs() < 1e-12);
        // Here the first pays twice as much more as the second, of ten times as much use: 101, with the second 104, of 110 on seats.
        let units = [
            Unit { seat: 100.0, metered: 110.0, servable: 100.0 },
            Unit { seat: 10.0, metered: 15.0, servable: 10.0 },
        ];
        let found = joint(&units, 1, gain(22.0), f64::from);
        assert_eq!((found.machines, found.metered.as_slice()), (1, &[true, false][..]));
        assert!((found.gain - 20.0).abs() < 1e-12 && (found.total - 101.0).abs() < 1e-12);
    }

    #[test]
    fn machines_that_share_half_the_use_gain_as_twice_as_many_of_all_of_it() {
        // One machine for half of everything gains half of what two gain of all: 80.
        let units = [
            Unit { seat: 90.0, metered: 100.0, servable: 100.0 },
            Unit { seat: 1.0, metered: 100.0, servable: 100.0 },
        ];
        // Nothing is asked about no machines, or about machines for no use.
        let asked = |machines: f64| {
            assert!(machines > 0.0 && machines.is_finite());
            gain(machines)
        };
        let found = joint(&units, 1, asked, |_| 0.0);
        assert_eq!((found.machines, found.metered.as_slice()), (1, &[true, false][..]));
        assert!((found.gain - 80.0).abs() < 1e-12 && (found.total - 21.0).abs() < 1e-12);
    }

    #[test]
    fn what_costs_the_same_is_no_reason_for_a_machine_or_for_leaving_a_seat() {
        let units = [
            Unit { seat: f64::INFINITY, metered: 100.0, servable: 100.0 },
            Unit { seat: 8.0, metered: 8.0, servable: 0.0 },
        ];
        let found = joint(&units, 2, gain, |machines| 100.0 * f64::from(machines));
        assert_eq!((found.machines, found.metered.as_slice()), (0, &[true, false][..]));
        assert!((found.total - 108.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn it_is_the_best_of_all_sets_but_for_one_user(
            raw in prop::collection::vec((1.0_f64..100.0, 1.0_f64..100.0, 0.0_f64..1.0), 1..9), cost in 5.0_f64..90.0,
        ) {
            let units: Vec<Unit> = raw
                .iter()
                .map(|(seat, metered, share)| Unit { seat: *seat, metered: *metered, servable: metered * share })
                .collect();
            let found = joint(&units, 3, gain, |machines| cost * f64::from(machines));
            let least = naive(&units, 3, cost);
            let widest = units.iter().map(|unit| (unit.metered - unit.seat).abs()).fold(0.0, f64::max);
            prop_assert!(found.total >= least - 1e-9 && found.total <= least + widest + 1e-9, "{} {least}", found.total);
        }
    }
}
