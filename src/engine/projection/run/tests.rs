use super::super::fleet::{Contract, Fleet, People};
use super::super::inputs::Uncertain;
use super::super::tests::{lane, projection, set};
use super::super::{Adoption, Lane};
use super::*;

fn near(value: f64, wanted: f64) {
    assert!((value - wanted).abs() < 1e-6, "{value} {wanted}");
}

/// A projection in which 820 of 1,000 dollars a month are saved by routing from the first month on.
fn at_once(switching: f64, horizon: usize) -> Projection {
    let mut of = projection(vec![Lane { switching, ..lane() }]);
    set(&mut of, Input::Adoption, Uncertain::LogNormal { median: 1e-6, spread: 0.0 });
    Projection { adoption: Adoption::Logistic { rate: 50.0 }, horizon, ..of }
}

fn routed(of: &Projection) -> OfPlan {
    let found = run(of, &Asked { paths: 40, seed: 1, budget: None });
    found.plans.into_iter().find(|of| of.plan == Plan::Routed).expect("it is routed")
}

#[test]
fn what_takes_nothing_has_paid_back_from_the_beginning() {
    let found = run(&at_once(2_000.0, 3), &Asked { paths: 40, seed: 1, budget: None });
    let stay = found.plans.iter().find(|of| of.plan == Plan::Stay).expect("it stays");
    assert_eq!((stay.pays_back, stay.payback.map(|band| band.p50)), (1.0, Some(0.0)));
}

#[test]
fn it_has_paid_back_in_the_month_after_the_last_in_which_it_had_not() {
    // −680, then 140.
    let soon = routed(&at_once(1_500.0, 36));
    assert_eq!((soon.pays_back, soon.payback.map(|band| (band.p10, band.p90))), (1.0, Some((2.0, 2.0))));
    // −1,180, −360, 460.
    assert_eq!(routed(&at_once(2_000.0, 36)).payback.map(|band| band.p50), Some(3.0));
    assert_eq!(routed(&at_once(2_000.0, 3)).payback.map(|band| band.p50), Some(3.0));
    // Just nothing is left after two.
    assert_eq!(routed(&at_once(1_639.999_999, 36)).payback.map(|band| band.p50), Some(2.0));
    let never = routed(&at_once(2_000.0, 2));
    assert_eq!((never.pays_back, never.payback, never.saves), (0.0, None, 0.0));
}

#[test]
fn a_dollar_is_worth_what_it_is_at_the_end_of_its_month() {
    let mut of = at_once(2_000.0, 3);
    of.interest = 0.1;
    // −1,180 / 1.1 + 820 / 1.21 + 820 / 1.331.
    near(routed(&of).mean_saving, 221.036_814_425);
    near(routed(&of).error, 0.0);
}

#[test]
fn contracts_are_signed_on_paths_and_waited_for_within_the_horizon() {
    let people = People { first: 100.0, further: 0.0, gpus: 1.0, licences: 0.0, setup: 300.0 };
    let contract = Contract { month: 70.0, term: 36, together: 1 };
    let mut of = at_once(0.0, 12);
    of.fleet = Some(Fleet::of(&[(1.0, 300.0), (2.0, 450.0)], 100.0, people, Some(contract)));
    let found = run(&of, &Asked { paths: 40, seed: 1, budget: None });
    // Two replicas gain 450 for 240; what is left of the contract in the end is sold for what it costs.
    for (waited, (months, value)) in found.waiting.iter().zip([
        (0, 12.0 * 210.0 - 300.0),
        (3, 9.0 * 210.0 - 300.0),
        (6, 6.0 * 210.0 - 300.0),
    ]) {
        assert_eq!(waited.months, months);
        near(waited.value, value);
        near(waited.signs, 1.0);
    }
    assert_eq!(found.waiting.len(), 3);
    let rented = found.plans.iter().find(|of| of.plan == Plan::Rented).expect("it is rented");
    // 1,000 less 820 less 450, and 200 for rent and 100 for people.
    near(rented.mean_bill[1], 30.0);
    near(rented.mean_cost[1], 30.0);
}

/// Forty paths in two blocks: on the path `k` from 0 the plan saves `k − 10` and has paid back after `k` months if that is less than 20.
#[test]
fn what_forty_paths_come_to_by_hand() {
    let projection = at_once(0.0, 2);
    let asked = Asked { paths: 40, seed: 1, budget: Some(30.0) };
    let block = |first: usize| {
        let path = |at: usize| (first + at) as f64;
        let mut left = Left {
            bills: vec![[0.0; WIDTH]; PLANS * 2],
            costs: vec![(100.0, 0.0); PLANS * WIDTH],
            followed: Sums::default(),
        };
        for at in 0..WIDTH {
            let payback = if path(at) < 20.0 { path(at) } else { NO_PAYBACK };
            left.costs[Plan::Routed as usize * WIDTH + at] = (110.0 - path(at), payback);
            left.bills[Plan::Routed as usize * 2][at] = 39.0 - path(at);
            left.bills[Plan::Routed as usize * 2 + 1][at] = 2.0 * path(at);
        }
        left
    };
    let left = [block(0), block(WIDTH)];
    let part = Sums {
        lane_saving: vec![[1.0; MOVES]],
        cost: (0..PLANS * 2).map(|at| at as f64).collect(),
        beside: (0..OFFERED * 2).map(|at| 3.0 * at as f64).collect(),
        waited: vec![(2.0, 1.0), (5.0, 0.0)],
    };
    let mut sums = part.clone();
    sums.add(&part);
    assert_eq!((sums.waited.as_slice(), sums.lane_saving[0][1]), (&[(4.0, 2.0), (10.0, 0.0)][..], 2.0));
    let all = Plans { projection: &projection, asked: &asked, left: &left, sums: &sums };
    let best: Vec<f64> = (0..40).map(|path| all.cost(Plan::Routed, path).0.min(100.0)).collect();
    let of = all.of(Plan::Routed, &best);
    near(of.mean_saving, 9.5);
    near(of.saving.p50, 9.5);
    // Whole numbers in a row: n(n² − 1)/12 of squares, that is 5,330, over 39 and over 40.
    near(of.error, 1.848_422_751);
    // The paths 11 to 39 save something; the first ten lose 10 to 1.
    near(of.saves, 29.0 / 40.0);
    near(of.regret, 55.0 / 40.0);
    near(of.pays_back, 0.5);
    let payback = of.payback.expect("half of them do");
    near(payback.p10, 1.9);
    near(payback.p50, 9.5);
    near(payback.p90, 17.1);
    near(of.mean_bill[0], 19.5);
    near(of.mean_bill[1], 39.0);
    // Beyond 30 lie the first nine bills of one month and those from the seventeenth on of the other; 30 itself does not.
    let (ever, months) = of.breaches.expect("there is a budget");
    near(ever, 33.0 / 40.0);
    near(months[0], 9.0 / 40.0);
    near(months[1], 24.0 / 40.0);
    let at = (Plan::Routed as usize * 2) as f64;
    near(of.mean_cost[1], 2.0 * (at + 1.0) / 40.0);
    near(of.mean_beside[1], 6.0 * (at + 1.0) / 40.0);
}
