use super::correlation::{Factor, cholesky, matrix};
use super::draws::{Draws, seeded};
use super::fleet::{Contract, Fleet, People};
use super::inputs::{Input, Uncertain};
use super::run::{Asked, run};
use super::*;

fn near(value: f64, wanted: f64) {
    assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
}

/// `σ(r·(t − t50))`.
fn logistic(rate: f64, half: f64, time: f64) -> f64 {
    1.0 / (1.0 + (-rate * (time - half)).exp())
}

/// What is spent at another price over what is spent now: `(p/p0)^{1+ε}`.
fn spend_ratio(price_ratio: f64, elasticity: f64) -> f64 {
    price_ratio.powf(1.0 + elasticity)
}

/// Everything certain at a value that changes nothing.
fn certain() -> [Uncertain; Input::COUNT] {
    Input::ALL.map(|input| match input {
        Input::Growth | Input::Elasticity | Input::Lag | Input::Quality => {
            Uncertain::Normal { median: 0.0, spread: 0.0, least: -1.0, most: 1.0 }
        }
        Input::Adoption => Uncertain::LogNormal { median: 9.0, spread: 0.0 },
        Input::Reprice => Uncertain::LogNormal { median: 1e-9, spread: 0.0 },
        _ => Uncertain::LogNormal { median: 1.0, spread: 0.0 },
    })
}

/// 1,000 dollars, all of which closed models would take for 500, and 800 of which open ones would for 80.
pub(super) fn lane() -> Lane {
    let closed = Moved { from_closed: 1_000.0, closed: 500.0, joins: true, ..Moved::NOTHING };
    let open = Moved { from_open: 800.0, open: 80.0, joins: true, ..Moved::NOTHING };
    let either = Moved { from_closed: 200.0, closed: 100.0, ..open };
    Lane {
        spent: 1_000.0,
        series: 0,
        wait: Wait::Over,
        moves: [closed, open, either],
        switching: 0.0,
        requalifying: 0.0,
        servable: 180.0,
    }
}

/// Everything moves at once.
pub(super) fn at_once(projection: &mut Projection) {
    set(projection, Input::Adoption, Uncertain::LogNormal { median: 1e-6, spread: 0.0 });
    projection.adoption = Adoption::Logistic { rate: 50.0 };
}

fn plan(found: &run::Projected, plan: Plan) -> &run::OfPlan {
    found.plans.iter().find(|of| of.plan == plan).expect("a plan")
}

pub(super) fn projection(lanes: Vec<Lane>) -> Projection {
    Projection {
        series: lanes.iter().map(|lane| lane.series + 1).max().unwrap_or(0),
        lanes,
        inputs: certain(),
        factor: Factor::independent(),
        events: Events {
            closed_cut: 0.0,
            closed_cut_month: u32::MAX,
            open_cut: 0.0,
            open_cut_month: u32::MAX,
            response_cut: 0.0,
            response_months: 0.0,
            offline_share: 0.0,
            offline_month: u32::MAX,
            offline_months: 0,
        },
        horizon: 36,
        repick_months: 6,
        reprice_cut: (0.2, 0.8),
        adoption: Adoption::Logistic { rate: 0.35 },
        rent_fall: 1.0,
        lag_shared: 0.5,
        interest: 0.0,
        baseline: Plan::Stay,
        fleet: None,
    }
}

fn asked(paths: usize) -> Asked {
    Asked { paths, seed: 1, budget: None }
}

pub(super) fn set(projection: &mut Projection, input: Input, value: Uncertain) {
    projection.inputs[input as usize] = value;
}

fn people() -> People {
    People { first: 100.0, further: 50.0, gpus: 1.0, licences: 0.0, setup: 300.0 }
}

