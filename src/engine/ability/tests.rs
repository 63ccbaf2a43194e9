use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rand_distr::{Distribution as _, Normal as Gaussian, Uniform};

use super::*;

/// A world made by the model: abilities, benchmarks and scores with noise; each subject meets about `density` of the benchmarks.
fn world(seed: u64, subjects: usize, benchmarks: usize, density: f64) -> (Vec<f64>, Problem) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let normal = Gaussian::new(0.0, 1.0).expect("a spread");
    let unit = Uniform::new(0.0, 1.0).expect("a range");
    let abilities: Vec<f64> = (0..subjects).map(|_| 1.5 * normal.sample(&mut rng)).collect();
    let items: Vec<Item> = (0..benchmarks)
        .map(|_| {
            let slope = (0.4 * normal.sample(&mut rng)).exp();
            Item { slope, intercept: -slope * 1.2 * normal.sample(&mut rng) }
        })
        .collect();
    let mut observations = Vec::new();
    for (subject, ability) in abilities.iter().enumerate() {
        for (benchmark, item) in items.iter().enumerate() {
            if unit.sample(&mut rng) < density {
                let score = item.score(*ability, 0.0) + 0.05 * normal.sample(&mut rng);
                observations.push(Observation { subject, benchmark, score });
            }
        }
    }
    // The scale of the fit: mean logarithm of the slopes and mean intercept 0.
    let count = benchmarks as f64;
    let stretch = (items.iter().map(|item| item.slope.ln()).sum::<f64>() / count).exp();
    let shift = items.iter().map(|item| item.intercept).sum::<f64>()
        / items.iter().map(|item| item.slope / stretch).sum::<f64>();
    let abilities = abilities.iter().map(|ability| ability * stretch + shift).collect();
    let priors = vec![Prior { mean: 0.0, sd: 2.0 }; subjects];
    (abilities, Problem { observations, priors, scale: Scale::Benchmarks, floors: vec![0.0; benchmarks] })
}

#[test]
fn abilities_are_found_again() {
    let (truth, problem) = world(1, 80, 20, 0.6);
    let fitted = fit(&problem);
    assert!(fitted.converged);
    assert!((fitted.noise - 0.05).abs() < 0.01, "{}", fitted.noise);
    let error: f64 =
        truth.iter().zip(&fitted.abilities).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / truth.len() as f64;
    assert!(error.sqrt() < 0.35, "{}", error.sqrt());
}

#[test]
fn a_hand_calculation_with_one_score() {
    // One subject, one benchmark, hardly any noise: what the score says is shared between ability and intercept as the squares of
    // their spreads are; the slope stays nearly 1.
    let score = sigmoid(1.3);
    let problem = Problem {
        observations: vec![Observation { subject: 0, benchmark: 0, score }],
        priors: vec![Prior { mean: 0.0, sd: 5.0 }],
        scale: Scale::Priors,
        floors: vec![0.0],
    };
    let fitted = fit(&problem);
    let eta = fitted.items[0].slope * fitted.abilities[0] + fitted.items[0].intercept;
    assert!((eta - 1.3).abs() < 0.01, "{eta}");
    assert!((fitted.abilities[0] - 0.65).abs() < 0.05, "{:?}", fitted.abilities);
}

#[test]
fn what_guessing_scores_is_no_ability() {
    let (_, mut problem) = world(3, 40, 6, 1.0);
    let plain = fit(&problem);
    for seen in &mut problem.observations {
        seen.score = 0.25 + 0.75 * seen.score;
    }
    problem.floors = vec![0.25; 6];
    let guessed = fit(&problem);
    for (a, b) in plain.abilities.iter().zip(&guessed.abilities) {
        assert!((a - b).abs() < 0.1, "{a} {b}");
    }
}

