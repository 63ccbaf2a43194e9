//! A monotone cubic through measured points (Fritsch and Carlson 1980, with the weighted harmonic mean of the slopes that PCHIP
//! takes): it goes through every point and is never higher or lower than the two points that it lies between.

/// Points in the order of their place.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    points: Vec<(f64, f64)>,
    slopes: Vec<f64>,
}

impl Curve {
    /// Through points; of several at one place their mean. `None`: no point, or one that is not finite.
    pub fn through(mut points: Vec<(f64, f64)>) -> Option<Self> {
        if points.is_empty() || points.iter().any(|(x, y)| !x.is_finite() || !y.is_finite()) {
            return None;
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let points: Vec<(f64, f64)> = points
            .chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq())
            .map(|same| (same[0].0, same.iter().map(|point| point.1).sum::<f64>() / same.len() as f64))
            .collect();
        let slopes = slopes(&points);
        Some(Self { points, slopes })
    }

    /// The places of the first and the last point.
    pub fn span(&self) -> (f64, f64) {
        (self.points[0].0, self.points[self.points.len() - 1].0)
    }

    /// The value at a place; outside of the points that of the nearest.
    pub fn at(&self, x: f64) -> f64 {
        let next = self.points.partition_point(|point| point.0 <= x);
        if next == 0 {
            return self.points[0].1;
        }
        let Some(&(x1, y1)) = self.points.get(next) else { return self.points[next - 1].1 };
        let (x0, y0) = self.points[next - 1];
        let width = x1 - x0;
        let t = (x - x0) / width;
        let (s0, s1) = (self.slopes[next - 1] * width, self.slopes[next] * width);
        // Hermite's basis.
        let (square, cube) = (t * t, t * t * t);
        y0 * (2.0 * cube - 3.0 * square + 1.0)
            + s0 * (cube - 2.0 * square + t)
            + y1 * (3.0 * square - 2.0 * cube)
            + s1 * (cube - square)
    }
}

fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let steps: Vec<(f64, f64)> =
        points.windows(2).map(|pair| (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1)).collect();
    let secant = |at: usize| steps[at].1 / steps[at].0;
    let last = points.len() - 1;
    (0..points.len())
        .map(|at| match at {
            _ if steps.is_empty() => 0.0,
            0 => secant(0),
            _ if at == last => secant(last - 1),
            _ => {
                let (before, after) = (secant(at - 1), secant(at));
                if before * after <= 0.0 {
                    return 0.0;
                }
                let (left, right) = (steps[at - 1].0, steps[at].0);
                let (w1, w2) = (2.0 * right + left, right + 2.0 * left);
                (w1 + w2) / (w1 / before + w2 / after)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_goes_through_its_points_and_stays_flat_outside() {
        let points = vec![(32.0, 2_677.0), (64.0, 4_678.0), (128.0, 6_894.0)];
        let curve = Curve::through(points.clone()).expect("points");
        for (x, y) in points {
            assert!((curve.at(x) - y).abs() < 1e-9);
        }
        assert!((curve.at(1.0) - 2_677.0).abs() < 1e-9 && (curve.at(1e6) - 6_894.0).abs() < 1e-9);
        assert_eq!(curve.span(), (32.0, 128.0));
        // Slopes 1 and 1/2 over widths 1 and 2 have the weighted harmonic mean 9/13; the basis of Hermite by hand, as of SciPy's PCHIP.
        let bent = Curve::through(vec![(0.0, 0.0), (1.0, 1.0), (3.0, 2.0)]).expect("points");
        assert!(
            (bent.at(0.5) - 0.538_461_538_5).abs() < 1e-9 && (bent.at(1.5) - 1.304_086_538_5).abs() < 1e-9
        );
        // Slopes 2 and 1 over widths 1/2 and 3: 10.5/(6.5/2 + 4/1) = 42/29, and in the middle Hermite's basis adds an eighth of the slopes'
        // difference times the width.
        let uneven = Curve::through(vec![(0.0, 0.0), (0.5, 1.0), (3.5, 4.0)]).expect("points");
        assert!(
            (uneven.at(0.25) - 0.534_482_758_6).abs() < 1e-9
                && (uneven.at(2.0) - 2.668_103_448_3).abs() < 1e-9
        );
        // A line stays a line.
        let line = Curve::through(vec![(0.0, 1.0), (1.0, 3.0), (4.0, 9.0)]).expect("points");
        assert!((line.at(2.5) - 6.0).abs() < 1e-12);
        assert_eq!(Curve::through(Vec::new()), None);
        assert_eq!(Curve::through(vec![(1.0, f64::NAN)]), None);
        assert!((Curve::through(vec![(1.0, 2.0), (1.0, 4.0)]).expect("one").at(1.0) - 3.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn it_is_never_higher_or_lower_than_the_points_beside_and_falls_as_it_rises(
            steps in prop::collection::vec((0.1_f64..10.0, -5.0_f64..5.0), 2..8)
        ) {
            let mut points = vec![(0.0, 0.0)];
            for (dx, dy) in steps {
                let (x, y) = points[points.len() - 1];
                points.push((x + dx, y + dy));
            }
            let curve = Curve::through(points.clone()).expect("points");
            let turned = Curve::through(points.iter().map(|(x, y)| (*x, -y)).collect()).expect("points");
            for pair in points.windows(2) {
                let (low, high) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
                for part in 0..=20 {
                    let x = pair[0].0 + (pair[1].0 - pair[0].0) * f64::from(part) / 20.0;
                    prop_assert!(curve.at(x) >= low - 1e-9 && curve.at(x) <= high + 1e-9);
                    prop_assert!((curve.at(x) + turned.at(x)).abs() < 1e-9);
                }
            }
        }

        #[test]
        fn between_points_that_rise_it_rises(steps in prop::collection::vec((0.1_f64..10.0, 0.0_f64..5.0), 2..12)) {
            let mut points = vec![(0.0, 0.0)];
            for (dx, dy) in steps {
                let (x, y) = points[points.len() - 1];
                points.push((x + dx, y + dy));
            }
            let last = points[points.len() - 1].0;
            let curve = Curve::through(points).expect("points");
            let values: Vec<f64> = (0..=400).map(|at| curve.at(last * f64::from(at) / 400.0)).collect();
            prop_assert!(values.windows(2).all(|pair| pair[1] >= pair[0] - 1e-9));
        }
    }
}
