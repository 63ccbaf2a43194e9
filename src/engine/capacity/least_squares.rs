//! Least squares with three coefficients that are not negative.

/// The coefficients `k ≥ 0` that minimise `Σ (k·row − 1)²`. With three of them every set of free ones can be tried; the
/// best of the solutions without a negative coefficient is the optimum. `None` when the rows do not determine all three.
pub fn non_negative(rows: &[[f64; 3]]) -> Option<[f64; 3]> {
    // Columns of very different size are scaled to one before anything is compared with zero.
    let scale = [0, 1, 2].map(|column| rows.iter().map(|row| row[column].powi(2)).sum::<f64>().sqrt());
    if scale.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
        return None;
    }
    let rows: Vec<[f64; 3]> = rows.iter().map(|row| [0, 1, 2].map(|c| row[c] / scale[c])).collect();
    solve(&rows, &[0, 1, 2])?;
    let subsets: [&[usize]; 7] = [&[0, 1, 2], &[0, 1], &[0, 2], &[1, 2], &[0], &[1], &[2]];
    let feasible =
        subsets.iter().filter_map(|free| solve(&rows, free)).filter(|k| k.iter().all(|x| *x >= 0.0));
    let best = feasible.min_by(|a, b| residual(&rows, a).total_cmp(&residual(&rows, b)))?;
    Some([0, 1, 2].map(|column| best[column] / scale[column]))
}

fn residual(rows: &[[f64; 3]], k: &[f64; 3]) -> f64 {
    rows.iter().map(|row| (row[0] * k[0] + row[1] * k[1] + row[2] * k[2] - 1.0).powi(2)).sum()
}

/// Rows are as good as dependent when a pivot of the scaled normal equations falls below this.
const SINGULAR: f64 = 1e-9;

/// The least-squares solution with only some coefficients free, by elimination on the normal equations.
fn solve(rows: &[[f64; 3]], free: &[usize]) -> Option<[f64; 3]> {
    let n = free.len();
    let mut system = [[0.0; 4]; 3];
    for (i, &a) in free.iter().enumerate() {
        for (j, &b) in free.iter().enumerate() {
            system[i][j] = rows.iter().map(|row| row[a] * row[b]).sum();
        }
        system[i][3] = rows.iter().map(|row| row[a]).sum();
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
    let mut k = [0.0; 3];
    for (i, &column) in free.iter().enumerate() {
        k[column] = system[i][3] / system[i][i];
    }
    Some(k)
}
