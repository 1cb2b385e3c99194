//! The order in which declarations that read each other are checked.

/// Indices in an order in which each stands after those it depends on, and the circles. Members of
/// circles are in the order too, so that they are judged. Runs without recursion: a file may
/// declare thousands.
pub(super) fn order(deps: &[Vec<usize>]) -> (Vec<usize>, Vec<Vec<usize>>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; deps.len()];
    let (mut out, mut circles) = (Vec::new(), Vec::new());
    for root in 0..deps.len() {
        if marks[root] != Mark::New {
            continue;
        }
        let mut path: Vec<(usize, usize)> = vec![(root, 0)];
        marks[root] = Mark::Open;
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            if let Some(&dep) = deps[node].get(*next) {
                *next += 1;
                match marks[dep] {
                    Mark::New => {
                        marks[dep] = Mark::Open;
                        path.push((dep, 0));
                    }
                    Mark::Open => {
                        let start = path.iter().position(|(n, _)| *n == dep).unwrap_or(0);
                        circles.push(path[start..].iter().map(|(n, _)| *n).collect());
                    }
                    Mark::Done => {}
                }
            } else {
                marks[node] = Mark::Done;
                out.push(node);
                path.pop();
            }
        }
    }
    (out, circles)
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn dependencies_come_first_and_circles_are_named() {
        assert_eq!(order(&[vec![2], vec![], vec![1]]), (vec![1, 2, 0], vec![]));
        assert_eq!(order(&[vec![1], vec![0]]).1, vec![vec![0, 1]]);
        assert_eq!(order(&[vec![0]]).1, vec![vec![0]]);
        let mut chain: Vec<Vec<usize>> = (1..100_000).map(|next| vec![next]).collect();
        chain.push(Vec::new());
        assert_eq!(order(&chain).0.first(), Some(&99_999));
    }
}
