//! When open models reach what closed ones have reached: lags between records, and trends of records.

/// A record: when (in any unit) and how good.
pub type Record = (f64, f64);

/// Each point that is better than all before it, in the order of time.
pub fn records(points: &[Record]) -> Vec<Record> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let mut best = f64::NEG_INFINITY;
    sorted.retain(|(_, score)| {
        let better = *score > best;
        best = best.max(*score);
        better
    });
    sorted
}

/// When something at least that good first was there.
pub fn first_reaching(records: &[Record], score: f64) -> Option<f64> {
    records.iter().find(|(_, reached)| *reached >= score).map(|(time, _)| *time)
}

/// For each record of those who follow, its score and how long after those ahead it came; records that those ahead have not reached are
/// left out.
pub fn lags(ahead: &[Record], following: &[Record]) -> Vec<(f64, f64)> {
    let ahead = records(ahead);
    let lag = |(time, score): Record| Some((score, time - first_reaching(&ahead, score)?));
    records(following).into_iter().filter_map(lag).collect()
}

/// A line through points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Value at time 0.
    pub intercept: f64,
    /// Rise in a unit of time.
    pub slope: f64,
    /// Standard deviation of the points around the line, with n − 2 degrees of freedom.
    pub residual: f64,
    /// Standard error of the slope.
    pub slope_error: f64,
    /// First and last time.
    pub span: (f64, f64),
    mean_time: f64,
    count: f64,
}

impl Trend {
    /// Least squares; `None`: fewer than three points, or all at one time.
    pub fn of(points: &[Record]) -> Option<Self> {
        if points.len() < 3 {
            return None;
        }
        let count = points.len() as f64;
        let mean = |of: fn(&Record) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (time, value) = (mean(|p| p.0), mean(|p| p.1));
        let spread: f64 = points.iter().map(|p| (p.0 - time).powi(2)).sum();
        if spread <= 0.0 {
            return None;
        }
        let slope = points.iter().map(|p| (p.0 - time) * (p.1 - value)).sum::<f64>() / spread;
        let intercept = value - slope * time;
        let squares: f64 = points.iter().map(|p| (p.1 - intercept - slope * p.0).powi(2)).sum();
        let residual = (squares / (count - 2.0)).sqrt();
        let times = points.iter().map(|p| p.0);
        Some(Self {
            intercept,
            slope,
            residual,
            slope_error: residual / spread.sqrt(),
            span: (times.clone().fold(f64::INFINITY, f64::min), times.fold(f64::NEG_INFINITY, f64::max)),
            mean_time: time,
            count,
        })
    }

    /// When it reaches a value; `None`: it does not rise.
    pub fn reaches(&self, value: f64) -> Option<f64> {
        (self.slope > 0.0).then(|| (value - self.intercept) / self.slope)
    }

    /// Value at a time, and the standard deviation of a new point there.
    pub fn at(&self, time: f64) -> (f64, f64) {
        let line = self.slope_error * (time - self.mean_time);
        let error = (self.residual.powi(2) * (1.0 + 1.0 / self.count) + line * line).sqrt();
        (self.intercept + self.slope * time, error)
    }

