use proptest::prelude::*;

use super::*;

fn near(value: f64, wanted: f64) {
    assert!((value / wanted - 1.0).abs() < 1e-9, "{value} {wanted}");
}

const PEOPLE: People = People { first: 100.0, further: 0.0, gpus: 1.0, licences: 0.0, setup: 300.0 };
const TODAY: Market = Market { price: 1.0, volume: 1.0, rent: 1.0 };

/// What the first replicas gain, up to four of them.
fn gains() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec(0.0_f64..900.0, 4).prop_map(|gained| (1..=4).map(f64::from).zip(gained).collect())
}

fn market() -> impl Strategy<Value = Market> {
    (0.3_f64..3.0, 0.3_f64..2.0, 0.3_f64..2.0).prop_map(|(price, volume, rent)| Market {
        price,
        volume,
        rent,
    })
}

fn luck() -> impl Strategy<Value = Luck> {
    (0.5_f64..2.0, 0.6_f64..2.0).prop_map(|(staff, throughput)| Luck { staff, throughput })
}

/// What so many replicas gain in a month less what people cost, where each market has its own use for machines.
fn left(fleet: &Fleet, replicas: f64, market: &Market, luck: &Luck) -> f64 {
    let gained = market.price * market.volume * fleet.gains_today(replicas * luck.throughput / market.volume);
    let people = &fleet.people;
    let gpus = replicas * people.gpus;
    // Eight GPUs are looked after by the first, each further eight by as much again.
    let mut groups = 0.0;
    while 8.0 * (groups + 1.0) < gpus {
        groups += 1.0;
    }
    let cost = luck.staff * (people.first + people.further * groups) + people.licences * gpus;
    gained - if replicas > 0.0 { cost } else { 0.0 }
}

#[test]
fn what_is_known_of_today() {
    let people = People { first: 700.0, further: 50.0, gpus: 4.0, licences: 3.0, setup: 300.0 };
    // What is said of none is not heard.
    let gain = [(0.0, 7.0), (1.0, 300.0), (2.0, 450.0), (2.5, 500.0), (4.0, 500.0)];
    let fleet = Fleet::of(&gain, 100.0, people, None);
    // A broken number of replicas lies on the line between its neighbours; beyond the last nothing is gained.
    for (replicas, gained) in [(0.5, 150.0), (1.0, 300.0), (1.5, 375.0), (2.25, 475.0), (9.0, 500.0)] {
        near(fleet.gains_today(replicas), gained);
    }
    assert!(fleet.gains_today(0.0).abs() < 1e-12);
    // Half of the third replica still gains.
    assert_eq!(fleet.largest(), 3);
    assert_eq!(Fleet::of(&[(1.0, 0.0)], 100.0, people, None).largest(), 0);
    // Rent, licences for four GPUs of each, and people for the first eight GPUs and each eight begun after them.
    near(fleet.month(1), 100.0 + 12.0 + 700.0);
    near(fleet.month(2), 200.0 + 24.0 + 700.0);
    near(fleet.month(5), 500.0 + 60.0 + 700.0 + 2.0 * 50.0);
    assert!(fleet.month(0).abs() < 1e-12);
}

#[test]
fn what_rises_faster_than_before_is_evened_out() {
    // The second gains 150 and the third 350, the fourth 40: the first three gain 200 each in turn.
    let gain = [(1.0, 100.0), (2.0, 250.0), (3.0, 600.0), (4.0, 640.0)];
    let fleet = Fleet::of(&gain, 100.0, PEOPLE, None);
    for (replicas, gained) in [(1.0, 200.0), (2.0, 400.0), (3.0, 600.0), (3.5, 620.0), (4.0, 640.0)] {
        near(fleet.gains_today(replicas), gained);
    }
    // Of two, the second gaining a little more.
    near(Fleet::of(&[(1.0, 100.0), (2.0, 250.0)], 100.0, PEOPLE, None).gains_today(1.0), 125.0);
}

#[test]
fn what_earns_just_what_it_costs_is_neither_rented_nor_signed() {
    let contract = Contract { month: 100.0, term: 1, together: 1 };
    let fleet = Fleet::of(&[(1.0, 200.0)], 100.0, PEOPLE, Some(contract));
    assert_eq!(fleet.rented_best(&TODAY, &EXPECTED), (0.0, 0.0));
    // The second replica earns its price and no more: one is enough.
    let fleet = Fleet::of(&[(1.0, 300.0), (2.0, 400.0)], 100.0, PEOPLE, Some(contract));
    let terms = Terms { interest: 0.0, patience: 12.0 };
    assert_eq!(fleet.best_contract(&TODAY, &EXPECTED, &[TODAY], &terms, 0.0), (1.0, 100.0));
}

