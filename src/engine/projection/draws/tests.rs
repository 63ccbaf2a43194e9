use super::super::Lane;
use super::super::tests::{lane, projection, set};
use super::*;
use crate::engine::projection::correlation::{cholesky, matrix};
use crate::engine::projection::inputs::Uncertain;
use crate::engine::resample::quantile;

/// Mean and standard deviation.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt())
}

/// What is asked of each of so many paths.
fn of_paths<T>(of: &Projection, seed: u64, paths: usize, ask: impl Fn(&Draws, usize) -> T) -> Vec<T> {
    let base = seeded(seed);
    let blocks = (0..paths / WIDTH).map(|block| Draws::random(of, &base, block * WIDTH));
    blocks.flat_map(|draws| (0..WIDTH).map(|at| ask(&draws, at)).collect::<Vec<T>>()).collect()
}

/// Mean over shares of one, spread evenly.
fn mean_over(value: impl Fn(f64) -> f64) -> f64 {
    let steps = 100_000;
    (0..steps).map(|step| value((f64::from(step) + 0.5) / f64::from(steps))).sum::<f64>() / f64::from(steps)
}

#[test]
fn a_lag_that_has_not_passed_is_longer() {
    let median = |since: f64| arrival(Wait::Lag { since, median: 4.0, spread: 0.7 }, 0.0);
    // Just begun, half take longer than the median.
    assert!((median(1e-6) - 4.0).abs() < 1e-5);
    // Of those that take longer than 4 months, half take longer than the 75th percentile of all.
    let three_quarters = 4.0 * (0.7 * normal_quantile(0.75)).exp();
    assert!((median(4.0) - (three_quarters - 4.0)).abs() < 1e-6);
    assert!((arrival(Wait::Trend { mean: 5.0, error: 2.0 }, -4.0)).abs() < 1e-12);
}

#[test]
fn the_mean_cut_is_the_mean_of_cuts() {
    let steps = 100_000;
    let mean = (0..steps)
        .map(|step| (1.0 - (0.2 + 0.6 * (f64::from(step) + 0.5) / f64::from(steps))).ln())
        .sum::<f64>()
        / f64::from(steps);
    assert!((mean_log((0.2, 0.8)) - mean).abs() < 1e-8);
    assert!((mean_log((0.3, 0.3)) - 0.7_f64.ln()).abs() < 1e-12);
}

