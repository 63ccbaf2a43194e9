//! A test that may be looked at after every call: is a candidate no worse than its incumbent by more than a margin?
//!
//! Wealth that bets against a claim: if the claim is true, the product of `1 + λ·x` over calls is a supermartingale, so it exceeds `1/α` ever,
//! at any time, with a probability of at most α (Ville 1939; betting as in Waudby-Smith and Ramdas 2024). A mean over several λ is one, too,
//! so none has to be chosen beforehand.

/// What a running comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not decided.
    Continue,
    /// The candidate is worse by less than the margin, or not at all.
    Promote,
    /// It is worse by more than the margin.
    Stop,
}

/// When it says so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// How much less often the candidate may succeed.
    pub margin: f64,
    /// Probability of promoting a candidate that is worse than that.
    pub false_promote: f64,
    /// Probability of stopping one that is not.
    pub false_stop: f64,
}

/// How a comparison stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The first verdict other than to continue: later calls do not take it back.
    pub verdict: Verdict,
    /// The call after which it was reached, from 1.
    pub at: Option<u64>,
    /// Calls seen.
    pub calls: u64,
    /// Evidence for promoting: 1 / its value bounds the probability that chance alone gave it.
    pub for_promoting: f64,
    /// Evidence for stopping.
    pub for_stopping: f64,
    /// Mean difference, candidate minus incumbent.
    pub difference: f64,
}

/// Stakes, as shares of the greatest one that cannot lose everything.
const STAKES: [f64; 10] = [0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.85];

/// Wealth that bets that the mean of numbers of at least `−worst` is above 0.
struct Bet {
    /// Logarithms, one for each stake.
    wealth: [f64; STAKES.len()],
    worst: f64,
}

impl Bet {
    const fn new(worst: f64) -> Self {
        Self { wealth: [0.0; STAKES.len()], worst }
    }

    fn see(&mut self, x: f64) {
        for (wealth, stake) in self.wealth.iter_mut().zip(STAKES) {
            *wealth += (stake / self.worst * x).ln_1p();
        }
    }

    fn evidence(&self) -> f64 {
        let most = self.wealth.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = self.wealth.iter().map(|wealth| (wealth - most).exp()).sum();
        (most + (sum / STAKES.len() as f64).ln()).exp()
    }
}

/// Looks at differences, candidate minus incumbent on one call or on one pair of calls, each from −1 to 1.
pub fn watch(differences: impl IntoIterator<Item = f64>, rule: &Rule) -> Standing {
    // The claims: worse by more than the margin (x = d + margin has a mean below 0), and not worse (−x has).
    let (mut better, mut worse) = (Bet::new(1.0 - rule.margin), Bet::new(1.0 + rule.margin));
    let mut standing = Standing {
        verdict: Verdict::Continue,
        at: None,
        calls: 0,
        for_promoting: 1.0,
        for_stopping: 1.0,
        difference: 0.0,
    };
    let mut sum = 0.0;
    for difference in differences {
        let difference = difference.clamp(-1.0, 1.0);
        standing.calls += 1;
        sum += difference;
        better.see(difference + rule.margin);
        worse.see(-difference - rule.margin);
        standing.for_promoting = better.evidence();
        standing.for_stopping = worse.evidence();
        if standing.verdict == Verdict::Continue {
            if standing.for_promoting >= 1.0 / rule.false_promote {
                standing.verdict = Verdict::Promote;
            } else if standing.for_stopping >= 1.0 / rule.false_stop {
                standing.verdict = Verdict::Stop;
            }
            standing.at = (standing.verdict != Verdict::Continue).then_some(standing.calls);
        }
    }
    standing.difference = if standing.calls > 0 { sum / standing.calls as f64 } else { f64::NAN };
    standing
}