/// A projection in which everything is uncertain and everything happens.
pub(super) fn busy() -> Projection {
    let mut lanes = vec![lane(); 5];
    lanes[1].series = 1;
    lanes[2].wait = Wait::Lag { since: 1.0, median: 4.0, spread: 0.7 };
    lanes[3].wait = Wait::Trend { mean: 10.0, error: 3.0 };
    lanes[3].moves[1].failures = (5.0, 2.0);
    lanes[4].wait = Wait::Never;
    lanes[0].switching = 400.0;
    lanes[1].requalifying = 30.0;
    lanes[4].moves[0].joins = false;
    let mut of = projection(lanes);
    set(&mut of, Input::ClosedFall, Uncertain::log_normal(5.0, (2.5, 15.0)));
    set(&mut of, Input::OpenFall, Uncertain::log_normal(4.0, (2.0, 10.0)));
    set(&mut of, Input::FrontierFall, Uncertain::log_normal(1.15, (1.0, 1.3)));
    set(&mut of, Input::Reprice, Uncertain::log_normal(1.0, (0.3, 2.0)));
    set(&mut of, Input::Rent, Uncertain::LogNormal { median: 1.0, spread: 0.35 });
    set(&mut of, Input::Lag, Uncertain::STANDARD);
    set(&mut of, Input::Quality, Uncertain::STANDARD);
    set(&mut of, Input::Growth, Uncertain::normal(0.02, (-0.01, 0.05), (-0.5, 1.0)));
    set(&mut of, Input::Elasticity, Uncertain::normal(-0.7, (-1.1, -0.3), (-3.0, 0.0)));
    set(&mut of, Input::Ceiling, Uncertain::normal(0.8, (0.5, 1.0), (0.01, 1.0)));
    of.factor = cholesky(&matrix(&[(Input::ClosedFall, Input::OpenFall, 0.6)])).expect("definite");
    of.interest = 0.008;
    of.events.response_cut = 0.2;
    of.events.response_months = 3.0;
    of.events.closed_cut = 0.3;
    of.events.closed_cut_month = 5;
    of.events.offline_share = 0.5;
    of.events.offline_month = 10;
    of.events.offline_months = 4;
    let gain: Vec<(f64, f64)> = (1..=10).map(|k| (f64::from(k), 400.0 * f64::from(k).sqrt())).collect();
    let contract = Contract { month: 60.0, term: 12, together: 1 };
    of.fleet = Some(Fleet::of(&gain, 100.0, people(), Some(contract)));
    of
}

#[test]
fn nothing_uncertain_and_nothing_changing_is_the_sum_of_the_curve() {
    let of = projection(vec![lane()]);
    let found = run(&of, &asked(16));
    let curve: f64 = (0..36).map(|month| logistic(0.35, 9.0, f64::from(month) + 0.5)).sum();
    near(plan(&found, Plan::Hosted).mean_saving, 720.0 * curve);
    near(plan(&found, Plan::Repick).mean_saving, 500.0 * curve);
    near(plan(&found, Plan::Routed).mean_saving, 820.0 * curve);
    let stay = plan(&found, Plan::Stay);
    assert!(stay.mean_saving.abs() < 1e-9 && stay.saves.abs() < 1e-9);
    near(plan(&found, Plan::Hosted).bills[35].p50, 1_000.0 - 720.0 * logistic(0.35, 9.0, 35.5));
    assert!((plan(&found, Plan::Hosted).pays_back - 1.0).abs() < 1e-9);
    for (place, saved) in [500.0 * curve, 720.0 * curve, 820.0 * curve].into_iter().enumerate() {
        near(found.lane_saving[0][place], saved);
        near(decide::worth(&of)[0][place], saved);
    }
    // Without luck the regret is the distance to the best plan.
    near(stay.regret, 820.0 * curve);
}

/// Share of the lane that open models have taken, by month: they come in the middle of the first one, so a month's time is its place.
fn moved(of: &mut Projection) -> Vec<f64> {
    of.lanes[0].wait = Wait::Trend { mean: 0.5, error: 0.0 };
    let found = run(of, &asked(8));
    plan(&found, Plan::Hosted).mean_cost.iter().map(|cost| (1_000.0 - cost) / 720.0).collect()
}