#[test]
fn who_runs_further_machines_and_their_licences_are_reasons_for_fewer() {
    let gain = [(1.0, 300.0), (2.0, 450.0)];
    let best = |further: f64, licences: f64| {
        let people = People { first: 100.0, further, gpus: 8.0, licences, setup: 0.0 };
        Fleet::of(&gain, 100.0, people, None).rented_best(&TODAY, &EXPECTED)
    };
    // One leaves 300 − 100 − 100; the second gains 150 for 100 of rent.
    assert_eq!(best(0.0, 0.0), (2.0, 150.0));
    assert_eq!(best(40.0, 0.0), (2.0, 110.0));
    assert_eq!(best(60.0, 0.0), (1.0, 100.0));
    assert_eq!(best(200.0, 0.0), (1.0, 100.0));
    // Ten dollars for each GPU are eighty for a replica.
    assert_eq!(best(0.0, 10.0), (1.0, 20.0));
    assert_eq!(best(0.0, 13.0), (0.0, 0.0));
    // At twice the pay a further replica costs 140: the third gains just that and the second ten more.
    let gain = [(1.0, 300.0), (2.0, 450.0), (3.0, 590.0), (4.0, 720.0)];
    let people = People { first: 100.0, further: 20.0, gpus: 8.0, licences: 0.0, setup: 0.0 };
    let dear = Luck { staff: 2.0, throughput: 1.0 };
    assert_eq!(Fleet::of(&gain, 100.0, people, None).rented_best(&TODAY, &dear), (2.0, 10.0));
}

#[test]
fn machines_are_set_up_when_they_soon_earn_it_and_again_after_a_time_without() {
    let fleet = Fleet::of(&[(1.0, 500.0)], 100.0, People { setup: 250.0, ..PEOPLE }, None);
    let luck = Luck { staff: 1.5, throughput: 1.0 };
    // 500 less 100 of rent and 150 for people: 250, 187.5 or nothing. Set up for 375, two months of 187.5 are just not enough.
    let path = [0.875, 1.0, 0.875, 0.4, 0.875, 1.0].map(|price| Market { price, ..TODAY });
    let saved = fleet.renting(&path, &luck, &Terms { interest: 0.0, patience: 2.0 });
    assert_eq!(saved, [0.0, -125.0, 187.5, 0.0, 0.0, -125.0]);
}

#[test]
fn a_contract_and_its_renewal_by_hand() {
    let contract = Contract { month: 200.0, term: 3, together: 1 };
    let fleet = Fleet::of(&[(1.0, 500.0)], 1_000.0, PEOPLE, Some(contract));
    let path = [
        (9.0, 1.0, 1.0),
        (2.0, 0.5, 0.5),
        (1.0, 1.0, 0.7),
        (4.0, 0.25, 0.6),
        (4.0, 1.0, 0.75),
        (1.0, 1.0, 0.25),
    ]
    .map(|(price, volume, rent)| Market { price, volume, rent });
    let luck = Luck { staff: 2.0, throughput: 0.5 };
    let terms = Terms { interest: 0.0, patience: 12.0 };
    // Signed in the second month for one replica at 100 dollars, which gains 500, 250 and 500; people are 200 and setting up is 600.
    // Renewed for two replicas at 150, which gain 2,000 and 500; a month that is left is sold at 50 each.
    let saved = fleet.committing(1, &path, &luck, &[TODAY; 6], &terms).expect("it is signed");
    for (found, wanted) in saved.iter().zip([0.0, 200.0 - 600.0, -50.0, 200.0, 1_500.0, 0.0 - 200.0]) {
        assert!((found - wanted).abs() < 1e-9, "{saved:?}");
    }
    assert_eq!(saved.len(), 6);
}

#[test]
fn nothing_is_signed_when_half_of_its_time_is_expected_to_lose_more() {
    let contract = Contract { month: 200.0, term: 6, together: 1 };
    let fleet = Fleet::of(&[(1.0, 500.0)], 1_000.0, PEOPLE, Some(contract));
    let terms = Terms { interest: 0.0, patience: 12.0 };
    let signs =
        |expected: [Market; 6]| fleet.committing(0, &[TODAY; 6], &EXPECTED, &expected, &terms).is_some();
    // Six months of 200 are more than 300 for setting up; three of them, and three in which it loses 250, are less than nothing.
    let later = |market: Market| [0, 1, 2, 3, 4, 5].map(|month| if month < 3 { TODAY } else { market });
    for times in [1.0, 2.0, 0.5] {
        let all = |of: [Market; 6]| {
            of.map(|of| Market { price: of.price * times, volume: of.volume * times, rent: of.rent })
        };
        assert!(signs(all([TODAY; 6])));
        assert!(!signs(all(later(Market { price: 0.1, ..TODAY }))));
        assert!(!signs(all(later(Market { volume: 0.1, ..TODAY }))));
    }
}

