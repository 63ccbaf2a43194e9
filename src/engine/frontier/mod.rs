//! The lower convex hull of cost against quality: the points that are the cheapest at some price of quality.

/// Cost and quality of one way to serve the calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// More is better, in any unit.
    pub quality: f64,
    /// In any unit.
    pub cost: f64,
}

/// Places of the points on the lower convex hull, from the cheapest to the best: along them each further point of quality
/// costs more than the one before (Andrew's monotone chain, 1979). Points that are dearer and no better are not on it.
pub fn lower_hull(points: &[Point]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len())
        .filter(|at| points[*at].quality.is_finite() && points[*at].cost.is_finite())
        .collect();
    order.sort_by(|a, b| {
        let (a, b) = (&points[*a], &points[*b]);
        a.quality.total_cmp(&b.quality).then(a.cost.total_cmp(&b.cost))
    });
    let mut hull: Vec<usize> = Vec::new();
    for at in order {
        let new = &points[at];
        // Better and no dearer: what was there can never be the choice.
        while hull.last().is_some_and(|last| points[*last].cost >= new.cost) {
            hull.pop();
        }
        if hull.last().is_some_and(|last| points[*last].quality >= new.quality) {
            continue;
        }
        while let [.., before, last] = hull.as_slice()
            && slope(&points[*before], &points[*last]) >= slope(&points[*last], new)
        {
            hull.pop();
        }
        hull.push(at);
    }
    hull
}

/// What a unit of quality costs between two points.
pub fn slope(from: &Point, to: &Point) -> f64 {
    (to.cost - from.cost) / (to.quality - from.quality)
}

/// The cost on a hull at a quality between its ends, by a mixture of two of its points; `None` beyond the best.
pub fn cost_at(hull: &[Point], quality: f64) -> Option<f64> {
    let first = hull.first()?;
    if quality <= first.quality {
        return Some(first.cost);
    }
    let pair = hull.windows(2).find(|pair| quality <= pair[1].quality)?;
    Some(pair[0].cost + slope(&pair[0], &pair[1]) * (quality - pair[0].quality))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(of: &[(f64, f64)]) -> Vec<Point> {
        of.iter().map(|(quality, cost)| Point { quality: *quality, cost: *cost }).collect()
    }

    #[test]
    fn only_points_that_some_price_of_quality_chooses_are_on_the_hull() {
        // (2, 5) lies above the line from (1, 1) to (3, 5); (0.5, 2) is worse and dearer than (1, 1).
        let points = points(&[(3.0, 5.0), (1.0, 1.0), (2.0, 5.0), (0.5, 2.0), (4.0, 9.0), (2.0, 2.0)]);
        assert_eq!(lower_hull(&points), [1, 5, 0, 4]);
    }

    #[test]
    fn of_equal_quality_the_cheapest_and_of_one_line_its_ends() {
        assert_eq!(lower_hull(&points(&[(1.0, 2.0), (1.0, 1.0)])), [1]);
        assert_eq!(lower_hull(&points(&[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)])), [0, 2]);
        assert!(lower_hull(&[]).is_empty());
    }

    #[test]
    fn a_point_without_a_cost_or_a_quality_is_no_choice() {
        let of = [(9.0, f64::INFINITY), (f64::INFINITY, 9.0), (8.0, f64::NAN), (f64::NAN, 0.5), (1.0, 1.0)];
        assert_eq!(lower_hull(&points(&of)), [4]);
    }

    #[test]
    fn between_two_points_a_mixture_costs_what_the_line_says() {
        let hull = points(&[(1.0, 1.0), (2.0, 2.0), (3.0, 6.0)]);
        assert_eq!(cost_at(&hull, 2.5), Some(4.0));
        assert_eq!(cost_at(&hull, 0.0), Some(1.0));
        assert_eq!(cost_at(&hull, 3.5), None);
    }

    #[test]
    fn a_mixture_of_two_corners_costs_what_lies_between_them() {
        let hull = [Point { quality: 2.0, cost: 10.0 }, Point { quality: 6.0, cost: 30.0 }];
        assert!((slope(&hull[0], &hull[1]) - 5.0).abs() < 1e-12);
        assert_eq!(cost_at(&hull, 3.0), Some(15.0));
        assert_eq!((cost_at(&hull, 1.0), cost_at(&hull, 7.0)), (Some(10.0), None));
    }
}