#[test]
fn what_moves_follows_the_curves_by_hand() {
    let mut of = projection(vec![lane()]);
    let logistic = moved(&mut of);
    for (month, share) in [(0, 0.0410912782), (9, 0.5), (18, 0.9589087218)] {
        near(logistic[month], share);
    }
    set(&mut of, Input::Ceiling, Uncertain::LogNormal { median: 0.7, spread: 0.0 });
    near(moved(&mut of)[12], 0.5185424294);
    let mut of = projection(vec![lane()]);
    of.horizon = 121;
    of.adoption = Adoption::Bass { innovation: 0.03, imitation: 0.38 };
    let bass = moved(&mut of);
    for (years, share) in [(1, 0.03575816426), (3, 0.150500072), (5, 0.3311986425), (10, 0.8128032212)] {
        near(bass[12 * years], share);
    }
}

#[test]
fn prices_and_volumes_by_hand() {
    let mut of = projection(vec![lane()]);
    at_once(&mut of);
    // Ten dollars that fall five times a year are 4.47 after half of one.
    of.lanes[0].moves[0].closed = 10.0;
    set(&mut of, Input::ClosedFall, Uncertain::LogNormal { median: 5.0, spread: 0.0 });
    near(plan(&run(&of, &asked(8)), Plan::Repick).mean_cost[6], 4.472135955);
    // At 0.13 of the price 9.6 times the volume, and a quarter more is spent.
    of.lanes[0].moves[0].closed = 130.0;
    set(&mut of, Input::Elasticity, Uncertain::Normal { median: -1.11, spread: 0.0, least: -3.0, most: 0.0 });
    let found = run(&of, &asked(8));
    let repick = plan(&found, Plan::Repick);
    near(repick.mean_bill[1] / 1_000.0, 1.25160195);
    near(repick.mean_bill[1] / repick.mean_cost[1], 9.627707311);
}

#[test]
fn who_does_not_join_stays_and_picking_again_is_work() {
    let mut of = projection(vec![Lane { requalifying: 10.0, switching: 60.0, ..lane() }]);
    let found = run(&of, &asked(8));
    let curve: f64 = (0..36).map(|month| logistic(0.35, 9.0, f64::from(month) + 0.5)).sum();
    // Models are picked again five times, as far as calls have moved by then.
    let again: f64 = (1..6).map(|pick| 10.0 * logistic(0.35, 9.0, f64::from(pick) * 6.0 - 0.5)).sum();
    let moving = 60.0 * logistic(0.35, 9.0, 35.5);
    for (of, saved) in [(Plan::Repick, 500.0), (Plan::Hosted, 720.0), (Plan::Routed, 820.0)] {
        near(plan(&found, of).mean_saving, saved * curve - again - moving);
    }
    near(plan(&found, Plan::Frontier).mean_beside[6], 10.0);
    of.lanes[0].moves.iter_mut().for_each(|moved| moved.joins = false);
    let found = run(&of, &asked(8));
    for of in [Plan::Repick, Plan::Hosted, Plan::Routed] {
        assert!(plan(&found, of).mean_saving.abs() < 1e-9);
        near(plan(&found, of).mean_bill[20], plan(&found, Plan::Stay).mean_bill[20]);
    }
}

#[test]
fn elasticity_brings_new_volume_and_not_a_saving() {
    let mut of = projection(vec![lane()]);
    at_once(&mut of);
    set(&mut of, Input::Elasticity, Uncertain::Normal { median: -1.11, spread: 0.0, least: -3.0, most: 0.0 });
    let found = run(&of, &asked(8));
    near(plan(&found, Plan::Repick).mean_cost[1], 500.0);
    near(plan(&found, Plan::Repick).mean_bill[1], 1_000.0 * spend_ratio(0.5, -1.11));
    near(plan(&found, Plan::Hosted).mean_bill[35], 1_000.0 * spend_ratio(0.28, -1.11));
}

