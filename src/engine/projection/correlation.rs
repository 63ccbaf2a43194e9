//! A named correlation matrix and its factor.

use super::inputs::Input;

/// The lower triangle whose product with its transpose is the matrix, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor(Vec<Vec<f64>>);

/// The row of a matrix at which it stops being positive definite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotDefinite(pub usize);

/// Below this a pivot is none.
const LEAST_PIVOT: f64 = 1e-12;

/// Cholesky's factor, row by row.
///
/// # Errors
/// When the matrix is not positive definite: no random numbers can be correlated so.
pub fn cholesky(matrix: &[Vec<f64>]) -> Result<Factor, NotDefinite> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, row) in matrix.iter().enumerate() {
        let mut own: Vec<f64> = Vec::with_capacity(i + 1);
        for (j, above) in rows.iter().enumerate() {
            let sum: f64 = own.iter().zip(above).map(|(a, b)| a * b).sum();
            own.push((row[j] - sum) / above[j]);
        }
        let pivot = row[i] - own.iter().map(|value| value * value).sum::<f64>();
        if pivot < LEAST_PIVOT {
            return Err(NotDefinite(i));
        }
        own.push(pivot.sqrt());
        rows.push(own);
    }
    Ok(Factor(rows))
}

/// The matrix of pairs; what no pair names is independent.
pub fn matrix(pairs: &[(Input, Input, f64)]) -> Vec<Vec<f64>> {
    let mut matrix: Vec<Vec<f64>> =
        (0..Input::COUNT).map(|i| (0..Input::COUNT).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for (a, b, value) in pairs {
        matrix[*a as usize][*b as usize] = *value;
        matrix[*b as usize][*a as usize] = *value;
    }
    matrix
}

impl Factor {
    /// The factor of inputs that do not depend on each other.
    pub fn independent() -> Self {
        Self((0..Input::COUNT).map(|i| (0..=i).map(|j| f64::from(u8::from(i == j))).collect()).collect())
    }

    /// Its rows.
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.0
    }

    /// Correlated standard normal numbers from independent ones.
    pub fn correlated(&self, row: usize, independent: &[f64]) -> f64 {
        self.0[row].iter().zip(independent).map(|(a, b)| a * b).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, wanted: f64) {
        assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
    }

    #[test]
    fn factors_by_hand() {
        let rows = vec![vec![1.0, 0.6, 0.3], vec![0.6, 1.0, 0.2], vec![0.3, 0.2, 1.0]];
        let factor = cholesky(&rows).expect("definite");
        let wanted = [&[1.0][..], &[0.6, 0.8], &[0.3, 0.025, 0.953_611_556_1]];
        assert_eq!(factor.rows().len(), wanted.len());
        for (row, wanted) in factor.rows().iter().zip(wanted) {
            assert_eq!(row.len(), wanted.len());
            for (value, wanted) in row.iter().zip(wanted) {
                near(*value, *wanted);
            }
        }
        let wrong = vec![vec![1.0, 0.9, -0.9], vec![0.9, 1.0, 0.9], vec![-0.9, 0.9, 1.0]];
        assert_eq!(cholesky(&wrong), Err(NotDefinite(2)));
        // The least pivot is one, and half of it is none.
        assert!(cholesky(&[vec![LEAST_PIVOT]]).is_ok());
        assert_eq!(cholesky(&[vec![0.5 * LEAST_PIVOT]]), Err(NotDefinite(0)));
    }
}