#[test]
fn the_order_of_scores_does_not_matter() {
    let (_, mut problem) = world(4, 30, 8, 0.7);
    let fitted = fit(&problem);
    problem.observations.reverse();
    let again = fit(&problem);
    for (a, b) in fitted.abilities.iter().zip(&again.abilities) {
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
}

#[test]
fn a_subject_without_scores_is_what_was_expected_of_it() {
    let (_, mut problem) = world(5, 20, 6, 1.0);
    problem.scale = Scale::Priors;
    problem.observations.retain(|seen| seen.subject != 7);
    problem.priors[7] = Prior { mean: 0.8, sd: 0.6 };
    let fitted = fit(&problem);
    assert!((fitted.abilities[7] - 0.8).abs() < 1e-9);
    assert!((fitted.errors[7] - 0.6).abs() < 1e-9);
}

#[test]
fn intervals_of_abilities_cover_what_they_promise() {
    // 1,000 worlds, the abilities of all subjects: nominal 90 %.
    let z = 1.6448536269514722;
    let (mut covered, mut all) = (0_u32, 0_u32);
    for seed in 0..1_000 {
        let (truth, problem) = world(100 + seed, 24, 8, 0.6);
        let fitted = fit(&problem);
        for (subject, ability) in truth.iter().enumerate() {
            all += 1;
            let off = (fitted.abilities[subject] - ability).abs();
            covered += u32::from(off <= z * fitted.errors[subject]);
        }
    }
    let share = f64::from(covered) / f64::from(all);
    assert!((0.87..=0.93).contains(&share), "{share}");
}

#[test]
fn a_benchmark_that_was_left_out_is_predicted_better_than_by_means() {
    let (_, problem) = world(9, 60, 12, 0.7);
    let left = leave_one_out(&problem, &fit(&problem));
    assert_eq!(left.len(), 12);
    let sum = |of: fn(&Left) -> f64| left.iter().map(of).sum::<f64>() / left.len() as f64;
    assert!(sum(|left| left.model) < 0.1, "{left:?}");
    assert!(sum(|left| left.model) < sum(|left| left.two_way));
    assert!(sum(|left| left.two_way) < sum(|left| left.mean));
}

#[test]
fn a_benchmark_is_as_hard_as_the_ability_that_solves_half_of_it() {
    let item = Item { slope: 2.0, intercept: -3.0 };
    assert!((item.difficulty() - 1.5).abs() < 1e-12);
    assert!((item.score(1.5, 0.2) - 0.6).abs() < 1e-12);
}

#[test]
fn a_fit_lies_where_nothing_is_gained_and_its_noise_is_that_of_its_residuals() {
    for seed in 20..26 {
        let (_, mut problem) = world(seed, 24, 8, 0.7);
        problem.scale = Scale::Priors;
        for (at, prior) in (0_u32..).zip(&mut problem.priors) {
            *prior = Prior { mean: f64::from(at) / 12.0 - 1.0, sd: 1.0 };
        }
        let fitted = fit(&problem);
        let mut normal = Normal::of(&problem);
        let noise = normal.noise(&problem, &fitted);
        assert!((noise / fitted.noise - 1.0).abs() < 1e-3, "{seed}: {noise} {}", fitted.noise);
        // Sent out again and again, it stays.
        let mut again = fitted.clone();
        for _ in 0..5 {
            assert!(descend(&problem, &mut normal, &mut again, LAST_TOLERANCE));
        }
        for ((before, after), error) in fitted.abilities.iter().zip(&again.abilities).zip(&fitted.errors) {
            assert!((before - after).abs() < 1e-3 * error, "{seed}: {before} {after}");
        }
    }
}

/// Two subjects that met one benchmark of two.
fn two() -> (Problem, Fitted) {
    let seen = |subject, score| Observation { subject, benchmark: 0, score };
    let problem = Problem {
        observations: vec![seen(0, 0.3), seen(1, 0.7)],
        priors: vec![Prior { mean: 0.0, sd: 1.0 }; 3],
        scale: Scale::Benchmarks,
        floors: vec![0.0; 2],
    };
    let fitted = Fitted {
        abilities: vec![1.0, 3.0, 9.0],
        errors: vec![0.5, 0.5, 9.0],
        items: vec![Item { slope: 2.0, intercept: 4.0 }, Item { slope: 8.0, intercept: 8.0 }],
        noise: 0.1,
        common: None,
        converged: true,
    };
    (problem, fitted)
}

#[test]
fn what_is_expected_of_all_is_what_those_with_scores_say() {
    let (mut problem, fitted) = two();
    // Mean 2, mean square of the distances 1, of the errors 0.25.
    assert!(!expect(&mut problem, &fitted));
    let prior = problem.priors[0];
    assert!((prior.mean - 2.0).abs() < 1e-12 && (prior.sd - 1.25_f64.sqrt()).abs() < 1e-12, "{prior:?}");
    assert!(problem.priors.iter().all(|other| *other == prior));
    assert!(expect(&mut problem, &fitted));
    // Less than a hundredth of the spread, 0.0112, is none; either of them alone is a change.
    problem.priors[0].mean += 0.01;
    assert!(expect(&mut problem, &fitted));
    problem.priors[0].mean += 0.1;
    assert!(!expect(&mut problem, &fitted));
    problem.priors[0].sd *= 1.1;
    assert!(!expect(&mut problem, &fitted));
    // One subject says nothing of a spread.
    problem.observations.pop();
    assert!(expect(&mut problem, &fitted) && problem.priors[0] == prior);
}

#[test]
fn another_scale_predicts_the_same_scores() {
    let (problem, mut fitted) = two();
    let before = residuals(&problem, &fitted);
    assert!(!rescale(&problem, &mut fitted));
    // The benchmark that was met: slope 1, intercept 0; the other one stays. Abilities: 2·1 + 4, 2·3 + 4.
    assert_eq!(fitted.items[0], Item { slope: 1.0, intercept: 0.0 });
    assert_eq!(fitted.items[1], Item { slope: 8.0, intercept: 8.0 });
    assert_eq!((&fitted.abilities[..2], &fitted.errors[..2]), (&[6.0, 10.0][..], &[1.0, 1.0][..]));
    for (before, after) in before.iter().zip(residuals(&problem, &fitted)) {
        assert!((before - after).abs() < 1e-12);
    }
    assert!(rescale(&problem, &mut fitted));
    // Either of them alone is another scale.
    fitted.items[0].intercept = 0.5;
    assert!(!rescale(&problem, &mut fitted));
    fitted.items[0].slope = 1.5;
    assert!(!rescale(&problem, &mut fitted));
}

#[test]
fn without_scores_all_is_what_was_expected() {
    let (mut problem, _) = two();
    problem.observations.clear();
    problem.priors.fill(Prior { mean: 0.4, sd: 1.5 });
    let fitted = fit(&problem);
    assert!(fitted.abilities.iter().all(|ability| (ability - 0.4).abs() < 1e-9), "{fitted:?}");
    assert!(fitted.items.iter().all(|item| (item.slope - 1.0).abs() < 1e-9), "{fitted:?}");
}