#[test]
fn what_scenarios_let_happen_happens() {
    let mut of = projection(vec![lane()]);
    at_once(&mut of);
    of.events.closed_cut = 0.5;
    of.events.closed_cut_month = 6;
    let found = run(&of, &asked(8));
    near(found.plans[0].mean_cost[4], 1_000.0);
    near(found.plans[0].mean_cost[5], 500.0);
    of.events.closed_cut = 0.0;
    of.events.response_cut = 0.3;
    of.events.response_months = 12.0;
    near(run(&of, &asked(8)).plans[0].mean_cost[12], 700.0);
    of.events.response_cut = 0.0;
    of.events.offline_share = 1.0;
    of.events.offline_month = 20;
    of.events.offline_months = 3;
    let found = run(&of, &asked(8));
    near(plan(&found, Plan::Hosted).mean_cost[20], 1_000.0);
    near(plan(&found, Plan::Hosted).mean_cost[22], 280.0);
    // What had moved to closed models stays there.
    near(plan(&found, Plan::Routed).mean_cost[20], 900.0);
    // Prices fall in steps, when models are picked.
    set(&mut of, Input::ClosedFall, Uncertain::LogNormal { median: 4.0, spread: 0.0 });
    let found = run(&of, &asked(8));
    for (month, wanted) in [(1, 500.0), (5, 500.0), (6, 250.0), (12, 125.0)] {
        near(plan(&found, Plan::Repick).mean_cost[month], wanted);
    }
}

#[test]
fn machines_are_rented_while_they_pay() {
    let mut of = projection(vec![lane()]);
    at_once(&mut of);
    let fleet = Fleet::of(&[(1.0, 300.0), (2.0, 450.0), (3.0, 500.0)], 100.0, people(), None);
    of.fleet = Some(fleet);
    let found = run(&of, &asked(8));
    let rented = plan(&found, Plan::Rented);
    // Two replicas gain 450 and cost 200 and 100 for people; the setup of 300 is earned within a year.
    near(rented.mean_cost[1], 180.0 - 150.0);
    near(rented.mean_cost[0], 180.0 - 150.0 + 300.0);
    assert_eq!(rented.payback.map(|band| band.p50), Some(0.0));
}

#[test]
fn a_contract_is_signed_where_it_is_expected_to_pay() {
    let mut of = projection(vec![lane()]);
    at_once(&mut of);
    let contract = |month| Some(Contract { month, term: 36, together: 1 });
    let gain = [(1.0, 300.0), (2.0, 450.0), (3.0, 500.0)];
    of.fleet = Some(Fleet::of(&gain, 100.0, people(), contract(70.0)));
    let found = run(&of, &asked(8));
    near(plan(&found, Plan::Committed).mean_cost[1], 180.0 - (450.0 - 140.0 - 100.0));
    near(found.waiting[0].value, 36.0 * 210.0 - 300.0);
    // Who waits a year has two years of it; the third is sold at what it cost.
    near(found.waiting[3].value, 24.0 * 210.0 - 300.0);
    // Renewed twice, set up once.
    let yearly = Contract { month: 70.0, term: 12, together: 1 };
    of.fleet = Some(Fleet::of(&gain, 100.0, people(), Some(yearly)));
    near(run(&of, &asked(8)).waiting[0].value, 36.0 * 210.0 - 300.0);
    // A year in which it earns less than setting it up again would cost is still worth renewing.
    let tight = Contract { month: 135.0, term: 24, together: 1 };
    of.fleet = Some(Fleet::of(&gain, 200.0, People { setup: 1_000.0, ..people() }, Some(tight)));
    near(run(&of, &asked(8)).waiting[0].value, 36.0 * 80.0 - 1_000.0);
    of.fleet = Some(Fleet::of(&gain, 1_000.0, people(), contract(900.0)));
    let found = run(&of, &asked(8));
    assert!(found.waiting.iter().all(|waited| waited.signs.abs() < 1e-9 && waited.value.abs() < 1e-9));
}

#[test]
fn any_number_of_threads_gives_the_same_numbers() {
    let of = busy();
    let asked = Asked { paths: 501, seed: 9, budget: Some(4_000.0) };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| format!("{:?}", run(&of, &asked)))
    };
    assert_eq!(on(1), on(3));
    assert_ne!(on(2), format!("{:?}", run(&of, &Asked { seed: 10, ..asked })));
}

