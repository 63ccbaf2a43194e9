use super::super::decide::worth;
use super::super::inputs::Uncertain;
use super::super::tests::{at_once, lane, projection, set};
use super::*;

fn near(value: f64, wanted: f64) {
    assert!((value - wanted).abs() < 1e-6 * wanted.abs().max(1e-3), "{value} {wanted}");
}

fn certainly(projection: &mut Projection, values: &[(Input, f64)]) {
    for &(input, median) in values {
        let value = Uncertain::Normal { median, spread: 0.0, least: f64::MIN, most: f64::MAX };
        set(projection, input, value);
    }
}

fn followed(projection: &Projection) -> Followed {
    follow(projection, &Draws::still(projection, &[[0.0; Input::COUNT]; WIDTH]))
}

#[test]
fn the_newest_models_cost_what_has_fallen_was_cut_and_was_answered() {
    let mut of = projection(vec![Lane { requalifying: 10.0, ..lane() }, Lane { spent: 200.0, ..lane() }]);
    of.repick_months = 1;
    of.events.closed_cut = 0.5;
    of.events.closed_cut_month = 3;
    of.events.response_cut = 0.2;
    of.events.response_months = 1.0;
    // Half of the price every month, and volume by the root of what it falls by; four times the calls every month.
    certainly(&mut of, &[(Input::FrontierFall, 4_096.0), (Input::Elasticity, -0.5), (Input::Growth, 3.0)]);
    let months = followed(&of).months;
    let frontier = Plan::Frontier as usize;
    // In the middle of the months: 2^−½; 0.8·2^−1½ once open models are answered; 0.5·0.8·2^−2½ after the cut.
    for (month, price, volume, again) in [
        (0, std::f64::consts::FRAC_1_SQRT_2, 2.0, 0.0),
        (1, 0.282_842_712_5, 8.0, 10.0),
        (2, 0.070_710_678_12, 32.0, 10.0),
    ] {
        near(months[month].cost[frontier][7], 1_200.0 * price * volume + again);
        near(months[month].bill[frontier][7], 1_200.0 * price * volume / price.sqrt());
        // Nothing is picked again in the first month.
        near(months[month].beside[frontier][7], again);
    }
}

#[test]
fn a_month_in_which_everything_has_changed_by_hand() {
    let mut routed = Lane { spent: 1_500.0, ..lane() };
    routed.moves[Move::Either as usize].flat = 10.0;
    let mut apart = Lane { spent: 50.0, servable: 20.0, ..lane() };
    apart.moves.iter_mut().for_each(|moved| moved.joins = false);
    let mut of = projection(vec![routed, apart]);
    at_once(&mut of);
    of.repick_months = 1;
    let yearly_of_four = 4.0_f64.powi(12);
    certainly(
        &mut of,
        &[
            (Input::ClosedFall, 4_096.0),
            (Input::OpenFall, yearly_of_four),
            (Input::Tokens, 3.0),
            (Input::Ceiling, 0.8),
            (Input::Growth, 3.0),
        ],
    );
    of.events.closed_cut = 0.2;
    of.events.closed_cut_month = 2;
    of.events.open_cut = 0.1;
    of.events.open_cut_month = 2;
    of.events.response_cut = 0.5;
    of.events.response_months = 1.0;
    let month = &followed(&of).months[1];
    let cost = |plan: Plan| month.cost[plan as usize][5];
    // The second month has 4^1½ = 8 times the calls. Models of today: 0.8·0.5 = 0.4 of their price; closed ones that are picked half of it,
    // 0.2; open ones 3 times the tokens at 0.9·¼: 0.675. The lane apart costs 50·0.4 = 20.
    near(cost(Plan::Stay), 8.0 * (600.0 + 20.0));
    // 600 less 0.8 of 1,000·0.4 − 500·0.2 = 300.
    near(cost(Plan::Repick), 8.0 * (360.0 + 20.0));
    // 600 less 0.8 of 800·0.4 − 80·0.675 = 266.
    near(cost(Plan::Hosted), 8.0 * (387.2 + 20.0));
    // 600 less 0.8 of 200·0.4 − 100·0.2 = 60 and of 266 − 10, which stay on devices.
    near(cost(Plan::Routed), 8.0 * (347.2 + 20.0));
    // What machines may serve: of 500 that stay, 100 at closed and 80 at open models, 500·0.4 + 100·0.2 + 80·0.675 = 274 are left; in the
    // lane apart, 0.4 of all.
    near(month.price[5], (180.0 * 274.0 / 680.0 + 20.0 * 0.4) / 200.0);
    near(month.moved[5], 8.0 * 0.8);
}

#[test]
fn machines_that_may_serve_nothing_see_a_price_that_stays() {
    let months = followed(&projection(vec![Lane { servable: 0.0, ..lane() }])).months;
    for month in &months {
        near(month.price[0], 1.0);
        near(month.moved[0], 0.0);
    }
}

#[test]
fn what_a_lane_saves_is_discounted_with_its_failures_and_its_work() {
    let mut first = Lane { switching: 60.0, requalifying: 24.0, ..lane() };
    first.moves[Move::Open as usize].failures = (20.0, 0.0);
    let mut second = lane();
    second.moves[Move::Closed as usize].closed = 900.0;
    second.moves[Move::Open as usize].joins = false;
    let mut of = projection(vec![first, second]);
    at_once(&mut of);
    (of.horizon, of.repick_months) = (3, 2);
    // At 100 % a month dollars count ½, ¼ and ⅛; of 2, 8 and 32 times the calls that is 1 + 2 + 4.
    of.interest = 1.0;
    certainly(&mut of, &[(Input::Growth, 3.0)]);
    let worth = worth(&of);
    // Moving is paid in the first month, picking again in the third, both whatever the calls.
    let work = 60.0 / 2.0 + 24.0 / 8.0;
    let wanted = [
        [7.0 * 500.0 - work, 7.0 * (720.0 - 20.0) - work, 7.0 * 820.0 - work],
        [7.0 * 100.0, 0.0, 7.0 * 820.0],
    ];
    for (found, wanted) in worth.iter().flatten().zip(wanted.as_flattened()) {
        near(*found, *wanted);
    }
}