/// About how many pairs it takes to promote a candidate that is as good as its incumbent, where `discordant` is the share of pairs that differ:
/// `ln(stakes/α)` over the growth of the best stake.
pub fn expected_pairs(discordant: f64, rule: &Rule) -> f64 {
    let growth = |stake: f64| {
        let bet = stake / (1.0 - rule.margin);
        let half = discordant / 2.0;
        half * (bet * (1.0 + rule.margin)).ln_1p()
            + half * (bet * (rule.margin - 1.0)).ln_1p()
            + (1.0 - discordant) * (bet * rule.margin).ln_1p()
    };
    let best = STAKES.into_iter().map(growth).fold(0.0, f64::max);
    if best > 0.0 { ((STAKES.len() as f64 / rule.false_promote).ln() / best).ceil() } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng as _;
    use rand_distr::{Bernoulli, Distribution as _};

    use super::*;

    const RULE: Rule = Rule { margin: 0.03, false_promote: 0.05, false_stop: 0.05 };

    /// Verdicts of worlds in which the incumbent succeeds at 0.9 and the candidate at `rate`, looked at after every pair.
    fn verdicts(rate: f64, worlds: u64, pairs: usize) -> [u32; 3] {
        let (candidate, incumbent) =
            (Bernoulli::new(rate).expect("a rate"), Bernoulli::new(0.9).expect("a rate"));
        let mut counts = [0; 3];
        for world in 0..worlds {
            let mut rng = ChaCha8Rng::seed_from_u64(world);
            let differences = (0..pairs).map(|_| {
                f64::from(u8::from(candidate.sample(&mut rng)))
                    - f64::from(u8::from(incumbent.sample(&mut rng)))
            });
            counts[watch(differences, &RULE).verdict as usize] += 1;
        }
        counts
    }

    #[test]
    fn peeking_after_every_call_does_not_promote_more_than_promised() {
        // Exactly at the margin, the worst case of the claim: 1,000 worlds of 3,000 pairs.
        let [_, promoted, _] = verdicts(0.87, 1_000, 3_000);
        assert!(promoted <= 50, "{promoted}");
        let [_, promoted, stopped] = verdicts(0.80, 200, 3_000);
        assert_eq!(promoted, 0);
        assert!(stopped > 190, "{stopped}");
    }

    #[test]
    fn a_good_candidate_is_promoted_and_hardly_ever_stopped() {
        let [_, promoted, stopped] = verdicts(0.92, 200, 6_000);
        assert!(promoted > 180, "{promoted}");
        assert!(stopped <= 10, "{stopped}");
        // At the margin from the other side.
        let [_, _, stopped] = verdicts(0.871, 1_000, 2_000);
        assert!(stopped <= 50, "{stopped}");
    }

    #[test]
    fn the_expected_number_of_pairs_is_about_what_it_takes() {
        let expected = expected_pairs(0.18, &RULE);
        let half = verdicts(0.9, 200, (expected * 1.5) as usize)[1];
        assert!(half > 80, "{expected} {half}");
        assert!(verdicts(0.9, 200, (expected * 0.3) as usize)[1] < 60);
    }

    #[test]
    fn the_evidence_of_two_pairs_by_hand() {
        let rule = Rule { margin: 0.2, ..RULE };
        // The stakes are 0.2405 on average. A pair won moves 1.2 where 0.8 can be lost, or all of the 1.2 that can be lost.
        let won = watch([1.0], &rule);
        assert!((won.for_promoting - (1.0 + 0.2405 * 1.2 / 0.8)).abs() < 1e-12, "{won:?}");
        assert!((won.for_stopping - (1.0 - 0.2405)).abs() < 1e-12, "{won:?}");
        // A pair lost moves 0.8 the other way, and a tie 0.2.
        let lost = watch([-1.0], &rule);
        assert!((lost.for_promoting - (1.0 - 0.2405)).abs() < 1e-12, "{lost:?}");
        assert!((lost.for_stopping - (1.0 + 0.2405 * 0.8 / 1.2)).abs() < 1e-12, "{lost:?}");
        // Two after one another: the mean over the stakes of the products.
        let both = watch([1.0, 0.0], &rule);
        let products = STAKES.map(|stake| (1.0 + 1.5 * stake) * (1.0 + 0.25 * stake));
        assert!((both.for_promoting - products.iter().sum::<f64>() / 10.0).abs() < 1e-12, "{both:?}");
    }

    #[test]
    fn the_expected_number_of_pairs_by_hand() {
        let rule = Rule { margin: 0.2, ..RULE };
        // Pairs that never differ: the highest stake, ln 200 / ln(1 + 0.85/0.8·0.2) = 5.298317/0.192684 = 27.5.
        assert!((expected_pairs(0.0, &rule) - 28.0).abs() < 1e-9);
        // That always differ: (1 + 1.5·s)(1 − s) is greatest for 0.15, 1.04125, and 5.298317/(ln 1.04125 / 2) = 262.2.
        assert!((expected_pairs(1.0, &rule) - 263.0).abs() < 1e-9);
        // Every other one: 0.25, (ln 1.375 + ln 0.75)/4 + ln(1.0625)/2 = 0.038005, and 5.298317/0.038005 = 139.4.
        assert!((expected_pairs(0.5, &rule) - 140.0).abs() < 1e-9);
        // Without a margin there is nothing to win.
        assert!(expected_pairs(0.5, &Rule { margin: 0.0, ..RULE }).is_infinite());
    }

    #[test]
    fn a_verdict_is_not_taken_back() {
        let good = std::iter::repeat_n(1.0, 100);
        let bad = std::iter::repeat_n(-1.0, 1_000);
        let standing = watch(good.chain(bad), &RULE);
        assert_eq!(standing.verdict, Verdict::Promote);
        assert!(standing.at.is_some_and(|at| at < 100));
        assert_eq!((standing.calls, standing.difference), (1_100, -900.0 / 1_100.0));
        let nothing = watch(std::iter::empty(), &RULE);
        assert!(nothing.verdict == Verdict::Continue && nothing.difference.is_nan());
    }
}
