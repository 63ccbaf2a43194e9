//! Least squares with few coefficients that are not negative.

use super::TERMS;

/// The coefficients `k ≥ 0` that minimise `Σ (k·row − target)²` among those that are free; the others are zero. With so few of
/// them every set can be tried; the best of the solutions without a negative coefficient is the optimum. `None` when the rows do not
/// determine all that are free.
pub fn non_negative(rows: &[[f64; TERMS]], targets: &[f64], free: &[usize]) -> Option<[f64; TERMS]> {
    // Columns of very different size are scaled to one before anything is compared with zero.
    let norm = |column: usize| rows.iter().map(|row| row[column].powi(2)).sum::<f64>().sqrt();
    let mut scale = [1.0; TERMS];
    for &column in free {
        scale[column] = norm(column);
        if !(scale[column].is_finite() && scale[column] > 0.0) {
            return None;
        }
    }
    let scaled = |row: &[f64; TERMS]| {
        let mut row = *row;
        row.iter_mut().zip(scale).for_each(|(value, scale)| *value /= scale);
        row
    };
    let system = System { rows: rows.iter().map(scaled).collect(), targets };
    system.solve(free)?;
    let subset = |bits: usize| -> Vec<usize> {
        free.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, column)| *column).collect()
    };
    let solutions = (1..1_usize << free.len()).rev().filter_map(|bits| system.solve(&subset(bits)));
    let mut best = solutions
        .filter(|k| k.iter().all(|x| *x >= 0.0))
        .min_by(|a, b| system.residual(a).total_cmp(&system.residual(b)))?;
    best.iter_mut().zip(scale).for_each(|(value, scale)| *value /= scale);
    Some(best)
}

struct System<'a> {
    rows: Vec<[f64; TERMS]>,
    targets: &'a [f64],
}

/// Rows are as good as dependent when a pivot of the scaled normal equations falls below this.
const SINGULAR: f64 = 1e-9;

impl System<'_> {
    fn residual(&self, k: &[f64; TERMS]) -> f64 {
        let value = |row: &[f64; TERMS]| row.iter().zip(k).map(|(a, b)| a * b).sum::<f64>();
        self.rows.iter().zip(self.targets).map(|(row, target)| (value(row) - target).powi(2)).sum()
    }

    /// The least-squares solution with only some coefficients free, by elimination on the normal equations.
    fn solve(&self, free: &[usize]) -> Option<[f64; TERMS]> {
        let n = free.len();
        let mut system = [[0.0; TERMS + 1]; TERMS];
        for (i, &a) in free.iter().enumerate() {
            for (j, &b) in free.iter().enumerate() {
                system[i][j] = self.rows.iter().map(|row| row[a] * row[b]).sum();
            }
            system[i][TERMS] = self.rows.iter().zip(self.targets).map(|(row, target)| row[a] * target).sum();
        }
        for pivot in 0..n {
            let largest =
                (pivot..n).max_by(|a, b| system[*a][pivot].abs().total_cmp(&system[*b][pivot].abs()))?;
            system.swap(pivot, largest);
            if system[pivot][pivot].abs() < SINGULAR {
                return None;
            }
            for row in (0..n).filter(|row| *row != pivot) {
                let factor = system[row][pivot] / system[pivot][pivot];
                let source = system[pivot];
                system[row].iter_mut().zip(source).for_each(|(own, other)| *own -= factor * other);
            }
        }
        let mut k = [0.0; TERMS];
        for (i, &column) in free.iter().enumerate() {
            k[column] = system[i][TERMS] / system[i][i];
        }
        Some(k)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_may_be_chosen_the_best_is() {
        // 2·x − 1·z meets (1, 1) → 1 and (2, 1) → 3. Without the negative one x alone is nearest, 7/5; z alone would be 2.
        let rows = [[1.0, 0.0, 1.0, 0.0], [2.0, 0.0, 1.0, 0.0]];
        let found = non_negative(&rows, &[1.0, 3.0], &[0, 2]).expect("regular");
        assert!((found[0] - 1.4).abs() < 1e-12 && found[1..] == [0.0; 3], "{found:?}");
        let both = non_negative(&rows, &[3.0, 4.0], &[0, 2]).expect("regular");
        assert!((both[0] - 1.0).abs() < 1e-9 && (both[2] - 2.0).abs() < 1e-9, "{both:?}");
    }

    #[test]
    fn a_column_without_a_size_determines_nothing() {
        let rows = |value: f64| [[1.0, 0.0, value, 0.0], [2.0, 0.0, 0.0, 0.0]];
        assert!(non_negative(&rows(3.0), &[1.0, 3.0], &[0, 2]).is_some());
        // Zeros only, and sizes of which the square is more than a double holds.
        for value in [0.0, 1e200, f64::INFINITY, f64::NAN] {
            assert_eq!(non_negative(&rows(value), &[1.0, 3.0], &[0, 2]), None, "{value}");
        }
    }
}
