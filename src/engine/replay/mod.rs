//! Measures of the routing literature, on graded outcomes of several models for the same items.
//!
//! A *point* is mean cost and mean score; what is reached by mixing points at random is the upper concave envelope of score over
//! cost, which has the same corners as the lower hull of cost over score. Definitions: RouterBench (arXiv 2403.12031) for envelope,
//! oracle and AIQ; RouteLLM (arXiv 2406.18665) for PGR, APGR and CPT.

use super::frontier::{Point, lower_hull};

/// Graded outcomes: of each model a score for each item, and a cost where costs are known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcomes {
    /// By model, then item.
    pub scores: Vec<Vec<f64>>,
    /// By model, then item; empty: no costs.
    pub costs: Vec<Vec<f64>>,
}

/// The best model for each item.
#[derive(Debug, Clone, PartialEq)]
pub struct Oracle {
    /// Mean score.
    pub score: f64,
    /// Mean cost; `None`: no costs.
    pub cost: Option<f64>,
    /// Share of the items that each model serves.
    pub shares: Vec<f64>,
}

impl Outcomes {
    /// How many items there are.
    pub fn items(&self) -> usize {
        self.scores.first().map_or(0, Vec::len)
    }

    /// The outcomes of some items.
    #[must_use]
    pub fn of(&self, items: &[usize]) -> Self {
        let pick = |rows: &Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            rows.iter().map(|row| items.iter().map(|item| row[*item]).collect()).collect()
        };
        Self { scores: pick(&self.scores), costs: pick(&self.costs) }
    }

    /// Mean score of a model.
    pub fn score(&self, model: usize) -> f64 {
        mean(&self.scores[model])
    }

    /// Mean cost of a model; `None`: no costs.
    pub fn cost(&self, model: usize) -> Option<f64> {
        self.costs.get(model).map(|costs| mean(costs))
    }

    /// Mean cost and mean score of every model; `None`: no costs.
    pub fn points(&self) -> Option<Vec<Point>> {
        (0..self.scores.len())
            .map(|model| Some(Point { quality: self.score(model), cost: self.cost(model)? }))
            .collect()
    }

    /// Per item the best score; ties to the cheapest model there, without costs to the one of the lowest mean score, which
    /// stands for the cheapest.
    pub fn oracle(&self) -> Oracle {
        let means: Vec<f64> = (0..self.scores.len()).map(|model| self.score(model)).collect();
        let mut served = vec![0_usize; self.scores.len()];
        let (mut score, mut cost) = (0.0, 0.0);
        for item in 0..self.items() {
            let price = |model: usize| self.costs.get(model).map_or(means[model], |costs| costs[item]);
            let better = |a: &usize, b: &usize| {
                let by_score = self.scores[*b][item].total_cmp(&self.scores[*a][item]);
                by_score.then(price(*a).total_cmp(&price(*b))).then(a.cmp(b))
            };
            let Some(best) = (0..self.scores.len()).min_by(better) else { continue };
            served[best] += 1;
            score += self.scores[best][item];
            cost += self.costs.get(best).map_or(0.0, |costs| costs[item]);
        }
        let items = self.items() as f64;
        Oracle {
            score: score / items,
            cost: (!self.costs.is_empty()).then_some(cost / items),
            shares: served.into_iter().map(|count| count as f64 / items).collect(),
        }
    }

    /// The cheapest model whose mean score is no less than a reference; without costs the one of the lowest mean score.
    pub fn cheapest_at(&self, least: f64) -> Option<usize> {
        let enough = (0..self.scores.len()).filter(|model| self.score(*model) >= least);
        enough.min_by(|a, b| {
            let price = |model: usize| self.cost(model).unwrap_or_else(|| self.score(model));
            price(*a).total_cmp(&price(*b)).then(a.cmp(b))
        })
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The upper concave envelope of score over cost, from the cheapest point to the best.
pub fn envelope(points: &[Point]) -> Vec<Point> {
    lower_hull(points).into_iter().map(|at| points[at]).collect()
}

/// Area under an envelope between two of its points, by trapezoids.
fn area(envelope: &[Point]) -> f64 {
    envelope
        .windows(2)
        .map(|pair| (pair[1].cost - pair[0].cost) * (pair[0].quality + pair[1].quality) / 2.0)
        .sum()
}

/// Average improvement in quality as the paper defines it: the mean height of an envelope between its cheapest and its dearest
/// point; the score itself where both are one.
pub fn aiq_paper(envelope: &[Point]) -> Option<f64> {
    let (first, last) = (envelope.first()?, envelope.last()?);
    let width = last.cost - first.cost;
    Some(if width > 0.0 { area(envelope) / width } else { last.quality })
}

/// The same as its code computes it: the envelope goes on flat to the largest cost of all that are compared, the area begins at
/// its own cheapest point, and is divided by that largest cost. It depends on what is compared.
pub fn aiq_code(envelope: &[Point], largest_cost: f64) -> Option<f64> {
    let last = envelope.last()?;
    let flat = (largest_cost - last.cost).max(0.0) * last.quality;
    (largest_cost > 0.0).then(|| (area(envelope) + flat) / largest_cost)
}

/// Mean score over the share of items that go to the strong model, for an order in which items go there: at no item, at one, …
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    scores: Vec<f64>,
}