#[test]
fn the_ratio_of_two_falls_is_as_the_formula_says() {
    // F5: 8.1 at the median, spreads 0.5 and 0.35, correlation 0.6.
    let mut of = projection(vec![lane()]);
    set(&mut of, Input::ClosedFall, Uncertain::LogNormal { median: 8.1, spread: 0.5 });
    set(&mut of, Input::OpenFall, Uncertain::LogNormal { median: 1.0, spread: 0.35 });
    of.factor = cholesky(&matrix(&[(Input::ClosedFall, Input::OpenFall, 0.6)])).expect("definite");
    let paths = 40_000;
    let base = seeded(3);
    let mut ratios: Vec<f64> = (0..paths / WIDTH)
        .flat_map(|block| {
            let draws = Draws::random(&of, &base, block * WIDTH);
            let of = |input: Input| draws.inputs[input as usize];
            let (first, second) = (of(Input::ClosedFall), of(Input::OpenFall));
            std::array::from_fn::<f64, WIDTH, _>(|at| first[at] / second[at])
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    // √(s1² + s2² − 2ρ·s1·s2)
    let spread = (0.5_f64.powi(2) + 0.35_f64.powi(2) - 2.0 * 0.6 * 0.5 * 0.35).sqrt();
    assert!((spread - 0.403_112_887_4).abs() < 1e-9);
    let n = paths as f64;
    let logs: Vec<f64> = ratios.iter().map(|ratio| (ratio / 8.1).ln()).collect();
    let mean = logs.iter().sum::<f64>() / n;
    let sd = (logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / n).sqrt();
    // Three standard errors of a mean, a standard deviation, a percentile and a share.
    assert!(mean.abs() < 3.0 * spread / n.sqrt(), "{mean}");
    assert!((sd - spread).abs() < 3.0 * spread / (2.0 * n).sqrt(), "{sd}");
    let density = (-0.5 * normal_quantile(0.1).powi(2)).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let error = (0.09 / n).sqrt() / density * spread;
    for (share, wanted) in [(0.1, 4.831_969_313_f64), (0.9, 13.578_314_71)] {
        assert!((quantile(&ratios, share) / wanted).ln().abs() < 3.0 * error, "{share}");
    }
    let above = ratios.iter().filter(|ratio| **ratio > 5.0).count() as f64 / n;
    assert!((above - 0.884_298_381_4).abs() < 3.0 * (0.884_3 * 0.115_7 / n).sqrt(), "{above}");
}

#[test]
fn rents_end_as_widely_as_they_should() {
    let mut of = projection(vec![lane()]);
    set(&mut of, Input::Rent, Uncertain::LogNormal { median: 1.0, spread: 0.35 });
    let base = seeded(5);
    let paths = 20_000;
    let (mut early, mut late) = (0.0, 0.0);
    for block in 0..paths / WIDTH {
        let draws = Draws::random(&of, &base, block * WIDTH);
        early += draws.rent[11].iter().map(|rent| rent.ln().powi(2)).sum::<f64>();
        late += draws.rent[35].iter().map(|rent| rent.ln().powi(2)).sum::<f64>();
    }
    let n = paths as f64;
    assert!(((early / n).sqrt() / 0.35 - 1.0).abs() < 0.02);
    assert!(((late / n).sqrt() / (0.35 * 3.0_f64.sqrt()) - 1.0).abs() < 0.02);
}

#[test]
fn no_two_paths_and_no_two_kinds_of_draws_share_random_numbers() {
    let base = seeded(1);
    let kinds = [Kind::Inputs, Kind::Rents, Kind::Lags, Kind::Prices];
    let mut firsts: Vec<u64> = (0..200)
        .flat_map(|path| kinds.map(|kind| stream(&base, path, kind)))
        .map(|mut own| StandardUniform.sample(&mut own))
        .collect();
    firsts.sort_unstable();
    firsts.dedup();
    assert_eq!(firsts.len(), 200 * kinds.len());
}

#[test]
fn workloads_wait_together_as_far_as_their_lags_are_shared() {
    // A trend gives back how many standard deviations away from its mean open models arrive.
    let wait = Wait::Trend { mean: 100.0, error: 1.0 };
    let mut of = projection(vec![Lane { wait, ..lane() }; 2]);
    of.lag_shared = 0.3;
    set(&mut of, Input::Lag, Uncertain::STANDARD);
    let paths = 40_000;
    let found = of_paths(&of, 7, paths, |draws, at| {
        [draws.arrives[0][at] - 100.0, draws.arrives[1][at] - 100.0, draws.inputs[Input::Lag as usize][at]]
    });
    let n = found.len() as f64;
    for lane in 0..2 {
        let (mean, sd) = moments(&found.iter().map(|path| path[lane]).collect::<Vec<f64>>());
        assert!(mean.abs() < 3.0 / n.sqrt(), "{mean}");
        assert!((sd - 1.0).abs() < 3.0 / (2.0 * n).sqrt(), "{sd}");
    }
    let correlation = |a: usize, b: usize| found.iter().map(|path| path[a] * path[b]).sum::<f64>() / n;
    // Two workloads have 0.3 of their variance in common; with what is common, each is correlated by the root of that, 0.547 7.
    for (pair, wanted) in [((0, 1), 0.3_f64), ((0, 2), 0.547_722_557_5), ((1, 2), 0.547_722_557_5)] {
        let error = ((1.0 + wanted.powi(2)) / n).sqrt();
        assert!(
            (correlation(pair.0, pair.1) - wanted).abs() < 3.0 * error,
            "{pair:?} {}",
            correlation(pair.0, pair.1)
        );
    }
}

#[test]
fn of_the_lags_that_are_longer_a_share_is_longer_still() {
    // The share of log-normal lags that are longer than `time`, but for a factor, by adding up the density of their logarithm.
    let longer = |time: f64, median: f64, spread: f64| {
        let from = (time / median).ln();
        let to = 9.0 * spread;
        mean_over(|share| (-0.5 * ((from + (to - from) * share) / spread).powi(2)).exp()) * (to - from)
    };
    for (since, median, spread) in [(0.5, 4.0, 0.7), (2.0, 4.0, 0.35), (9.0, 4.0, 0.7), (30.0, 20.0, 1.4)] {
        let all = longer(since, median, spread);
        // Tenths of the standard normal distribution: a greater number of standard deviations is a longer lag.
        for (z, wanted) in [(-1.281_551_566, 0.9), (0.0, 0.5), (1.281_551_566, 0.1)] {
            let months = arrival(Wait::Lag { since, median, spread }, z);
            let share = longer(since + months, median, spread) / all;
            assert!((share - wanted).abs() < 1e-6, "{since} {z} {share}");
        }
    }
    // No lag is as long as this one is already, by more than fifty standard deviations: it ends now.
    assert!(arrival(Wait::Lag { since: 1_000.0, median: 4.0, spread: 0.1 }, 0.0).abs() < 1e-12);
}

#[test]
fn rents_without_luck_drift_to_where_the_input_says() {
    let mut of = projection(vec![lane()]);
    set(&mut of, Input::Rent, Uncertain::LogNormal { median: 1.0, spread: 0.35 });
    of.rent_fall = 2.0;
    let mut high = [0.0; Input::COUNT];
    high[Input::Rent as usize] = 1.0;
    let draws = Draws::still(&of, &[[0.0; Input::COUNT], high]);
    // Half a year leaves 1/√2 of the rent, three years an eighth; a month 2^(−1/12).
    for (months, wanted) in
        [(1, 0.943_874_312_7_f64), (6, std::f64::consts::FRAC_1_SQRT_2), (12, 0.5), (36, 0.125)]
    {
        let rent = &draws.rent[months - 1];
        assert!((rent[0] / wanted).ln().abs() < 1e-9, "{months} {}", rent[0]);
        // One standard deviation after three years is 0.35·√3 = 0.606 217 783; on the way there, its part.
        let above = 0.606_217_782_6 * months as f64 / 36.0;
        assert!(((rent[1] / wanted).ln() - above).abs() < 1e-9, "{months} {}", rent[1]);
    }
}

#[test]
fn rents_wander_between_today_and_a_drawn_end() {
    let mut of = projection(vec![lane()]);
    set(&mut of, Input::Rent, Uncertain::LogNormal { median: 1.0, spread: 0.35 });
    of.rent_fall = 1.5;
    let paths = 20_000;
    // The end after three years that the input says, and how far from the straight way there the middle and the first month are.
    let away = of_paths(&of, 11, paths, |draws, at| {
        let end = draws.inputs[Input::Rent as usize][at].ln() * 3.0_f64.sqrt() - 3.0 * 1.5_f64.ln();
        let away = |months: usize| draws.rent[months - 1][at].ln() - end * months as f64 / 36.0;
        assert!(away(36).abs() < 1e-9);
        [away(1), away(18), end]
    });
    // A bridge of T years has the variance t·(T − t)/T at t: (1/12)·(35/12)/3 = 35/432 and 1.5·1.5/3 = 3/4, times 0.35².
    for (place, wanted) in [(0, 0.35 * (35.0_f64 / 432.0).sqrt()), (1, 0.35 * 0.75_f64.sqrt())] {
        let (mean, sd) = moments(&away.iter().map(|path| path[place]).collect::<Vec<f64>>());
        let n = away.len() as f64;
        assert!(mean.abs() < 3.0 * wanted / n.sqrt(), "{mean}");
        assert!((sd / wanted - 1.0).abs() < 3.0 / (2.0 * n).sqrt(), "{sd} {wanted}");
        // Where it ends says nothing about the way.
        let shared = away.iter().map(|path| path[place] * (path[2] + 3.0 * 1.5_f64.ln())).sum::<f64>() / n;
        assert!(shared.abs() < 3.0 * wanted * 0.35 * 3.0_f64.sqrt() / n.sqrt(), "{shared}");
    }
}

#[test]
fn prices_change_at_random_moments_by_a_share_between_the_bounds() {
    // Twice a month, over two years, each of two models: 48 changes, none of which depends on another.
    let mut of = projection(vec![lane(), Lane { series: 1, ..lane() }]);
    of.horizon = 24;
    of.reprice_cut = (0.1, 0.4);
    set(&mut of, Input::Reprice, Uncertain::LogNormal { median: 24.0, spread: 0.0 });
    let paths = 12_800;
    let found = of_paths(&of, 13, paths, |draws, at| {
        draws.changes.iter().map(|wide| wide[at].ln()).collect::<Vec<f64>>()
    });
    let n = found.len() as f64;
    // As many changes as a Poisson number with the mean 2 says: their logarithms add up to twice the mean of one, and vary by twice its mean square.
    let one = mean_over(|share| (0.9 - 0.3 * share).ln());
    let square = mean_over(|share| (0.9 - 0.3 * share).ln().powi(2));
    let (mean, sd) = (2.0 * one, (2.0 * square).sqrt());
    // No change at all: e^−2.
    let none = 0.135_335_283_2_f64;
    assert_eq!(found[0].len(), 48);
    for place in 0..48 {
        let logs: Vec<f64> = found.iter().map(|path| path[place]).collect();
        let of = moments(&logs);
        // Four standard errors: these are 48 places.
        assert!((of.0 - mean).abs() < 4.0 * sd / n.sqrt(), "{place} {} {mean}", of.0);
        assert!((of.1 / sd - 1.0).abs() < 0.04, "{place} {} {sd}", of.1);
        let still = logs.iter().filter(|log| log.abs() < 1e-12).count() as f64 / n;
        assert!((still - none).abs() < 4.0 * (none * (1.0 - none) / n).sqrt(), "{place} {still}");
        // What changes at all falls by the least share or more.
        assert!(logs.iter().all(|log| log.abs() < 1e-12 || *log < 0.9_f64.ln() + 1e-12));
    }
    // Models have their prices changed apart from each other, and one month apart from the next.
    for (a, b) in [(0, 1), (0, 2), (1, 2), (20, 40)] {
        let shared = found.iter().map(|path| (path[a] - mean) * (path[b] - mean)).sum::<f64>() / n;
        assert!(shared.abs() < 4.0 * sd * sd / n.sqrt(), "{a} {b} {shared}");
    }
}

#[test]
fn without_luck_prices_fall_every_month_by_what_changes_come_to_on_average() {
    let mut of = projection(vec![lane(), Lane { series: 1, ..lane() }]);
    of.reprice_cut = (0.1, 0.4);
    set(&mut of, Input::Reprice, Uncertain::LogNormal { median: 3.0, spread: 0.5 });
    let mut often = [0.0; Input::COUNT];
    often[Input::Reprice as usize] = 1.0;
    let draws = Draws::still(&of, &[[0.0; Input::COUNT], often]);
    let one = mean_over(|share| (0.9 - 0.3 * share).ln());
    // Three changes a year, and e^0.5 times as many: 4.946 163 812.
    for (at, a_year) in [(0, 3.0), (1, 4.946_163_812)] {
        for series in 0..2 {
            let year: f64 = (0..12).map(|month| draws.changes[2 * month + series][at].ln()).sum();
            assert!((year - a_year * one).abs() < 1e-8, "{at} {year}");
        }
    }
}