#[test]
fn small_fleets_are_weighed_one_by_one_and_large_ones_by_eighths() {
    // All of so many replicas are worth having, and none beyond.
    for (together, wanted, found) in
        [(1, 9.0, 9.0), (2, 10.0, 10.0), (4, 60.0, 60.0), (4, 68.0, 64.0), (4, 73.0, 72.0)]
    {
        let contract = Contract { month: 10.0, term: 1, together };
        let fleet = Fleet::of(&[(wanted, 1_000.0 * wanted)], 1.0, PEOPLE, Some(contract));
        let terms = Terms { interest: 0.0, patience: 12.0 };
        // An eighth of 64 is eight at once, from there to 72.
        let (replicas, worth) = fleet.best_contract(&TODAY, &EXPECTED, &[TODAY], &terms, 0.0);
        near(replicas, found);
        near(worth, 990.0 * found - 100.0);
    }
}

#[test]
fn a_dollar_at_the_end_of_a_month_is_worth_less_by_its_interest() {
    // At ten percent 1.1 after one month, 1.21 after two and 1.331 after three.
    near(present(&[110.0, 242.0, 399.3], 0.1), 100.0 + 200.0 + 300.0);
}

proptest! {
    #[test]
    fn replicas_gain_what_the_highest_line_between_two_numbers_says(
        steps in prop::collection::vec((0.3_f64..3.0, 0.0_f64..900.0), 1..7), part in 0.0_f64..1.2,
    ) {
        let mut points = vec![(0.0, 0.0)];
        for (step, gained) in steps {
            points.push((points[points.len() - 1].0 + step, gained));
        }
        let last = points[points.len() - 1];
        let x = part * last.0;
        let mut highest = f64::NEG_INFINITY;
        for (at, (x0, y0)) in points.iter().enumerate() {
            for (x1, y1) in points.iter().skip(at + 1).filter(|(x1, _)| *x0 <= x && x <= *x1) {
                highest = highest.max(y0 + (y1 - y0) * (x - x0) / (x1 - x0));
            }
        }
        let wanted = if x > last.0 { last.1 } else { highest };
        let fleet = Fleet::of(&points, 1.0, PEOPLE, None);
        prop_assert!((fleet.gains_today(x) - wanted).abs() < 1e-6, "{} {wanted}", fleet.gains_today(x));
    }

    #[test]
    fn no_other_number_of_rented_replicas_leaves_more(
        gains in gains(), market in market(), luck in luck(), rented in 5.0_f64..300.0,
        further in prop_oneof![Just(0.0), 0.0_f64..400.0], licences in prop_oneof![Just(0.0), 0.0_f64..30.0],
        gpus in prop::sample::select(vec![1.0, 2.0, 4.0, 8.0, 16.0]), many in prop::sample::select(vec![1.0, 5.0, 40.0]),
    ) {
        let gains: Vec<(f64, f64)> = gains.iter().map(|(replicas, gained)| (many * replicas, many * gained)).collect();
        let fleet = Fleet::of(&gains, rented, People { further, licences, gpus, ..PEOPLE }, None);
        let net = |replicas: f64| left(&fleet, replicas, &market, &luck) - rented * market.rent * replicas;
        let (replicas, found) = fleet.rented_best(&market, &luck);
        let most = (0..600).map(|replicas| net(f64::from(replicas))).fold(0.0, f64::max);
        prop_assert!((found - most).abs() < 1e-6 && (net(replicas) - most).abs() < 1e-6, "{replicas} {found} {most}");
    }

    #[test]
    fn no_other_number_of_replicas_is_worth_more_on_a_contract(
        gains in gains(), now in market(), luck in luck(), ahead in prop::collection::vec(market(), 1..9),
        month in prop_oneof![Just(1.0), 1.0_f64..200.0], term in 1_u32..9, together in 1_u32..3, once in 0.0_f64..900.0,
    ) {
        let fleet = Fleet::of(&gains, 1.0, PEOPLE, Some(Contract { month, term, together }));
        let terms = Terms { interest: 0.05, patience: 12.0 };
        prop_assume!(fleet.gain.until(0.0) * 4.0 / luck.throughput < 15.0 * f64::from(together));
        // Month by month, each as the first one of its quarter.
        let worth = |replicas: f64| {
            let mut sum = -once;
            for later in 0..ahead.len().min(term as usize) {
                let first = later / 3 * 3;
                let market = Market {
                    price: now.price * ahead[first].price,
                    volume: now.volume * ahead[first].volume,
                    rent: now.rent,
                };
                let saved = left(&fleet, replicas, &market, &luck) - replicas * month * now.rent;
                sum += saved / 1.05_f64.powi(first as i32 + 1);
            }
            sum
        };
        let (replicas, found) = fleet.best_contract(&now, &luck, &ahead, &terms, once);
        // Up to sixteen at once they are counted one by one.
        let numbers = (1..16).map(|number| f64::from(number * together));
        let most = numbers.map(worth).fold(0.0, f64::max);
        prop_assert!((found - most).abs() < 1e-6, "{replicas} {found} {most}");
        prop_assert!(replicas.abs() < 1e-12 || (worth(replicas) - most).abs() < 1e-6);
    }
}