impl Curve {
    /// The curve of a router that sends the items with the highest `urgency` to the strong model first; ties in the order of
    /// the items.
    pub fn of(weak: &[f64], strong: &[f64], urgency: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..weak.len()).collect();
        order.sort_by(|a, b| urgency[*b].total_cmp(&urgency[*a]));
        let mut sum: f64 = weak.iter().sum();
        let items = weak.len() as f64;
        let mut scores = vec![sum / items];
        for item in order {
            sum += strong[item] - weak[item];
            scores.push(sum / items);
        }
        Self { scores }
    }

    /// The curve of a router that knows every outcome, and never sends an item that the strong model does worse.
    pub fn optimal(weak: &[f64], strong: &[f64]) -> Self {
        let gain: Vec<f64> = strong.iter().zip(weak).map(|(strong, weak)| strong - weak).collect();
        let mut curve = Self::of(weak, strong, &gain);
        curve.keep_best();
        curve
    }

    /// Makes the curve one that never falls: whoever has more calls of the strong model need not use them.
    fn keep_best(&mut self) {
        let mut best = f64::NEG_INFINITY;
        for score in &mut self.scores {
            best = best.max(*score);
            *score = best;
        }
    }

    /// The score at a share of strong calls, between two items by their distance.
    pub fn at(&self, share: f64) -> f64 {
        let at = share.clamp(0.0, 1.0) * (self.scores.len() - 1) as f64;
        let (below, above) = (at.floor() as usize, at.ceil() as usize);
        self.scores[below] + (self.scores[above] - self.scores[below]) * (at - at.floor())
    }

    /// Performance gap recovered at a share of strong calls: (r − w) / (s − w).
    pub fn pgr(&self, share: f64, weak: f64, strong: f64) -> f64 {
        (self.at(share) - weak) / (strong - weak)
    }

    /// Its average over the shares 0, 0.1, …, 1, by trapezoids.
    pub fn apgr(&self, weak: f64, strong: f64) -> f64 {
        const STEPS: usize = 10;
        let at = |step: usize| self.pgr(step as f64 / STEPS as f64, weak, strong);
        (0..STEPS).map(|step| (at(step) + at(step + 1)) / 2.0).sum::<f64>() / STEPS as f64
    }

    /// Call-performance threshold: the least share of strong calls at which the part `x` of the gap is recovered, on the curve
    /// that never falls; `None`: it never is.
    pub fn cpt(&self, x: f64, weak: f64, strong: f64) -> Option<f64> {
        let mut rising = self.clone();
        rising.keep_best();
        let wanted = weak + x * (strong - weak);
        let scores = &rising.scores;
        let reached = scores.iter().position(|score| *score >= wanted - 1e-12)?;
        let items = (scores.len() - 1) as f64;
        if reached == 0 {
            return Some(0.0);
        }
        let (before, after) = (scores[reached - 1], scores[reached]);
        let part = ((wanted - before) / (after - before)).clamp(0.0, 1.0);
        Some((reached as f64 - 1.0 + part) / items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four items: the weak model solves two, the strong one three, together all.
    fn outcomes() -> Outcomes {
        Outcomes {
            scores: vec![vec![1.0, 1.0, 0.0, 0.0], vec![1.0, 0.0, 1.0, 1.0]],
            costs: vec![vec![1.0; 4], vec![10.0; 4]],
        }
    }

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }

    #[test]
    fn the_oracle_takes_the_best_and_of_equals_the_cheapest() {
        let oracle = outcomes().oracle();
        close(oracle.score, 1.0);
        close(oracle.cost.expect("costs"), 5.5);
        assert_eq!(oracle.shares, [0.5, 0.5]);
        let free = Outcomes { costs: Vec::new(), ..outcomes() };
        assert_eq!((free.oracle().cost, free.oracle().shares), (None, vec![0.5, 0.5]));
    }

    #[test]
    fn both_definitions_of_aiq_by_hand() {
        let hull = envelope(&outcomes().points().expect("costs"));
        // From (1, 0.5) to (10, 0.75): mean height 0.625; area 5.625.
        close(aiq_paper(&hull).expect("points"), 0.625);
        close(aiq_code(&hull, 10.0).expect("points"), 0.5625);
        // Compared with something that costs 20 it goes on flat at 0.75.
        close(aiq_code(&hull, 20.0).expect("points"), (5.625 + 7.5) / 20.0);
        close(aiq_paper(&hull[..1]).expect("a point"), 0.5);
        assert_eq!(aiq_code(&hull[..1], 0.0), None);
    }

    #[test]
    fn an_optimal_router_recovers_more_than_the_whole_gap_and_a_random_one_its_share() {
        let of = outcomes();
        let optimal = Curve::optimal(&of.scores[0], &of.scores[1]);
        // Two items are the strong model's alone: the best is 1.0 from half of the calls on.
        close(optimal.at(0.5), 1.0);
        close(optimal.pgr(0.5, 0.5, 0.75), 2.0);
        close(optimal.cpt(0.5, 0.5, 0.75).expect("reached"), 0.125);
        close(optimal.cpt(1.0, 0.5, 0.75).expect("reached"), 0.25);
        // Twice the gap is all that can be reached, and that is reached.
        close(optimal.cpt(2.0, 0.5, 0.75).expect("reached"), 0.5);
        // 0 → 0.5 → 1 (×4 in PGR): 0, 0.4, 0.8, 1.2, 1.6, 2, 2, …
        close(optimal.apgr(0.5, 0.75), (0.4 + 0.8 + 1.2 + 1.6 + 5.0 * 2.0 + 1.0) / 10.0);
        // Sent in the order of the items: the second one is lost first.
        let blind = Curve::of(&of.scores[0], &of.scores[1], &[0.0; 4]);
        close(blind.at(0.5), 0.25);
        close(blind.at(1.0), 0.75);
        close(blind.cpt(0.5, 0.5, 0.75).expect("reached"), 0.875);
        assert_eq!(blind.cpt(1.5, 0.5, 0.75), None);
    }

    #[test]
    fn an_optimal_router_sends_first_what_gains_most() {
        // The second item gains 0.5, the first one 0.25, although that is three times its score.
        let optimal = Curve::optimal(&[0.125, 0.5], &[0.375, 1.0]);
        close(optimal.at(0.5), (0.125 + 1.0) / 2.0);
        close(optimal.at(1.0), (0.375 + 1.0) / 2.0);
    }

    #[test]
    fn the_cheapest_model_that_is_no_worse_than_a_reference() {
        let of = outcomes();
        assert_eq!([of.cheapest_at(0.5), of.cheapest_at(0.6), of.cheapest_at(0.8)], [Some(0), Some(1), None]);
        assert_eq!(of.of(&[0, 1]).cheapest_at(0.5), Some(0));
    }
}