#[test]
fn a_path_by_hand() {
    // The same model, written down plainly for the first path and lane by lane.
    let of = busy();
    let draws = Draws::random(&of, &seeded(4), 0);
    let found = lanes::follow(&of, &draws);
    let at = 3;
    let input = |input: Input| draws.inputs[input as usize][at];
    let e = input(Input::Elasticity);
    let (mut stay, mut stay_bill) = ([0.0; 36], [0.0; 36]);
    let (mut hosted, mut hosted_bill) = ([0.0; 36], [0.0; 36]);
    let mut prices = [1.0, 1.0];
    let mut before = [0.0; 5];
    for month in 0..36 {
        let time = f64::from(month) + 0.5;
        let grown = (1.0 + input(Input::Growth)).powf(time);
        for (series, price) in prices.iter_mut().enumerate() {
            *price *= draws.changes[month as usize * 2 + series][at];
        }
        for (number, lane) in of.lanes.iter().enumerate() {
            let arrives = draws.arrives[number][at];
            let answered = if time >= arrives + 3.0 { 0.8 } else { 1.0 };
            let unit = prices[lane.series] * if month + 1 >= 5 { 0.7 } else { 1.0 } * answered;
            let online = if (10..14).contains(&(month + 1)) { 0.5 } else { 1.0 };
            let share = if time < arrives {
                0.0
            } else {
                online * input(Input::Ceiling) * logistic(0.35, 9.0, time - arrives)
            };
            let picked = f64::from(month / 6 * 6);
            let fall = input(Input::OpenFall).powf(-(picked - arrives).max(0.0) / 12.0);
            let moved = share * (80.0 * fall * input(Input::Tokens) - 800.0 * unit) + 1_000.0 * unit;
            let (mean, error) = lane.moves[1].failures;
            let failures = share * (mean + error * input(Input::Quality));
            let at_month = month as usize;
            stay[at_month] += grown * 1_000.0 * unit;
            stay_bill[at_month] += grown * 1_000.0 * unit * unit.powf(e);
            hosted[at_month] += grown * (moved + failures)
                + lane.switching * (share - before[number]).max(0.0) / input(Input::Ceiling);
            hosted_bill[at_month] += grown * moved * (moved / 1_000.0).powf(e);
            if month % 6 == 0 && month > 0 {
                hosted[at_month] += lane.requalifying * before[number] / input(Input::Ceiling);
            }
            before[number] = share;
        }
    }
    for (month, found) in found.months.iter().enumerate() {
        near(found.cost[0][at], stay[month]);
        near(found.bill[0][at], stay_bill[month]);
        let plan = Plan::Hosted as usize;
        near(found.cost[plan][at], hosted[month]);
        near(found.bill[plan][at], hosted_bill[month]);
    }
}

#[test]
fn a_tornado_turns_where_nothing_is_saved() {
    let mut of = projection(vec![lane()]);
    of.lanes[0].moves[1].open = 400.0;
    set(&mut of, Input::Tokens, Uncertain::log_normal(1.0, (0.7, 1.5)));
    set(&mut of, Input::Growth, Uncertain::normal(0.0, (-0.005, 0.005), (-0.5, 1.0)));
    let swings = decide::tornado(&of, Plan::Hosted, Plan::Stay);
    assert_eq!(swings[0].input, Input::Tokens);
    // 800 as logged against 400 of as many tokens: twice as many save nothing.
    near(swings[0].flips.expect("it turns"), 2.0);
    assert_eq!(swings[1].flips, None);
    assert!(swings[0].savings[0] > swings[0].savings[1] && swings[0].savings[1] > swings[0].savings[2]);
}

#[test]
fn plans_have_names() {
    for plan in Plan::ALL {
        assert_eq!(Plan::from_word(plan.word()), Some(plan));
    }
    assert_eq!(Plan::from_word("nothing of the sort"), None);
}
