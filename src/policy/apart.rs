//! Requests that say the same of different documents: how many of them have none in common.

/// Requests of which no two hold the same document. What comes again says nothing new; but where a part of a batch does,
/// it stands for the batch from then on, and what was parted from it may count by itself.
#[derive(Debug)]
pub struct Apart<D> {
    requests: Vec<Vec<D>>,
}

impl<D> Default for Apart<D> {
    fn default() -> Self {
        Self {
            requests: Vec::new(),
        }
    }
}

impl<D: Copy + Eq> Apart<D> {
    /// Takes in a request with `documents`.
    pub fn add(&mut self, documents: &[D]) {
        let shares = |request: &&mut Vec<D>| request.iter().any(|one| documents.contains(one));
        let Some(request) = self.requests.iter_mut().find(shares) else {
            self.requests.push(documents.to_vec());
            return;
        };
        let is_part = documents.iter().all(|one| request.contains(one));
        if is_part && documents.len() < request.len() {
            *request = documents.to_vec();
        }
    }

    /// The requests, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &[D]> {
        self.requests.iter().map(Vec::as_slice)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Begins anew; the documents that were in them.
    pub fn take(&mut self) -> impl Iterator<Item = D> {
        std::mem::take(&mut self.requests).into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_count_once_and_their_parts_by_themselves() {
        for (requests, count) in [
            (vec![vec![1], vec![1], vec![1]], 1),
            (vec![vec![1], vec![2], vec![1]], 2),
            (vec![vec![1, 2, 3, 4], vec![1, 2], vec![1], vec![1]], 1),
            (vec![vec![1, 2, 3, 4], vec![1, 2], vec![3, 4]], 2),
            (
                vec![vec![1, 2, 3, 4], vec![1, 2], vec![1], vec![2], vec![3, 4]],
                3,
            ),
            (vec![vec![1], vec![1, 2, 3]], 1),
            (vec![vec![1, 2], vec![2, 3]], 1),
        ] {
            let mut apart = Apart::default();
            for one in &requests {
                apart.add(one);
            }
            assert_eq!(apart.len(), count, "{requests:?}");
        }
    }
}
