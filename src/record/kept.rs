//! The series as pictures need it.

use super::series::BucketRow;

/// Buckets for pictures: what is finer than a picture shows is joined two by two, so that memory does not grow with
/// the number of rows.
#[derive(Debug, Clone, Default)]
pub struct KeptBuckets(Vec<BucketRow>);

impl KeptBuckets {
    /// Takes the next bucket.
    pub fn push(&mut self, row: &BucketRow) {
        const MOST: usize = 8192;
        self.0.push(row.clone());
        if self.0.len() >= MOST {
            let joined = self.0.chunks(2).map(|pair| {
                let mut first = pair[0].clone();
                if let Some(second) = pair.get(1) {
                    first.join(second);
                }
                first
            });
            self.0 = joined.collect();
        }
    }

    /// All of them, in order.
    pub fn into_rows(self) -> Vec<BucketRow> {
        self.0
    }
}