    /// Whether a time lies further beyond the points than they lie apart: what is said of it is no observation.
    pub fn is_beyond(&self, time: f64) -> bool {
        time > self.span.1 + (self.span.1 - self.span.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CLOSED: [Record; 5] = [(0.0, 50.0), (5.0, 58.0), (9.0, 66.0), (14.0, 74.0), (20.0, 82.0)];
    const OPEN: [Record; 4] = [(4.0, 50.0), (9.0, 57.0), (13.0, 65.0), (18.0, 74.0)];

    #[test]
    fn a_line_through_three_points_by_hand() {
        // Slope 1/2 from 1/6: residuals −1/6, 1/3, −1/6.
        let line = Trend::of(&[(0.0, 0.0), (1.0, 1.0), (2.0, 1.0)]).expect("three points");
        assert!((line.slope - 0.5).abs() < 1e-12 && (line.intercept - 1.0 / 6.0).abs() < 1e-12);
        assert!((line.residual - (1.0_f64 / 6.0).sqrt()).abs() < 1e-12);
        assert!((line.slope_error - (1.0_f64 / 12.0).sqrt()).abs() < 1e-12);
        // As far behind the last as the last is behind the first.
        assert!(!line.is_beyond(4.0) && line.is_beyond(4.1));
        assert_eq!(Trend::of(&[(1.0, 0.0), (1.0, 1.0), (1.0, 2.0)]), None);
        let flat = Trend::of(&[(0.0, 1.0), (1.0, 1.0), (2.0, 1.0)]).expect("three points");
        assert_eq!((flat.reaches(1.0), flat.reaches(2.0)), (None, None));
    }

    #[test]
    fn lags_between_records() {
        // F4 of the economics.
        assert_eq!(lags(&CLOSED, &OPEN), [(50.0, 4.0), (57.0, 4.0), (65.0, 4.0), (74.0, 4.0)]);
        // What is no record has no lag; what nobody ahead has reached has none either.
        assert_eq!(lags(&CLOSED, &[(4.0, 50.0), (5.0, 40.0), (30.0, 90.0)]), [(50.0, 4.0)]);
    }

    #[test]
    fn the_line_and_the_logistic_curve_reach_a_threshold() {
        let line = Trend::of(&OPEN).expect("four points");
        assert!((line.intercept - 42.405_660_38).abs() < 1e-7);
        assert!((line.slope - 1.735_849_057).abs() < 1e-8);
        assert!((line.residual - 0.895_481_318_9).abs() < 1e-8);
        assert!((line.reaches(80.0).expect("it rises") - 21.657_608_7).abs() < 1e-6);
        let curve: Vec<Record> =
            OPEN.iter().map(|(time, score)| (*time, super::super::logit(score / 100.0))).collect();
        let curve = Trend::of(&curve).expect("four points");
        assert!((curve.intercept + 0.343_075_044_5).abs() < 1e-9);
        assert!((curve.slope - 0.075_435_433_95).abs() < 1e-10);
        let reached = curve.reaches(super::super::logit(0.8)).expect("it rises");
        assert!((reached - 22.925_160_17).abs() < 1e-6, "{reached}");
        assert!(!curve.is_beyond(reached) && curve.is_beyond(33.0));
    }

    #[test]
    fn two_points_are_no_trend() {
        assert_eq!(Trend::of(&OPEN[..2]), None);
        assert_eq!(Trend::of(&[(1.0, 1.0), (1.0, 2.0), (1.0, 3.0)]), None);
    }

    #[test]
    fn what_is_only_as_good_as_a_record_is_none() {
        assert_eq!(records(&[(2.0, 2.0), (1.0, 1.0), (0.0, 1.0), (3.0, 2.0)]), [(0.0, 1.0), (2.0, 2.0)]);
    }

    proptest! {
        #[test]
        fn records_rise(points in prop::collection::vec((0.0_f64..100.0, -5.0_f64..5.0), 0..40)) {
            let found = records(&points);
            prop_assert!(found.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
            prop_assert_eq!(found.is_empty(), points.is_empty());
        }
    }

    #[test]
    fn a_prediction_is_the_line_with_an_error_that_grows_away_from_the_points() {
        // Four points about y = 2x at x = 1, 2, 3, 4, residuals +1, −1, −1, +1: slope and intercept are those of the line.
        let line = Trend::of(&[(1.0, 3.0), (2.0, 3.0), (3.0, 5.0), (4.0, 9.0)]).expect("four points");
        assert!((line.slope - 2.0).abs() < 1e-12 && line.intercept.abs() < 1e-12);
        // √(4 / (4 − 2)), over √5, the spread of the times.
        let residual = 2.0_f64.sqrt();
        assert!((line.residual - residual).abs() < 1e-12);
        assert!((line.slope_error - residual / 5.0_f64.sqrt()).abs() < 1e-12);
        let (middle, least) = line.at(2.5);
        assert!((middle - 5.0).abs() < 1e-12 && (least - (2.0_f64 * 1.25).sqrt()).abs() < 1e-12);
        let (far, most) = line.at(7.5);
        assert!(
            (far - 15.0).abs() < 1e-12 && (most - (2.0_f64 * 1.25 + 2.0 / 5.0 * 25.0).sqrt()).abs() < 1e-12
        );
    }
}
